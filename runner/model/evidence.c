/* SPDX-License-Identifier: Apache-2.0 */
/* evidence: a small growing table of what was seen. */
#include "runner/model/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/arena.h"

const struct evidence_item *evidence_find(const struct evidence *ev, const char *name)
{
	for (size_t i = 0; i < ev->n; i++)
		if (!strcmp(ev->items[i].name, name))
			return &ev->items[i];
	return NULL;
}

struct evidence_item *evidence_add(struct evidence *ev, const char *name)
{
	struct evidence_item *item;

	if (ev->n == ev->cap) {
		ev->cap = ev->cap ? ev->cap * 2 : 2;
		ev->items = mem_realloc(ev->items, ev->cap * sizeof(*ev->items));
	}
	item = &ev->items[ev->n++];
	memset(item, 0, sizeof(*item));
	item->name = name;
	return item;
}

void evidence_done(struct evidence *ev)
{
	free(ev->items);
	*ev = (struct evidence){ 0 };
}
