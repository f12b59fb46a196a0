/* SPDX-License-Identifier: Apache-2.0 */
/* inventory: what stands in a libvirt, as 'inventory' of kvmlab-libvirt tells it. */
#pragma once

#include "runner/base/arena.h"
#include "runner/model/lab.h"

struct inventory_entry {
	enum change_kind kind;
	const char *uuid, *state, *persistence, *autostart;
	const char *tag;	/* name of the run that tagged it; NULL: none */
	const char *definition; /* a hash */
	const char *name;
};

struct inventory {
	struct inventory_entry *v;
	size_t n;
};

/* Reads its lines; what is none is passed over. Everything is copied into the arena. */
void inventory_parse(const char *text, struct arena *arena, struct inventory *ret);
/* NULL when there is none. */
const struct inventory_entry *inventory_by_name(const struct inventory *i, enum change_kind kind,
						const char *name);
const struct inventory_entry *inventory_by_uuid(const struct inventory *i, enum change_kind kind,
						const char *uuid);

/*
 * In which respects the same thing is not what it was: 'its definition is another; was running, is
 * shut-off'. NULL: in none.
 */
const char *inventory_difference(const struct inventory_entry *before,
				 const struct inventory_entry *now, struct arena *arena);
