/* SPDX-License-Identifier: Apache-2.0 */
/* lab_fields: the tables of a lab file and its experiments, the only source of the format. */
#include "runner/load/lab_fields.h"

#include <string.h>

#include "runner/base/i18n.h"
#include "runner/load/param.h"

static void read_version(struct load *load, const struct node *node, void *dst)
{
	struct scalar s;

	(void)dst;
	if (!scalar_read(load, node, "kvmlab", &s) && strcmp(s.s, "1"))
		complain(load, node, _("'kvmlab' is the version of the format: 1, not '%s'"),
			 shown(load, s.s));
}

static const struct field weights_fields[] = {
	{ .name = "predict",
	  .type = FIELD_INT,
	  .max = 1000,
	  .default_text = "15",
	  .offset = offsetof(struct weights, predict),
	  .example = "predict: 15",
	  .text = N_("Points for predicting, predict_right among them.") },
	{ .name = "predict_right",
	  .type = FIELD_INT,
	  .max = 1000,
	  .default_text = "5",
	  .offset = offsetof(struct weights, predict_right),
	  .example = "predict_right: 5",
	  .text = N_("Of these, the points for having been right.") },
	{ .name = "execute",
	  .type = FIELD_INT,
	  .max = 1000,
	  .default_text = "50",
	  .offset = offsetof(struct weights, execute),
	  .example = "execute: 50",
	  .text = N_("Points for the checks.") },
	{ .name = "observe",
	  .type = FIELD_INT,
	  .max = 1000,
	  .default_text = "15",
	  .offset = offsetof(struct weights, observe),
	  .example = "observe: 15",
	  .text = N_("Points for the questions of part observe.") },
	{ .name = "explain",
	  .type = FIELD_INT,
	  .max = 1000,
	  .default_text = "20",
	  .offset = offsetof(struct weights, explain),
	  .example = "explain: 20",
	  .text = N_("Points for the questions of part explain.") },
	{ 0 },
};

static void finish_weights(struct load *load, const struct node *node, void *dst)
{
	const struct weights *w = dst;

	if (w->predict_right > w->predict)
		complain(load, node,
			 _("'predict_right' (%lld) is part of 'predict' (%lld) and cannot be more"),
			 (long long)w->predict_right, (long long)w->predict);
	if (w->predict + w->execute + w->observe + w->explain == 0)
		complain(load, node, _("all weights are 0; there is nothing to earn"));
}

static const struct field diagnosis_fields[] = {
	{ .name = "id",
	  .type = FIELD_ID,
	  .required = true,
	  .offset = offsetof(struct diagnosis, id),
	  .text = N_("Name of the problem."),
	  .example = "id: firmware" },
	{ .name = "when",
	  .type = FIELD_CUSTOM,
	  .custom = condition_read,
	  .required = true,
	  .offset = offsetof(struct diagnosis, when),
	  .text = N_("CONDITION by which it is recognised."),
	  .example = "when: {module: {refused_why: firmware}}" },
	{ .name = "text",
	  .type = FIELD_TEXT,
	  .required = true,
	  .offset = offsetof(struct diagnosis, text),
	  .text = N_("What the problem is."),
	  .example = "text: {id: Dimatikan di firmware., en: Off in the firmware.}" },
	{ .name = "next",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct diagnosis, next),
	  .text = N_("What to do about it."),
	  .example = "next: {id: Nyalakan di BIOS., en: Enable it in the BIOS setup.}" },
	{ 0 },
};

static void finish_diagnosis(struct load *load, const struct node *node, void *dst)
{
	struct diagnosis *d = dst;

	d->loc = place_of(load, node);
}

static const struct field experiment_fields[] = {
	{ .name = "id",
	  .type = FIELD_ID,
	  .required = true,
	  .offset = offsetof(struct experiment, id),
	  .text = N_("Name of the experiment."),
	  .example = "id: cpu-flags" },
	{ .name = "title",
	  .type = FIELD_TEXT,
	  .required = true,
	  .offset = offsetof(struct experiment, title),
	  .text = N_("Its title."),
	  .example = "title: {id: Bendera CPU, en: CPU flags}" },
	{ .name = "background",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct experiment, background),
	  .text = N_("What one should know before."),
	  .example = "background: {id: KVM butuh VT-x., en: KVM needs VT-x.}" },
	{ .name = "hypothesis",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct experiment, hypothesis),
	  .text = N_("The sentence that the experiment supports or refutes."),
	  .example = "hypothesis: {id: CPU ini mendukung., en: This CPU supports it.}" },
	{ .name = "predict",
	  .type = FIELD_OBJECT,
	  .sub = predict_fields,
	  .sub_size = sizeof(struct predict),
	  .offset = offsetof(struct experiment, predict),
	  .text = N_("What the student commits to before the steps."),
	  .example = "predict: {ask: What happens?, choices: {up: It rises, down: It falls}}" },
	{ .name = "steps",
	  .type = FIELD_LIST,
	  .sub = step_fields,
	  .sub_size = sizeof(struct step),
	  .custom = step_finish,
	  .offset = offsetof(struct experiment, steps),
	  .text = N_("The commands, in the order of running."),
	  .example = "steps: [{id: look, run: lscpu}]" },
	{ .name = "checks",
	  .type = FIELD_MAP,
	  .sub = check_fields,
	  .sub_size = sizeof(struct check),
	  .custom = check_finish,
	  .offset = offsetof(struct experiment, checks),
	  .text = N_("What is measured: id to check."),
	  .example = "checks: {module: {use: kernel_module, with: {module: kvm}}}" },
	{ .name = "hypothesis_supported_if",
	  .type = FIELD_CUSTOM,
	  .custom = condition_read,
	  .offset = offsetof(struct experiment, supported_if),
	  .text = N_("CONDITION under which the hypothesis is SUPPORTED."),
	  .example = "hypothesis_supported_if: {module: {present: true}}" },
	{ .name = "hypothesis_refuted_if",
	  .type = FIELD_CUSTOM,
	  .custom = condition_read,
	  .offset = offsetof(struct experiment, refuted_if),
	  .text = N_("CONDITION under which it is REFUTED; neither: INCONCLUSIVE."),
	  .example = "hypothesis_refuted_if: {module: {present: false}}" },
	{ .name = "questions",
	  .type = FIELD_LIST,
	  .sub = question_fields,
	  .sub_size = sizeof(struct question),
	  .custom = question_finish,
	  .offset = offsetof(struct experiment, questions),
	  .text = N_("What the student saw and how that is explained."),
	  .example = "questions: [{id: why, part: explain, kind: text, ask: Why?}]" },
	{ .name = "diagnoses",
	  .type = FIELD_LIST,
	  .sub = diagnosis_fields,
	  .sub_size = sizeof(struct diagnosis),
	  .custom = finish_diagnosis,
	  .offset = offsetof(struct experiment, diagnoses),
	  .text = N_("Known problems, recognised by what was measured."),
	  .example = "diagnoses: [{id: off, when: {module: {present: false}}, text: Not loaded}]" },
	{ .name = "weights",
	  .type = FIELD_OBJECT,
	  .sub = weights_fields,
	  .sub_size = sizeof(struct weights),
	  .custom = finish_weights,
	  .offset = offsetof(struct experiment, weights),
	  .text = N_("Points of the parts, instead of the lab's."),
	  .example = "weights: {predict: 10, execute: 90}" },
	{ 0 },
};

static struct index index_steps(struct load *load, const struct experiment *e)
{
	struct index ret = index_new(load->tree, e->steps.n);

	for (size_t i = 0; i < e->steps.n; i++)
		index_add(&ret, e->steps.v[i].id, i);
	index_sort(&ret);
	return ret;
}

static struct index index_checks(struct load *load, const struct experiment *e)
{
	struct index ret = index_new(load->tree, e->checks.n);

	for (size_t i = 0; i < e->checks.n; i++)
		index_add(&ret, e->checks.v[i].id, i);
	index_sort(&ret);
	return ret;
}

void host_check(struct load *load, const struct node *at, const char *role)
{
	const struct needs *needs = load->lab->needs;
	struct strings known;

	if (!role || !strcmp(role, "local"))
		return;
	for (size_t i = 0; needs && i < needs->hosts.n; i++)
		if (!strcmp(role, needs->hosts.v[i]))
			return;
	known = (struct strings){ .v = arena_array(load->tree, const char *, 64) };
	known.v[known.n++] = "local";
	for (size_t i = 0; needs && i < needs->hosts.n && known.n < 64; i++)
		known.v[known.n++] = needs->hosts.v[i];
	complain_unknown(load, at, role, &known, _("there is no host '%s' in this lab"),
			 shown(load, role));
}

static void check_on(struct load *load, const char *on, const struct loc *loc)
{
	const struct node at = { .line = loc->line, .col = loc->col };

	host_check(load, &at, on);
}

/* Everything has been read: what refers to something is resolved now. */
static void finish_experiment(struct load *load, const struct node *node, void *dst)
{
	struct experiment *e = dst;

	e->loc = place_of(load, node);
	load->experiment = e;
	load->steps = index_steps(load, e);
	load->checks = index_checks(load, e);
	load_resolve(load);
	check_needs(load, e);
	for (size_t i = 0; i < e->steps.n; i++)
		check_on(load, e->steps.v[i].on, &e->steps.v[i].loc);
	for (size_t i = 0; i < e->checks.n; i++)
		check_on(load, e->checks.v[i].on, &e->checks.v[i].loc);
	load->experiment = NULL;
}

const struct field lab_fields[] = {
	{ .name = "kvmlab",
	  .type = FIELD_CUSTOM,
	  .custom = read_version,
	  .required = true,
	  .text = N_("Version of this format."),
	  .example = "kvmlab: 1" },
	{ .name = "id",
	  .type = FIELD_ID,
	  .required = true,
	  .offset = offsetof(struct lab, id),
	  .text = N_("Name by which the lab is run."),
	  .example = "id: host" },
	{ .name = "title",
	  .type = FIELD_TEXT,
	  .required = true,
	  .offset = offsetof(struct lab, title),
	  .text = N_("Title of the lab."),
	  .example = "title: {id: Host KVM, en: The KVM host}" },
	{ .name = "summary",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct lab, summary),
	  .text = N_("What one learns, in a sentence or two."),
	  .example = "summary: {id: Siapkah host ini?, en: Is this host ready?}" },
	{ .name = "minutes",
	  .type = FIELD_INT,
	  .min = 1,
	  .max = 1440,
	  .offset = offsetof(struct lab, minutes),
	  .text = N_("Time that a student needs."),
	  .example = "minutes: 20" },
	{ .name = "threshold",
	  .type = FIELD_INT,
	  .max = 100,
	  .default_text = "60",
	  .offset = offsetof(struct lab, threshold),
	  .example = "threshold: 60",
	  .text = N_("Per cent of the points that it takes to pass.") },
	{ .name = "needs",
	  .type = FIELD_OBJECT,
	  .sub = needs_fields,
	  .sub_size = sizeof(struct needs),
	  .custom = needs_finish,
	  .offset = offsetof(struct lab, needs),
	  .text = N_("What must be there before it starts."),
	  .example = "needs: {root: true, commands: [lscpu, modprobe]}" },
	{ .name = "params",
	  .type = FIELD_MAP,
	  .sub = param_fields,
	  .sub_size = sizeof(struct param),
	  .custom = param_finish,
	  .offset = offsetof(struct lab, params),
	  .text = N_("Values that differ from place to place: name to parameter."),
	  .example = "params: {vm: {type: domain, default: db01}}" },
	{ .name = "weights",
	  .type = FIELD_OBJECT,
	  .sub = weights_fields,
	  .sub_size = sizeof(struct weights),
	  .custom = finish_weights,
	  .offset = offsetof(struct lab, weights),
	  .text = N_("Points of each experiment's parts."),
	  .example = "weights: {predict: 15, execute: 50}" },
	{ .name = "experiments",
	  .type = FIELD_LIST,
	  .sub = experiment_fields,
	  .sub_size = sizeof(struct experiment),
	  .custom = finish_experiment,
	  .required = true,
	  .offset = offsetof(struct lab, experiments),
	  .text = N_("The experiments, in order."),
	  .example = "experiments: [{id: cpu-flags, title: CPU flags}]" },
	{ .name = "cleanup",
	  .type = FIELD_LIST,
	  .sub = cleanup_fields,
	  .sub_size = sizeof(struct step),
	  .custom = cleanup_finish,
	  .offset = offsetof(struct lab, cleanup),
	  .text = N_(
		  "Run at the end of every run in which a step was begun, and by 'kvmlab clean', "
		  "before what steps created is undone. It takes back what 'changes' cannot say. "
		  "It may be run again after it was cut off, and must do nothing where there is "
		  "nothing to take back."),
	  .example = "cleanup: [{id: home, title: Bring it home, run: ./bring-home}]" },
	{ 0 },
};
