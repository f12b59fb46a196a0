/* SPDX-License-Identifier: Apache-2.0 */
/* judge_fixture: experiments made by hand, with checks that have measured what a test wants. */
#include "tests/unit/judge_fixture.h"

#include <string.h>

const struct measure_spec fixture_specs[] = {
	[HAS_YES] = { "yes", VALUE_BOOL, NULL, "" }, [HAS_N] = { "n", VALUE_INT, "ms", "" },
	[HAS_S] = { "s", VALUE_STRING, NULL, "" },   [HAS_LIST] = { "list", VALUE_LIST, NULL, "" },
	[HAS_D] = { "d", VALUE_NUMBER, "x", "" },    [HAS_COUNT] = { 0 },
};

void fixture_init(struct fixture *f)
{
	struct experiment *x = &f->experiment;

	memset(f, 0, sizeof(*f));
	f->weights = (struct weights){ 15, 5, 50, 15, 20 };
	f->lab.weights = &f->weights;
	f->lab.threshold = 60;
	f->lab.experiments.v = x;
	f->lab.experiments.n = 1;
	x->id = "e";
	x->checks.v = arena_array(&f->arena, struct check, FIXTURE_MAX);
	x->questions.v = arena_array(&f->arena, struct question, FIXTURE_MAX);
	f->predict.choices.v = arena_array(&f->arena, struct choice, FIXTURE_MAX);
	f->result.experiment = x;
	f->result.checks = arena_array(&f->arena, struct check_result, FIXTURE_MAX);
	f->result.answers = arena_array(&f->arena, struct answer, FIXTURE_MAX);
	f->report.lab = &f->lab;
	f->report.experiments = &f->result;
}

void fixture_done(struct fixture *f)
{
	arena_done(&f->arena);
}

struct check_result *fixture_check(struct fixture *f, int64_t points, enum verdict verdict,
				   int64_t n)
{
	size_t i = f->experiment.checks.n++;
	struct check *c = &f->experiment.checks.v[i];
	struct check_result *r = &f->result.checks[i];

	c->id = arena_printf(&f->arena, "c%zu", i);
	c->points = points;
	c->specs = fixture_specs;
	c->spec_count = HAS_COUNT;
	r->check = c;
	r->verdict = verdict;
	measures_init(&r->measures, fixture_specs, HAS_COUNT, &f->arena);
	measures_set_int(&r->measures, "n", n);
	return r;
}

void fixture_needs(struct fixture *f, size_t i, size_t need)
{
	struct strings *needs = &f->experiment.checks.v[i].needs;
	const char **grown = arena_array(&f->arena, const char *, needs->n + 1);

	if (needs->n)
		memcpy(grown, needs->v, needs->n * sizeof(*grown));
	grown[needs->n++] = f->experiment.checks.v[need].id;
	needs->v = grown;
}

struct condition fixture_when(struct fixture *f, size_t check, enum matcher_op op, int64_t right)
{
	struct clause *clause = arena_array(&f->arena, struct clause, 1);
	struct alternative *alternative = arena_array(&f->arena, struct alternative, 1);

	clause->check = check;
	clause->matcher = (struct matcher){ .measure = HAS_N, .op = op };
	clause->matcher.right = (struct value){ .type = VALUE_INT, .i = right };
	*alternative = (struct alternative){ clause, 1 };
	return (struct condition){ alternative, 1 };
}

struct choice *fixture_choice(struct fixture *f, struct condition right_if)
{
	struct choices *choices = &f->predict.choices;
	struct choice *ret = &choices->v[choices->n];

	f->experiment.predict = &f->predict;
	ret->id = arena_printf(&f->arena, "p%zu", choices->n++);
	ret->right_if = right_if;
	return ret;
}

struct question *fixture_question(struct fixture *f, enum question_part part,
				  enum question_kind kind, int64_t points)
{
	struct question *ret = &f->experiment.questions.v[f->experiment.questions.n];

	ret->id = arena_printf(&f->arena, "q%zu", f->experiment.questions.n++);
	ret->part = (int)part;
	ret->kind = (int)kind;
	ret->points = points;
	ret->answer = (struct value){ .type = VALUE_NUMBER, .d = 204 };
	ret->rubric.v = arena_array(&f->arena, struct rubric_row, FIXTURE_MAX);
	return ret;
}

void fixture_answer(struct fixture *f, size_t question, const char *text)
{
	f->result.answers[question].text = text;
}

static struct strings one_string(struct fixture *f, const char *s)
{
	struct strings ret = { .v = arena_array(&f->arena, const char *, 1), .n = 1 };

	ret.v[0] = s;
	return ret;
}

struct rubric_row *fixture_rubric(struct fixture *f, struct question *q, int64_t points,
				  const char *pattern)
{
	struct rubric_row *row = &q->rubric.v[q->rubric.n++];

	row->points = points;
	row->any = one_string(f, pattern);
	return row;
}

void fixture_denial(struct fixture *f, struct rubric_row *row, const char *pattern)
{
	row->none = one_string(f, pattern);
}

const struct grade *fixture_grade(struct fixture *f)
{
	experiment_judge(&f->result, &f->arena, LANG_EN);
	experiment_grade(&f->result, &f->lab, &f->arena, LANG_EN);
	report_grade(&f->report);
	return &f->result.grade;
}

const struct grade_line *fixture_line(const struct fixture *f, const char *id)
{
	const struct grade *g = &f->result.grade;

	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->lines[i].id, id))
			return &g->lines[i];
	return NULL;
}
