/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_uri: ssh://[user@]host[:port][?config=FILE] and libvirt's qemu+ssh:// of the same host. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"

/* What is not given is NULL; every part is safe as an argument of ssh(1). */
struct ssh_uri {
	const char *user, *host, *port;
	const char *config;  /* for ssh -F */
	const char *keyfile; /* for ssh -i; qemu+ssh */
	const char *command; /* the program in the place of ssh; qemu+ssh */
	const char *path;    /* of qemu+ssh: '/system' */
};

/*
 * ERR_USAGE for what is no such URI, and for a parameter that kvmlab would not heed.
 */
int ssh_uri_parse(const char *uri, struct arena *arena, struct ssh_uri *ret, struct err *err);
/* The libvirt of that host, reached by the program at the path command. */
const char *ssh_uri_of_libvirt(const struct ssh_uri *u, const char *command, struct arena *arena);
