/* SPDX-License-Identifier: Apache-2.0 */
/* environ: the program, arguments and environment that a step's process really gets. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/host/process.h"

/* The variable by which the processes of a group are recognised where there is no cgroup. */
#define ENVIRON_MARK "KVMLAB_GROUP"

struct command {
	const char *path; /* the file to execute; NULL: there is none, see error */
	int error;	  /* ENOENT: not in PATH; EACCES: there, but not executable */
	char *const *argv;
	char *const *envp;
	bool is_sudo;
};

/*
 * The clean environment: an allow-list of ours, PATH with only absolute places and the system's
 * own, LC_ALL=C.UTF-8, the group's mark, then spec->env. With sudo, 'sudo -n -- env NAME=value...'
 * comes first, because sudo drops the environment, and then a shell that reads a line of input.
 * ERR_LAB for a name in spec->env that would change how programs are loaded or shells read their
 * text. Memory from arena; spec is borrowed.
 */
int command_prepare(const struct process_spec *spec, const char *mark, bool sudo,
		    struct arena *arena, struct command *ret, struct err *err);

/* Whether a program of that name is in one of the system's own places, whatever PATH says. */
bool program_is_installed(const char *name);

/* Whether 'NAME=value' may be given to a command; ERR_LAB says why not. */
int environ_check(const char *entry, struct err *err);
