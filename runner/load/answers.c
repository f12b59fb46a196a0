/* SPDX-License-Identifier: Apache-2.0 */
/* answers: what a student said beforehand, checked against the lab. */
#include "runner/load/answers.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/fields.h"

static void read_version(struct load *load, const struct node *node, void *dst)
{
	struct scalar s;

	(void)dst;
	if (!scalar_read(load, node, "kvmlab-answers", &s) && strcmp(s.s, "1"))
		complain(load, node,
			 _("'kvmlab-answers' is the version of the format: 1, not '%s'"),
			 shown(load, s.s));
}

static const struct field predict_rows[] = {
	{ .name = "choice",
	  .type = FIELD_ID,
	  .offset = offsetof(struct given, choice),
	  .text = N_("The choice predicted."),
	  .example = "choice: svm" },
	{ .name = "reason",
	  .type = FIELD_STRING,
	  .offset = offsetof(struct given, reason),
	  .text = N_("Why."),
	  .example = "reason: because it is an AMD processor" },
	{ .name = "sure",
	  .type = FIELD_INT,
	  .min = 1,
	  .max = 5,
	  .offset = offsetof(struct given, sure),
	  .text = N_("How sure, 1 to 5."),
	  .example = "sure: 4" },
	{ 0 },
};

/* The members of the prediction are the experiment's own. */
static void read_predict(struct load *load, const struct node *node, void *dst)
{
	fields_fill(load, node, predict_rows, "predict", dst);
}

static const struct field answer_rows[] = {
	{ .name = "text",
	  .type = FIELD_STRING,
	  .offset = offsetof(struct given_answer, text),
	  .text = N_("The answer."),
	  .example = "text: svm" },
	{ .name = "hints",
	  .type = FIELD_INT,
	  .max = 100,
	  .offset = offsetof(struct given_answer, hints),
	  .text = N_("How many hints were taken."),
	  .example = "hints: 1" },
	{ .name = "understood",
	  .type = FIELD_STRING,
	  .offset = offsetof(struct given_answer, understood),
	  .text = N_(
		  "What the hints told, in own words, where all of them were taken; not graded."),
	  .example = "understood: The flag is in /proc/cpuinfo." },
	{ 0 },
};

/* id: answer, or id: {text:, hints:, understood:} */
static void read_answers(struct load *load, const struct node *node, void *dst)
{
	struct given *g = (struct given *)((char *)dst - offsetof(struct given, answers));
	struct scalar s;

	if (!node_expect(load, node, NODE_MAPPING, "answers"))
		return;
	g->answers.v = arena_array(load->arena, struct given_answer, node->n);
	for (const struct node *c = node_first(node); c; c = c->next) {
		struct given_answer *a = &g->answers.v[g->answers.n++];

		a->id = c->key;
		if (c->kind == NODE_MAPPING)
			fields_fill(load, c, answer_rows, a->id, a);
		else if (!scalar_read(load, c, a->id, &s))
			a->text = s.s;
	}
}

static void check_experiment(struct load *load, const struct node *node, void *dst);

static const struct field given_rows[] = {
	{ .name = "id",
	  .type = FIELD_ID,
	  .offset = offsetof(struct given, experiment),
	  .text = N_("Id of an experiment.") },
	{ .name = "predict",
	  .type = FIELD_CUSTOM,
	  .custom = read_predict,
	  .sub = predict_rows,
	  .text = N_("The prediction."),
	  .example = "predict: {choice: svm, reason: AMD, sure: 4}" },
	{ .name = "answers",
	  .type = FIELD_CUSTOM,
	  .custom = read_answers,
	  .sub = answer_rows,
	  .offset = offsetof(struct given, answers),
	  .text = N_("Question to answer, or to {text:, hints:, understood:}."),
	  .example = "answers: {seen: svm}" },
	{ .name = "reconcile",
	  .type = FIELD_STRING,
	  .offset = offsetof(struct given, reconcile),
	  .text = N_("Why the prediction was wrong, where it was."),
	  .example = "reconcile: I did not know that this is a VM." },
	{ .name = "skip",
	  .type = FIELD_NAMES,
	  .offset = offsetof(struct given, skip),
	  .text = N_("Steps that are not to be run."),
	  .example = "skip: [load]" },
	{ 0 },
};

const struct field answers_fields[] = {
	{ .name = "kvmlab-answers",
	  .type = FIELD_CUSTOM,
	  .custom = read_version,
	  .required = true,
	  .text = N_("Version of this format."),
	  .example = "kvmlab-answers: 1" },
	{ .name = "experiments",
	  .type = FIELD_MAP,
	  .sub = given_rows,
	  .sub_size = sizeof(struct given),
	  .custom = check_experiment,
	  .required = true,
	  .offset = offsetof(struct answers, experiments),
	  .text = N_("Experiment to what was said in it."),
	  .example = "experiments: {cpu-flags: {answers: {seen: svm}}}" },
	{ 0 },
};

/* Ids of the choices, for messages and for looking one up. */
static struct strings choice_ids(struct load *load, const struct choices *choices)
{
	struct strings ret = { .v = arena_array(load->tree, const char *, choices->n) };

	for (; ret.n < choices->n; ret.n++)
		ret.v[ret.n] = choices->v[ret.n].id;
	return ret;
}

static void check_choice(struct load *load, const struct node *at, const char *given,
			 const struct choices *choices)
{
	struct strings known = choice_ids(load, choices);

	for (size_t i = 0; i < known.n; i++)
		if (!strcmp(known.v[i], given))
			return;
	complain_unknown(load, at, given, &known, _("'%s' is not one of the choices"),
			 shown(load, given));
}

static void check_predict(struct load *load, const struct node *node, const struct given *g,
			  const struct experiment *e)
{
	const struct node *predict = node_get(node, "predict");
	const struct node *choice = predict ? node_get(predict, "choice") : NULL;

	if (predict && !e->predict)
		complain(load, node_key(predict), _("experiment '%s' asks for no prediction"),
			 e->id);
	else if (choice && g->choice)
		check_choice(load, choice, g->choice, &e->predict->choices);
}

static void check_answer(struct load *load, const struct node *node, const struct given_answer *a,
			 const struct question *q)
{
	const struct node *text = node->kind == NODE_MAPPING ? node_get(node, "text") : node;
	double v;

	if ((size_t)a->hints > q->hints.n)
		complain(load, node_get(node, "hints"), _("question '%s' has %zu hints, not %lld"),
			 q->id, q->hints.n, (long long)a->hints);
	else if (a->understood && (!a->hints || (size_t)a->hints < q->hints.n))
		complain(load, node_key(node_get(node, "understood")),
			 _("'understood' is asked only when all %zu hints of '%s' were taken"),
			 q->hints.n, q->id);
	if (!a->text)
		return;
	if (q->kind == QUESTION_CHOICE)
		check_choice(load, text, a->text, &q->choices);
	else if (q->kind == QUESTION_NUMBER && parse_number(a->text, &v) < 0)
		complain(load, text, _("the answer to '%s' must be a number, not '%s'"), q->id,
			 shown(load, a->text));
}

static struct index index_questions(struct load *load, const struct experiment *e)
{
	struct index ret = index_new(load->tree, e->questions.n);

	for (size_t i = 0; i < e->questions.n; i++)
		index_add(&ret, e->questions.v[i].id, i);
	index_sort(&ret);
	return ret;
}

static void check_answers(struct load *load, const struct node *node, const struct given *g,
			  const struct experiment *e)
{
	const struct node *answers = node_get(node, "answers");
	struct index questions = index_questions(load, e);
	const struct node *c = answers ? node_first(answers) : NULL;
	size_t q;

	for (size_t i = 0; c && i < g->answers.n; i++, c = c->next) {
		const struct given_answer *a = &g->answers.v[i];

		if (index_find(&questions, a->id, &q)) {
			check_answer(load, c, a, &e->questions.v[q]);
			continue;
		}
		complain_unknown(load, node_key(c), a->id, &questions.names,
				 _("there is no question '%s' in experiment '%s'"),
				 shown(load, a->id), e->id);
	}
}

static void check_skip(struct load *load, const struct node *node, const struct experiment *e)
{
	const struct node *skip = node_get(node, "skip");
	struct index steps = index_new(load->tree, e->steps.n);
	size_t ignored;

	for (size_t i = 0; i < e->steps.n; i++)
		index_add(&steps, e->steps.v[i].id, i);
	index_sort(&steps);
	for (const struct node *c = skip ? node_first(skip) : NULL; c; c = c->next) {
		if (c->kind != NODE_SCALAR || c->bad || index_find(&steps, c->text, &ignored))
			continue;
		complain_unknown(load, c, c->text, &steps.names,
				 _("there is no step '%s' in experiment '%s'"),
				 shown(load, c->text), e->id);
	}
}

static void check_experiment(struct load *load, const struct node *node, void *dst)
{
	const struct experiment *e = lab_experiment(load->against, node->key);
	struct strings known = { 0 };

	if (e) {
		check_predict(load, node, dst, e);
		check_answers(load, node, dst, e);
		check_skip(load, node, e);
		return;
	}
	if (complain_silently(load))
		return;
	known.v = arena_array(load->tree, const char *, load->against->experiments.n);
	for (; known.n < load->against->experiments.n; known.n++)
		known.v[known.n] = load->against->experiments.v[known.n].id;
	complain_unknown(load, node_key(node), node->key, &known,
			 _("there is no experiment '%s' in lab '%s'"), shown(load, node->key),
			 load->against->id);
}

int answers_load_bytes(const char *path, const char *data, size_t len, const struct lab *lab,
		       struct answers **ret, struct complaints *out)
{
	_cleanup_arena_ struct arena tree = { 0 };
	struct arena arena = { 0 };
	size_t before = out->n;
	struct answers *answers = arena_alloc(&arena, sizeof(*answers));
	struct load load = {
		.arena = &arena, .tree = &tree, .out = out, .file = path, .against = lab
	};
	struct node *root;

	load.path = arena_strdup(&arena, path);
	if (!node_parse(&load, data, len, &root))
		fields_fill(&load, root, answers_fields, NULL, answers);
	if (out->n > before) {
		complaints_sort(out, before);
		arena_done(&arena);
		return -1;
	}
	answers->arena = arena;
	*ret = answers;
	return 0;
}

int answers_load_file(const char *path, const struct lab *lab, struct answers **ret,
		      struct complaints *out)
{
	_cleanup_buf_ struct buf data = { 0 };
	struct load load = { .out = out, .file = path };

	if (load_slurp(&load, &data) < 0)
		return -1;
	return answers_load_bytes(path, buf_str(&data), data.len, lab, ret, out);
}

void answers_free(struct answers *a)
{
	struct arena arena;

	if (!a)
		return;
	/* The answers live in their own arena. */
	arena = a->arena;
	arena_done(&arena);
}

const struct given *answers_find(const struct answers *a, const char *experiment)
{
	for (size_t i = 0; a && i < a->experiments.n; i++)
		if (!strcmp(a->experiments.v[i].experiment, experiment))
			return &a->experiments.v[i];
	return NULL;
}
