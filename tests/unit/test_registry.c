/* SPDX-License-Identifier: Apache-2.0 */
/* test_registry: what may be removed from a host, and what has changed on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/run/fate.h"
#include "runner/run/inventory.h"

#define RUN  "make-20261121T120000Z-1f3a"
#define OURS "3431f2b9-1a9c-4149-a4c2-ddaa4631e4d1"
#define SOME "9076468e-3a6e-4a7c-95d1-46ca07d42cfa"

/* What is on record, what stands there, and what becomes of it. */
struct fate_case {
	const char *what;
	struct change_row row;
	struct found found;
	enum fate fate;
};

#define DOMAIN(...)                                                                                \
	{                                                                                          \
		.kind = CHANGE_DOMAIN, .name = "lab01", __VA_ARGS__                                \
	}
#define NET(...)                                                                                   \
	{                                                                                          \
		.kind = CHANGE_NETWORK, .name = "lab01", __VA_ARGS__                               \
	}
#define FOUND(...)                                                                                 \
	{                                                                                          \
		.exists = true, .name = "lab01", __VA_ARGS__                                       \
	}

static const struct fate_case uuid_cases[] = {
	{ "nothing stands there", DOMAIN(.identity = OURS), { 0 }, FATE_NONE },
	{ "cut off, the UUID agrees", DOMAIN(.identity = OURS), FOUND(.identity = OURS),
	  FATE_REMOVE },
	{ "cut off, a tag that is none yet", DOMAIN(.identity = OURS),
	  FOUND(.identity = OURS, .tag = "other"), FATE_REMOVE },
	{ "all three agree", DOMAIN(.identity = OURS, .settled = true, .tagged = true),
	  FOUND(.identity = OURS, .tag = RUN), FATE_REMOVE },
	{ "the tag is gone", DOMAIN(.identity = OURS, .settled = true, .tagged = true),
	  FOUND(.identity = OURS), FATE_ASK },
	{ "the tag is another run's", DOMAIN(.identity = OURS, .settled = true, .tagged = true),
	  FOUND(.identity = OURS, .tag = "make-1"), FATE_ASK },
	{ "it could not be tagged", DOMAIN(.identity = OURS, .settled = true),
	  FOUND(.identity = OURS), FATE_REMOVE },
	{ "another UUID", DOMAIN(.identity = OURS), FOUND(.identity = SOME), FATE_LEAVE },
	{ "another UUID, with our tag", DOMAIN(.identity = OURS, .settled = true, .tagged = true),
	  FOUND(.identity = SOME, .tag = RUN), FATE_LEAVE },
	{ "another UUID, which was there before", DOMAIN(.identity = OURS, .existed = true),
	  FOUND(.identity = SOME), FATE_LEAVE },
	{ "ours in the place of what was there before", DOMAIN(.identity = OURS, .existed = true),
	  FOUND(.identity = OURS), FATE_REMOVE },
	{ "without a UUID, cut off", DOMAIN(.identity = NULL), FOUND(.identity = SOME), FATE_ASK },
	{ "without a UUID, made after its step", DOMAIN(.settled = true), FOUND(.identity = SOME),
	  FATE_ASK },
	{ "without a UUID, there before", DOMAIN(.existed = true), FOUND(.identity = SOME),
	  FATE_NONE },
	{ "renamed",
	  DOMAIN(.identity = OURS, .settled = true, .tagged = true),
	  { .exists = true, .name = "mine", .identity = OURS, .tag = RUN },
	  FATE_ASK },
	{ "a network is not tagged", NET(.identity = OURS, .settled = true),
	  FOUND(.identity = OURS), FATE_REMOVE },
	{ "a network of another UUID", NET(.identity = OURS), FOUND(.identity = SOME), FATE_LEAVE },
};

#define PATH_OF(...)                                                                               \
	{                                                                                          \
		.kind = CHANGE_FILE, .name = "/x", __VA_ARGS__                                     \
	}
#define VOLUME(...)                                                                                \
	{                                                                                          \
		.kind = CHANGE_VOLUME, .name = "p/x", __VA_ARGS__                                  \
	}
#define AT(...)                                                                                    \
	{                                                                                          \
		.exists = true, .name = "/x", .path = "/x", __VA_ARGS__                            \
	}

static const struct fate_case file_cases[] = {
	{ "not there", PATH_OF(.settled = true), { 0 }, FATE_NONE },
	{ "cut off", PATH_OF(.settled = false), AT(.identity = "7@1.5"), FATE_REMOVE },
	{ "the one that was made", PATH_OF(.settled = true, .identity = "7@1.5"),
	  AT(.identity = "7@1.5"), FATE_REMOVE },
	{ "another in its place", PATH_OF(.settled = true, .identity = "7@1.5"),
	  AT(.identity = "7@2.0"), FATE_ASK },
	{ "another in its place before the next step",
	  PATH_OF(.settled = true, .identity = "7@1.5", .existed = true), AT(.identity = "7@2.0"),
	  FATE_LEAVE },
	{ "there before", PATH_OF(.existed = true), AT(.identity = "7@1.5"), FATE_NONE },
	{ "made after its step", PATH_OF(.settled = true), AT(.identity = "7@1.5"), FATE_REMOVE },
	{ "a volume", VOLUME(.settled = true, .identity = "7@1.5"), AT(.identity = "7@1.5"),
	  FATE_REMOVE },
	{ "another volume", VOLUME(.settled = true, .identity = "7@1.5"), AT(.identity = "8@1.5"),
	  FATE_ASK },
	{ "a module", { .kind = CHANGE_MODULE, .name = "kvm" }, { .exists = true }, FATE_REMOVE },
	{ "a module there before",
	  { .kind = CHANGE_MODULE, .name = "kvm", .existed = true },
	  { .exists = true },
	  FATE_NONE },
};

static void check_fate(const struct fate_case *c)
{
	const char *why = NULL;
	enum fate fate = change_fate(&c->row, &c->found, RUN, &why);

	if (fate != c->fate)
		fail_msg("%s: %d instead of %d", c->what, fate, c->fate);
	/* Whatever is left for a reason says it. */
	if ((fate == FATE_LEAVE || fate == FATE_ASK) != (why != NULL))
		fail_msg("%s: %s", c->what, why ? why : "no reason");
}

static void test_fate__uuid_and_tag_must_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(uuid_cases); i++)
		check_fate(&uuid_cases[i]);
}

static void test_fate__a_file_must_be_the_one_that_was_made(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(file_cases); i++)
		check_fate(&file_cases[i]);
}

/* Whatever the rest: what has another UUID than the one on record is never removed, and never on
 * a word of the user's alone. */
static void test_fate__another_uuid_is_never_touched(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 64; bits++) {
		struct change_row row = {
			.kind = bits & 1 ? CHANGE_DOMAIN : CHANGE_POOL,
			.name = "lab01",
			.identity = OURS,
			.existed = bits & 2,
			.settled = bits & 4,
			.tagged = bits & 8,
		};
		struct found found = FOUND(.identity = SOME, .tag = bits & 16 ? RUN : NULL);
		const char *why = NULL;

		if (bits & 32)
			found.name = "lab02";
		assert_int_equal(change_fate(&row, &found, RUN, &why), FATE_LEAVE);
	}
}

static const char listed[] = "domain " OURS " shut-off persistent manual " RUN " 00ff lab01\n"
			     "domain " SOME " running transient autostart - 01 a name with blanks\n"
			     "network " SOME " active persistent manual - 02 default\n"
			     "module kvm\n"
			     "domain " SOME " running\n"
			     "volume " SOME " active persistent manual - 02 lab01\n"
			     "pool " SOME " inactive persistent manual - 03 lab01";

static void test_inventory__is_read_line_by_line(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const struct inventory_entry *e;
	struct inventory i;

	(void)state;
	inventory_parse(listed, &arena, &i);
	assert_int_equal(i.n, 4);
	e = inventory_by_uuid(&i, CHANGE_DOMAIN, OURS);
	assert_non_null(e);
	assert_string_equal(e->tag, RUN);
	assert_string_equal(e->name, "lab01");
	e = inventory_by_name(&i, CHANGE_DOMAIN, "a name with blanks");
	assert_non_null(e);
	assert_null(e->tag);
	assert_string_equal(e->state, "running");
	assert_string_equal(e->autostart, "autostart");
	/* A name says nothing without its kind; a prefix is another name. */
	e = inventory_by_name(&i, CHANGE_POOL, "lab01");
	assert_non_null(e);
	assert_string_equal(e->definition, "03");
	assert_null(inventory_by_name(&i, CHANGE_NETWORK, "lab01"));
	assert_null(inventory_by_name(&i, CHANGE_DOMAIN, "lab0"));
	inventory_parse("", &arena, &i);
	assert_int_equal(i.n, 0);
}

static void test_inventory__tells_what_has_changed(void **state)
{
	static const struct inventory_entry was = { CHANGE_DOMAIN, SOME, "running", "persistent",
						    "manual",	   NULL, "01",	    "web" };
	_cleanup_arena_ struct arena arena = { 0 };
	struct inventory_entry is = was;

	(void)state;
	assert_null(inventory_difference(&was, &is, &arena));
	/* A tag is in the definition, which is compared. */
	is.tag = RUN;
	assert_null(inventory_difference(&was, &is, &arena));
	is.state = "shut-off";
	assert_string_equal(inventory_difference(&was, &is, &arena), "was running, is shut-off");
	is.definition = "02";
	is.name = "www";
	assert_string_equal(inventory_difference(&was, &is, &arena),
			    "its definition or its snapshots are others than before; was running, "
			    "is shut-off; is called 'www' now");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fate__uuid_and_tag_must_agree),
		cmocka_unit_test(test_fate__a_file_must_be_the_one_that_was_made),
		cmocka_unit_test(test_fate__another_uuid_is_never_touched),
		cmocka_unit_test(test_inventory__is_read_line_by_line),
		cmocka_unit_test(test_inventory__tells_what_has_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
