/* SPDX-License-Identifier: Apache-2.0 */
/* test_timeline: how the phases of migrations lie on a ping, and how that is drawn. */
#include "tests/unit/events_fixture.h"

#include <stdlib.h>

#include "reports/html.h"

static void assert_phase(const struct move *m, size_t i, enum phase_kind kind, int64_t from,
			 int64_t to)
{
	assert_true(i < m->n);
	assert_int_equal(m->phases[i].kind, kind);
	assert_int_equal(m->phases[i].from_us, from);
	assert_int_equal(m->phases[i].to_us, to);
}

/* A ping that began at 100; a step before, the one that moved it, one after. */
static struct timeline put(struct fixture *f, size_t hosts, int64_t downtime_ms)
{
	static const struct span steps[] = { { 200, 1100 }, { 1153, 2464 }, { 2470, 4000 } };
	const struct timeline_context context = { f->hosts, hosts, steps, 3, downtime_ms };
	struct timeline t = { .started_unix_ms = 100, .duration_us = 4000000 };

	timeline_add_moves(&t, &context, &f->arena);
	/* Once more is the same. */
	timeline_add_moves(&t, &context, &f->arena);
	return t;
}

static void test_phases__of_one_that_went_well(void **state)
{
	struct fixture f = { 0 };
	struct timeline t;

	(void)state;
	find(&f, live_source, live_destination);
	t = put(&f, 2, 375);
	assert_int_equal(t.move_count, 1);
	assert_int_equal(t.downtime_ms, 375);
	assert_int_equal(t.moves[0].n, 4);
	assert_phase(&t.moves[0], 0, PHASE_PREPARE, 1053000, 1650000);
	assert_phase(&t.moves[0], 1, PHASE_COPY, 1650000, 1768000);
	assert_phase(&t.moves[0], 2, PHASE_STILL, 1768000, 2146000);
	assert_phase(&t.moves[0], 3, PHASE_FINISH, 2146000, 2364000);
	assert_int_equal(timeline_still_us(&t), 378000);
	arena_done(&f.arena);
}

static void test_phases__of_one_that_paused_first(void **state)
{
	struct fixture f = { 0 };
	struct timeline t;

	(void)state;
	find(&f, "1869 suspended migrated" UUID "2467 stopped migrated" UUID,
	     "1875 started migrated" UUID "2239 resumed migrated" UUID);
	t = put(&f, 2, -1);
	assert_int_equal(t.moves[0].n, 3);
	assert_phase(&t.moves[0], 0, PHASE_PREPARE, 1053000, 1769000);
	assert_phase(&t.moves[0], 1, PHASE_STILL, 1769000, 2139000);
	assert_phase(&t.moves[0], 2, PHASE_FINISH, 2139000, 2367000);
	arena_done(&f.arena);
}

static void test_phases__of_one_that_failed(void **state)
{
	struct fixture f = { 0 };
	struct timeline t;

	(void)state;
	find(&f, "", "1702 started migrated" UUID "2324 stopped failed" UUID);
	t = put(&f, 2, 317);
	assert_true(t.moves[0].failed);
	assert_string_equal(t.moves[0].from, "source");
	/* QEMU's figure is of an earlier one. */
	assert_int_equal(t.downtime_ms, -1);
	assert_int_equal(t.moves[0].n, 3);
	assert_phase(&t.moves[0], 1, PHASE_COPY, 1602000, 2224000);
	assert_phase(&t.moves[0], 2, PHASE_FINISH, 2224000, 2364000);
	find(&f, "1923 suspended migrated" UUID "2292 resumed migrated" UUID,
	     "1702 started migrated" UUID "2494 stopped failed" UUID);
	t = put(&f, 2, 317);
	assert_int_equal(t.moves[0].n, 4);
	assert_phase(&t.moves[0], 2, PHASE_STILL, 1823000, 2192000);
	assert_int_equal(timeline_still_us(&t), -1);
	arena_done(&f.arena);
}

static void test_phases__where_events_are_missing(void **state)
{
	struct fixture f = { 0 };
	struct timeline t;

	(void)state;
	find(&f, live_source, "");
	t = put(&f, 1, 375);
	assert_int_equal(t.moves[0].n, 1);
	assert_phase(&t.moves[0], 0, PHASE_BEFORE, 1053000, 1768000);
	assert_null(t.moves[0].to);
	find(&f, "5 disconnected eof - uri\n", live_destination);
	t = put(&f, 2, 375);
	assert_true(t.is_cut);
	assert_int_equal(t.moves[0].n, 2);
	assert_phase(&t.moves[0], 0, PHASE_PREPARE, 1053000, 1650000);
	assert_phase(&t.moves[0], 1, PHASE_FINISH, 2146000, 2364000);
	/* None at all: the ping stands alone. */
	find(&f, "1 found running" UUID, "");
	t = put(&f, 2, 375);
	assert_int_equal(t.move_count, 0);
	assert_int_equal(t.downtime_ms, 375);
	assert_int_equal(put(&f, 0, -1).move_count, 0);
	arena_done(&f.arena);
}

/* It moved while no step ran: by somebody else's hand. */
static void test_phases__without_a_step(void **state)
{
	struct fixture f = { 0 };
	struct timeline t;

	(void)state;
	find(&f, "9868 suspended migrated" UUID "9999 stopped migrated" UUID,
	     "9750 started migrated" UUID "9900 resumed migrated" UUID);
	t = put(&f, 2, -1);
	assert_int_equal(t.moves[0].n, 3);
	assert_phase(&t.moves[0], 0, PHASE_COPY, 9650000, 9768000);
	assert_phase(&t.moves[0], 2, PHASE_FINISH, 9800000, 9899000);
	arena_done(&f.arena);
}

/* Events that were heard of in another order than they happened. */
static void test_phases__never_end_before_they_begin(void **state)
{
	struct fixture f = { 0 };
	struct timeline t;

	(void)state;
	find(&f, "1868 suspended migrated" UUID,
	     "1750 started migrated" UUID "1866 resumed "
	     "migrated" UUID);
	t = put(&f, 2, -1);
	for (size_t i = 0; i < t.moves[0].n; i++)
		assert_true(t.moves[0].phases[i].to_us >= t.moves[0].phases[i].from_us);
	arena_done(&f.arena);
}

/* Everything that a drawing refers to lies within it, whatever was recorded. */
static void test_picture__stays_within_its_box(void **state)
{
	static struct move moves[] = {
		{ .phases = { { PHASE_PREPARE, INT64_MIN / 2, 5 },
			      { PHASE_COPY, 5, 5 },
			      { PHASE_STILL, 5, 6 },
			      { PHASE_FINISH, 6, INT64_MAX } },
		  .n = 4 },
	};
	static const struct timeline odd[] = {
		{ .duration_us = 1, .gap_to_us = 1, .whole = { 0, 1, 4, { 0 } } },
		{ .duration_us = 1000,
		  .gap_from_us = 500,
		  .gap_to_us = 501,
		  .whole = { 0, 1000, 60, { 8, 1 } },
		  .downtime_ms = INT64_MAX / 2000 },
		{ .duration_us = INT64_MAX,
		  .gap_to_us = INT64_MAX,
		  .whole = { 0, INT64_MAX, 60, { 8 } },
		  .moves = moves,
		  .move_count = 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		const struct picture picture = { &odd[i],   &odd[i].whole, "a \"<b>\" & c", "text",
						 "answers", "phases",	   "downtime" };
		char *text = NULL;
		size_t len;
		FILE *f = open_memstream(&text, &len);

		html_picture(f, &picture, 7);
		fclose(f);
		assert_null(strstr(text, "<b>"));
		assert_null(strstr(text, "=\"-"));
		for (const char *p = text; (p = strchr(p, '%')); p++) {
			const char *q = p;

			while (q[-1] != '"')
				q--;
			assert_in_range((int)strtod(q, NULL), 0, 100);
		}
		assert_non_null(strstr(text, "class=\"silence\""));
		assert_non_null(strstr(text, "role=\"img\" aria-labelledby=\"t7\""));
		assert_non_null(strstr(text, "<desc id=\"d7\">text</desc>"));
		assert_null(strstr(text, "style="));
		assert_true(len < 16384);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phases__of_one_that_went_well),
		cmocka_unit_test(test_phases__of_one_that_paused_first),
		cmocka_unit_test(test_phases__of_one_that_failed),
		cmocka_unit_test(test_phases__where_events_are_missing),
		cmocka_unit_test(test_phases__without_a_step),
		cmocka_unit_test(test_phases__never_end_before_they_begin),
		cmocka_unit_test(test_picture__stays_within_its_box),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
