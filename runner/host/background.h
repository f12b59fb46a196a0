/* SPDX-License-Identifier: Apache-2.0 */
/* background: a command of this machine that goes on beside the others until it is told to end. */
#pragma once

#include "runner/host/process.h"

struct background;

/*
 * Starts spec as process_run does, but in a group beside that one and in a thread of its own: the
 * commands of the group neither wait for it nor end it. Its end is that of kvmlab at the latest.
 * spec's argv, env and keep count; keep is all the memory that its output takes.
 */
int background_start(const struct process_group *beside, const struct process_spec *spec,
		     struct background **ret, struct err *err);

enum background_state {
	BACKGROUND_SILENT, /* it has not printed a line */
	BACKGROUND_HEARD,
	BACKGROUND_ENDED, /* by itself */
};

/* Waits at most timeout_ms until it is no longer silent. */
enum background_state background_wait(struct background *b, int64_t timeout_ms);

/* Bytes of a line that are kept for looking at while it runs. */
#define BACKGROUND_LINE 256

/* The latest whole line of its output (1) or errors (2), no newline; "" when there is none. */
void background_line(struct background *b, int stream, char ret[BACKGROUND_LINE]);
/*
 * Ends it and waits until all of it is gone; frees b. ret's outputs belong to arena; its end is
 * END_CANCELLED when it was still running, as it should be. ret NULL: nobody wants it.
 */
int background_stop(struct background *b, struct arena *arena, struct process_result *ret,
		    struct err *err);
