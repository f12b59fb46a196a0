/* SPDX-License-Identifier: Apache-2.0 */
/* lint: what loads but would leave a student or a teacher without something. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

static void check_text(struct load *load, const struct node *node)
{
	if (node->kind != NODE_MAPPING || !node->key)
		return;
	if (!node_get(node, "id"))
		complain(load, node_key(node), _("'%s' has no Indonesian text ('id')"), node->key);
	if (!node_get(node, "en"))
		complain(load, node_key(node), _("'%s' has no English text ('en')"), node->key);
}

static void check_choices(struct load *load, const struct node *node, bool predicted)
{
	for (const struct node *c = node_first(node); c; c = c->next) {
		const struct node *text = node_get(c, "text");

		check_text(load, text ? text : c);
		if (predicted && !node_get(c, "right_if"))
			complain(load, node_key(c),
				 _("prediction '%s' has no 'right_if': it can never be right"),
				 c->key);
	}
}

static void check_texts(struct load *load, const struct node *node, const struct field *fields);

static void check_row(struct load *load, const struct node *node, const struct field *f,
		      bool predicted)
{
	switch (f->type) {
	case FIELD_TEXT:
		check_text(load, node);
		break;
	case FIELD_OBJECT:
		check_texts(load, node, f->sub);
		break;
	case FIELD_LIST:
	case FIELD_MAP:
		for (const struct node *c = node_first(node); c; c = c->next)
			check_texts(load, c, f->sub);
		break;
	default:
		if (f->custom == choices_read)
			check_choices(load, node, predicted);
	}
}

/* Goes down the tree along the tables, so that only texts are taken for texts. */
static void check_texts(struct load *load, const struct node *node, const struct field *fields)
{
	for (const struct field *f = fields; f->name; f++) {
		const struct node *child = node_get(node, f->name);

		if (child)
			check_row(load, child, f, fields == predict_fields);
	}
}

static void complain_at(struct load *load, const struct loc *loc, const char *text)
{
	struct node at = { .line = loc->line, .col = loc->col };

	complain(load, &at, "%s", text);
}

static void mark_condition(const struct condition *c, bool *used)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->v[i].n; j++)
			used[c->v[i].v[j].check] = true;
}

/* Which checks something depends on. */
static void mark_used(const struct experiment *e, const struct index *checks, bool *used)
{
	size_t i, j, to;

	mark_condition(&e->supported_if, used);
	mark_condition(&e->refuted_if, used);
	for (i = 0; e->predict && i < e->predict->choices.n; i++)
		mark_condition(&e->predict->choices.v[i].right_if, used);
	for (i = 0; i < e->diagnoses.n; i++)
		mark_condition(&e->diagnoses.v[i].when, used);
	for (i = 0; i < e->questions.n; i++) {
		mark_condition(&e->questions.v[i].applies_if, used);
		if (e->questions.v[i].answer_is_measure)
			used[e->questions.v[i].answer_check] = true;
	}
	for (i = 0; i < e->steps.n; i++)
		for (j = 0; j < e->steps.v[i].needs.n; j++)
			if (index_find(checks, e->steps.v[i].needs.v[j], &to))
				used[to] = true;
	for (i = 0; i < e->checks.n; i++) {
		mark_condition(&e->checks.v[i].applies_if, used);
		for (j = 0; j < e->checks.v[i].needs.n; j++)
			if (index_find(checks, e->checks.v[i].needs.v[j], &to))
				used[to] = true;
	}
}

static struct index index_checks(struct load *load, const struct experiment *e)
{
	struct index index = index_new(load->tree, e->checks.n);

	for (size_t i = 0; i < e->checks.n; i++)
		index_add(&index, e->checks.v[i].id, i);
	index_sort(&index);
	return index;
}

static void check_checks(struct load *load, const struct experiment *e)
{
	struct index index = index_checks(load, e);
	bool *used = arena_array(load->tree, bool, e->checks.n);

	mark_used(e, &index, used);
	for (size_t i = 0; i < e->checks.n; i++) {
		const struct check *c = &e->checks.v[i];

		if (!c->expect.n && !used[i])
			complain_at(load, &c->loc,
				    _("the check expects nothing, and nothing uses its measures"));
		if (c->expect.n && !text_is_given(&c->next))
			complain_at(
				load, &c->loc,
				_("no 'next': a student whose check fails is not told what to do"));
	}
}

/* A check that expects nothing passes whatever it sees. */
static void check_step_needs(struct load *load, const struct experiment *e)
{
	struct index index = index_checks(load, e);
	size_t to;

	for (size_t i = 0; i < e->steps.n; i++)
		for (size_t j = 0; j < e->steps.v[i].needs.n; j++)
			if (index_find(&index, e->steps.v[i].needs.v[j], &to) &&
			    !e->checks.v[to].expect.n)
				complain_at(load, &e->steps.v[i].loc,
					    _("the step needs a check that expects nothing: it "
					      "would always be run"));
}

static void check_questions(struct load *load, const struct experiment *e)
{
	for (size_t i = 0; i < e->questions.n; i++) {
		const struct question *q = &e->questions.v[i];

		if (q->kind != QUESTION_TEXT)
			continue;
		if (!q->rubric.n)
			complain_at(load, &q->loc,
				    _("no 'rubric': a teacher has to read every answer"));
		if (!text_is_given(&q->model_answer))
			complain_at(load, &q->loc,
				    _("no 'model_answer' to show when it has been answered"));
	}
}

/* '$name' or '${name' stands in the text. */
static bool is_used(struct load *load, const char *text, const char *name)
{
	return strstr(text, arena_printf(load->tree, "$%s", name)) ||
	       strstr(text, arena_printf(load->tree, "${%s", name));
}

static void check_step(struct load *load, const struct step *s)
{
	if (s->root && !(load->lab->needs && load->lab->needs->root))
		complain_at(load, &s->loc,
			    _("the step runs as root, but 'needs' does not say 'root: true'"));
	for (size_t i = 0; s->run && i < s->changes.n; i++)
		if (s->changes.v[i].uuid && !is_used(load, s->run, s->changes.v[i].uuid))
			complain_at(load, &s->changes.v[i].loc,
				    _("the step does not use the variable of this UUID: what it "
				      "creates would get another"));
}

static void check_experiment(struct load *load, const struct experiment *e)
{
	if (text_is_given(&e->hypothesis) && !e->supported_if.n)
		complain_at(load, &e->loc,
			    _("a hypothesis without 'hypothesis_supported_if': never SUPPORTED"));
	if (text_is_given(&e->hypothesis) && !e->refuted_if.n)
		complain_at(load, &e->loc,
			    _("a hypothesis without 'hypothesis_refuted_if': never REFUTED"));
	check_checks(load, e);
	check_questions(load, e);
	check_step_needs(load, e);
	for (size_t i = 0; i < e->steps.n; i++)
		check_step(load, &e->steps.v[i]);
}

/* A parameter is used as $name or ${name}, in a command or under with: */
static void check_params(struct load *load)
{
	const struct lab *lab = load->lab;

	for (size_t i = 0; i < lab->params.n; i++) {
		const struct param *p = &lab->params.v[i];

		if (!is_used(load, lab->source, p->name))
			complain_at(load, &p->loc, _("the parameter is never used"));
	}
}

void lab_lint(const struct lab *lab, struct complaints *ret)
{
	_cleanup_arena_ struct arena tree = { 0 };
	struct lab view = *lab;
	size_t before = ret->n;
	struct load load = {
		.arena = &tree, .tree = &tree, .out = ret, .file = lab->path, .lab = &view
	};
	struct node *root;

	/* Places of texts are only in the source, which has loaded once already. */
	if (node_parse(&load, lab->source, lab->source_len, &root) < 0)
		return;
	check_texts(&load, root, lab_fields);
	check_params(&load);
	for (size_t i = 0; i < lab->experiments.n; i++)
		check_experiment(&load, &lab->experiments.v[i]);
	for (size_t i = 0; i < lab->cleanup.n; i++)
		check_step(&load, &lab->cleanup.v[i]);
	complaints_sort(ret, before);
}
