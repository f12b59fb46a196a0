/* SPDX-License-Identifier: Apache-2.0 */
/* output: takes in bytes without end and keeps their beginning, end, number and SHA-256. */
#include "runner/host/output.h"

#include <stdlib.h>
#include <string.h>

#define KEEP_DEFAULT (64 * 1024)

_Static_assert(crypto_hash_sha256_BYTES == SHA256_SIZE, "SHA-256 has 32 bytes");

void sink_start(struct sink *s, size_t keep)
{
	s->keep = keep ? keep : KEEP_DEFAULT;
	s->head = s->keep - s->keep / 2;
	s->total = 0;
	crypto_hash_sha256_init(&s->hash);
	if (s->cap >= s->keep)
		return;
	s->data = mem_realloc(s->data, s->keep);
	s->cap = s->keep;
}

/* Copies into the ring; of more than it holds only the last bytes matter. */
static void add_to_ring(struct sink *s, const char *bytes, size_t len)
{
	size_t size = s->keep - s->head, at, first;

	if (!size)
		return;
	at = (size_t)((s->total - s->head) % size);
	if (len > size) {
		at = (at + (len - size)) % size;
		bytes += len - size;
		len = size;
	}
	first = len < size - at ? len : size - at;
	memcpy(s->data + s->head + at, bytes, first);
	memcpy(s->data + s->head, bytes + first, len - first);
}

void sink_add(struct sink *s, const char *bytes, size_t len)
{
	size_t first = 0;

	crypto_hash_sha256_update(&s->hash, (const unsigned char *)bytes, len);
	if (s->total < s->head) {
		first = s->head - (size_t)s->total;
		if (first > len)
			first = len;
		memcpy(s->data + s->total, bytes, first);
		s->total += first;
	}
	if (first == len)
		return;
	add_to_ring(s, bytes + first, len - first);
	s->total += len - first;
}

void sink_finish(struct sink *s, struct arena *arena, struct output *ret)
{
	size_t size = s->keep - s->head, at;
	char *kept;

	ret->total = s->total;
	crypto_hash_sha256_final(&s->hash, ret->sha256);
	if (s->total <= s->keep) {
		ret->kept_len = (size_t)s->total;
		ret->head_len = ret->kept_len;
		ret->kept = s->total ? arena_memdup(arena, s->data, ret->kept_len) : "";
		return;
	}
	kept = arena_alloc(arena, s->keep + 1);
	memcpy(kept, s->data, s->head);
	at = size ? (size_t)((s->total - s->head) % size) : 0;
	memcpy(kept + s->head, s->data + s->head + at, size - at);
	memcpy(kept + s->head + size - at, s->data + s->head, at);
	ret->kept = kept;
	ret->kept_len = s->keep;
	ret->head_len = s->head;
}

void sink_done(struct sink *s)
{
	free(s->data);
	*s = (struct sink){ 0 };
}
