/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest: what is inside of a guest's disks, read only. kvmlab runs this as a program of its own on
 * the host that has the disks, so that neither libguestfs nor what it reads can harm kvmlab.
 *
 * '* ...' lines say what is being done, as it comes; behind them stand
 * 'key=value' lines, repeated where there are several; control characters show as '?':
 *   os=ID                     none: no operating system was found, and nothing else is told
 *   os_version=VERSION  root_uuid=UUID
 *   hostname=NAME             left out when there is none
 *   machine_id_state=present|empty|uninitialized|absent  machine_id=ID
 *   host_key=SHA256:... (TYPE)  host_key_private=PATH
 *   user=NAME UID             of people: 1000 and up, but for nobody
 *   network_file=PATH  network_mac=ADDRESS
 *   log=SIZE PATH  logs=COUNT  log_bytes=SIZE    logs with something in them
 *   history=PATH  lease=PATH  random_seed=PATH   with something in them
 *   cloud_init=absent|installed|started|finished  cloud_instance=ID
 */
#pragma once

#include <guestfs.h>

#include "runner/base/arena.h"
#include "runner/base/buf.h"
#include "runner/base/err.h"

/* The exit status, beside 0. */
enum guest_exit {
	GUEST_USAGE = 64,
	GUEST_NO_APPLIANCE = 69, /* libguestfs cannot start its own small machine */
	GUEST_FAILED = 70,
	GUEST_IN_USE = 75,	 /* somebody writes to a disk */
	GUEST_NO_PRIVILEGE = 77, /* this user may not read a disk or the kernel */
};

struct guest_disk {
	const char *format, *path;
	int fd; /* open for as long as it is looked at */
};

struct guest {
	guestfs_h *g;
	struct guest_disk *disks;
	size_t disk_count;
	struct arena *arena;
	struct buf *out; /* printed when all has been read */
};

/* Says what is being done now. */
void guest_say(const char *what);
/* Opens the disks to see whether anybody writes to them. 0 or an exit status. */
int guest_open_disks(struct guest *guest, struct err *err);
/* Looks again whether somebody has begun to write to one. 0 or an exit status. */
int guest_check_disks(const struct guest *guest, struct err *err);
/* Starts libguestfs' machine with the disks, read only. 0 or an exit status. */
int guest_start(struct guest *guest, struct err *err);
/* Mounts the operating system, read only. 1: there is none. 0, or an exit status. */
int guest_mount(struct guest *guest, struct err *err);

/* Puts the libguestfs' last words into err; GUEST_FAILED. */
int guest_failed(struct guest *guest, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* One line. */
void guest_print(struct guest *guest, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The beginning of a file, NUL-terminated, or NULL when there is no such file. */
const char *guest_read(struct guest *guest, const char *path);
/* The paths that a pattern names, ended by NULL; "" patterns are none. Arena-owned. */
const char *const *guest_glob(struct guest *guest, const char *pattern);
/* The next line of *text, copied; NULL at the end. */
const char *guest_line(struct guest *guest, const char **text);

/* Each prints the keys of its part. */
void guest_identity(struct guest *guest);
void guest_keys(struct guest *guest);
void guest_network(struct guest *guest);
void guest_traces(struct guest *guest);
void guest_cloud(struct guest *guest);

/* 'SHA256:... (TYPE)' of an OpenSSH public key's line, as ssh-keygen -l shows it; NULL: no key. */
const char *guest_fingerprint(const char *line, struct arena *arena);
