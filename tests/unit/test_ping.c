/* SPDX-License-Identifier: Apache-2.0 */
/* test_ping: what a ping saw is kept whole and read back; a probe that was cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "checks/probe.h"
#include "runner/base/cleanup.h"
#include "runner/host/kinds.h"
#include "runner/host/ping.h"
#include "runner/host/ping_target.h"
#include "runner/run/steps.h"

static void read_back(const struct ping_record *r, struct arena *arena, struct ping_record *ret)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct output out = { 0 };
	struct err err;

	ping_record_write(r, &text);
	host_output_set(&out, buf_str(&text), text.len, arena);
	if (ping_record_read(&out, arena, ret, &err) < 0)
		fail_msg("%s", err.msg);
}

static void test_ping__a_record_is_read_back_as_it_was(void **state)
{
	struct ping_echo echoes[] = { { 0, 400 }, { 10000, -1 }, { 20000, 20000 } };
	const struct ping_record r = { .target = "2001:db8::7",
				       .socket = "raw",
				       .interval_ms = 10,
				       .started_unix_ms = 1795262400000,
				       .ended_us = 30000,
				       .duplicates = 1,
				       .out_of_order = 2,
				       .send_errors = 3,
				       .echoes = echoes,
				       .n = 3 };
	_cleanup_arena_ struct arena arena = { 0 };
	struct ping_record back = { 0 };

	(void)state;
	read_back(&r, &arena, &back);
	assert_string_equal(back.target, r.target);
	assert_string_equal(back.socket, r.socket);
	assert_int_equal(back.interval_ms, 10);
	assert_int_equal(back.started_unix_ms, r.started_unix_ms);
	assert_int_equal(back.ended_us, 30000);
	assert_int_equal(back.duplicates, 1);
	assert_int_equal(back.out_of_order, 2);
	assert_int_equal(back.send_errors, 3);
	assert_int_equal(back.n, 3);
	assert_memory_equal(back.echoes, echoes, sizeof(echoes));
}

/* The machine's own address answers each one, on either kind of socket that is allowed. */
static void test_ping__loopback_answers_all(void **state)
{
	const struct ping_spec spec = { .target = "127.0.0.1", .interval_ms = 5 };
	_cleanup_arena_ struct arena arena = { 0 };
	struct ping_record record, back;
	struct ping_glance glance;
	struct ping_figures f;
	struct ping *ping;
	struct err err = { 0 };

	(void)state;
	if (ping_start(&spec, &ping, &err) < 0) {
		if (err.kind == ERR_PRIVILEGE)
			skip();
		fail_msg("%s", err.msg);
	}
	assert_int_equal(ping_wait_answer(ping, 5000, &err), 0);
	do {
		ping_peek(ping, &glance);
		assert_true(glance.silent_us < 10000000);
		assert_true(glance.answers <= glance.sent);
		assert_true(glance.longest_us >= glance.silent_us);
	} while (glance.answers < 20);
	assert_int_equal(ping_stop(ping, 200, &arena, &record, &err), 0);
	read_back(&record, &arena, &back);
	ping_measure(&back, &f);
	assert_true(f.answered >= 20);
	assert_int_equal(f.lost, 0);
	assert_int_equal(record.duplicates, 0);
}

static void test_ping__refuses_what_is_no_address(void **state)
{
	static const struct ping_spec wrong[] = {
		{ "localhost", 10 },
		{ "", 10 },
		{ "127.0.0.1", 0 },
		{ "127.0.0.1", 1001 },
		{ "127.0.0.1%lo", 10 },
		{ "fe80::7%", 10 },
		{ "2001:db8::7%lo", 10 },
		{ "fe80::7", 10 },
		{ "fe80::7%toolonganame0000", 10 },
	};
	struct ping *ping;
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(ping_start(&wrong[i], &ping, &err), -1);
		assert_int_equal(err.kind, ERR_LAB);
	}
	assert_int_equal(ping_target_check("fe80::7", &err), -1);
	assert_non_null(strstr(err.msg, "fe80::7%br0"));
	assert_int_equal(ping_target_check("fe80::7%elsewhere0", &err), 0);
	assert_int_equal(ping_start(&(struct ping_spec){ "fe80::7%elsewhere0", 10 }, &ping, &err),
			 -1);
	assert_int_equal(err.kind, ERR_ENV);
	assert_non_null(strstr(err.msg, "'elsewhere0'"));
}

/* The live line counts as the check does: from the first answer on. */
static void test_ping__what_is_before_the_first_answer_is_no_gap(void **state)
{
	struct ping_echo echoes[200];
	const struct ping_record r = {
		.interval_ms = 10, .ended_us = 2000000, .echoes = echoes, .n = 200
	};
	struct ping_figures f;

	(void)state;
	for (int64_t i = 0; i < 200; i++)
		echoes[i] = (struct ping_echo){ i * 10000, i < 80 ? -1 : i * 10000 + 300 };
	ping_measure(&r, &f);
	assert_int_equal(f.longest.to_us - f.longest.from_us, 10000);
	assert_int_equal(f.gaps, 0);
	assert_int_equal(f.lost, 80);
	/* It never came: then all of it is one. */
	for (int64_t i = 0; i < 200; i++)
		echoes[i].answered_us = -1;
	ping_measure(&r, &f);
	assert_int_equal(f.longest.to_us - f.longest.from_us, 2000000);
}

/* Cut off in the middle: a probe is worth starting anew only for steps that are left. */
static void test_probe__settles_by_what_is_left(void **state)
{
	struct step steps[3] = { { .id = "ping", .probe = probes[0] },
				 { .id = "a" },
				 { .id = "again", .probe = probes[0] } };
	struct experiment experiment = { .steps = { steps, 3 } };
	struct step_result results[3] = { { .step = &steps[0], .state = STEP_STARTED },
					  { .step = &steps[1], .state = STEP_STARTED },
					  { .step = &steps[2], .state = STEP_STARTED } };
	struct experiment_result x = { .experiment = &experiment, .steps = results };

	(void)state;
	assert_int_equal(probe_settle(&x, &results[0]), 1);
	assert_non_null(results[0].why);
	results[1].state = STEP_DONE;
	assert_int_equal(probe_settle(&x, &results[0]), 0);
	assert_non_null(strstr(results[0].why, "cut off"));
}

static void add_ping(struct evidence *ev, const struct ping_record *r, struct arena *arena)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct evidence_item *item = evidence_add(ev, "ping");

	item->kind = EVIDENCE_PROBE;
	ping_record_write(r, &text);
	host_output_set(&item->out, buf_str(&text), text.len, arena);
}

/* 600 ms at 1 ms; frozen from 200 to 400 ms: all is answered, and the picture shows the silence. */
static void test_timeline__shows_the_silence_of_a_frozen_guest(void **state)
{
	struct ping_echo echoes[600];
	const struct ping_record r = { .target = "192.0.2.7",
				       .socket = "raw",
				       .interval_ms = 1,
				       .ended_us = 600000,
				       .echoes = echoes,
				       .n = 600 };
	_cleanup_arena_ struct arena arena = { 0 };
	struct evidence ev = { 0 };
	const struct timeline *t;

	(void)state;
	for (int64_t i = 0; i < 600; i++)
		echoes[i] = (struct ping_echo){ i * 1000,
						i >= 200 && i < 400 ? 400100 : i * 1000 + 100 };
	add_ping(&ev, &r, &arena);
	t = timeline_new(&ev, &arena);
	assert_non_null(t);
	assert_int_equal(t->gap_from_us, 199100);
	assert_int_equal(t->gap_to_us, 400100);
	assert_int_equal(t->answered, 600);
	for (size_t i = 0; i < TIMELINE_BINS; i++)
		assert_int_equal(t->whole.levels[i], i >= 20 && i < 40 ? 0 : 8);
	assert_true(timeline_has_gap(t));
	assert_non_null(strstr(timeline_spark(t, TIMELINE_BINS, false, &arena), "█·"));
	assert_string_equal(timeline_spark(t, 6, true, &arena), "##..##");
	/* The one that holds both is silent. */
	assert_string_equal(timeline_spark(t, 4, true, &arena), "#..#");
	assert_int_equal(timeline_column(t, 199100, 60), 19);
	assert_int_equal(timeline_column(t, 700000, 60), 59);
	ev.items[0].out.total++;
	assert_null(timeline_new(&ev, &arena));
	evidence_done(&ev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ping__a_record_is_read_back_as_it_was),
		cmocka_unit_test(test_ping__loopback_answers_all),
		cmocka_unit_test(test_ping__refuses_what_is_no_address),
		cmocka_unit_test(test_ping__what_is_before_the_first_answer_is_no_gap),
		cmocka_unit_test(test_timeline__shows_the_silence_of_a_frozen_guest),
		cmocka_unit_test(test_probe__settles_by_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
