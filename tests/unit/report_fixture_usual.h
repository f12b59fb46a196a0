/* SPDX-License-Identifier: Apache-2.0 */
/* report_fixture_usual: a student's run of a lab of two experiments; included by report_fixture.h.
 */
#pragma once

#define TIME_MS 1795260000000 /* 2026-11-21 */

static const struct measure_spec usual_cpu_specs[] = {
	{ "vendor", VALUE_STRING, NULL, "vendor" },
	{ "flag", VALUE_STRING, NULL, "flag" },
	{ "cpus", VALUE_INT, NULL, "CPUs" },
	{ "on_every_cpu", VALUE_BOOL, NULL, "on every CPU" },
};
static struct value usual_cpu_values[] = {
	{ .type = VALUE_STRING, .s = "amd" },
	{ .type = VALUE_STRING, .s = "svm" },
	{ .type = VALUE_INT, .i = 8 },
	{ .type = VALUE_BOOL, .b = true },
};
static const struct measure_spec usual_kvm_specs[] = {
	{ "usable", VALUE_BOOL, NULL, "usable" },
	{ "speed_ratio", VALUE_NUMBER, "x", "ratio" },
	{ "problem", VALUE_STRING, NULL, "problem" },
};
static struct value usual_kvm_values[] = {
	{ .type = VALUE_BOOL, .b = false },
	{ .type = VALUE_NUMBER, .d = 512.25 },
	{ .type = VALUE_STRING, .s = "interpreted" },
};

static struct clause usual_flag_clause[] = {
	{ .check = 0,
	  .matcher = { .measure = 1, .op = MATCH_NE, .right = { VALUE_STRING, { .s = "none" } } } },
};
static struct alternative usual_flag_any[] = { LIST(usual_flag_clause) };
static struct clause usual_kvm_clause[] = {
	{ .check = 0,
	  .matcher = { .measure = 0, .op = MATCH_EQ, .right = { VALUE_BOOL, { .b = true } } } },
	{ .check = 0,
	  .matcher = { .measure = 1, .op = MATCH_LE, .right = { VALUE_INT, { .i = 20 } } } },
};
static struct alternative usual_kvm_any[] = { LIST(usual_kvm_clause) };

static struct choice usual_flag_choices[] = {
	{ "vmx", T("vmx (Intel VT-x)", "vmx (Intel VT-x)"), { 0 } },
	{ "svm", T("svm (AMD-V)", "svm (AMD-V)"), { usual_flag_any, 1 } },
	{ "none", T("tidak ada keduanya", "neither"), { 0 } },
};
static struct choice usual_yes_no[] = {
	{ "yes", T("ya", "yes"), { usual_kvm_any, 1 } },
	{ "no", T("tidak", "no"), { 0 } },
};

static struct predict usual_predicts[] = {
	{ T("Flag virtualisasi mana yang akan terlihat pada CPU ini?",
	    "Which virtualization flag will be seen on this CPU?"),
	  LIST(usual_flag_choices), true, true },
	{ T("Apakah sebuah tamu dapat berjalan memakai /dev/kvm?", "Will a guest run on /dev/kvm?"),
	  LIST(usual_yes_no), true, true },
};

static struct step usual_steps[][2] = {
	{ { .id = "look",
	    .title = T("Mencari flag vmx atau svm", "Look for the flag vmx or svm"),
	    .text = T("Perintah ini hanya membaca; tidak ada yang berubah.",
		      "This command only reads; it changes nothing."),
	    .on = "local",
	    .run = "grep -E -o -m1 'vmx|svm' /proc/cpuinfo || true" },
	  { .id = "lscpu",
	    .title = T("Bertanya kepada lscpu", "Ask lscpu"),
	    .on = "local",
	    .run = "lscpu" } },
	{ { .id = "load",
	    .title = T("Memuat modul KVM", "Load the KVM module"),
	    .text = T("Memuat kvm_amd; dikeluarkan lagi pada akhir lab.",
		      "Loads kvm_amd; it is taken out again at the end of the lab."),
	    .on = "local",
	    .run = "modprobe kvm_amd",
	    .root = true },
	  { .id = "open",
	    .title = T("Membuka /dev/kvm", "Open /dev/kvm"),
	    .on = "local",
	    .run = "ls -l /dev/kvm" } },
};

static struct check usual_checks[][3] = {
	{ { .id = "flags",
	    .title = T("Setiap CPU punya flag itu", "Every CPU has the flag"),
	    .why = T("Tanpa vmx atau svm, tamu hanya dapat ditafsirkan: ratusan kali lebih lambat.",
		     "Without vmx or svm a guest can only be interpreted: hundreds of times "
		     "slower."),
	    .next = T("Aktifkan SVM Mode di firmware.", "Enable SVM Mode in the firmware."),
	    .specs = usual_cpu_specs,
	    .spec_count = 4,
	    .on = "local",
	    .points = 2 },
	  { .id = "tools",
	    .title = T("virsh dan virt-install terpasang", "virsh and virt-install are installed"),
	    .why = T("Lab berikutnya memakainya.", "The next labs use them."),
	    .next = T("apt install libvirt-clients virtinst",
		      "apt install libvirt-clients virtinst"),
	    .on = "local",
	    .points = 1 },
	  { .id = "nested",
	    .title = T("Virtualisasi bersarang", "Nested virtualization"),
	    .on = "local",
	    .points = 1 } },
	{ { .id = "kvm",
	    .title =
		    T("Tamu berjalan dengan kecepatan wajar", "A guest runs at a reasonable speed"),
	    .why = T("/dev/kvm dapat ada, bahkan membuat VM, tetapi tidak menjalankan tamu "
		     "sungguhan.",
		     "/dev/kvm can exist and even create a VM where no real guest will boot."),
	    .next = T("Jalankan lab pada mesin fisik, atau aktifkan nested virtualization.",
		      "Run the lab on a physical machine, or enable nested virtualization."),
	    .specs = usual_kvm_specs,
	    .spec_count = 3,
	    .on = "local",
	    .points = 2 },
	  { .id = "boots",
	    .title = T("Tamu menyala", "The guest boots"),
	    .on = "local",
	    .points = 1 },
	  { .id = "log",
	    .title = T("Log kernel dapat dibaca", "The kernel log can be read"),
	    .on = "local",
	    .points = 1 } },
};

static struct rubric_row usual_rubric[] = {
	{ 2,
	  { 0 },
	  T("menyebut bahwa instruksi dijalankan langsung oleh CPU",
	    "says that the CPU itself runs the instructions") },
	{ 1, { 0 }, T("menyebut mode tamu", "names the guest mode") },
};
static struct choice usual_seen_choices[] = {
	{ "svm", T("svm", "svm"), { 0 } },
	{ "none", T("tidak ada", "none"), { 0 } },
};
static struct question usual_questions[][2] = {
	{ { .id = "seen",
	    .part = PART_OBSERVE,
	    .kind = QUESTION_CHOICE,
	    .ask = T("Flag mana yang terlihat?", "Which flag did you see?"),
	    .choices = LIST(usual_seen_choices),
	    .points = 1,
	    .answer_is_measure = true,
	    .answer_check = 0,
	    .answer_measure = 1 },
	  { .id = "why",
	    .part = PART_EXPLAIN,
	    .kind = QUESTION_TEXT,
	    .ask = T("Mengapa KVM membutuhkan flag ini?", "Why does KVM need this flag?"),
	    .points = 3,
	    .rubric = LIST(usual_rubric),
	    .model_answer =
		    T("Flag itu berarti CPU punya mode tamu: instruksi tamu dijalankan langsung, "
		      "dan hanya yang istimewa kembali ke KVM.",
		      "The flag means that the CPU has a guest mode: it runs the guest's "
		      "instructions itself and only the privileged ones return to KVM.") } },
	{ { .id = "ratio",
	    .part = PART_OBSERVE,
	    .kind = QUESTION_NUMBER,
	    .ask = T("Berapa kali lebih lambat?", "How many times slower was it?"),
	    .unit = "x",
	    .points = 1,
	    .answer_is_measure = true,
	    .answer_check = 0,
	    .answer_measure = 1 },
	  { .id = "lies",
	    .part = PART_EXPLAIN,
	    .kind = QUESTION_TEXT,
	    .ask = T("Mengapa adanya /dev/kvm belum membuktikan apa-apa?",
		     "Why does /dev/kvm being there prove nothing yet?"),
	    .points = 2,
	    .rubric = LIST(usual_rubric),
	    .model_answer = T("Hanya kecepatan putaran di dalam vCPU yang membuktikannya.",
			      "Only the speed of a loop run in a vCPU tells.") } },
};
static struct diagnosis usual_lies = {
	.id = "interpreted",
	.text = T("/dev/kvm ada, tetapi tamu ditafsirkan perangkat lunak: 512 kali lebih lambat.",
		  "/dev/kvm is there, but guests are interpreted in software: 512 times slower."),
	.next = T("Pindah ke mesin dengan VT-x atau AMD-V.",
		  "Move to a machine with VT-x or AMD-V."),
};

static struct experiment usual_experiments[] = {
	{ .id = "cpu-flags",
	  .title = T("Flag virtualisasi CPU", "CPU virtualization flags"),
	  .background = T("KVM menjalankan tamu di CPU itu sendiri. Untuk itu CPU harus punya mode "
			  "tamu: VT-x pada Intel, AMD-V pada AMD.",
			  "KVM runs guests on the CPU itself. For that the CPU needs a guest mode: "
			  "VT-x on Intel, AMD-V on AMD."),
	  .hypothesis = T("CPU host ini mendukung virtualisasi perangkat keras.",
			  "This host's CPU supports hardware virtualization."),
	  .predict = &usual_predicts[0],
	  .steps = LIST(usual_steps[0]),
	  .checks = LIST(usual_checks[0]),
	  .supported_if = LIST(usual_flag_any),
	  .questions = LIST(usual_questions[0]) },
	{ .id = "kvm-module",
	  .title = T("Modul kernel KVM", "The KVM kernel module"),
	  .hypothesis = T("Setelah modul dimuat, tamu dapat berjalan.",
			  "Once the module is loaded, guests can run."),
	  .predict = &usual_predicts[1],
	  .steps = LIST(usual_steps[1]),
	  .checks = LIST(usual_checks[1]),
	  .supported_if = LIST(usual_kvm_any),
	  .questions = LIST(usual_questions[1]),
	  .diagnoses = { &usual_lies, 1 } },
};
static struct lab usual_lab = {
	.path = "labs/01-host.yaml",
	.sha256 = { 0xab, 0xcd, 0xef, 0x01 },
	.id = "host",
	.title = T("Host KVM: CPU dan modul kernel", "The KVM host: CPU and kernel module"),
	.summary = T("Memeriksa apakah komputer ini dapat menjadi host KVM, dengan mengukur.",
		     "Finds out whether this computer can be a KVM host, by measuring."),
	.threshold = 60,
	.experiments = LIST(usual_experiments),
};

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
static struct evidence_item usual_read[] = {
	{ .name = "cpuinfo",
	  .kind = EVIDENCE_FILE,
	  .host = "local",
	  .where = "/proc/cpuinfo",
	  .when_ms = TIME_MS,
	  .out = { .kept = "processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: fpu vme "
			   "svm\nprocessor\t: 7\nflags\t\t: fpu vme svm\n",
		   .kept_len = 99,
		   .head_len = 58,
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
	{ { "svm", 0, TIME_MS },
	  { "Karena CPU menjalankan instruksi tamu secara langsung.\nBukan ditafsirkan.", 1,
	    TIME_MS } },
	{ { "500", 0, TIME_MS }, { NULL, 0, 0 } },
};
static struct grade_line usual_lines[][7] = {
	{ { GRADE_PREDICT, "commit", "a prediction with a reason", "choice and reason given", 1000,
	    1000, true, false, false },
	  { GRADE_PREDICT, "right", "the prediction was right", "flag is svm", 500, 500, true,
	    false, false },
	  { GRADE_EXECUTE, "flags", "Every CPU has the flag", "PASS, 2 of 4 parts", 2500, 2500,
	    true, false, false },
	  { GRADE_EXECUTE, "tools", "virsh and virt-install are installed", "BROKEN", 0, 1250, true,
	    true, false },
	  { GRADE_EXECUTE, "nested", "Nested virtualization", "NA", 0, 1250, false, false, false },
	  { GRADE_OBSERVE, "seen", "Which flag did you see?", "svm is what was measured", 1500,
	    1500, true, false, false },
	  { GRADE_EXPLAIN, "why", "Why does KVM need this flag?",
	    "2 of 3 rubric points = 13.33, hint -6.67", 666, 2000, true, false, true } },
	{ { GRADE_PREDICT, "commit", "a prediction with a reason", "choice and reason given", 1000,
	    1000, true, false, false },
	  { GRADE_PREDICT, "right", "the prediction was right", "it was wrong", 0, 500, true, false,
	    false },
	  { GRADE_EXECUTE, "kvm", "A guest runs at a reasonable speed", "FAIL", 0, 2500, true,
	    false, false },
	  { GRADE_EXECUTE, "boots", "The guest boots", "SKIP", 0, 1250, true, false, false },
	  { GRADE_EXECUTE, "log", "The kernel log can be read", "not looked at", 0, 1250, true,
	    false, false },
	  { GRADE_OBSERVE, "ratio", "How many times slower was it?", "500 is within 20% of 512.25",
	    1500, 1500, true, false, false },
	  { GRADE_EXPLAIN, "lies", "Why does /dev/kvm being there prove nothing yet?", "no answer",
	    0, 2000, true, false, true } },
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
