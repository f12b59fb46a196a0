/* SPDX-License-Identifier: Apache-2.0 */
/* root: a SKIP followed to where it began, which decides whether it costs points. */
#include "runner/run/clauses.h"
#include "runner/run/grading.h"

/*
 * Of several needs: what does not apply beats all (the check could not have been earned), then what
 * failed or was left out (it would not have been earned whatever the rest), then what could not be
 * looked at.
 */
static const int need_ranks[] = {
	[VERDICT_PASS] = 0, [VERDICT_NONE] = 1, [VERDICT_BROKEN] = 2,
	[VERDICT_SKIP] = 3, [VERDICT_FAIL] = 4, [VERDICT_NA] = 5,
};

/* Of a condition's open clauses: any might have decided, so what could not be looked at beats all.
 */
static const int clause_ranks[] = {
	[VERDICT_PASS] = 0, [VERDICT_NA] = 1,	[VERDICT_SKIP] = 2,
	[VERDICT_FAIL] = 3, [VERDICT_NONE] = 4, [VERDICT_BROKEN] = 5,
};

static enum verdict stronger(const int *ranks, enum verdict a, enum verdict b)
{
	return ranks[a] >= ranks[b] ? a : b;
}

static enum verdict follow(struct roots *roots, size_t check);

static enum verdict follow_needs(struct roots *roots, const struct strings *needs)
{
	enum verdict ret = VERDICT_PASS;

	for (size_t i = 0; i < needs->n; i++) {
		int need = check_index(roots->r->experiment, needs->v[i]);

		if (need >= 0)
			ret = stronger(need_ranks, ret, follow(roots, (size_t)need));
	}
	return ret;
}

/* PASS when the clause is known: it did not keep anybody from looking. */
static enum verdict follow_clause(struct roots *roots, const struct clause *c)
{
	enum verdict verdict = roots->r->checks[c->check].verdict;

	if (clause_truth(c, roots->r->checks) != TRUTH_UNKNOWN)
		return VERDICT_PASS;
	/* It was measured; then a pattern took too many steps. */
	if (verdict == VERDICT_PASS || verdict == VERDICT_FAIL)
		return VERDICT_BROKEN;
	return follow(roots, c->check);
}

static enum verdict follow_condition(struct roots *roots, const struct condition *c)
{
	enum verdict ret = VERDICT_PASS;

	for (size_t i = 0; i < c->n; i++)
		for (size_t j = 0; j < c->v[i].n; j++)
			ret = stronger(clause_ranks, ret, follow_clause(roots, &c->v[i].v[j]));
	return ret;
}

/* What kept a step from being done that the check reads. */
static enum verdict follow_step(struct roots *roots, size_t check)
{
	const struct step_result *step = missing_step(roots->r, &roots->r->checks[check]);

	return step ? follow_needs(roots, &step->step->needs) : VERDICT_PASS;
}

static enum verdict follow(struct roots *roots, size_t check)
{
	const struct check *c = &roots->r->experiment->checks.v[check];
	enum verdict ret = roots->r->checks[check].verdict;

	if (roots->known[check])
		return roots->v[check];
	/* Set at once, so that a circle (which no lab that loads has) ends. */
	roots->known[check] = true;
	roots->v[check] = ret;
	if (ret != VERDICT_SKIP)
		return ret;
	ret = follow_needs(roots, &c->needs);
	if (ret == VERDICT_PASS)
		ret = follow_condition(roots, &c->applies_if);
	if (ret == VERDICT_PASS)
		ret = follow_step(roots, check);
	roots->v[check] = ret == VERDICT_PASS ? VERDICT_SKIP : ret;
	return roots->v[check];
}

void grading_find_roots(struct grading *g)
{
	size_t n = g->r->experiment->checks.n;

	g->roots = (struct roots){ g->r, arena_array(g->arena, enum verdict, n),
				   arena_array(g->arena, bool, n) };
	for (size_t i = 0; i < n; i++)
		follow(&g->roots, i);
}

enum verdict grading_open(struct grading *g, const struct condition *c)
{
	return follow_condition(&g->roots, c);
}

void grading_settle(struct grade_line *line, enum verdict root)
{
	line->in_total = root != VERDICT_NA;
	line->ungraded = root == VERDICT_BROKEN || root == VERDICT_NONE;
}
