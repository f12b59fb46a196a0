/* SPDX-License-Identifier: Apache-2.0 */
/* step_fields: commands, seeds, and probes beside them. */
#include <string.h>

#include "checks/probe.h"
#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"
#include "runner/load/seed_fields.h"

#define DAY_MS 86400000

static const char *const repeats[] = { "ask", "safe", NULL };

static void read_probe(struct load *load, const struct node *node, void *dst)
{
	const struct probe *probe;
	struct strings known = { 0 };
	struct scalar s;

	if (scalar_read(load, node, "probe", &s) < 0)
		return;
	probe = probe_find(s.s);
	if (probe) {
		memcpy(dst, &probe, sizeof(probe));
		return;
	}
	while (probes[known.n])
		known.n++;
	known.v = arena_array(load->tree, const char *, known.n);
	for (size_t i = 0; i < known.n; i++)
		known.v[i] = probes[i]->name;
	complain_unknown(load, node, s.s, &known, _("there is no probe '%s'"), shown(load, s.s));
}

const struct field step_fields[] = {
	{ .name = "id",
	  .type = FIELD_ID,
	  .required = true,
	  .offset = offsetof(struct step, id),
	  .text = N_("Name of the step in its experiment."),
	  .example = "id: look" },
	{ .name = "title",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct step, title),
	  .text = N_("What is done, in a few words."),
	  .example = "title: {id: Lihat CPU, en: Look at the CPU}" },
	{ .name = "text",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct step, text),
	  .text = N_("Why it is done and what it changes."),
	  .example = "text: {id: Tidak mengubah apa pun., en: Changes nothing.}" },
	{ .name = "run",
	  .type = FIELD_STRING,
	  .offset = offsetof(struct step, run),
	  .text = N_("Shell text, run by 'sh -e -u -c'; parameters are environment variables, and "
		     "$TMPDIR is a directory that goes with the run."),
	  .example = "run: lscpu" },
	{ .name = "probe",
	  .type = FIELD_CUSTOM,
	  .custom = read_probe,
	  .offset = offsetof(struct step, probe),
	  .text = N_("Instead of 'run': what watches in the background until the experiment's "
		     "steps end."),
	  .example = "probe: ping" },
	{ .name = "with",
	  .type = FIELD_CUSTOM,
	  .text = N_("The probe's own keys. '$name' is the value of parameter 'name'."),
	  .example = "with: {target: 192.0.2.7, interval_ms: 10}" },
	{ .name = "seed",
	  .type = FIELD_CUSTOM,
	  .custom = seed_read,
	  .sub = seed_fields,
	  .offset = offsetof(struct step, seed),
	  .text = N_(
		  "Instead of 'run': writes a NoCloud seed for cloud-init, an ISO image with the "
		  "volume id 'cidata'."),
	  .example = "seed: {file: /tmp/s.iso, hostname: web-02, user_data: {file: /tmp/u}}" },
	{ .name = "on",
	  .type = FIELD_NAME,
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
	  .max = DAY_MS,
	  .default_text = "60s",
	  .example = "timeout: 30s",
	  .text = N_("How long it may take before it is ended.") },
	{ .name = "repeat",
	  .type = FIELD_ENUM,
	  .enum_values = repeats,
	  .default_text = "ask",
	  .offset = offsetof(struct step, repeat),
	  .example = "repeat: safe",
	  .text = N_("Whether a step cut off in the middle may be run again without asking.") },
	{ .name = "reached",
	  .type = FIELD_CUSTOM,
	  .custom = condition_read,
	  .offset = offsetof(struct step, reached),
	  .text = N_("CONDITION that says what the step is for: a student who types it in an own "
		     "shell is led on when it holds."),
	  .example = "reached: {module: {present: true}}" },
	{ .name = "needs",
	  .type = FIELD_NAMES,
	  .offset = offsetof(struct step, needs),
	  .text = N_("Checks that are looked at before it and must pass; else it is skipped, and "
		     "what reads it with it."),
	  .example = "needs: [shut-off, room]" },
	{ .name = "changes",
	  .type = FIELD_CUSTOM,
	  .custom = changes_read,
	  .sub = change_fields,
	  .offset = offsetof(struct step, changes),
	  .text = N_("What it may create; undone afterwards when it was not there before. '$name' "
		     "and '${name}' inside stand for a parameter's value."),
	  .example = "changes: [{domain: $clone, uuid: clone_uuid}, {file: /tmp/kvmlab-trace}]" },
	{ 0 },
};

static void read_with(struct load *load, const struct node *node, struct step *step)
{
	const struct node *with = node_get(node, "with");
	struct node none = { .kind = NODE_MAPPING, .line = node->line, .col = node->col };
	size_t mistakes = load->out->n, samples = load->samples;
	struct err err;

	step->probe_params = arena_alloc(load->arena, step->probe->params_size);
	load->substitutes = true;
	fields_fill(load, with ? with : &none, step->probe->fields, "with", step->probe_params);
	load->substitutes = false;
	if (mistakes == load->out->n && samples == load->samples && step->probe->verify &&
	    step->probe->verify(step->probe_params, &err) < 0)
		complain(load, with, "%s", err.msg);
}

/* What belongs to a command says nothing about what is none. */
static void forbid(struct load *load, const struct node *node, const char *const *keys,
		   const char *fmt)
{
	for (; *keys; keys++)
		if (node_get(node, *keys))
			complain(load, node_key(node_get(node, *keys)), fmt, *keys);
}

static void finish_probe(struct load *load, const struct node *node, struct step *step)
{
	static const char *const keys[] = { "on",      "root",	  "timeout", "repeat",
					    "reached", "changes", NULL };

	forbid(load, node, keys, _("'%s' belongs to a command; a probe takes none"));
	if (step->probe)
		read_with(load, node, step);
}

/* Written under another name and then renamed, both are on record before. */
static void finish_seed(struct load *load, const struct node *node, struct step *step)
{
	static const char *const keys[] = { "repeat", "reached", "changes", NULL };
	struct change *v = arena_array(load->arena, struct change, 2);

	forbid(load, node, keys, _("'%s' belongs to a command; a seed takes none"));
	step->repeat = REPEAT_SAFE;
	if (!step->seed || !step->seed->file)
		return;
	v[0] = (struct change){ .kind = CHANGE_FILE, .name = step->seed->file };
	v[1] = (struct change){ .kind = CHANGE_FILE,
				.name = arena_printf(load->arena, "%s" SEED_PART,
						     step->seed->file) };
	step->changes.v = v;
	step->changes.n = 2;
}

static void finish_run(struct load *load, const struct node *node, const struct step *step)
{
	const struct node *run = node_get(node, "run");

	if (!run)
		complain(load, node,
			 _("missing key 'run', for example 'run: lscpu'; or 'probe: ping'"));
	if (step->run && !step->run[strspn(step->run, " \t\n")])
		complain(load, run, _("'run' is empty"));
}

static void resolve_needs(struct load *load, const struct node *node, void *dst)
{
	const struct step *step = dst;

	needs_resolve(load, node, step->id);
}

void step_finish(struct load *load, const struct node *node, void *dst)
{
	const struct node *needs = node_get(node, "needs");
	const struct node *probe = node_get(node, "probe"), *with = node_get(node, "with");
	const struct node *seed = node_get(node, "seed"), *run = node_get(node, "run");
	struct step *step = dst;

	step->loc = place_of(load, node);
	if (needs && needs->kind == NODE_SEQUENCE)
		load_defer(load, resolve_needs, needs, step);
	if (with && !probe)
		complain(load, node_key(with),
			 _("'with' belongs to a probe; a command takes none"));
	if (probe && run)
		complain(load, node_key(probe), _("a step has 'run' or 'probe', not both"));
	if (seed && (run || probe))
		complain(load, node_key(seed), _("a step has one of 'run', 'seed' and 'probe'"));
	if (probe)
		finish_probe(load, node, step);
	else if (seed)
		finish_seed(load, node, step);
	else
		finish_run(load, node, step);
}
