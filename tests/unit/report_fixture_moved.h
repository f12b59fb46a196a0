/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_fixture_moved: a live migration under ping, its times as seen in a sandbox; another that
 * failed. Included by report_fixture.h.
 */
#pragma once

#include "tests/unit/report_fixture_lab.h"

static const struct measure_spec moved_outage_specs[] = {
	{ "longest_gap_ms", VALUE_NUMBER, "ms", "gap" },
	{ "answered", VALUE_INT, NULL, "answered" },
};
static struct value moved_outage_values[] = {
	{ .type = VALUE_NUMBER, .d = 434.238 },
	{ .type = VALUE_INT, .i = 305 },
};
static const struct measure_spec moved_job_specs[] = {
	{ "downtime_ms", VALUE_INT, "ms", "downtime" },
};
static struct value moved_job_values[] = { { .type = VALUE_INT, .i = 375 } };
static struct step moved_steps[] = {
	{ .id = "at-source",
	  .title = T("Mendengarkan host sumber", "Listen to the source"),
	  .on = "local" },
	{ .id = "at-destination",
	  .title = T("Mendengarkan host tujuan", "Listen to the destination"),
	  .on = "local" },
	{ .id = "ping", .title = T("Ping terus-menerus", "Ping all the time"), .on = "local" },
	{ .id = "migrate",
	  .title = T("Memindahkan VM", "Move the VM"),
	  .on = "source",
	  .run = "virsh migrate --live \"$vm\" \"$dest_uri\"" },
};
static struct check moved_checks[] = {
	{ .id = "outage",
	  .title = T("Berapa lama VM diam", "How long the VM was silent"),
	  .specs = moved_outage_specs,
	  .spec_count = 2,
	  .on = "local",
	  .points = 1 },
	{ .id = "job",
	  .title = T("Angka dari QEMU", "QEMU's own figures"),
	  .specs = moved_job_specs,
	  .spec_count = 1,
	  .on = "local",
	  .points = 1 },
	{ .id = "again",
	  .title = T("Percobaan yang gagal", "The attempt that failed"),
	  .on = "local",
	  .points = 1 },
};
static struct experiment moved_experiment = {
	.id = "ping-during-migration",
	.title = T("Ping selama migrasi", "Ping during the migration"),
	.hypothesis =
		T("Koneksi hanya terputus sesaat.", "Connectivity is lost only for a moment."),
	.steps = LIST(moved_steps),
	.checks = LIST(moved_checks)
};
static struct lab moved_lab = { .path = "labs/07-live-migration.yaml",
				.id = "live-migration",
				.title = T("Migrasi langsung", "Live migration"),
				.threshold = 60,
				.experiments = { &moved_experiment, 1 } };

#define MOVED_UUID "af6d2894-01f3-4f1d-95e0-598cef3bd89d"
static struct evidence_item moved_done[] = {
	{ .name = "events",
	  .kind = EVIDENCE_PROBE,
	  .host = "source",
	  .where = "probe events, on: source",
	  .when_ms = TIME_MS,
	  .ms = 3866,
	  .end = END_CANCELLED,
	  .out = OUTPUT("1795260000020 connected - - qemu+ssh://source/system\n"
			"1795260000021 found running " MOVED_UUID " db01\n"
			"1795260001868 suspended migrated " MOVED_UUID " db01\n"
			"1795260002464 stopped migrated " MOVED_UUID " db01\n") },
	{ .name = "events",
	  .kind = EVIDENCE_PROBE,
	  .host = "destination",
	  .where = "probe events, on: destination",
	  .when_ms = TIME_MS,
	  .ms = 3755,
	  .end = END_CANCELLED,
	  .out = { .kept = "1795260000046 connected - - qemu+ssh://destination/system\n"
			   "179526000 resumed migrated " MOVED_UUID " db01\n",
		   .kept_len = 126,
		   .head_len = 64,
		   .total = 4711,
		   .sha256 = { 4, 7, 1, 1 } } },
	{ .name = "ping",
	  .kind = EVIDENCE_PROBE,
	  .host = "local",
	  .where = "probe ping, target: 10.77.0.10, interval_ms: 10",
	  .when_ms = TIME_MS + 100,
	  .ms = 3426,
	  .out = OUTPUT("target=10.77.0.10\nsocket=raw\ninterval_ms=10\n"
			"started_unix_ms=1795260000100\nended_us=3426841\nduplicates=0\n"
			"out_of_order=0\nsend_errors=0\nechoes=343\n14 545\n10012 10470\n") },
	{ .name = "step",
	  .kind = EVIDENCE_STEP,
	  .host = "source",
	  .where = "virsh",
	  .when_ms = TIME_MS + 1153,
	  .ms = 1300 },
};
static struct step_result moved_step_results[] = {
	{ .step = &moved_steps[0],
	  .state = STEP_DONE,
	  .shown = "probe events, on: source",
	  .evidence = &moved_done[0],
	  .started_ms = TIME_MS },
	{ .step = &moved_steps[1],
	  .state = STEP_DONE,
	  .shown = "probe events, on: destination",
	  .evidence = &moved_done[1],
	  .started_ms = TIME_MS },
	{ .step = &moved_steps[2],
	  .state = STEP_DONE,
	  .shown = "probe ping, target: 10.77.0.10, interval_ms: 10",
	  .evidence = &moved_done[2],
	  .started_ms = TIME_MS + 100 },
	{ .step = &moved_steps[3],
	  .state = STEP_DONE,
	  .shown = "virsh migrate --live db01 qemu+ssh://destination/system",
	  .evidence = &moved_done[3],
	  .started_ms = TIME_MS + 1153 },
};

#define FULL_8 8, 8, 8, 8, 8, 8, 8, 8
static struct move moved_moves[] = {
	{ .name = "db01",
	  .from = "source",
	  .to = "destination",
	  .phases = { { PHASE_PREPARE, 1053000, 1650000 },
		      { PHASE_COPY, 1650000, 1768000 },
		      { PHASE_STILL, 1768000, 2146000 },
		      { PHASE_FINISH, 2146000, 2364000 } },
	  .n = 4 },
};
static struct timeline moved_timeline = {
	.duration_us = 3426841,
	.gap_from_us = 1760583,
	.gap_to_us = 2194821,
	.interval_ms = 10,
	.sent = 343,
	.answered = 305,
	.whole = { 0,
		   3426841,
		   60,
		   { FULL_8, FULL_8, FULL_8, 8, 8, 8,	   8,	   8, 8, 8, 0, 0, 0,
		     0,	     0,	     0,	     0, 4, FULL_8, FULL_8, 8, 8, 8, 8, 8 } },
	.near = { 1543465, 2411940, 40, { FULL_8, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
					  0,	  0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 4, 8, 8, 8, 8 } },
	.started_unix_ms = TIME_MS + 100,
	.moves = moved_moves,
	.move_count = 1,
	.downtime_ms = 375
};
/* Two attempts at once, one without the destination's events, on a clock that was set. */
static struct move moved_failed[] = {
	{ .name = "db01",
	  .from = "source",
	  .to = "destination",
	  .failed = true,
	  .phases = { { PHASE_PREPARE, -250000, 639000 },
		      { PHASE_COPY, 639000, 2244000 },
		      { PHASE_STILL, 2244000, 3413000 },
		      { PHASE_FINISH, 3413000, 3611000 } },
	  .n = 4 },
	{ .name = "web01",
	  .from = "source",
	  .phases = { { PHASE_BEFORE, 4000000, 5000000 } },
	  .n = 1 },
};
static struct timeline moved_failed_timeline = {
	.duration_us = 6328000,
	.gap_from_us = 2238000,
	.gap_to_us = 3415000,
	.interval_ms = 10,
	.sent = 633,
	.answered = 633,
	.whole = { 0,
		   6328000,
		   60,
		   { FULL_8, FULL_8, 8, 8, 8, 8, 8, 1, 0, 0,	  0,	  0,	 0,
		     0,	     0,	     0, 0, 0, 8, 8, 8, 8, FULL_8, FULL_8, FULL_8 } },
	.started_unix_ms = TIME_MS,
	.drift_ms = 120,
	.moves = moved_failed,
	.move_count = 2,
	.is_cut = true,
	.downtime_ms = -1
};
static struct check_result moved_check_results[] = {
	{ .check = &moved_checks[0],
	  .verdict = VERDICT_PASS,
	  .reason = "1 of 1 expectations held",
	  .measures = { .specs = moved_outage_specs, .values = moved_outage_values, .n = 2 },
	  .timeline = &moved_timeline,
	  .when_ms = TIME_MS },
	{ .check = &moved_checks[1],
	  .verdict = VERDICT_PASS,
	  .reason = "1 of 1 expectations held",
	  .measures = { .specs = moved_job_specs, .values = moved_job_values, .n = 1 },
	  .when_ms = TIME_MS },
	{ .check = &moved_checks[2],
	  .verdict = VERDICT_PASS,
	  .reason = "nothing was expected",
	  .timeline = &moved_failed_timeline,
	  .when_ms = TIME_MS },
};
static struct experiment_result moved_result = { .experiment = &moved_experiment,
						 .outcome = OUTCOME_SUPPORTED,
						 .outcome_why = "outage: longest_gap_ms is below "
								"3000 ms (found 434.238)",
						 .steps = moved_step_results,
						 .checks = moved_check_results,
						 .grade = { 5000, 5000, false, false, NULL, 0 } };

static inline const struct report *fixture_moved(enum lang lang)
{
	static struct report report = { .lab = &moved_lab,
					.run_id = "20261121-7c01",
					.mode = "practice",
					.version = "0.1.0",
					.started_ms = TIME_MS,
					.finished_ms = TIME_MS + 9000,
					.complete = true,
					.experiments = &moved_result,
					.grade = { .earned = 5000, .possible = 5000 } };

	report.lang = lang;
	return &report;
}
