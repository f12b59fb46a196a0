/* SPDX-License-Identifier: Apache-2.0 */
/* kinds: the kinds of hosts; only files of runner/host/ use it. */
#pragma once

#include "runner/host/host.h"

extern const struct host_ops host_local;
extern const struct host_ops host_recorded;
extern const struct host_ops host_ssh;
extern const struct host_ops host_qemu_ssh;

/* Sees that 'recorded:DIR' names a directory. */
int host_recorded_open(struct host *h, struct err *err);
/* Connects; sets libvirt_uri. ERR_ENV says what is amiss. */
int host_ssh_open(struct host *h, struct err *err);

/* Bytes of a file that are kept when its size is known. */
#define HOST_FILE_KEEP (64u * 1024u)
/* Bytes kept of what the kernel makes up while it is read (/proc, /sys): all of a large host's. */
#define HOST_PROC_KEEP (4u * 1024u * 1024u)
/* Bytes read at most. */
#define HOST_FILE_MAX (64u * 1024u * 1024u)

/* Reads the regular file at path into item; shown is its name in evidence and messages. */
int host_read_path(const char *path, const char *shown, struct arena *arena,
		   struct evidence_item *item, struct err *err);
int host_list_path(const char *path, const char *shown, struct arena *arena,
		   struct evidence_item *item, struct err *err);
/* 'regular', 'directory', ... of a file's mode. */
const char *host_file_kind(unsigned mode);
/* The argv as a person would type it. */
const char *host_command_line(const char *const *argv, struct arena *arena);
/* Fills output with text that is kept whole. */
void host_output_set(struct output *out, const char *text, size_t len, struct arena *arena);
