/* SPDX-License-Identifier: Apache-2.0 */
/* arena: memory that is released all at once; one per lab, one per run. */
#pragma once

#include <stddef.h>

struct arena_block;

/* Start with {0}. */
struct arena {
	struct arena_block *blocks;
};

/* Zeroed memory, aligned for any type. Never NULL: running out of memory ends the program
 * (mem_fail). */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);
/* Copies len bytes and adds a NUL. */
char *arena_memdup(struct arena *a, const void *data, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_done(struct arena *a);

/* n objects of a type. */
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

/* malloc and realloc that never return NULL. */
void *mem_alloc(size_t size);
void *mem_realloc(void *p, size_t size);
