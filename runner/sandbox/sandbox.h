/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox: two libvirt hosts, their storage and a guest, made on this machine. What others may use.
 *
 * Each node ('source', 'destination' and 'storage') is a set of namespaces (PID, mount, network,
 * UTS, IPC) whose PID 1 supervises the node's daemons. All of a node ends when its PID 1 is killed.
 * The nodes' network meets in a bridge inside 'storage'; the machine itself sees one interface.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/base/field.h"
#include "runner/host/process.h"

#define SANDBOX_ROOT	"/var/lib/kvmlab-sandbox"	     /* everything that 'down' removes */
#define SANDBOX_CACHE	"/var/cache/kvmlab-sandbox"	     /* the guest's image; 'down --purge' */
#define SANDBOX_IMAGE	SANDBOX_CACHE "/images/debian.qcow2" /* the labs' parameter 'image' */
#define SANDBOX_LINK	"kvmlab0"			     /* the machine's interface into it */
#define SANDBOX_NETWORK "10.77.0.0/24"
#define SANDBOX_GUEST	"db01"
/* 'ssh -F SANDBOX_SSH_CONFIG source'; and the same as a program, for command= in a libvirt URI. */
#define SANDBOX_SSH_CONFIG SANDBOX_ROOT "/ssh_config"
#define SANDBOX_SSH	   SANDBOX_ROOT "/ssh"
/* libvirt's URI of a host: SANDBOX_URI("source"). */
#define SANDBOX_URI(host) "qemu+ssh://" host "/system?command=" SANDBOX_SSH "&no_tty=1"

struct sandbox_options {
	const char *network; /* SANDBOX_NETWORK */
	bool lesser_cpu, no_shared_storage, no_trust, other_network;
};

/* Called when a part of the work begins. */
typedef void sandbox_say_fn(void *data, const char *what);

struct sandbox_watch {
	sandbox_say_fn *say;
	void *data;
	const volatile sig_atomic_t *cancel; /* as in process_spec */
};

/* What 'status' knows; texts from the arena. */
enum sandbox_state {
	SANDBOX_DOWN,
	SANDBOX_UP,
	SANDBOX_BROKEN,	    /* up once, but a node has ended */
	SANDBOX_UNFINISHED, /* 'up' or 'down' was killed on its way, or the machine has restarted */
};

struct sandbox_host {
	const char *name;    /* 'source' */
	const char *address; /* of its bridge br0 */
	const char *uri;     /* for libvirt from this machine */
	int pid;	     /* of its PID 1, seen from this machine; 0: it has ended */
};

struct sandbox_status {
	enum sandbox_state state;
	const char *options; /* 'network=... lesser-cpu=no ...' */
	bool kvm;	     /* guests run on the CPU; else software emulation */
	const char *guest_address;
	struct sandbox_host hosts[2];
	bool iscsi;	    /* the guest's disk is reached by iSCSI */
	const char *nfs;    /* a folder that both hosts share, and their pool 'nfs'; or NULL */
	const char *no_nfs; /* why not */
	const char *why;    /* not SANDBOX_UP: what is amiss */
};

/* What 'down' found and what it left; the second list is looked up afresh. */
struct sandbox_count {
	int processes, namespaces, interfaces, mounts, files;
};

struct sandbox_down {
	bool found; /* there was something */
	struct sandbox_count before, after;
	bool cache; /* the guest's image is still in SANDBOX_CACHE */
};

/*
 * Makes the sandbox; what an unfinished 'up' left is removed before. *ret_new is false when it was
 * up already with the same options. On an error nothing is left. Needs root. Root and the user who
 * typed 'sudo' ($SUDO_UID) can log in to the hosts from then on, as root, who is this machine's.
 */
int sandbox_up(const struct sandbox_options *options, const struct sandbox_watch *watch,
	       bool *ret_new, struct err *err);
/*
 * Provides SANDBOX_IMAGE, a bootable Debian with cloud-init: built from packages when there is none
 * of the recipe that this kvmlab has, which *ret_new tells. An interrupted build leaves nothing.
 * Needs root and, to build, a mirror of Debian.
 */
int sandbox_image(const struct sandbox_watch *watch, bool *ret_new, struct err *err);
/* Removes all of it, also after a killed 'up', and looks whether it is gone; purge: the cache too.
 */
int sandbox_down(bool purge, struct sandbox_down *ret, struct err *err);
/* The packages of this machine that it lacks; names are not the arena's. */
void sandbox_packages(struct arena *arena, struct strings *ret);
/* The same for building SANDBOX_IMAGE. */
void sandbox_image_packages(struct arena *arena, struct strings *ret);
/* What else this machine lacks for it: a device, a file system. 0: nothing. */
int sandbox_check(struct err *err);
int sandbox_status(struct arena *arena, struct sandbox_status *ret, struct err *err);
/* True when this user can log in to the hosts of the sandbox that is up. */
bool sandbox_admits(void);
/* Becomes a shell inside a host; returns only on an error. Needs root, or to be admitted. */
int sandbox_shell(const char *host, struct err *err);
/* What to put before 'kvmlab sandbox up' where it is shown: 'sudo ', or nothing for root. */
const char *sandbox_sudo(void);
