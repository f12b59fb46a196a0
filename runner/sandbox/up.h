/* SPDX-License-Identifier: Apache-2.0 */
/* up: what the parts of 'sandbox up' share. */
#pragma once

#include "runner/base/arena.h"
#include "runner/host/process.h"
#include "runner/sandbox/net.h"
#include "runner/sandbox/node.h"
#include "runner/sandbox/sandbox.h"

#define SANDBOX_GROUP "sandbox" /* of processes: 'down' finds it after a killed 'up' */
#define SANDBOX_KEYS  SANDBOX_ROOT "/keys"
#define SANDBOX_BOOT  SANDBOX_ROOT "/boot" /* the guest's vmlinuz and initrd */

struct sandbox {
	const struct sandbox_options *options;
	const struct sandbox_watch *watch;
	struct sandbox_net net;
	struct process_group *group;
	struct node nodes[NODE_COUNT];
	bool kvm;
	bool nfs; /* the hosts share a folder */
};

struct sandbox_command {
	const char *const *argv;
	const char *input;  /* NULL: none */
	int64_t timeout_ms; /* 0: a minute: it only ends what hangs */
	const char *directory;
	struct buf *out; /* NULL: not wanted */
};

/* Runs a command; -1 with its first line of errors when it fails. */
int sandbox_run(struct sandbox *s, const struct sandbox_command *c, struct err *err);
/* The same inside a node. */
int sandbox_run_in(struct sandbox *s, enum node_id id, const struct sandbox_command *c,
		   struct err *err);
/*
 * Again and again while the daemon behind it may still be starting: only for what may be done
 * twice, as one that was ended for want of time may have been heard.
 */
int sandbox_run_soon(struct sandbox *s, enum node_id id, struct sandbox_command c, struct err *err);
/* ERR_ENV in one sentence from how a command that failed ended and what it said. Returns -1. */
int sandbox_explain(const char *const *argv, const struct process_result *r, struct err *err);
void sandbox_say(const struct sandbox *s, const char *what);

/* needs.c: privilege, packages, devices. Changes nothing. */
int needs_check_root(const char *verb, struct err *err);
int needs_check(const struct sandbox_options *options, struct err *err);
int needs_check_image(struct err *err);
/* Whether a file is there: a program that needs no '/', or a pattern of paths. */
bool needs_has(const char *file);
/* Whether the kernel knows a file system at this moment. */
bool needs_has_filesystem(const char *name);
/* True when a vCPU really runs under /dev/kvm. */
bool needs_find_kvm(void);
/* image.c: puts the guest's kernel and initramfs into SANDBOX_BOOT; built once, kept in
 * SANDBOX_CACHE. */
int image_provide(struct sandbox *s, struct err *err);
/* trust.c: keys of users and hosts, SANDBOX_SSH_CONFIG, SANDBOX_SSH. */
int trust_make(struct sandbox *s, struct err *err);
/* Lets root and whoever typed 'sudo' in, if they are not yet. */
int trust_admit(struct sandbox *s, struct err *err);
/* wires.c: the interface, the switch and the hosts' bridges. */
int wires_choose(struct err *err);
int wires_make(struct sandbox *s, struct err *err);
/* The machine's interface, if the one of that name is the recorded one; false: not there. */
bool wires_is_ours(void);
int wires_check_free(struct err *err);
/* guest.c: the shared disk and the definition of SANDBOX_GUEST. */
int guest_make_disk(struct sandbox *s, struct err *err);
int guest_share_disk(struct sandbox *s, struct err *err);
int guest_define(struct sandbox *s, struct err *err);
/* node_main.c: what a node's PID 1 does; data is the struct sandbox. */
void node_run(void *data, enum node_id id, int orders, int answers);
