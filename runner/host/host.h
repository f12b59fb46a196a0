/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host: the only door to a machine. A host is opened by its URI and used through its ops:
 *   local           this machine (runner/host/local.c)
 *   ssh://, qemu+ssh://  another machine, through the OpenSSH client (runner/host/ssh.c): with the
 *                   same promises as local, but that a command's exit status from 129 to 192 is
 *                   taken for a signal, and /dev/kvm cannot be tried there
 *   recorded:DIR    a recording under fixtures/hosts/, for unit tests only (runner/host/recorded.c)
 */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/host/process.h"
#include "runner/model/evidence.h"

struct host;
struct shell_spec;

struct host_ops {
	const char *scheme;
	/*
	 * Each fills item->{kind,where,when_ms,error,out,...}; memory from arena. 0 also when the
	 * thing is not there (item->error is ENOENT or ENOTDIR). -1: looking failed (EACCES, EIO,
	 * deadline).
	 */
	int (*read_file)(struct host *h, const char *path, struct arena *arena,
			 struct evidence_item *item, struct err *err);
	int (*list_dir)(struct host *h, const char *path, struct arena *arena,
			struct evidence_item *item, struct err *err);
	int (*run)(struct host *h, const struct process_spec *spec, struct arena *arena,
		   struct evidence_item *item, struct err *err);
	/* HOST_STAT: type=regular|directory|character|block|other size= mode=0600 uid= gid= mtime=
	 * device=MAJOR:MINOR (of devices) */
	int (*stat)(struct host *h, const char *path, struct arena *arena,
		    struct evidence_item *item, struct err *err);
	int (*kvm)(struct host *h, struct arena *arena, struct evidence_item *item,
		   struct err *err);
	/*
	 * What runs a person's shell there on the terminal that is its own: adds words to argv,
	 * which has place for 32, and sets process->env, ->root. NULL: no shell is to be had.
	 */
	int (*shell)(struct host *h, const struct shell_spec *spec, struct arena *arena,
		     struct process_spec *process, const char **argv, struct err *err);
	/*
	 * Ends what commands of a killed kvmlab of the same user and state directory still do there
	 * (root: commands that ran as root, too). NULL: whoever opened the group has ended it.
	 */
	int (*end_left)(struct host *h, bool root, struct err *err);
	void (*close)(struct host *h);
};

struct host {
	const char *role; /* 'local', 'source', 'destination' */
	const char *uri;
	const char *libvirt_uri; /* borrowed; NULL: qemu:///system */
	bool libvirt_root;	 /* only root may connect to it */
	const char *login;	 /* 'ssh root@lab1', as a person gets there; NULL: they are there */
	const struct host_ops *ops;
	struct process_group *group; /* borrowed: where the local host's processes run */
	void *data;
};

/* Opens a host. role and uri are borrowed. The kinds stand in one table in host.c. */
int host_open(const char *role, const char *uri, struct process_group *group, struct host **ret,
	      struct err *err);
/* NULL is allowed. */
void host_close(struct host *h);

/*
 * The program that asks libvirt: $KVMLAB_LIBVIRT, or the one beside this program or in libexec,
 * else its bare name. Its requests: runner/libvirt/request.h.
 */
const char *host_libvirt_program(struct arena *arena);
/* What that program has to connect to. */
const char *host_libvirt_uri(const struct host *h);
/* The same of the program that looks into disk images: $KVMLAB_GUESTFS; runner/guestfs/guest.h. */
const char *host_guestfs_program(struct arena *arena);
/* Where that program is in the hosts of the sandbox, which do not see all folders of this machine.
 */
#define SANDBOX_GUESTFS "/run/kvmlab/kvmlab-guestfs"
