/* SPDX-License-Identifier: Apache-2.0 */
/* cleanup_fields: what a lab runs at its end: a step without all that leads a student. */
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

#define HOUR_MS 3600000

const struct field cleanup_fields[] = {
	{ .name = "id",
	  .type = FIELD_ID,
	  .required = true,
	  .offset = offsetof(struct step, id),
	  .text = N_("Its name."),
	  .example = "id: home" },
	{ .name = "title",
	  .type = FIELD_TEXT,
	  .required = true,
	  .offset = offsetof(struct step, title),
	  .text = N_("What it puts back, as a thing: the report says 'put back: ...'."),
	  .example = "title: {id: VM di host sumber, en: the VM on the source}" },
	{ .name = "text",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct step, text),
	  .text = N_("How, and what it changes."),
	  .example = "text: {id: Ia dimigrasikan kembali., en: It is migrated back.}" },
	{ .name = "run",
	  .type = FIELD_STRING,
	  .required = true,
	  .offset = offsetof(struct step, run),
	  .text = N_("Shell text, as a step's."),
	  .example = "run: virsh destroy \"$vm\"" },
	{ .name = "on",
	  .type = FIELD_HOST,
	  .offset = offsetof(struct step, on),
	  .default_text = "local",
	  .example = "on: local",
	  .text = N_("The host to run on: local, or one of needs.hosts.") },
	{ .name = "root",
	  .type = FIELD_BOOL,
	  .offset = offsetof(struct step, root),
	  .default_text = "false",
	  .example = "root: true",
	  .text = N_("Runs as root, through sudo where needed.") },
	{ .name = "timeout",
	  .type = FIELD_DURATION,
	  .offset = offsetof(struct step, timeout_ms),
	  .min = 1,
	  .max = HOUR_MS,
	  .default_text = "60s",
	  .example = "timeout: 30s",
	  .text = N_("How long it may take before it is ended.") },
	{ 0 },
};

void cleanup_finish(struct load *load, const struct node *node, void *dst)
{
	struct step *step = dst;

	step->loc = place_of(load, node);
	step->repeat = REPEAT_SAFE;
	if (step->run && !step->run[strspn(step->run, " \t\n")])
		complain(load, node_get(node, "run"), _("'run' is empty"));
	load_resolve(load);
}
