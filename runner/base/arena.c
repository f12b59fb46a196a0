/* SPDX-License-Identifier: Apache-2.0 */
/* arena: memory that is released all at once. */
#include "runner/base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE 16384

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

/* Nothing useful can be done without memory; the journal on disk is complete up to here. */
static void mem_fail(void)
{
	static const char words[] = "kvmlab: out of memory\n";

	if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
		_exit(3);
	_exit(3);
}

void *mem_alloc(size_t size)
{
	return mem_realloc(NULL, size);
}

void *mem_realloc(void *p, size_t size)
{
	void *ret = realloc(p, size ? size : 1);

	if (!ret)
		mem_fail();
	return ret;
}

static struct arena_block *add_block(struct arena *a, size_t size)
{
	struct arena_block *b = mem_alloc(sizeof(*b) + size);

	b->used = 0;
	b->size = size;
	/* A large object gets a block of its own behind the first, which goes on being filled. */
	if (a->blocks && size > BLOCK_SIZE) {
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		b->next = a->blocks;
		a->blocks = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *b = a->blocks;
	char *ret;

	if (size > SIZE_MAX / 2)
		mem_fail();
	size = (size + align - 1) / align * align;
	if (!b || b->size - b->used < size)
		b = add_block(a, size > BLOCK_SIZE ? size : BLOCK_SIZE);
	ret = b->data + b->used;
	b->used += size;
	memset(ret, 0, size);
	return ret;
}

char *arena_memdup(struct arena *a, const void *data, size_t len)
{
	char *ret = arena_alloc(a, len + 1);

	if (len)
		memcpy(ret, data, len);
	return ret;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_memdup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char text[256]; /* most sentences fit, and are formatted once */
	va_list ap;
	char *ret;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return arena_alloc(a, 1);
	if ((size_t)n < sizeof(text))
		return arena_memdup(a, text, (size_t)n);
	ret = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(ret, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return ret;
}

void arena_done(struct arena *a)
{
	struct arena_block *b = a->blocks, *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks = NULL;
}
