/* SPDX-License-Identifier: Apache-2.0 */
/* wires: a veth pair between a network namespace for this process and one for a responder. */
#pragma once

#include "runner/base/err.h"
#include "tests/unit/responder.h"

#define WIRES_TARGET "192.0.2.7"

struct wires {
	struct responder *responder; /* in a process of its own */
	pid_t pid;
};

/* From here on this process sees nothing but the responder. ERR_PRIVILEGE when it may not. */
int wires_open(struct wires *ret, struct err *err);
/* Both namespaces go with their last process. */
void wires_close(struct wires *w);
