/* SPDX-License-Identifier: Apache-2.0 */
/* cpu_compatible: whether guests of the source find their CPU on the destination. */
#include <string.h>

#include "checks/checker.h"
#include "checks/cpu_trial.h"
#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *name;
};

static const struct field fields[] = {
	{ .name = "name",
	  .type = FIELD_NAME,
	  .text = N_("A domain of the source: its CPU is tried on the destination, by a guest that "
		     "is created paused, never runs and is gone afterwards."),
	  .example = "name: db01",
	  .offset = offsetof(struct params, name) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "source_model", VALUE_STRING, NULL,
	  N_("The model that libvirt gives guests on the source.") },
	{ "destination_model", VALUE_STRING, NULL,
	  N_("The model that libvirt gives guests on the destination.") },
	{ "missing", VALUE_LIST, NULL, N_("Features of the source that the destination lacks.") },
	{ "extra", VALUE_LIST, NULL, N_("Features that only the destination has.") },
	{ "compare", VALUE_STRING, NULL,
	  N_("What libvirt says of the destination: identical, superset or incompatible.") },
	{ "compatible", VALUE_BOOL, NULL, N_("libvirt does not say incompatible.") },
	{ "baseline_model", VALUE_STRING, NULL,
	  N_("The model that guests of both hosts may have; nothing when there is none.") },
	{ "baseline_features", VALUE_LIST, NULL,
	  N_("The features that guests may have beside that model.") },
	{ "guest_starts", VALUE_BOOL, NULL,
	  N_("A guest with the CPU of the domain really starts on the destination; nothing when no "
	     "domain is named, it asks for no CPU, or the trial failed for another reason.") },
	{ "guest_lacks", VALUE_LIST, NULL,
	  N_("Features that QEMU then lacked, in libvirt's words.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("Nothing that guests may use on the source is missing on the destination."),
	  "expect: {compatible: true, missing: {eq: []}}\n" },
	{ N_("The guest's own CPU really starts there: what QEMU does is what counts."),
	  "with: {name: db01}\n"
	  "expect: {guest_starts: true}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;
	const char *source = libvirt_uri(c, "source", err);
	const char *const compare[] = { "cpu-compare", source, NULL };
	const char *const baseline[] = { "cpu-baseline", source, NULL };

	if (!source || collect_libvirt_host(c, "source", "source", "cpu", err) < 0 ||
	    collect_libvirt_host(c, "destination", "destination", "cpu", err) < 0 ||
	    collect_libvirt(c, "compare", "destination", compare, err) < 0 ||
	    collect_libvirt(c, "baseline", "destination", baseline, err) < 0)
		return -1;
	return p->name ? collect_cpu_trial(c, p->name, err) : 0;
}

static bool has(const struct strings *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], word))
			return true;
	return false;
}

static void set_difference(const struct strings *all, const struct strings *without,
			   struct measures *ret, const char *name)
{
	measures_set_empty(ret, name);
	for (size_t i = 0; i < all->n; i++)
		if (!has(without, all->v[i]))
			measures_add(ret, name, all->v[i]);
}

/* A CPU's model, and its features in ret. */
static const char *read_cpu(const struct xml *x, struct arena *arena, struct strings *ret)
{
	*ret = xml_list(x, "/cpu/feature[not(@policy='disable')]/@name", arena);
	return xml_string(x, "string(/cpu/model)", arena);
}

static int measure_models(const struct evidence *ev, struct measures *ret, struct err *err)
{
	_cleanup_xml_ struct xml *s = NULL, *d = NULL;
	struct strings source, destination;

	if (libvirt_xml(evidence_find(ev, "source"), _("the source's CPU"), &s, err) < 0 ||
	    libvirt_xml(evidence_find(ev, "destination"), _("the destination's CPU"), &d, err) < 0)
		return -1;
	measures_set_string(ret, "source_model", read_cpu(s, ret->arena, &source));
	measures_set_string(ret, "destination_model", read_cpu(d, ret->arena, &destination));
	set_difference(&source, &destination, ret, "missing");
	set_difference(&destination, &source, ret, "extra");
	return 0;
}

static int measure_baseline(const struct evidence *ev, struct measures *ret, struct err *err)
{
	const struct evidence_item *item = evidence_find(ev, "baseline");
	_cleanup_xml_ struct xml *x = NULL;
	const struct strings none = { 0 };
	struct strings features;

	if (!libvirt_answered(item))
		return 0;
	if (libvirt_xml(item, _("the baseline CPU"), &x, err) < 0)
		return -1;
	measures_set_string(ret, "baseline_model", read_cpu(x, ret->arena, &features));
	set_difference(&features, &none, ret, "baseline_features");
	return 0;
}

/* 'guest CPU doesn't match specification: missing features: sse4.2,aes' */
static void set_lacking(const char *words, struct measures *ret)
{
	static const char before[] = "missing features: ";
	const char *p = words ? strstr(words, before) : NULL;

	measures_set_empty(ret, "guest_lacks");
	for (p = p ? p + strlen(before) : ""; *p;) {
		size_t len = strcspn(p, ", ");

		if (len)
			measures_add(ret, "guest_lacks", arena_memdup(ret->arena, p, len));
		if (p[len] != ',')
			return;
		p += len + 1;
	}
}

/* A guest that did not start for another reason says nothing of the CPU. */
static void measure_trial(const struct evidence_item *trial, struct measures *ret)
{
	const char *words;
	enum cpu_trial how = cpu_trial_read(trial, ret->arena, &words);

	if (how != TRIAL_STARTED && how != TRIAL_REFUSED)
		return;
	measures_set_bool(ret, "guest_starts", how == TRIAL_STARTED);
	set_lacking(words, ret);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct evidence_item *compare = evidence_find(ev, "compare");
	const char *result =
		libvirt_answered(compare) ? evidence_key(compare, "result", ret->arena) : NULL;

	(void)params;
	if (!result)
		return err_set(err, ERR_LIBVIRT, NULL, _("libvirt did not compare the CPUs"));
	measures_set_string(ret, "compare", result);
	measures_set_bool(ret, "compatible", strcmp(result, "incompatible") != 0);
	if (measure_models(ev, ret, err) < 0 || measure_baseline(ev, ret, err) < 0)
		return -1;
	measure_trial(evidence_find(ev, "trial"), ret);
	return 0;
}

const struct checker checker_cpu_compatible = {
	.name = "cpu_compatible",
	.summary = N_("Whether guests of the source find their CPU on the destination."),
	.why = N_(
		"A program that saw a CPU feature when it started goes on using it. So a guest may "
		"only move where all that it was given is there, too; a baseline model is what "
		"both hosts have."),
	.source = "virsh(1) hypervisor-cpu-compare and hypervisor-cpu-baseline, libvirt "
		  "formatdomaincaps.html",
	.asks = ASKS_LIBVIRT | ASKS_X86,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
