/* SPDX-License-Identifier: Apache-2.0 */
/* ssh: what the files of a host over OpenSSH share; only runner/host/ssh*.c use it. */
#pragma once

#include "runner/host/host.h"
#include "runner/host/output.h"
#include "runner/host/spawn.h"
#include "runner/host/ssh_uri.h"

struct ssh {
	struct arena arena;
	struct ssh_uri uri;
	char directory[64]; /* ours alone: the control socket, what the master says */
	const char *socket; /* the master's */
	const char **front; /* argv of ssh up to the options that every call has */
	size_t front_count;
	const char *typed;     /* the call as a person would type it */
	struct spawned master; /* pid 0: none */
	struct sink sinks[2];
};

/* ssh_link.c: the one connection, opened anew where it has gone. ERR_ENV says why it cannot be. */
int ssh_link_open(struct host *h, struct err *err);
void ssh_link_close(struct host *h);
/* argv that runs 'sh' on the host through the connection; memory from arena. */
const char *const *ssh_link_argv(const struct ssh *ssh, struct arena *arena);
/* The op 'shell'. */
int ssh_shell(struct host *h, const struct shell_spec *spec, struct arena *arena,
	      struct process_spec *process, const char **argv, struct err *err);
/* ERR_ENV in one sentence from what ssh(1) wrote on its standard error. Returns -1. */
int ssh_explain(const struct host *h, const char *said, struct err *err);

/*
 * ssh_dir.c: makes the directory, and in it 'ssh', a program that goes through the connection, for
 * libvirt_uri. Those that a killed kvmlab left are removed.
 */
int ssh_dir_make(struct host *h, struct err *err);
void ssh_dir_remove(const char *directory);

/* ssh_run.c: fills item as the op 'run' does. */
int ssh_run(struct host *h, const struct process_spec *spec, struct arena *arena,
	    struct evidence_item *item, struct err *err);

/* The op 'end_left'. */
int ssh_end_left(struct host *h, bool root, struct err *err);

/* ssh_look.c */
int ssh_read_file(struct host *h, const char *path, struct arena *arena, struct evidence_item *item,
		  struct err *err);
int ssh_list_dir(struct host *h, const char *path, struct arena *arena, struct evidence_item *item,
		 struct err *err);
int ssh_stat(struct host *h, const char *path, struct arena *arena, struct evidence_item *item,
	     struct err *err);
/* Sees that the host has what the scripts use, and that logging in prints nothing of its own. */
int ssh_look_at_tools(struct host *h, struct err *err);
