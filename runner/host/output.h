/* SPDX-License-Identifier: Apache-2.0 */
/* output: takes in bytes without end and keeps their beginning, end, number and SHA-256. */
#pragma once

#include <sodium.h>

#include "runner/base/arena.h"
#include "runner/model/evidence.h"

/* Start with {0}; reused from one command to the next. */
struct sink {
	char *data; /* data[0..head): the beginning; data[head..keep): a ring with the latest */
	size_t cap, keep, head;
	uint64_t total;
	crypto_hash_sha256_state hash;
};

/* Begins anew; at most keep bytes (0: 64 KiB) will be kept. */
void sink_start(struct sink *s, size_t keep);
void sink_add(struct sink *s, const char *bytes, size_t len);
/* Puts what was kept in order; memory from arena. Once per start. */
void sink_finish(struct sink *s, struct arena *arena, struct output *ret);
void sink_done(struct sink *s);
