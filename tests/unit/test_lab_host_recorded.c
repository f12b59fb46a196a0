/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_lab_host_recorded: the host lab on hosts that nobody has at hand: what comes out for each
 * recording. The checkers look at the recording; the steps' output is what such a host would show.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/host/kinds.h"
#include "runner/load/load.h"
#include "runner/run/judge.h"
#include "runner/run/steps.h"

#define CPU_EXPERIMENT	  "cpu-flags"
#define MODULE_EXPERIMENT "kvm-module"
#define DEVICE_EXPERIMENT "kvm-device"

#define INTEL_4 "arch=x86_64 cpus=4 vmx=4 svm=0\n"
#define AMD_4	"arch=x86_64 cpus=4 vmx=0 svm=4\n"
#define NO_FLAG "arch=x86_64 cpus=4 vmx=0 svm=0\n"
#define PRESENT "device=present access=yes\n"
#define ABSENT	"device=absent access=no\n"

#define SUPPORTED    OUTCOME_SUPPORTED
#define REFUTED	     OUTCOME_REFUTED
#define INCONCLUSIVE OUTCOME_INCONCLUSIVE

/* What a step prints on that host, and what must come out. */
struct row {
	const char *host;
	const char *lscpu, *count, *after, *look;
	const char *load_err; /* what modprobe complains about; NULL: nothing */
	enum outcome cpu, module, device;
	const char *diagnoses; /* of all three experiments */
};

static const struct row rows[] = {
	{ "intel-vtx", "Virtualization:   VT-x\n", INTEL_4,
	  "kvm=loaded\nkvm_intel=loaded\nkvm_amd=absent\n", PRESENT, NULL, SUPPORTED, SUPPORTED,
	  SUPPORTED, "" },
	{ "amd-v", "Virtualization:   AMD-V\n", AMD_4,
	  "kvm=loaded\nkvm_intel=absent\nkvm_amd=loaded\n", PRESENT,
	  "modprobe: ERROR: could not insert 'kvm_intel': Operation not supported\n", SUPPORTED,
	  SUPPORTED, SUPPORTED, "" },
	{ "no-flag", "Model name: Intel(R) Atom(TM)\n", NO_FLAG,
	  "kvm=loaded\nkvm_intel=absent\nkvm_amd=absent\n", ABSENT,
	  "modprobe: ERROR: could not insert 'kvm_intel': Operation not supported\n", REFUTED,
	  INCONCLUSIVE, INCONCLUSIVE, "firmware-or-old condition-not-met no-device" },
	{ "firmware-locked", "Model name: Intel\n", NO_FLAG,
	  "kvm=absent\nkvm_intel=absent\nkvm_amd=absent\n", ABSENT,
	  "modprobe: ERROR: could not insert 'kvm_intel': Operation not supported\n", REFUTED,
	  INCONCLUSIVE, INCONCLUSIVE, "firmware-or-old condition-not-met firmware no-device" },
	{ "nested-off", "Hypervisor vendor: KVM\nVirtualization type: full\n", NO_FLAG,
	  "kvm=absent\nkvm_intel=absent\nkvm_amd=absent\n", ABSENT,
	  "modprobe: ERROR: could not insert 'kvm_intel': Operation not supported\n", REFUTED,
	  INCONCLUSIVE, INCONCLUSIVE, "nested-off condition-not-met-vm no-device" },
	{ "kvm-builtin", "Virtualization:   VT-x\n", INTEL_4,
	  "kvm=built-in\nkvm_intel=built-in\nkvm_amd=absent\n", PRESENT, NULL, SUPPORTED, SUPPORTED,
	  SUPPORTED, "built-in" },
	{ "interpreting-kvm", "Hypervisor vendor: KVM\nVirtualization type: full\n", NO_FLAG,
	  "kvm=built-in\nkvm_intel=absent\nkvm_amd=absent\n", PRESENT, NULL, REFUTED, INCONCLUSIVE,
	  REFUTED, "nested-off condition-not-met-vm built-in no-modules lies" },
	{ "wsl2", "Virtualization:   VT-x\nHypervisor vendor: Microsoft\n", INTEL_4,
	  "kvm=built-in\nkvm_intel=built-in\nkvm_amd=absent\n", "device=present access=no\n", NULL,
	  SUPPORTED, SUPPORTED, INCONCLUSIVE, "wsl built-in no-permission" },
	{ "arm64", "Model name: Cortex-A72\n", "arch=aarch64 cpus=4 vmx=0 svm=0\n",
	  "kvm=built-in\nkvm_intel=absent\nkvm_amd=absent\n", PRESENT, NULL, INCONCLUSIVE,
	  INCONCLUSIVE, INCONCLUSIVE, "not-x86 built-in" },
	{ "kvm-blacklisted", "Virtualization:   AMD-V\n", AMD_4,
	  "kvm=absent\nkvm_intel=absent\nkvm_amd=absent\n", ABSENT, NULL, SUPPORTED, REFUTED,
	  INCONCLUSIVE, "blacklisted no-device" },
	{ "hanging-kvm", "Virtualization:   AMD-V\n", "arch=x86_64 cpus=4 vmx=0 svm=3\n",
	  "kvm=loaded\nkvm_intel=absent\nkvm_amd=loaded\n", PRESENT, NULL, REFUTED, SUPPORTED,
	  REFUTED, "partial lies" },
};

struct context {
	const struct row *row;
	struct lab *lab;
	struct host *host;
	struct arena arena;
	struct buf diagnoses;
};

static const struct evidence_item *find_step(void *data, const char *id)
{
	struct context *c = data;
	const struct {
		const char *id, *out, *err;
	} steps[] = { { "lscpu", c->row->lscpu, NULL },
		      { "count", c->row->count, NULL },
		      { "load", NULL, c->row->load_err },
		      { "after", c->row->after, NULL },
		      { "look", c->row->look, NULL } };

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct evidence_item *item;
		const char *out = steps[i].out ? steps[i].out : "";
		const char *err = steps[i].err ? steps[i].err : "";

		if (strcmp(steps[i].id, id) != 0)
			continue;
		item = arena_alloc(&c->arena, sizeof(*item));
		item->name = "step";
		item->kind = EVIDENCE_STEP;
		item->host = "local";
		item->status = *err != '\0';
		host_output_set(&item->out, out, strlen(out), &c->arena);
		host_output_set(&item->err, err, strlen(err), &c->arena);
		return item;
	}
	return NULL;
}

static void look(struct context *c, struct check_result *r, const struct check_result *others)
{
	struct evidence ev = { 0 };
	struct collector collector = {
		.host = c->host, .ev = &ev, .arena = &c->arena, .step = find_step, .step_data = c
	};
	struct err err = { 0 };

	if (r->check->checker->collect(&collector, r->check->params, &err) < 0) {
		r->verdict = VERDICT_BROKEN;
		r->reason = arena_strdup(&c->arena, err.msg);
	}
	check_measure(r, &ev, others, &c->arena, LANG_EN);
	evidence_done(&ev);
}

/* The outcome; nothing may be BROKEN on these hosts, and only a missing permission may fail. */
static enum outcome outcome(struct context *c, const char *experiment)
{
	const struct experiment *x = lab_experiment(c->lab, experiment);
	struct experiment_result r = { .experiment = x };

	r.steps = arena_array(&c->arena, struct step_result, x->steps.n);
	r.answers = arena_array(&c->arena, struct answer, x->questions.n);
	r.checks = arena_array(&c->arena, struct check_result, x->checks.n);
	for (size_t i = 0; i < x->checks.n; i++) {
		r.checks[i].check = &x->checks.v[i];
		look(c, &r.checks[i], r.checks);
		if (r.checks[i].verdict == VERDICT_BROKEN)
			fail_msg("%s: %s is BROKEN: %s", c->row->host, x->checks.v[i].id,
				 r.checks[i].reason);
		if (r.checks[i].verdict == VERDICT_FAIL && !strstr(c->row->look, "access=no"))
			fail_msg("%s: %s FAILs: %s", c->row->host, x->checks.v[i].id,
				 r.checks[i].reason);
	}
	experiment_judge(&r, &c->arena, LANG_EN);
	for (size_t i = 0; i < r.diagnosis_count; i++)
		buf_printf(&c->diagnoses, "%s%s", c->diagnoses.len ? " " : "", r.diagnoses[i]->id);
	return r.outcome;
}

static void expect(const struct row *row, const char *what, enum outcome want, enum outcome got)
{
	if (want != got)
		fail_msg("%s on %s is %s, not %s", what, row->host, outcome_name(got),
			 outcome_name(want));
}

static void run_row(void **state)
{
	struct context c = { .row = *state };
	struct complaints mistakes = { 0 };
	struct err err;

	assert_int_equal(lab_load_file("labs/01-host.yaml", NULL, LOAD_RUN, &c.lab, &mistakes), 0);
	if (host_open("local", arena_printf(&c.arena, "recorded:fixtures/hosts/%s", c.row->host),
		      NULL, &c.host, &err) < 0)
		fail_msg("%s", err.msg);
	expect(c.row, CPU_EXPERIMENT, c.row->cpu, outcome(&c, CPU_EXPERIMENT));
	expect(c.row, MODULE_EXPERIMENT, c.row->module, outcome(&c, MODULE_EXPERIMENT));
	expect(c.row, DEVICE_EXPERIMENT, c.row->device, outcome(&c, DEVICE_EXPERIMENT));
	assert_string_equal(buf_str(&c.diagnoses), c.row->diagnoses);
	host_close(c.host);
	lab_free(c.lab);
	buf_done(&c.diagnoses);
	complaints_done(&mistakes);
	arena_done(&c.arena);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(rows)];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		tests[i] =
			(struct CMUnitTest){ rows[i].host, run_row, NULL, NULL, (void *)&rows[i] };
	return _cmocka_run_group_tests("lab_host_recorded", tests, ARRAY_SIZE(rows), NULL, NULL);
}
