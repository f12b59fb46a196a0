/* SPDX-License-Identifier: Apache-2.0 */
/* needs: what waits for what: no circles, and nothing that waits for its own doing. */
#include <string.h>

#include "checks/checker.h"
#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

/* A walk along needs: which check, and which of its needs comes next. */
struct visit {
	size_t check, next;
};

enum visit_state { VISIT_NEW, VISIT_OPEN, VISIT_DONE };

/* Walks all needs of one check; complains at the first way that leads back into itself. */
static bool walk(struct load *load, const struct experiment *e, unsigned char *state,
		 struct visit *stack)
{
	size_t depth = 1, to;

	while (depth) {
		struct visit *at = &stack[depth - 1];
		const struct check *check = &e->checks.v[at->check];

		state[at->check] = VISIT_OPEN;
		if (at->next == check->needs.n) {
			state[at->check] = VISIT_DONE;
			depth--;
			continue;
		}
		if (!index_find(&load->checks, check->needs.v[at->next++], &to))
			continue;
		if (state[to] == VISIT_NEW) {
			stack[depth++] = (struct visit){ .check = to };
			continue;
		}
		if (state[to] == VISIT_OPEN) {
			struct node place = { .line = check->loc.line, .col = check->loc.col };

			if (to == at->check)
				complain(load, &place, _("check '%s' needs itself"), check->id);
			else
				complain(load, &place,
					 _("check '%s' needs '%s', which needs it in turn"),
					 check->id, e->checks.v[to].id);
			return false;
		}
	}
	return true;
}

static void check_cycles(struct load *load, const struct experiment *e)
{
	unsigned char *state = arena_alloc(load->tree, e->checks.n + 1);
	struct visit *stack = arena_array(load->tree, struct visit, e->checks.n + 1);

	for (size_t i = 0; i < e->checks.n; i++) {
		if (state[i] != VISIT_NEW)
			continue;
		stack[0] = (struct visit){ .check = i };
		if (!walk(load, e, state, stack))
			return;
	}
}

/* What must have been done before a check can be looked at: a step, from 1, and who reads it. */
struct reach {
	size_t step, check;
	bool in_background; /* a probe: done only when all steps are */
};

/* Checks and what each leads to: its needs and what its condition asks. */
struct graph {
	struct load *load;
	const struct experiment *e;
	size_t *from; /* where in 'to' those of a check begin */
	size_t *to;
	struct reach *reach;
	enum visit_state *state;
	struct visit *stack;
};

static size_t count_edges(const struct check *c)
{
	size_t n = c->needs.n;

	for (size_t i = 0; i < c->applies_if.n; i++)
		n += c->applies_if.v[i].n;
	return n;
}

static size_t add_edges(struct graph *g, const struct check *c, size_t n)
{
	size_t to;

	for (size_t i = 0; i < c->needs.n; i++)
		if (index_find(&g->load->checks, c->needs.v[i], &to))
			g->to[n++] = to;
	for (size_t i = 0; i < c->applies_if.n; i++)
		for (size_t j = 0; j < c->applies_if.v[i].n; j++)
			g->to[n++] = c->applies_if.v[i].v[j].check;
	return n;
}

/* The last step that a check's own parameters name. */
static struct reach own_reach(struct graph *g, size_t check)
{
	const struct check *c = &g->e->checks.v[check];
	struct reach ret = { .check = check };
	const struct field *f = c->checker && c->params ? c->checker->fields : NULL;

	for (; f && f->name; f++) {
		const char *id;
		size_t i;

		if (f->type != FIELD_STEP)
			continue;
		memcpy(&id, (const char *)c->params + f->offset, sizeof(id));
		if (!id || !index_find(&g->load->steps, id, &i) || i + 1 < ret.step)
			continue;
		ret.step = i + 1;
		ret.in_background = g->e->steps.v[i].probe;
	}
	return ret;
}

static bool is_later(const struct reach *a, const struct reach *b)
{
	if (a->in_background != b->in_background)
		return a->in_background;
	return a->step > b->step;
}

static void open_check(struct graph *g, size_t check, size_t depth)
{
	g->state[check] = VISIT_OPEN;
	g->reach[check] = own_reach(g, check);
	g->stack[depth] = (struct visit){ check, g->from[check] };
}

/* Depth first; every check is opened once, whoever needs it. */
static void follow(struct graph *g, size_t check)
{
	size_t depth = 1, to;

	open_check(g, check, 0);
	while (depth) {
		struct visit *at = &g->stack[depth - 1];

		if (at->next < g->from[at->check + 1]) {
			to = g->to[at->next];
			if (g->state[to] == VISIT_NEW) {
				open_check(g, to, depth++);
				continue;
			}
			at->next++;
			if (is_later(&g->reach[to], &g->reach[at->check]))
				g->reach[at->check] = g->reach[to];
			continue;
		}
		g->state[at->check] = VISIT_DONE;
		depth--;
	}
}

static void build(struct graph *g)
{
	size_t n = g->e->checks.n, edges = 0;
	struct arena *tree = g->load->tree;

	for (size_t i = 0; i < n; i++)
		edges += count_edges(&g->e->checks.v[i]);
	g->from = arena_array(tree, size_t, n + 1);
	g->to = arena_array(tree, size_t, edges);
	g->reach = arena_array(tree, struct reach, n);
	g->state = arena_array(tree, enum visit_state, n);
	g->stack = arena_array(tree, struct visit, n);
	for (size_t i = 0; i < n; i++)
		g->from[i + 1] = add_edges(g, &g->e->checks.v[i], g->from[i]);
	for (size_t i = 0; i < n; i++)
		if (g->state[i] == VISIT_NEW)
			follow(g, i);
}

/* What is looked at before a step must be there to be looked at. */
static void check_step(struct graph *g, size_t step)
{
	const struct step *s = &g->e->steps.v[step];
	struct node at = { .line = s->loc.line, .col = s->loc.col };
	size_t need;

	for (size_t i = 0; i < s->needs.n; i++) {
		const struct reach *r;

		if (!index_find(&g->load->checks, s->needs.v[i], &need))
			continue;
		r = &g->reach[need];
		if (r->step <= step && !r->in_background)
			continue;
		complain(g->load, &at,
			 _("step '%s' needs check '%s', which reads step '%s': not done before it"),
			 s->id, g->e->checks.v[r->check].id, g->e->steps.v[r->step - 1].id);
		return;
	}
}

void check_needs(struct load *load, const struct experiment *e)
{
	struct graph g = { .load = load, .e = e };
	bool some = false;

	check_cycles(load, e);
	for (size_t i = 0; i < e->steps.n; i++)
		some |= e->steps.v[i].needs.n > 0;
	if (!some)
		return;
	build(&g);
	for (size_t i = 0; i < e->steps.n; i++)
		check_step(&g, i);
}
