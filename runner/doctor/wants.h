/* SPDX-License-Identifier: Apache-2.0 */
/* wants: what a lab needs of the hosts that it uses, from its own words and its checkers'. */
#pragma once

#include <stdbool.h>

#include "runner/base/arena.h"
#include "runner/base/buf.h"
#include "runner/model/lab.h"

enum want {
	WANT_COMMANDS = 1 << 0, /* needs.commands */
	WANT_ROOT = 1 << 1,
	WANT_LIBVIRT = 1 << 2,
	WANT_GUESTFS = 1 << 3, /* libguestfs */
	WANT_X86 = 1 << 4,     /* it measures what only x86 has */
	WANT_NETWORK = 1 << 5,
	WANT_POOL = 1 << 6,
	WANT_ROOM = 1 << 7,   /* room for images */
	WANT_HOSTS = 1 << 8,  /* hosts beside 'local' */
	WANT_KVM = 1 << 9,    /* it starts guests or looks at /dev/kvm */
	WANT_IMAGE = 1 << 10, /* kvmlab's own image of a guest */
};

/* Some want of enum want. */
unsigned wants_of(const struct lab *lab);
/* What of it is asked of the host of that role; 0: the lab does not use it. */
unsigned wants_on(const struct lab *lab, const char *role);
/* The room for images in MiB; 0: it wants none. */
int64_t wants_room(const struct lab *lab);
/* In a few words, the same as 'kvmlab list' shows: 'root, libvirt, 2 hosts'; nothing: "". */
void wants_print(struct buf *out, const struct lab *lab);

/* One name of enum want, for JSON: 'libvirt'; NULL after the last. */
const char *want_name(int i);
