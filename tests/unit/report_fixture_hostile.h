/* SPDX-License-Identifier: Apache-2.0 */
/* report_fixture_hostile: HOSTILE wherever a text may stand; included by report_fixture.h. */
#pragma once

#define HT T(HOSTILE, HOSTILE)

static const struct measure_spec hostile_specs[] = { { "text", VALUE_STRING, NULL, "text" },
						     { "list", VALUE_LIST, NULL, "list" } };
static const char *hostile_elements[] = { HOSTILE, "b" };
static struct value hostile_values[] = { { .type = VALUE_STRING, .s = HOSTILE },
					 { .type = VALUE_LIST, .list = { hostile_elements, 2 } } };
static struct clause hostile_clauses[] = { { .check = 0, .matcher = { .measure = 0 } } };
static struct alternative hostile_any[] = { LIST(hostile_clauses) };
static struct choice hostile_choices[] = { { "a", HT, { hostile_any, 1 } } };
static struct predict hostile_predict = { HT, LIST(hostile_choices), true, true };
static struct step hostile_steps[] = {
	{ .id = "s", .title = HT, .text = HT, .on = "local", .run = HOSTILE }
};
static struct check hostile_checks[] = {
	{ .id = "pass",
	  .title = HT,
	  .why = HT,
	  .next = HT,
	  .specs = hostile_specs,
	  .spec_count = 2 },
	{ .id = "fail", .title = HT, .why = HT, .next = HT },
	{ .id = "broken", .title = HT },
	{ .id = "skip", .title = HT },
	{ .id = "na", .title = HT },
};
static struct rubric_row hostile_rubric[] = { { .points = 1, .text = HT } };
static struct question hostile_questions[] = {
	{ .id = "q",
	  .part = PART_EXPLAIN,
	  .kind = QUESTION_TEXT,
	  .ask = HT,
	  .model_answer = HT,
	  .rubric = LIST(hostile_rubric) },
	{ .id = "o",
	  .part = PART_OBSERVE,
	  .kind = QUESTION_TEXT,
	  .ask = HT,
	  .answer_is_measure = true },
};
static struct diagnosis hostile_diagnosis = { .id = "d", .text = HT, .next = HT };
static const struct diagnosis *hostile_diagnoses[] = { &hostile_diagnosis };
static struct experiment hostile_experiment = { .id = "e",
						.title = HT,
						.background = HT,
						.hypothesis = HT,
						.predict = &hostile_predict,
						.steps = LIST(hostile_steps),
						.checks = LIST(hostile_checks),
						.supported_if = LIST(hostile_any),
						.questions = LIST(hostile_questions) };
static struct lab hostile_lab = { .path = HOSTILE,
				  .id = "hostile",
				  .title = HT,
				  .summary = HT,
				  .threshold = 60,
				  .experiments = { &hostile_experiment, 1 } };
static struct evidence_item hostile_ran = { .name = "s",
					    .kind = EVIDENCE_STEP,
					    .host = "local",
					    .where = HOSTILE,
					    .out = OUTPUT(HOSTILE),
					    .err = OUTPUT("\xff\xfe\0x") };
static struct evidence_item hostile_seen = { .name = "f",
					     .kind = EVIDENCE_FILE,
					     .host = HOSTILE,
					     .where = HOSTILE,
					     .out = OUTPUT(HOSTILE) };
static struct step_result hostile_done = { .step = hostile_steps,
					   .state = STEP_DONE,
					   .shown = HOSTILE,
					   .why = HOSTILE,
					   .evidence = &hostile_ran };
static struct finding hostile_finding = { .measure = "text",
					  .expected = HOSTILE,
					  .found = HOSTILE };
static struct move hostile_moves[] = {
	{ .name = HOSTILE,
	  .from = HOSTILE,
	  .to = HOSTILE,
	  .phases = { { PHASE_PREPARE, INT64_MIN / 2, 1 },
		      { PHASE_STILL, 0, 0 },
		      { PHASE_FINISH, 5, INT64_MAX / 2 } },
	  .n = 3 },
	{ .name = HOSTILE, .failed = true, .phases = { { PHASE_BEFORE, 9, 9 } }, .n = 1 },
};
static struct timeline hostile_timeline = { .duration_us = 9000,
					    .gap_to_us = 9000,
					    .interval_ms = 1,
					    .whole = { 0, 9000, 4, { 8 } },
					    .drift_ms = -3600000,
					    .moves = hostile_moves,
					    .move_count = 2,
					    .is_cut = true,
					    .downtime_ms = 99 * 3600000LL };
static struct check_result hostile_results[] = {
	{ .check = &hostile_checks[0],
	  .verdict = VERDICT_PASS,
	  .reason = HOSTILE,
	  .measures = { .specs = hostile_specs, .values = hostile_values, .n = 2 },
	  .findings = &hostile_finding,
	  .finding_count = 1,
	  .evidence = { .items = &hostile_seen, .n = 1 },
	  .timeline = &hostile_timeline },
	{ .check = &hostile_checks[1],
	  .verdict = VERDICT_FAIL,
	  .reason = HOSTILE,
	  .findings = &hostile_finding,
	  .finding_count = 1 },
	{ .check = &hostile_checks[2], .verdict = VERDICT_BROKEN, .reason = HOSTILE },
	{ .check = &hostile_checks[3], .verdict = VERDICT_SKIP, .reason = HOSTILE },
	{ .check = &hostile_checks[4], .verdict = VERDICT_NA, .reason = HOSTILE },
};
static struct answer hostile_answers[] = { { HOSTILE, 1, 1, HOSTILE, 1 },
					   { HOSTILE, 0, 1, NULL, 0 } };
static struct grade_line hostile_lines[] = {
	{ GRADE_EXECUTE, "pass", HOSTILE, HOSTILE, 100, 100, true, false, false, false },
	{ GRADE_OBSERVE, "o", HOSTILE, HOSTILE, 0, 100, true, false, false, false },
	{ GRADE_EXPLAIN, "q", HOSTILE, HOSTILE, 50, 100, true, false, true, false },
};
static struct experiment_result hostile_result = {
	.experiment = &hostile_experiment,
	.outcome = OUTCOME_INCONCLUSIVE,
	.outcome_why = HOSTILE,
	.prediction = { HOSTILE, HOSTILE, 1, 1, "", VERDICT_NONE },
	.steps = &hostile_done,
	.checks = hostile_results,
	.answers = hostile_answers,
	.diagnoses = hostile_diagnoses,
	.diagnosis_count = 1,
	.grade = { 150, 300, true, false, hostile_lines, 3 }
};
static struct fact hostile_facts[] = { { HOSTILE, HOSTILE } };
static struct host_change hostile_changes[] = { { HOSTILE, HOST_UNDONE, HOSTILE } };
static const struct report hostile_report = {
	.lab = &hostile_lab,
	.lang = LANG_EN,
	.run_id = HOSTILE,
	.mode = "practice",
	.version = HOSTILE,
	.started_ms = 1,
	.finished_ms = 2,
	.complete = true,
	.host = { hostile_facts, 1 },
	.experiments = &hostile_result,
	.changes = { hostile_changes, 1 },
	.grade = { .earned = 150, .possible = 300, .provisional = true },
	.exit_code = 1
};

static inline const struct report *fixture_hostile(void)
{
	return &hostile_report;
}
