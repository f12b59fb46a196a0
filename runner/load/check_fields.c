/* SPDX-License-Identifier: Apache-2.0 */
/* check_fields: one use of a checker: its parameters, expectations and what it waits for. */
#include <string.h>

#include "checks/checker.h"
#include "checks/probe.h"
#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

#define HOUR_MS 3600000

static void read_use(struct load *load, const struct node *node, void *dst)
{
	struct strings known = { 0 };
	const struct checker *checker;
	struct scalar s;

	if (scalar_read(load, node, "use", &s) < 0)
		return;
	checker = checker_find(s.s);
	if (checker) {
		memcpy(dst, &checker, sizeof(checker));
		return;
	}
	if (complain_silently(load))
		return;
	while (checkers[known.n])
		known.n++;
	known.v = arena_array(load->tree, const char *, known.n);
	for (size_t i = 0; i < known.n; i++)
		known.v[i] = checkers[i]->name;
	complain_unknown(load, node, s.s, &known, _("there is no checker '%s'"), shown(load, s.s));
}

const struct field check_fields[] = {
	{ .name = "id",
	  .type = FIELD_ID,
	  .offset = offsetof(struct check, id),
	  .text = N_("Name of the check in its experiment.") },
	{ .name = "use",
	  .type = FIELD_CUSTOM,
	  .custom = read_use,
	  .required = true,
	  .offset = offsetof(struct check, checker),
	  .text = N_("The checker that looks."),
	  .example = "use: kernel_module" },
	{ .name = "with",
	  .type = FIELD_CUSTOM,
	  .text = N_("The checker's own keys. '$name' is the value of parameter 'name'."),
	  .example = "with: {module: kvm_amd}" },
	{ .name = "title",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct check, title),
	  .text = N_("What is checked, in a few words."),
	  .example = "title: {id: Modul KVM aktif, en: The KVM module is active}" },
	{ .name = "on",
	  .type = FIELD_NAME,
	  .offset = offsetof(struct check, on),
	  .default_text = "local",
	  .example = "on: local",
	  .text = N_("The host to look at: local, or one of needs.hosts.") },
	{ .name = "expect",
	  .type = FIELD_CUSTOM,
	  .text = N_("What must hold to pass: measures with their MATCHERs."),
	  .example = "expect: {present: true}" },
	{ .name = "applies_if",
	  .type = FIELD_CUSTOM,
	  .custom = condition_read,
	  .offset = offsetof(struct check, applies_if),
	  .text = N_("CONDITION without which the check does not apply (NA) and costs nothing."),
	  .example = "applies_if: {cpu: {vendor: amd}}" },
	{ .name = "na",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct check, na),
	  .text = N_("Why it does not apply then."),
	  .example = "na: {id: Bukan CPU AMD., en: Not an AMD CPU.}" },
	{ .name = "needs",
	  .type = FIELD_NAMES,
	  .offset = offsetof(struct check, needs),
	  .text = N_("Checks that must pass first; else this one is skipped."),
	  .example = "needs: [flags]" },
	{ .name = "points",
	  .type = FIELD_INT,
	  .offset = offsetof(struct check, points),
	  .max = 1000,
	  .default_text = "1",
	  .example = "points: 2",
	  .text = N_("Its share of the experiment's 'execute' points.") },
	{ .name = "within",
	  .type = FIELD_DURATION,
	  .offset = offsetof(struct check, within_ms),
	  .max = HOUR_MS,
	  .example = "within: 30s",
	  .text = N_("Look again until it holds, at most this long.") },
	{ .name = "hold_for",
	  .type = FIELD_DURATION,
	  .offset = offsetof(struct check, hold_ms),
	  .max = HOUR_MS,
	  .example = "hold_for: 5s",
	  .text = N_("It must go on holding for this long.") },
	{ .name = "why",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct check, why),
	  .text = N_("Why it matters."),
	  .example = "why: {id: Tanpa ini lambat., en: Slow without it.}" },
	{ .name = "next",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct check, next),
	  .text = N_("What to do when it fails."),
	  .example = "next: {id: Muat modulnya., en: Load the module.}" },
	{ 0 },
};

/* The checker's measures followed by those that its parameters bring. */
static void join_measures(struct load *load, struct check *check, const struct measure_spec *more)
{
	size_t a = measure_count(check->checker->measures), b = measure_count(more);
	struct measure_spec *specs;

	check->spec_count = a + b;
	if (!b) {
		check->specs = check->checker->measures;
		return;
	}
	specs = arena_array(load->arena, struct measure_spec, a + b + 1);
	memcpy(specs, check->checker->measures, a * sizeof(*specs));
	memcpy(specs + a, more, b * sizeof(*specs));
	check->specs = specs;
}

/*
 * Leaves check->specs NULL when the parameters are wrong or samples stand in for some: what would
 * be measured then is not known, and no expectation is complained about.
 */
static void read_measures(struct load *load, const struct node *at, struct check *check,
			  bool is_known)
{
	const struct measure_spec *more = NULL;
	struct err err;

	if (!check->checker->more_measures) {
		join_measures(load, check, NULL);
		return;
	}
	if (!is_known)
		return;
	if (check->checker->more_measures(check->params, load->arena, &more, &err) < 0)
		complain(load, at, "%s", err.msg);
	else
		join_measures(load, check, more);
}

static const struct step *step_of(const struct load *load, const char *id)
{
	size_t i;

	return id && index_find(&load->steps, id, &i) ? &load->experiment->steps.v[i] : NULL;
}

/* Each step that the parameters name is of the kind that the checker reads. */
static void resolve_steps(struct load *load, const struct node *node, void *dst)
{
	const struct check *check = dst;

	for (const struct field *f = check->checker->fields; f && f->name; f++) {
		const struct step *step;
		const char *probe;

		if (f->type != FIELD_STEP)
			continue;
		step = step_of(load,
			       *(const char *const *)(const void *)((const char *)check->params +
								    f->offset));
		probe = step && step->probe ? step->probe->name : NULL;
		if (!step || probe == f->probe || (probe && f->probe && !strcmp(probe, f->probe)))
			continue;
		if (f->probe)
			complain(load, node, _("step '%s' is not 'probe: %s', which '%s' reads"),
				 step->id, f->probe, check->checker->name);
		else
			complain(load, node, _("step '%s' is a probe: it has no output to read"),
				 step->id);
	}
}

static void read_with(struct load *load, const struct node *node, struct check *check)
{
	const struct node *with = node_get(node, "with");
	size_t mistakes = load->out->n, samples = load->samples;
	struct node none = { .kind = NODE_MAPPING, .line = node->line, .col = node->col };

	check->params = arena_alloc(load->arena, check->checker->params_size);
	load->substitutes = true;
	if (check->checker->fields)
		fields_fill(load, with ? with : &none, check->checker->fields, "with",
			    check->params);
	else if (with && with->n)
		complain(load, with, _("checker '%s' takes no keys"), check->checker->name);
	load->substitutes = false;
	load_defer(load, resolve_steps, with ? with : node, check);
	read_measures(load, with ? with : node, check,
		      mistakes == load->out->n && samples == load->samples);
}

static void read_expect(struct load *load, const struct node *node, struct check *check)
{
	if (!node_expect(load, node, NODE_MAPPING, "expect"))
		return;
	check->expect.v = arena_array(load->arena, struct matcher, matchers_count(node));
	check->expect.n = matchers_read(load, node, check, check->expect.v);
}

void needs_resolve(struct load *load, const struct node *node, const char *who)
{
	size_t i;

	for (const struct node *c = node_first(node); c; c = c->next) {
		if (c->kind != NODE_SCALAR || c->bad || index_find(&load->checks, c->text, &i))
			continue;
		complain_unknown(load, c, c->text, &load->checks.names,
				 _("'%s' needs '%s', which is no check of this experiment"),
				 who ? who : "?", shown(load, c->text));
	}
}

static void resolve_needs(struct load *load, const struct node *node, void *dst)
{
	const struct check *check = dst;

	needs_resolve(load, node, check->id);
}

void check_finish(struct load *load, const struct node *node, void *dst)
{
	const struct node *expect = node_get(node, "expect"), *needs = node_get(node, "needs");
	struct check *check = dst;

	check->loc = place_of(load, node_key(node));
	if (check->checker)
		read_with(load, node, check);
	if (check->checker && expect)
		read_expect(load, expect, check);
	if (needs && needs->kind == NODE_SEQUENCE)
		load_defer(load, resolve_needs, needs, check);
	if (check->hold_ms && !check->expect.n && !expect)
		complain(load, node_get(node, "hold_for"),
			 _("'hold_for' without 'expect': there is nothing to hold"));
}
