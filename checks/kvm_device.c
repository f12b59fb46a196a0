/* SPDX-License-Identifier: Apache-2.0 */
/* kvm_device: does /dev/kvm run guests at the processor's speed, or does it only say so? */
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

/* The loop in a vCPU on hardware takes 1 to 2 times as long as natively; interpreted, 500 times. */
#define RATIO_MAX   20.0
#define API_VERSION 12 /* KVM_API_VERSION; Documentation/virt/kvm/api.rst: refuse any other */

struct params {
	char unused;
};

static const struct field fields[] = { { 0 } };

static const struct measure_spec measures[] = {
	{ "exists", VALUE_BOOL, NULL, N_("/dev/kvm is there.") },
	{ "permitted", VALUE_BOOL, NULL, N_("This user may open it for reading and writing.") },
	{ "api_version", VALUE_INT, NULL, N_("What it says its API version is; always 12.") },
	{ "creates_vm", VALUE_BOOL, NULL, N_("It made a virtual machine when asked.") },
	{ "runs", VALUE_BOOL, NULL,
	  N_("A counted loop in a virtual CPU came to its end before the deadline.") },
	{ "speed_ratio", VALUE_NUMBER, "x",
	  N_("Time of that loop in the virtual CPU over its time outside: 1 to 2 is hardware, "
	     "hundreds is interpretation.") },
	{ "usable", VALUE_BOOL, NULL, N_("It runs, and at most 20 times slower than outside.") },
	{ "problem", VALUE_STRING, NULL,
	  N_("none, missing, permission, api, no-vm (makes or runs no VM), hangs or "
	     "interpreted.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("Guests run at the speed of the processor."), "expect: {usable: true}\n" },
	{ N_("The device is there but does not keep its promise."),
	  "expect: {exists: true, problem: {in: [interpreted, hangs]}}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	(void)params;
	return collect_kvm(c, "probe", err);
}

/* What the probe said, as far as it came. */
struct probe {
	const char *exists, *open_errno, *api, *create_vm, *vcpu;
	double vcpu_ns, native_ns;
};

static double number_of(const struct evidence_item *item, const char *key, struct arena *arena)
{
	const char *text = evidence_key(item, key, arena);

	return text ? (double)strtoll(text, NULL, 10) : 0;
}

static void read_probe(const struct evidence_item *item, struct arena *arena, struct probe *ret)
{
	ret->exists = evidence_key(item, "exists", arena);
	ret->open_errno = evidence_key(item, "open_errno", arena);
	ret->api = evidence_key(item, "api_version", arena);
	ret->create_vm = evidence_key(item, "create_vm", arena);
	ret->vcpu = evidence_key(item, "vcpu", arena);
	ret->vcpu_ns = number_of(item, "vcpu_ns", arena);
	ret->native_ns = number_of(item, "native_ns", arena);
}

static bool is(const char *text, const char *word)
{
	return text && !strcmp(text, word);
}

static const char *name_problem(const struct probe *p, double ratio)
{
	if (is(p->exists, "0"))
		return "missing";
	if (is(p->open_errno, "EACCES") || is(p->open_errno, "EPERM"))
		return "permission";
	if (!is(p->open_errno, "0"))
		return "no-vm";
	if (is(p->create_vm, "deadline") || is(p->vcpu, "deadline"))
		return "hangs";
	if (!p->api || strtol(p->api, NULL, 10) != API_VERSION)
		return "api";
	if (!is(p->create_vm, "ok"))
		return "no-vm";
	if (is(p->vcpu, "unsupported"))
		return "none";
	if (!is(p->vcpu, "ok"))
		return "no-vm";
	return ratio > RATIO_MAX ? "interpreted" : "none";
}

static void measure_open(const struct probe *p, struct measures *ret)
{
	if (is(p->open_errno, "0"))
		measures_set_bool(ret, "permitted", true);
	else if (is(p->open_errno, "EACCES") || is(p->open_errno, "EPERM"))
		measures_set_bool(ret, "permitted", false);
	if (p->api && strtol(p->api, NULL, 10) > 0)
		measures_set_int(ret, "api_version", strtol(p->api, NULL, 10));
	if (p->create_vm)
		measures_set_bool(ret, "creates_vm", is(p->create_vm, "ok"));
	if (p->vcpu && !is(p->vcpu, "unsupported"))
		measures_set_bool(ret, "runs", is(p->vcpu, "ok"));
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct evidence_item *item = evidence_find(ev, "probe");
	struct probe p = { 0 };
	const char *problem;
	double ratio = 0;

	(void)params;
	if (item)
		read_probe(item, ret->arena, &p);
	if (!p.exists)
		return err_set(err, ERR_ENV, NULL, _("the probe of /dev/kvm said nothing"));
	if (p.native_ns > 0)
		ratio = p.vcpu_ns / p.native_ns;
	problem = name_problem(&p, ratio);
	measures_set_bool(ret, "exists", is(p.exists, "1"));
	measure_open(&p, ret);
	measures_set_string(ret, "problem", problem);
	if (ratio > 0)
		measures_set_number(ret, "speed_ratio", ratio);
	if (!is(p.vcpu, "unsupported"))
		measures_set_bool(ret, "usable", is(problem, "none"));
	return 0;
}

const struct checker checker_kvm_device = {
	.name = "kvm_device",
	.summary = N_("/dev/kvm really runs guests, at the speed of the processor."),
	.why = N_(
		"The file is only a door to the kernel. A host may have it, make a VM with it, and "
		"still interpret every instruction; only the speed of a loop in a virtual CPU "
		"tells."),
	.source = "https://www.kernel.org/doc/html/latest/virt/kvm/api.html",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
