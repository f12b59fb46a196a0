/* SPDX-License-Identifier: Apache-2.0 */
/* evidence: what was seen: raw bytes, where, when. Never edited, judged as often as one likes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

/*
 * Bytes of unbounded length, kept bounded. kept[0..head_len) is the beginning; when truncated,
 * kept[head_len..kept_len) is the end and total - kept_len bytes between them were dropped.
 * total and sha256 are of everything. kept is NUL-terminated (one byte past kept_len).
 */
struct output {
	const char *kept;
	size_t kept_len, head_len;
	uint64_t total;
	unsigned char sha256[SHA256_SIZE];
};

static inline bool output_is_truncated(const struct output *o)
{
	return o->total > o->kept_len;
}

enum evidence_kind { EVIDENCE_FILE, EVIDENCE_DIR, EVIDENCE_COMMAND, EVIDENCE_PROBE, EVIDENCE_STEP };

enum evidence_end {
	END_EXITED,	/* status is the exit status */
	END_SIGNALLED,	/* status is the signal */
	END_TIMED_OUT,	/* the deadline passed; it was ended */
	END_CANCELLED,	/* the user ended it; a probe: it was ended with the steps */
	END_UNKILLABLE, /* it was told to end and is still there */
	END_NOT_RUN,	/* it could not be started; error says why */
};

/*
 * One thing looked at. FILE: out is its content. DIR: out is its entries, one a line, sorted.
 * COMMAND, STEP: out and err are its output, end and status how it ended, ms how long it took.
 * PROBE: out is 'key=value' lines.
 * error: 0, or the errno met when looking (ENOENT: it is not there).
 */
struct evidence_item {
	const char *name; /* unique in its evidence: 'cpuinfo' */
	enum evidence_kind kind;
	const char *host;  /* role: 'local' */
	const char *where; /* path or command line as a person would type it */
	int64_t when_ms;   /* Unix time */
	int error;
	enum evidence_end end;
	int status;
	int64_t ms;
	struct output out, err;
};

struct evidence {
	struct evidence_item *items;
	size_t n, cap;
};

/* NULL when there is none of that name. */
const struct evidence_item *evidence_find(const struct evidence *ev, const char *name);
/* Appends a zeroed item; the pointer is valid until the next addition. items is malloc'ed. */
struct evidence_item *evidence_add(struct evidence *ev, const char *name);
/* Frees items only; what they point to belongs to the run's arena. */
void evidence_done(struct evidence *ev);
