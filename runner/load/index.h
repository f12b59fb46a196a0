/* SPDX-License-Identifier: Apache-2.0 */
/* index: names to positions, sorted once, so that large labs stay n log n whatever their names. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/field.h"

struct index_entry {
	const char *name;
	size_t i;
};

struct index {
	struct index_entry *v;
	size_t n;
	struct strings names; /* all names, sorted, each once; made by index_sort */
};

/* An index of at most n names, to be filled with index_add. */
struct index index_new(struct arena *arena, size_t n);
/* A NULL name is passed over. */
void index_add(struct index *x, const char *name, size_t i);
/* To be called after the last index_add; equal names keep the order of their positions. */
void index_sort(struct index *x);
/* False when there is none of that name. */
bool index_find(const struct index *x, const char *name, size_t *ret);
