/* SPDX-License-Identifier: Apache-2.0 */
/* command_present: can these commands be run by the steps of a lab? */
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	struct strings commands;
};

static const struct field fields[] = {
	{ .name = "commands",
	  .type = FIELD_NAMES,
	  .required = true,
	  .text = N_("Names of commands, looked up as the steps of a lab would."),
	  .example = "commands: [virsh, qemu-img]",
	  .offset = offsetof(struct params, commands) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "all_present", VALUE_BOOL, NULL, N_("Every one of them was found.") },
	{ "found", VALUE_LIST, NULL, N_("Those found, in the order asked for.") },
	{ "missing", VALUE_LIST, NULL, N_("Those not found.") },
	{ "paths", VALUE_LIST, NULL, N_("Where the found ones are, in the same order.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The tools of the course are installed."),
	  "with: {commands: [virsh, virt-install, qemu-img]}\n"
	  "expect: {all_present: true}\n" },
	{ N_("A command is not there yet."), "with: {commands: [virt-sysprep]}\n"
					     "expect: {missing: {contains: virt-sysprep}}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	return collect_lookup(c, "lookup", &p->commands, err);
}

static void measure_one(const struct evidence_item *lookup, const char *name, struct measures *ret)
{
	const char *path = evidence_key(lookup, name, ret->arena);

	if (!path || !*path) {
		measures_add(ret, "missing", name);
		return;
	}
	measures_add(ret, "found", name);
	measures_add(ret, "paths", path);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *lookup = evidence_find(ev, "lookup");

	if (!lookup || lookup->end != END_EXITED || !lookup->out.total)
		return err_set(err, ERR_ENV, NULL, _("the shell did not look commands up"));
	measures_set_empty(ret, "found");
	measures_set_empty(ret, "missing");
	measures_set_empty(ret, "paths");
	for (size_t i = 0; i < p->commands.n; i++)
		measure_one(lookup, p->commands.v[i], ret);
	measures_set_bool(ret, "all_present",
			  !ret->values[measure_index(ret->specs, ret->n, "missing")].list.n);
	return 0;
}

const struct checker checker_command_present = {
	.name = "command_present",
	.summary = N_("Commands that the labs need are installed."),
	.why = N_(
		"virsh, virt-install, qemu-img and the others come from different packages; a lab "
		"that fails for want of one teaches nothing about KVM."),
	.source = "POSIX.1-2017 'command -v'",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
