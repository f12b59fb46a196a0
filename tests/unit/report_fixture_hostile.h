/* SPDX-License-Identifier: Apache-2.0 */
/* report_fixture_hostile: HOSTILE wherever a text may stand; included by report_fixture.h. */
#pragma once

#define HT T(HOSTILE, HOSTILE)

static const struct report *fixture_hostile(void);
static inline const struct report *fixture_hostile(void)
{
	static const struct measure_spec specs[] = { { "text", VALUE_STRING, NULL, "text" },
						     { "list", VALUE_LIST, NULL, "list" } };
	static const char *elements[] = { HOSTILE, "b" };
	static struct value values[] = { { .type = VALUE_STRING, .s = HOSTILE },
					 { .type = VALUE_LIST, .list = { elements, 2 } } };
	static struct clause clauses[] = { { .check = 0, .matcher = { .measure = 0 } } };
	static struct alternative any[] = { LIST(clauses) };
	static struct choice choices[] = { { "a", HT, { any, 1 } } };
	static struct predict predict = { HT, LIST(choices), true, true };
	static struct step steps[] = {
		{ .id = "s", .title = HT, .text = HT, .on = "local", .run = HOSTILE }
	};
	static struct check checks[] = {
		{ .id = "pass",
		  .title = HT,
		  .why = HT,
		  .next = HT,
		  .specs = specs,
		  .spec_count = 2 },
		{ .id = "fail", .title = HT, .why = HT, .next = HT },
		{ .id = "broken", .title = HT },
		{ .id = "skip", .title = HT },
		{ .id = "na", .title = HT },
	};
	static struct rubric_row rubric[] = { { 1, { 0 }, HT } };
	static struct question questions[] = {
		{ .id = "q",
		  .part = PART_EXPLAIN,
		  .kind = QUESTION_TEXT,
		  .ask = HT,
		  .model_answer = HT,
		  .rubric = LIST(rubric) },
		{ .id = "o",
		  .part = PART_OBSERVE,
		  .kind = QUESTION_TEXT,
		  .ask = HT,
		  .answer_is_measure = true },
	};
	static struct diagnosis diagnosis = { .id = "d", .text = HT, .next = HT };
	static const struct diagnosis *diagnoses[] = { &diagnosis };
	static struct experiment experiment = { .id = "e",
						.title = HT,
						.background = HT,
						.hypothesis = HT,
						.predict = &predict,
						.steps = LIST(steps),
						.checks = LIST(checks),
						.supported_if = LIST(any),
						.questions = LIST(questions) };
	static struct lab lab = { .path = HOSTILE,
				  .id = "hostile",
				  .title = HT,
				  .summary = HT,
				  .threshold = 60,
				  .experiments = { &experiment, 1 } };
	static struct evidence_item ran = { .name = "s",
					    .kind = EVIDENCE_STEP,
					    .host = "local",
					    .where = HOSTILE,
					    .out = OUTPUT(HOSTILE),
					    .err = OUTPUT("\xff\xfe\0x") };
	static struct evidence_item seen = { .name = "f",
					     .kind = EVIDENCE_FILE,
					     .host = HOSTILE,
					     .where = HOSTILE,
					     .out = OUTPUT(HOSTILE) };
	static struct step_result done = { .step = steps,
					   .state = STEP_DONE,
					   .shown = HOSTILE,
					   .why = HOSTILE,
					   .evidence = &ran };
	static struct finding finding = { .measure = "text",
					  .expected = HOSTILE,
					  .found = HOSTILE };
	static struct check_result results[] = {
		{ .check = &checks[0],
		  .verdict = VERDICT_PASS,
		  .reason = HOSTILE,
		  .measures = { .specs = specs, .values = values, .n = 2 },
		  .findings = &finding,
		  .finding_count = 1,
		  .evidence = { .items = &seen, .n = 1 } },
		{ .check = &checks[1],
		  .verdict = VERDICT_FAIL,
		  .reason = HOSTILE,
		  .findings = &finding,
		  .finding_count = 1 },
		{ .check = &checks[2], .verdict = VERDICT_BROKEN, .reason = HOSTILE },
		{ .check = &checks[3], .verdict = VERDICT_SKIP, .reason = HOSTILE },
		{ .check = &checks[4], .verdict = VERDICT_NA, .reason = HOSTILE },
	};
	static struct answer answers[] = { { HOSTILE, 1, 1 }, { HOSTILE, 0, 1 } };
	static struct grade_line lines[] = {
		{ GRADE_EXECUTE, "pass", HOSTILE, HOSTILE, 100, 100, true, false, false },
		{ GRADE_OBSERVE, "o", HOSTILE, HOSTILE, 0, 100, true, false, false },
		{ GRADE_EXPLAIN, "q", HOSTILE, HOSTILE, 50, 100, true, false, true },
	};
	static struct experiment_result result = { .experiment = &experiment,
						   .outcome = OUTCOME_INCONCLUSIVE,
						   .outcome_why = HOSTILE,
						   .prediction = { HOSTILE, HOSTILE, 1, 1, "",
								   VERDICT_NONE },
						   .steps = &done,
						   .checks = results,
						   .answers = answers,
						   .diagnoses = diagnoses,
						   .diagnosis_count = 1,
						   .grade = { 150, 300, true, false, lines, 3 } };
	static struct fact facts[] = { { HOSTILE, HOSTILE } };
	static struct host_change changes[] = { { HOSTILE, HOST_UNDONE, HOSTILE } };
	static const struct report report = {
		.lab = &lab,
		.lang = LANG_EN,
		.run_id = HOSTILE,
		.mode = "practice",
		.version = HOSTILE,
		.started_ms = 1,
		.finished_ms = 2,
		.complete = true,
		.host = { facts, 1 },
		.experiments = &result,
		.changes = { changes, 1 },
		.grade = { .earned = 150, .possible = 300, .provisional = true },
		.exit_code = 1
	};

	return &report;
}
