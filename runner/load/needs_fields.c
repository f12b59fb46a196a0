/* SPDX-License-Identifier: Apache-2.0 */
/* needs_fields: what must be there before a lab starts. */
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

const struct field needs_fields[] = {
	{ .name = "root",
	  .type = FIELD_BOOL,
	  .offset = offsetof(struct needs, root),
	  .default_text = "false",
	  .example = "root: true",
	  .text = N_("Some step runs as root.") },
	{ .name = "commands",
	  .type = FIELD_NAMES,
	  .offset = offsetof(struct needs, commands),
	  .text = N_("Commands that must be there."),
	  .example = "commands: [lscpu, modprobe]" },
	{ .name = "hosts",
	  .type = FIELD_NAMES,
	  .offset = offsetof(struct needs, hosts),
	  .text = N_("Roles of the hosts beside local."),
	  .example = "hosts: [source, destination]" },
	{ .name = "sandbox",
	  .type = FIELD_NAMES,
	  .offset = offsetof(struct needs, sandbox),
	  .text = N_("Options with which 'kvmlab sandbox up' makes hosts that can show all of the "
		     "lab."),
	  .example = "sandbox: [lesser-cpu]" },
	{ .name = "network",
	  .type = FIELD_NAME,
	  .offset = offsetof(struct needs, network),
	  .text = N_("Network of libvirt that must be active; kvmlab doctor looks."),
	  .example = "network: default" },
	{ .name = "pool",
	  .type = FIELD_NAME,
	  .offset = offsetof(struct needs, pool),
	  .text = N_("Storage pool of libvirt that must be active; kvmlab doctor looks."),
	  .example = "pool: default" },
	{ .name = "disk_mib",
	  .type = FIELD_INT,
	  .min = 1,
	  .max = 1048576,
	  .offset = offsetof(struct needs, disk_mib),
	  .text = N_("Free room that its images take at most, in MiB; kvmlab doctor looks."),
	  .example = "disk_mib: 4096" },
	{ 0 },
};

static bool is_known(const struct strings *known, const char *word)
{
	for (size_t i = 0; i < known->n; i++)
		if (!strcmp(known->v[i], word))
			return true;
	return false;
}

/* The options are the sandbox's, which the loader does not know: only their names are its own. */
void needs_finish(struct load *load, const struct node *node, void *dst)
{
	const struct node *list = node_get(node, "sandbox");
	const char **names = arena_array(load->tree, const char *, 8);
	struct strings known = { .v = names };

	(void)dst;
	for (; sandbox_differences[known.n]; known.n++)
		names[known.n] = sandbox_differences[known.n];
	for (const struct node *c = list ? node_first(list) : NULL; c; c = c->next)
		if (c->kind == NODE_SCALAR && !is_known(&known, c->text))
			complain_unknown(load, c, c->text, &known,
					 _("'kvmlab sandbox up' has no option '--%s'"),
					 shown(load, c->text));
}
