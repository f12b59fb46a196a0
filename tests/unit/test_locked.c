/* SPDX-License-Identifier: Apache-2.0 */
/* test_locked: a prediction that was changed or taken out behind kvmlab's back is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge_fixture.h"
#include "runner/base/cleanup.h"
#include "runner/run/steps.h"

static struct step step = { .id = "s" };

/* Two choices, the first predicted and locked; one step that has not run and one check. */
static void set(struct fixture *f, struct step_result *s)
{
	struct prediction *p = &f->result.prediction;

	fixture_init(f);
	f->report.run_id = "lock-1";
	fixture_choice(f, (struct condition){ 0 })->text.in[LANG_EN] = "the first";
	fixture_choice(f, (struct condition){ 0 });
	fixture_check(f, 10, VERDICT_PASS, 1);
	*s = (struct step_result){ .step = &step };
	f->experiment.steps.v = &step;
	f->experiment.steps.n = 1;
	f->result.steps = s;
	*p = (struct prediction){ .choice = "p0", .reason = "r", .sure = 3, .at_ms = 7 };
	prediction_hash("lock-1", f->experiment.id, p);
}

static int kind_of(const struct report *report)
{
	struct err err = { 0 };
	int rc = predictions_check(report, &err);

	assert_int_equal(rc, err.kind ? -1 : 0);
	return (int)err.kind;
}

static void test_locked__sound_prediction_stands(void **state)
{
	struct step_result s;
	struct fixture f;

	(void)state;
	set(&f, &s);
	assert_int_equal(kind_of(&f.report), ERR_NONE);
	s.state = STEP_DONE;
	assert_int_equal(kind_of(&f.report), ERR_NONE);
	fixture_done(&f);
}

static void test_locked__changed_part_is_seen(void **state)
{
	static const struct prediction others[] = {
		{ .choice = "p1", .reason = "r", .sure = 3, .at_ms = 7 },
		{ .choice = "p0", .reason = "q", .sure = 3, .at_ms = 7 },
		{ .choice = "p0", .reason = "r", .sure = 5, .at_ms = 7 },
		{ .choice = NULL, .reason = "r", .sure = 3, .at_ms = 7 },
	};
	struct step_result s;
	struct fixture f;

	(void)state;
	set(&f, &s);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct prediction p = others[i];

		memcpy(p.hash, f.result.prediction.hash, sizeof(p.hash));
		f.result.prediction = p;
		assert_int_equal(kind_of(&f.report), ERR_LAB);
	}
	fixture_done(&f);
}

static void test_locked__other_hash_and_other_run_are_seen(void **state)
{
	struct step_result s;
	struct fixture f;

	(void)state;
	set(&f, &s);
	f.report.run_id = "lock-2";
	assert_int_equal(kind_of(&f.report), ERR_LAB);
	f.report.run_id = "lock-1";
	f.result.prediction.hash[0] = '\0';
	assert_int_equal(kind_of(&f.report), ERR_LAB);
	fixture_done(&f);
}

static void test_locked__taken_out_is_seen_once_it_has_begun(void **state)
{
	struct step_result s;
	struct fixture f;

	(void)state;
	set(&f, &s);
	f.result.prediction = (struct prediction){ 0 };
	f.result.checks[0].when_ms = 0;
	assert_int_equal(kind_of(&f.report), ERR_NONE);
	s.state = STEP_STARTED;
	assert_int_equal(kind_of(&f.report), ERR_LAB);
	s.state = STEP_SKIPPED;
	assert_int_equal(kind_of(&f.report), ERR_LAB);
	s.state = STEP_NOT_RUN;
	f.result.checks[0].when_ms = 1;
	assert_int_equal(kind_of(&f.report), ERR_LAB);
	f.experiment.predict = NULL;
	assert_int_equal(kind_of(&f.report), ERR_NONE);
	fixture_done(&f);
}

/* What a resumed run says with that in the answers file. */
static bool is_reproached(struct fixture *f, const struct given *given)
{
	const struct ui_options options = { .plain = true };
	char *said = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&said, &len);
	struct run run = { .report = f->report };
	bool ret;

	assert_int_equal(ui_open(out, &options, &run.ui, NULL), 0);
	prediction_tell(&run, 0, given);
	ui_close(run.ui);
	fclose(out);
	assert_non_null(strstr(said, "is locked: the first"));
	ret = strstr(said, "not taken") != NULL;
	free(said);
	return ret;
}

static void test_locked__another_one_given_later_is_told(void **state)
{
	struct given given = { .choice = "p0", .reason = "r", .sure = 3 };
	struct step_result s;
	struct fixture f;

	(void)state;
	set(&f, &s);
	assert_false(is_reproached(&f, NULL));
	assert_false(is_reproached(&f, &given));
	given.choice = "p1";
	assert_true(is_reproached(&f, &given));
	given.choice = "p0";
	given.reason = NULL;
	assert_true(is_reproached(&f, &given));
	given.reason = "r";
	given.sure = 4;
	assert_true(is_reproached(&f, &given));
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_locked__sound_prediction_stands),
		cmocka_unit_test(test_locked__changed_part_is_seen),
		cmocka_unit_test(test_locked__other_hash_and_other_run_are_seen),
		cmocka_unit_test(test_locked__taken_out_is_seen_once_it_has_begun),
		cmocka_unit_test(test_locked__another_one_given_later_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
