/* SPDX-License-Identifier: Apache-2.0 */
/* index: a sorted table of names. */
#include "runner/load/index.h"

#include <stdlib.h>
#include <string.h>

struct index index_new(struct arena *arena, size_t n)
{
	return (struct index){ .v = arena_array(arena, struct index_entry, n),
			       .names = { .v = arena_array(arena, const char *, n) } };
}

void index_add(struct index *x, const char *name, size_t i)
{
	if (name)
		x->v[x->n++] = (struct index_entry){ name, i };
}

static int compare(const void *a, const void *b)
{
	const struct index_entry *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	return x->i < y->i ? -1 : x->i > y->i;
}

void index_sort(struct index *x)
{
	if (x->n)
		qsort(x->v, x->n, sizeof(*x->v), compare);
	for (size_t i = 0; i < x->n; i++)
		if (!i || strcmp(x->v[i].name, x->v[i - 1].name))
			x->names.v[x->names.n++] = x->v[i].name;
}

bool index_find(const struct index *x, const char *name, size_t *ret)
{
	size_t low = 0, high = x->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(x->v[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == x->n || strcmp(x->v[low].name, name))
		return false;
	*ret = x->v[low].i;
	return true;
}
