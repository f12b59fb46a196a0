/* SPDX-License-Identifier: Apache-2.0 */
/* report_fixture_usual: a student's run of that lab; included by report_fixture.h. */
#pragma once

#include "tests/unit/report_fixture_lab.h"

static const char usual_lscpu[] = "Architecture:            x86_64\n"
				  "  CPU op-mode(s):        32-bit, 64-bit\n"
				  "Vendor ID:               AuthenticAMD\n"
				  "  Model name:            AMD EPYC 7763 64-Core Processor\n"
				  "Virtualization features: \n"
				  "  Virtualization:        AMD-V\n"
				  "Vulnerabilities:         \n"
				  "  Spectre v1:            Mitigation; usercopy/swapgs barriers "
				  "and __user pointer sanitization\n";

#define OUTPUT(text)                                                                               \
	{                                                                                          \
		.kept = (text), .kept_len = sizeof(text) - 1, .head_len = sizeof(text) - 1,        \
		.total = sizeof(text) - 1, .sha256 = {                                             \
			0x5e,                                                                      \
			0xed                                                                       \
		}                                                                                  \
	}
static struct evidence_item usual_done[][2] = {
	{ { .name = "look",
	    .kind = EVIDENCE_STEP,
	    .host = "local",
	    .where = "grep",
	    .when_ms = TIME_MS,
	    .ms = 7,
	    .out = OUTPUT("svm\n") },
	  { .name = "lscpu",
	    .kind = EVIDENCE_STEP,
	    .host = "local",
	    .where = "lscpu",
	    .when_ms = TIME_MS,
	    .ms = 1234,
	    .out = OUTPUT(usual_lscpu) } },
	{ { .name = "load",
	    .kind = EVIDENCE_STEP,
	    .host = "local",
	    .where = "modprobe",
	    .when_ms = TIME_MS,
	    .ms = 61000,
	    .end = END_TIMED_OUT,
	    .status = 15 },
	  { .name = "open",
	    .kind = EVIDENCE_STEP,
	    .host = "local",
	    .where = "ls",
	    .when_ms = TIME_MS,
	    .ms = 3,
	    .status = 2,
	    .err = OUTPUT("ls: cannot access '/dev/kvm': No such file or directory\n") } },
};
static struct step_result usual_step_results[][2] = {
	{ { .step = &usual_steps[0][0],
	    .state = STEP_DONE,
	    .shown = "grep -E -o -m1 'vmx|svm' /proc/cpuinfo || true",
	    .evidence = &usual_done[0][0],
	    .started_ms = TIME_MS },
	  { .step = &usual_steps[0][1],
	    .state = STEP_DONE,
	    .shown = "lscpu",
	    .evidence = &usual_done[0][1],
	    .started_ms = TIME_MS } },
	{ { .step = &usual_steps[1][0],
	    .state = STEP_DONE,
	    .shown = "modprobe kvm_amd",
	    .evidence = &usual_done[1][0],
	    .started_ms = TIME_MS },
	  { .step = &usual_steps[1][1],
	    .state = STEP_SKIPPED,
	    .shown = "ls -l /dev/kvm",
	    .why = "the answers file says to skip it" } },
};
#define CPUINFO_HEAD "processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu vme svm\n"
static const char usual_cpuinfo_head[] = CPUINFO_HEAD;
static const char usual_cpuinfo[] = CPUINFO_HEAD "processor\t: 7\nflags\t\t: fpu vme svm\n";
static struct evidence_item usual_read[] = {
	{ .name = "cpuinfo",
	  .kind = EVIDENCE_FILE,
	  .host = "local",
	  .where = "/proc/cpuinfo",
	  .when_ms = TIME_MS,
	  .out = { .kept = usual_cpuinfo,
		   .kept_len = sizeof(usual_cpuinfo) - 1,
		   .head_len = sizeof(usual_cpuinfo_head) - 1,
		   .total = 12345,
		   .sha256 = { 1, 2, 3 } } },
	{ .name = "dev",
	  .kind = EVIDENCE_FILE,
	  .host = "local",
	  .where = "/sys/module/kvm_amd/parameters/nested",
	  .when_ms = TIME_MS,
	  .error = 2 },
	{ .name = "lscpu",
	  .kind = EVIDENCE_COMMAND,
	  .host = "local",
	  .where = "lscpu",
	  .when_ms = TIME_MS,
	  .ms = 12,
	  .out = OUTPUT(usual_lscpu) },
};
static struct finding usual_flag_findings[] = {
	{ .holds = true, .measure = "flag", .expected = "flag is one of vmx, svm", .found = "svm" },
	{ .holds = true,
	  .measure = "on_every_cpu",
	  .expected = "on_every_cpu is true",
	  .found = "true" },
};
static struct finding usual_kvm_findings[] = {
	{ .holds = false, .measure = "usable", .expected = "usable is true", .found = "false" },
	{ .holds = false,
	  .measure = "speed_ratio",
	  .expected = "speed_ratio is at most 20 x",
	  .found = "512.25 x" },
};
static struct check_result usual_check_results[][3] = {
	{ { .check = &usual_checks[0][0],
	    .verdict = VERDICT_PASS,
	    .reason = "all that was expected was found",
	    .measures = { .specs = usual_cpu_specs, .values = usual_cpu_values, .n = 4 },
	    .findings = usual_flag_findings,
	    .finding_count = 2,
	    .evidence = { .items = usual_read, .n = 3 },
	    .when_ms = TIME_MS },
	  { .check = &usual_checks[0][1],
	    .verdict = VERDICT_BROKEN,
	    .reason = "'dpkg-query' could not be started: permission denied",
	    .when_ms = TIME_MS },
	  { .check = &usual_checks[0][2],
	    .verdict = VERDICT_NA,
	    .reason = "this host has no such parameter",
	    .when_ms = TIME_MS } },
	{ { .check = &usual_checks[1][0],
	    .verdict = VERDICT_FAIL,
	    .reason = "2 of 2 expectations do not hold",
	    .measures = { .specs = usual_kvm_specs, .values = usual_kvm_values, .n = 3 },
	    .findings = usual_kvm_findings,
	    .finding_count = 2,
	    .evidence = { .items = usual_read + 1, .n = 1 },
	    .when_ms = TIME_MS,
	    .waited_ms = 30250 },
	  { .check = &usual_checks[1][1],
	    .verdict = VERDICT_SKIP,
	    .reason = "'kvm' must pass first, and it is FAIL",
	    .when_ms = TIME_MS },
	  { .check = &usual_checks[1][2], .verdict = VERDICT_NONE } },
};
static struct answer usual_answers[][2] = {
	{ { "svm", 0, TIME_MS, NULL, 0 },
	  { "Karena CPU menjalankan instruksi tamu secara langsung.\nBukan ditafsirkan.", 1,
	    TIME_MS, "CPU sendiri yang menjalankan <instruksi> tamu.", TIME_MS } },
	{ { "500", 0, TIME_MS, NULL, 0 }, { NULL, 0, 0, NULL, 0 } },
};
static struct grade_line usual_lines[][7] = {
	{ { GRADE_PREDICT, "commit", "a prediction with a reason", "choice and reason given", 1000,
	    1000, true, false, false, false },
	  { GRADE_PREDICT, "right", "the prediction was right", "flag is svm", 500, 500, true,
	    false, false, false },
	  { GRADE_EXECUTE, "flags", "Every CPU has the flag", "PASS, 2 of 4 parts", 2500, 2500,
	    true, false, false, false },
	  { GRADE_EXECUTE, "tools", "virsh and virt-install are installed", "BROKEN", 0, 1250, true,
	    true, false, false },
	  { GRADE_EXECUTE, "nested", "Nested virtualization", "NA", 0, 1250, false, false, false,
	    false },
	  { GRADE_OBSERVE, "seen", "Which flag did you see?", "svm is what was measured", 1500,
	    1500, true, false, false, false },
	  { GRADE_EXPLAIN, "why", "Why does KVM need this flag?",
	    "2 of 3 rubric points = 13.33, hint -6.67", 666, 2000, true, false, true, false } },
	{ { GRADE_PREDICT, "commit", "a prediction with a reason", "choice and reason given", 1000,
	    1000, true, false, false, false },
	  { GRADE_PREDICT, "right", "the prediction was right", "it was wrong", 0, 500, true, false,
	    false, false },
	  { GRADE_EXECUTE, "kvm", "A guest runs at a reasonable speed", "FAIL", 0, 2500, true,
	    false, false, false },
	  { GRADE_EXECUTE, "boots", "The guest boots", "SKIP", 0, 1250, true, false, false, false },
	  { GRADE_EXECUTE, "log", "The kernel log can be read", "not looked at", 0, 1250, true,
	    false, false, false },
	  { GRADE_OBSERVE, "ratio", "How many times slower was it?", "500 is within 20% of 512.25",
	    1500, 1500, true, false, false, false },
	  { GRADE_EXPLAIN, "lies", "Why does /dev/kvm being there prove nothing yet?", "no answer",
	    0, 2000, true, false, true, false } },
};
static const struct diagnosis *usual_diagnoses[] = { &usual_lies };
static struct experiment_result usual_results[] = {
	{ .experiment = &usual_experiments[0],
	  .outcome = OUTCOME_SUPPORTED,
	  .outcome_why = "flags: flag is not none, and svm was found",
	  .prediction = { "svm", "Ini AMD EPYC, jadi AMD-V.", 4, TIME_MS,
			  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
			  VERDICT_PASS },
	  .steps = usual_step_results[0],
	  .checks = usual_check_results[0],
	  .answers = usual_answers[0],
	  .grade = { 6166, 7500, true, true, usual_lines[0], 7 } },
	{ .experiment = &usual_experiments[1],
	  .outcome = OUTCOME_REFUTED,
	  .outcome_why = "kvm: usable is false",
	  .prediction = { "yes", "Modulnya ada.", 5, TIME_MS,
			  "0b822cd15d6c15b0f00a089f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b",
			  VERDICT_FAIL },
	  .steps = usual_step_results[1],
	  .checks = usual_check_results[1],
	  .answers = usual_answers[1],
	  .diagnoses = usual_diagnoses,
	  .diagnosis_count = 1,
	  .grade = { 2500, 10000, true, false, usual_lines[1], 7 } },
};
static struct fact usual_facts[] = {
	{ "hostname", "lab-pc-07" },
	{ "cpu", "AMD EPYC 7763 64-Core Processor" },
	{ "kernel", "Linux 6.1.0-25-amd64" },
	{ "os", "Debian GNU/Linux 12 (bookworm)" },
};
static struct host_change usual_changes[] = {
	{ "module kvm_amd", HOST_UNDONE, NULL },
	{ "file /tmp/probe", HOST_UNDO_FAILED, "Device or resource busy" },
	{ "module zram", HOST_UNDECLARED, NULL },
};

static inline const struct report *fixture_usual(enum lang lang)
{
	static struct report report = { .lab = &usual_lab,
					.run_id = "20261121-6f3a",
					.mode = "practice",
					.version = "0.1.0",
					.started_ms = TIME_MS,
					.finished_ms = TIME_MS + 754321,
					.complete = true,
					.host = { usual_facts, 4 },
					.experiments = usual_results,
					.changes = { usual_changes, 3 },
					.grade = { .earned = 8666,
						   .possible = 17500,
						   .provisional = true,
						   .ungraded = true },
					.exit_code = 3 };

	report.lang = lang;
	return &report;
}
