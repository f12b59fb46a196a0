/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ssh_script: the shell script that a remote host gets on the standard input of its 'sh'. Values
 * travel in it as octal digits only, so no byte of theirs is ever read as shell text.
 *
 * The script starts the command in a session of its own with a clean environment that carries a
 * mark, and is done when nothing carries the mark any more. It ends the command by itself when its
 * time is over or when its own standard input ends, that is, when the connection is gone. What it
 * has to report stands behind everything on its standard error, see struct ssh_report.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/base/buf.h"
#include "runner/host/process.h"

#define SSH_ID_SIZE	33 /* 128 bits in hexadecimal and a NUL */
#define SSH_OWNER_SIZE	17 /* the first half of a mark and a NUL: whose command it is */
#define SSH_REPORT_SIZE 89

struct ssh_report {
	enum {
		SSH_EXITED,    /* status: as the shell has it, 128 + N for signal N */
		SSH_TIMED_OUT, /* the command was ended at its deadline */
		SSH_NOT_RUN,   /* status: an errno */
		SSH_ENDED,     /* of ssh_script_end */
	} what;
	int status;
	unsigned left;	/* processes that were still there when the command had ended */
	unsigned stuck; /* and those that could not be ended */
	int64_t ms;
};

/* Runs spec; mark: what the processes carry; token: what the report begins with. Random, but for
 * the mark's first half. */
void ssh_script_run(struct buf *out, const struct process_spec *spec, const char *mark,
		    const char *token);
/* Ends whatever carries a mark that begins so, and looks again. */
void ssh_script_end(struct buf *out, bool root, const char *mark, const char *token);
/*
 * One line for whatever login shell there is, which runs a person's shell with these variables. A
 * backslash or a quote of theirs would be read one way by sh and another by fish.
 */
void ssh_script_shell(struct buf *out, const char *const *env, bool root);

/* Reads the SSH_REPORT_SIZE last bytes of standard error; false when they are no report. */
bool ssh_report_parse(const char *bytes, const char *token, struct ssh_report *ret);
