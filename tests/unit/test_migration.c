/* SPDX-License-Identifier: Apache-2.0 */
/* test_migration: migrations from the events of both hosts, as a sandbox's libvirt told them. */
#include "tests/unit/events_fixture.h"

static void assert_times(const struct migration *m, int64_t arrived, int64_t paused,
			 int64_t resumed, int64_t left)
{
	assert_int_equal(m->arrived_ms, arrived);
	assert_int_equal(m->paused_ms, paused);
	assert_int_equal(m->resumed_ms, resumed);
	assert_int_equal(m->left_ms, left);
}

static void test_migration__that_went_well(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	find(&f, live_source, live_destination);
	assert_int_equal(f.n, 1);
	assert_times(&f.found[0], 1750, 1868, 2246, 2464);
	assert_string_equal(f.found[0].name, "db01");
	assert_string_equal(f.found[0].from, "source");
	assert_string_equal(f.found[0].to, "destination");
	assert_int_equal(f.found[0].failed_ms, 0);
	assert_false(f.hosts[0]->is_cut);
	arena_done(&f.arena);
}

/* Without --live it stands still before the destination is ready. */
static void test_migration__that_paused_first(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	find(&f, "2169 suspended migrated" UUID "3267 stopped migrated" UUID,
	     "2175 started migrated" UUID "3039 resumed migrated" UUID);
	assert_int_equal(f.n, 1);
	assert_times(&f.found[0], 2175, 2169, 3039, 3267);
	arena_done(&f.arena);
}

/* virsh domjobabort while memory is copied; while it stands still; the guest went on each time. */
static void test_migration__that_was_given_up(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	find(&f, "1 found running" UUID, "702 started migrated" UUID "1524 stopped failed" UUID);
	assert_int_equal(f.n, 1);
	assert_times(&f.found[0], 702, 0, 0, 0);
	assert_int_equal(f.found[0].failed_ms, 1524);
	find(&f, "7123 suspended migrated" UUID "8292 resumed migrated" UUID,
	     "4879 started migrated" UUID "8494 stopped failed" UUID);
	assert_int_equal(f.n, 1);
	assert_times(&f.found[0], 4879, 7123, 8292, 0);
	assert_int_equal(f.found[0].failed_ms, 8292);
	/* The two hosts' last words in the other order. */
	find(&f, "7123 suspended migrated" UUID "8592 resumed migrated" UUID,
	     "4879 started migrated" UUID "8494 stopped failed" UUID);
	assert_times(&f.found[0], 4879, 7123, 8592, 0);
	assert_int_equal(f.found[0].failed_ms, 8494);
	arena_done(&f.arena);
}

/* There, back, a failed attempt, there again; another guest in between. */
static void test_migration__one_after_the_other(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	find(&f,
	     "20 suspended migrated" UUID "40 stopped migrated" UUID "110 started migrated" UUID
	     "130 resumed migrated" UUID "320 suspended migrated" UUID "340 stopped migrated" UUID,
	     "10 started migrated" UUID "15 started migrated" OTHER "30 resumed migrated" UUID
	     "35 resumed migrated" OTHER "120 suspended migrated" UUID "140 stopped migrated" UUID
	     "210 started migrated" UUID "220 stopped failed" UUID "310 started migrated" UUID
	     "330 resumed migrated" UUID);
	assert_int_equal(f.n, 5);
	assert_times(&f.found[0], 10, 20, 30, 40);
	assert_times(&f.found[1], 15, 0, 35, 0);
	assert_string_equal(f.found[1].name, "web 01");
	assert_times(&f.found[2], 110, 120, 130, 140);
	assert_string_equal(f.found[2].to, "source");
	assert_times(&f.found[3], 210, 0, 0, 0);
	assert_int_equal(f.found[3].failed_ms, 220);
	assert_times(&f.found[4], 310, 320, 330, 340);
	arena_done(&f.arena);
}

/* Only what one host said. */
static void test_migration__heard_of_by_half(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	find(&f, live_source, "");
	assert_int_equal(f.n, 1);
	assert_times(&f.found[0], 0, 1868, 0, 2464);
	assert_null(f.found[0].to);
	find(&f, "", live_destination);
	assert_int_equal(f.n, 1);
	assert_times(&f.found[0], 1750, 0, 2246, 0);
	assert_null(f.found[0].from);
	arena_done(&f.arena);
}

static void test_migration__is_not_what_else_befalls_a_guest(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	find(&f,
	     "1 started booted" UUID "2 suspended paused" UUID "3 resumed unpaused" UUID
	     "4 stopped shutdown" UUID "5 crashed panicked" UUID "6 resumed migrated" UUID
	     "7 stopped migrated" UUID,
	     "nonsense\n\n 1 2 3\nx started migrated" UUID "-5 started migrated" UUID
	     "8 started migrated no-name\n9 started migrated");
	assert_int_equal(f.n, 0);
	arena_done(&f.arena);
}

/* More of them than are kept; a mark that begins one too many is not taken for another's. */
static void test_migration__too_many(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct fixture f = { 0 };

	(void)state;
	for (int i = 1; i < 100; i++)
		buf_printf(&text, "%d started migrated%s%d resumed migrated%s", 10 * i, UUID,
			   10 * i + 5, UUID);
	find(&f, "", buf_str(&text));
	assert_int_equal(f.n, MIGRATIONS_MAX);
	assert_times(&f.found[MIGRATIONS_MAX - 1], 80, 0, 85, 0);
	arena_done(&f.arena);
}

/* Half lines on both sides of what was dropped are nobody's events. */
static void test_migration__from_a_record_that_was_cut(void **state)
{
	static const char kept[] = "10 started migrated" UUID "20 resumed migr"
				   "30 resumed migrated" UUID "40 stopped migrated" UUID;
	struct evidence_item item = { .name = "events", .kind = EVIDENCE_PROBE, .host = "a" };
	struct fixture f = { 0 };

	(void)state;
	item.out = (struct output){ .kept = kept,
				    .kept_len = sizeof(kept) - 1,
				    .head_len = strlen("10 started migrated" UUID) + 15,
				    .total = 5000 };
	f.hosts[0] = marks_read(&item, &f.arena);
	assert_true(f.hosts[0]->is_cut);
	assert_int_equal(f.hosts[0]->n, 2);
	assert_int_equal(f.hosts[0]->v[1].kind, MARK_LEFT);
	assert_true(marks_of(&f, "a", "1 disconnected eof - uri\n")->is_cut);
	item.name = "ping";
	assert_null(marks_read(&item, &f.arena));
	arena_done(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_migration__that_went_well),
		cmocka_unit_test(test_migration__that_paused_first),
		cmocka_unit_test(test_migration__that_was_given_up),
		cmocka_unit_test(test_migration__one_after_the_other),
		cmocka_unit_test(test_migration__heard_of_by_half),
		cmocka_unit_test(test_migration__is_not_what_else_befalls_a_guest),
		cmocka_unit_test(test_migration__too_many),
		cmocka_unit_test(test_migration__from_a_record_that_was_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
