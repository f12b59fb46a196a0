/* SPDX-License-Identifier: Apache-2.0 */
/* condition: {check: {measure: MATCHER}}, or a list of such mappings of which one must hold. */
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

/* The clauses that one check adds to an alternative. */
static void read_check(struct load *load, const struct node *node, struct alternative *a)
{
	struct matcher *matchers;
	size_t check, n;

	if (!index_find(&load->checks, node->key, &check)) {
		complain_unknown(load, node_key(node), node->key, &load->checks.names,
				 _("there is no check '%s' in this experiment"),
				 shown(load, node->key));
		return;
	}
	if (!node_expect(load, node, NODE_MAPPING, node->key))
		return;
	if (!node->n)
		complain(load, node, _("'%s' compares no measure"), node->key);
	matchers = arena_array(load->tree, struct matcher, matchers_count(node));
	n = matchers_read(load, node, &load->experiment->checks.v[check], matchers);
	for (size_t i = 0; i < n; i++)
		a->v[a->n++] = (struct clause){ .check = check, .matcher = matchers[i] };
}

static void read_alternative(struct load *load, const struct node *node, const char *name,
			     struct alternative *ret)
{
	size_t n = 0;

	if (!node_expect(load, node, NODE_MAPPING, name))
		return;
	if (!node->n)
		complain(load, node, _("'%s' has an empty condition"), name);
	for (const struct node *c = node_first(node); c; c = c->next)
		n += matchers_count(c);
	ret->v = arena_array(load->arena, struct clause, n);
	for (const struct node *c = node_first(node); c; c = c->next)
		read_check(load, c, ret);
}

static void resolve(struct load *load, const struct node *node, void *dst)
{
	struct condition *ret = dst;
	const char *name = node->key;

	if (node->kind == NODE_SCALAR) {
		complain(load, node,
			 _("'%s' must be {check: {measure: value}} or a list of such, not a value"),
			 name);
		return;
	}
	if (node->kind == NODE_MAPPING) {
		ret->v = arena_array(load->arena, struct alternative, 1);
		ret->n = 1;
		read_alternative(load, node, name, ret->v);
		return;
	}
	if (!node->n)
		complain(load, node, _("'%s' has an empty condition"), name);
	ret->v = arena_array(load->arena, struct alternative, node->n);
	for (const struct node *c = node_first(node); c; c = c->next)
		read_alternative(load, c, name, &ret->v[ret->n++]);
}

void condition_read(struct load *load, const struct node *node, void *dst)
{
	load_defer(load, resolve, node, dst);
}
