/* SPDX-License-Identifier: Apache-2.0 */
/* speed: whether guests run on the processor, and whether guests of guests do. */
#include <string.h>

#include "checks/checker.h"
#include "checks/lines.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/wants.h"

/* A measure of a checker without parameters, of what was collected just now. */
static const struct value *measure_of(const struct measures *m, const char *name)
{
	int i = measure_index(m->specs, m->n, name);

	return i < 0 ? NULL : &m->values[i];
}

/* 'vmx' or 'svm' among the flags of the first CPU; NULL: neither. */
static int find_flag(struct patient *p, const char **ret, struct err *err)
{
	const struct evidence_item *cpuinfo;
	struct line line = { 0 };

	*ret = NULL;
	if (collect_file(&p->collector, "cpuinfo", "/proc/cpuinfo", OPTIONAL, err) < 0)
		return -1;
	cpuinfo = &p->ev.items[p->ev.n - 1];
	while (!*ret && lines_next(&cpuinfo->out, &line))
		if (line_is(&line, "flags"))
			*ret = line_has_word(&line, "vmx")   ? "vmx"
			       : line_has_word(&line, "svm") ? "svm"
							     : NULL;
	return 0;
}

static const char *module_of(const char *flag)
{
	return !strcmp(flag, "vmx") ? "kvm_intel" : "kvm_amd";
}

static int say_missing(struct patient *p, struct symptom *f, struct err *err)
{
	const char *flag;

	if (find_flag(p, &flag, err) < 0)
		return -1;
	if (!flag)
		return symptom_note(
			f,
			_("there is no /dev/kvm and the processor shows neither vmx nor svm: turn "
			  "VT-x or AMD-V on in the firmware, or nested virtualization where this "
			  "machine is itself a guest; until then guests are emulated in "
			  "software"));
	symptom_lacks(f,
		      _("the processor has %s and there is no /dev/kvm: its module is not "
			"loaded"),
		      flag);
	symptom_mend(f, true, "sudo modprobe %s", module_of(flag));
	return 0;
}

/* Group root is nobody's group: the device was never given to kvm. */
static int say_permission(struct patient *p, struct symptom *f, struct err *err)
{
	const char *gid;

	if (collect_stat(&p->collector, "kvm", "/dev/kvm", err) < 0)
		return -1;
	gid = evidence_key(&p->ev.items[p->ev.n - 1], "gid", p->arena);
	if (!gid || strcmp(gid, "0"))
		return symptom_note(f, _("user '%s' may not open /dev/kvm: see the groups"),
				    p->known_user);
	symptom_lacks(f, _("nobody but root may open /dev/kvm"));
	symptom_mend(f, true, "sudo chgrp kvm /dev/kvm && sudo chmod 0660 /dev/kvm");
	return 0;
}

static int say_slow(struct symptom *f, const struct value *ratio)
{
	if (ratio && ratio->type == VALUE_NUMBER)
		return symptom_note(
			f,
			_("/dev/kvm is there, but a loop takes %.0f times as long in it: every "
			  "instruction is interpreted. Labs and libguestfs use software emulation "
			  "instead"),
			ratio->d);
	return symptom_note(f, _("/dev/kvm is there and runs nothing: labs and libguestfs use "
				 "software emulation instead"));
}

static int conclude(struct patient *p, struct symptom *f, const struct measures *m, struct err *err)
{
	const struct value *problem = measure_of(m, "problem");
	const struct value *ratio = measure_of(m, "speed_ratio");
	const char *word = problem->type == VALUE_STRING ? problem->s : "no-vm";

	if (!strcmp(word, "missing"))
		return say_missing(p, f, err);
	if (!strcmp(word, "permission"))
		return say_permission(p, f, err);
	if (strcmp(word, "none") != 0)
		return say_slow(f, ratio);
	if (ratio->type == VALUE_NUMBER)
		return symptom_ok(f,
				  _("guests run on the processor: a loop takes %.2f times as "
				    "long in one"),
				  ratio->d);
	return symptom_ok(f, _("/dev/kvm makes virtual machines"));
}

/* On another machine the device cannot be tried, only seen. */
static int examine_there(struct patient *p, struct symptom *f, struct err *err)
{
	if (collect_stat(&p->collector, "kvm", "/dev/kvm", err) < 0)
		return -1;
	if (p->ev.items[p->ev.n - 1].error)
		return say_missing(p, f, err);
	return symptom_note(f, _("/dev/kvm is there; only 'kvmlab doctor' on that host can say how "
				 "fast it is"));
}

int examine_kvm(struct patient *p, struct symptom *f, struct err *err)
{
	const struct checker *c = checker_find("kvm_device");
	struct collector collector = p->collector;
	struct measures m;

	/* The sandbox's hosts are this machine. */
	if (p->is_sandbox)
		collector.host = collector.here;
	else if (p->host->login)
		return examine_there(p, f, err);
	measures_init(&m, c->measures, measure_count(c->measures), p->arena);
	if (c->collect(&collector, NULL, err) < 0 || c->measure(&p->ev, NULL, &m, err) < 0)
		return -1;
	f->looked = "/dev/kvm";
	return conclude(p, f, &m, err);
}

static int read_nested(struct patient *p, const char *module, const char **ret, struct err *err)
{
	const char *path = arena_printf(p->arena, "/sys/module/%s/parameters/nested", module);
	const struct evidence_item *item;

	if (collect_file(&p->collector, module, path, OPTIONAL, err) < 0)
		return -1;
	item = &p->ev.items[p->ev.n - 1];
	*ret = item->error ? NULL : arena_strdup(p->arena, item->out.kept);
	return 0;
}

int examine_nested(struct patient *p, struct symptom *f, struct err *err)
{
	static const char *const modules[] = { "kvm_intel", "kvm_amd" };

	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		const char *value;

		if (read_nested(p, modules[i], &value, err) < 0)
			return -1;
		if (!value)
			continue;
		if (*value == 'Y' || *value == '1')
			return symptom_ok(f, _("module %s passes virtualization on to guests"),
					  modules[i]);
		symptom_note(f,
			     _("module %s does not pass virtualization on to guests; the line "
			       "counts when it is loaded next"),
			     modules[i]);
		symptom_mend(
			f, false,
			"echo 'options %s nested=1' | sudo tee /etc/modprobe.d/kvm-nested.conf",
			modules[i]);
		return 0;
	}
	return 0;
}
