/* SPDX-License-Identifier: Apache-2.0 */
/* report_fixture_lab: a lab of two experiments; included by report_fixture.h.
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
	{ .points = 2,
	  .text = T("menyebut bahwa instruksi dijalankan langsung oleh CPU",
		    "says that the CPU itself runs the instructions") },
	{ .points = 1, .text = T("menyebut mode tamu", "names the guest mode") },
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
