/* SPDX-License-Identifier: Apache-2.0 */
/* collector: how a checker looks at a host. Every call appends one evidence item. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/base/field.h"
#include "runner/host/host.h"
#include "runner/model/evidence.h"

/* The lookup of finished steps' evidence, given by the run. NULL result: the step was not done. */
typedef const struct evidence_item *collector_step_fn(void *data, const char *step_id);

struct collector {
	struct host *host; /* where the check looks */
	struct evidence *ev;
	struct arena *arena;
	collector_step_fn *step;
	void *step_data;
	/*
	 * The run's host of that role ('local', 'source', 'destination'); NULL: it has none of that
	 * role. The function is NULL where there is only host.
	 */
	struct host *(*host_of)(void *data, const char *role);
	void *host_data;
	struct host *here; /* this machine: kvmlab's own programs run here; NULL: host is */
	void (*say)(void *data,
		    const char *what); /* what a long look is doing; NULL: nobody asks */
	void *say_data;
	const volatile sig_atomic_t *cancel; /* as in process_spec */
};

enum collect_need {
	OPTIONAL, /* not there (ENOENT, ENOTDIR) is evidence too: item->error says so; returns 0 */
	REQUIRED, /* not there is an error */
};

/*
 * Reads a file: 64 KiB of it are kept, 4 MiB of what the kernel makes up (/proc, /sys); the hash
 * and total are of what was read, up to 64 MiB.
 */
int collect_file(struct collector *c, const char *name, const char *path, enum collect_need need,
		 struct err *err);

/* Lists directory/entry (entry may be NULL), one name a line, sorted. */
int collect_dir(struct collector *c, const char *name, const char *directory, const char *entry,
		enum collect_need need, struct err *err);

/*
 * Runs a command for looking: LC_ALL=C.UTF-8, no terminal, deadline 10 s, 256 KiB kept. A non-zero
 * exit status is evidence, not an error; a command that is not there is END_NOT_RUN with error
 * ENOENT. argv ends in NULL.
 */
int collect_command(struct collector *c, const char *name, const char *const argv[],
		    enum collect_need need, struct err *err);

/* As collect_command, OPTIONAL; again as root when it said 'Permission denied'. */
int collect_permitted(struct collector *c, const char *name, const char *const argv[],
		      struct err *err);

/*
 * One of kvmlab's own programs, which may take that long. Its lines '* ...' on standard output
 * say what it is doing; again as root when its exit status is 77.
 */
int collect_program(struct collector *c, const char *name, const char *const argv[],
		    int64_t timeout_ms, struct err *err);

/*
 * Looks commands up as the steps of a lab would: one line 'NAME=PATH' for each, 'NAME=' when there
 * is none.
 */
int collect_lookup(struct collector *c, const char *name, const struct strings *commands,
		   struct err *err);

/*
 * The content of a file as the output of a command: all of it up to max bytes, one more of a longer
 * one; read as root where it must be. -1: it is not there, or cannot be read.
 */
int collect_bytes(struct collector *c, const char *name, const char *path, size_t max,
		  struct err *err);

/* What stat(2) says of a path, as key=value lines: see HOST_STAT in host.h. */
int collect_stat(struct collector *c, const char *name, const char *path, struct err *err);

/* The KVM probe of runner/host/kvm.h, as key=value lines. */
int collect_kvm(struct collector *c, const char *name, struct err *err);

/* Copies the evidence of a finished step under name. -1 with 'step ... was not done'. */
int collect_step(struct collector *c, const char *name, const char *step_id, struct err *err);

/* Value of key in 'key=value' lines, or NULL; copied to arena. */
const char *evidence_key(const struct evidence_item *item, const char *key, struct arena *arena);
