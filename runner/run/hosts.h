/* SPDX-License-Identifier: Apache-2.0 */
/* hosts: the machines of a run by their roles: 'local', and what the lab's needs.hosts names. */
#pragma once

#include "runner/base/buf.h"
#include "runner/host/host.h"
#include "runner/model/lab.h"
#include "runner/model/settings.h"

/* One per role beside 'local'. */
struct run_host {
	const char *role;
	const char *uri;   /* as given: 'sandbox' is kept as that */
	struct host *host; /* NULL: it was not to be had, see why */
	const char *why;
};

struct run_hosts {
	struct host *here; /* this machine, whatever 'local' is: kvmlab's own programs run here */
	struct run_host local; /* this machine, unless --host local=URI named another */
	struct run_host *v;
	size_t n;
};

/* The URI given for a role; NULL: none ('local' has 'local'). */
const char *hosts_given(const struct settings *given, const char *role);
/* ERR_USAGE, with what to type, when a role of the lab has no URI. */
int hosts_check(const struct lab *lab, const struct settings *given, struct err *err);

/*
 * given, and of the lab at path the parameters that the sandbox decides, where one of the hosts is
 * the sandbox's and it is up. A lab that does not load gets none: who loads it complains.
 */
int hosts_settings(const char *path, const struct settings *hosts, const struct settings *given,
		   struct arena *arena, struct settings *ret, struct err *err);

/* Appends what a person types to make hosts for the lab: 'sudo kvmlab sandbox up --lesser-cpu'. */
void hosts_sandbox_up(const struct lab *lab, struct buf *ret);

/* What opening needs. */
struct hosts_wanted {
	const struct lab *lab;
	const struct settings *given;
	struct process_group *group;
	bool again; /* a run that was cut off: what its steps still do on hosts is ended */
	bool later; /* a host that cannot be opened is no error yet */
};

/* Opens the host that --host gave for a role, 'sandbox' too. */
int hosts_open_role(const char *role, const char *uri, const struct hosts_wanted *wanted,
		    struct arena *arena, struct host **ret, struct err *err);

/*
 * Opens 'local' and every role of the lab; 'sandbox' is the sandbox's host of that role. Strings
 * come from the arena or stay the caller's. hosts_close in every case.
 */
int hosts_open(struct run_hosts *hosts, const struct hosts_wanted *wanted, struct arena *arena,
	       struct err *err);
void hosts_close(struct run_hosts *hosts);

/* Lets all of them run their processes in another group. */
void hosts_move(struct run_hosts *hosts, struct process_group *group);

/* Number i of local and the roles, of which there are n + 1; NULL: it was not to be had. */
struct host *hosts_at(const struct run_hosts *hosts, size_t i);
/* ERR_ENV when there is no such host. */
struct host *hosts_find(const struct run_hosts *hosts, const char *role, struct err *err);
