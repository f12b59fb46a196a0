/* SPDX-License-Identifier: Apache-2.0 */
/* live: something long while it runs; shared by live.c and live_line.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/base/buf.h"

struct ui;

#define LIVE_MARGIN "    " /* before a line of output */

/* Starts as {0}. */
struct live {
	bool runs, held; /* held: something else has the screen, all is queued only */
	int fd; /* the terminal, opened once more so that writing to it never waits; -1: none */
	int64_t began_ms, said_ms; /* said: plain mode told last that it goes on */
	struct buf what, beside;
	struct buf queue; /* what is to be written, from sent on */
	size_t sent;
	struct buf drawn;		 /* the live line as it stands on the screen; empty: none */
	struct buf pending;		 /* a line of output whose end has not come yet */
	size_t settled;			 /* how long it was at the last tick */
	size_t lines, bytes;		 /* of output that were shown */
	uint64_t more_lines, more_bytes; /* and that were not */
	struct buf tail;		 /* the end of those */
};

int64_t live_elapsed_ms(const struct live *l);
/* Adds text to ret, made safe for the terminal. */
void live_put(struct buf *ret, const char *text, size_t len);
/* What a terminal would show of a line that was written over: what follows its last lone CR. */
size_t live_overwritten(const char *line, size_t len, size_t *times);

/* live_line.c: the line at the bottom. Each only adds to the queue. */
void live_draw(struct ui *ui);
void live_erase(struct ui *ui);
/* Plain mode: a line of its own now and then. */
void live_say(struct ui *ui);
/* Writes what is queued; as much as the terminal takes now, or all of it. */
void live_pump(struct ui *ui, bool all);
