/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pty: a person's own shell on a host, on a pseudo-terminal between it and the terminal we have, so
 * that what was typed and seen is on record while a state is watched for.
 */
#pragma once

#include "runner/base/buf.h"
#include "runner/host/host.h"

struct shell_spec {
	const char *const *env; /* 'NAME=value'; ended by NULL */
	bool root;
	bool plain;			     /* no colours, no cursor movement asked of programs */
	const char *prompt;		     /* of the shell; printable, without '\\' and quotes */
	const char *reached;		     /* said when the state is reached */
	const volatile sig_atomic_t *cancel; /* as in process_spec */
	/*
	 * Called again and again in a process of its own, never here: 1 when the state is reached,
	 * with what is still waited for in say otherwise. NULL: only the person ends the shell.
	 */
	int (*look)(void *data, struct buf *say);
	void *look_data;
};

/*
 * Runs the shell until the person leaves it or the state is reached; then the exit status is 0.
 * item gets what the screen showed as text. -1: there is no terminal to give, or no shell there.
 */
int host_shell(struct host *h, const struct shell_spec *spec, struct arena *arena,
	       struct evidence_item *item, struct err *err);

/* The variables of spec and those that make the shell the same everywhere; ended by NULL. */
const char *const *shell_environment(const struct shell_spec *spec, struct arena *arena);

/* Appends what a terminal would show as plain lines: no escape sequences, backspaces carried out.
 */
void terminal_text(const char *bytes, size_t len, struct buf *ret);
