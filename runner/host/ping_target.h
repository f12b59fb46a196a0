/* SPDX-License-Identifier: Apache-2.0 */
/* ping_target: the address that a ping is sent to, from its text. */
#pragma once

#include <sys/socket.h>

#include "runner/base/err.h"

#define PING_TARGET_SIZE 64 /* the longest, with an interface and a NUL */

/* ERR_LAB for what is no address, and for one of a link without the interface that leads there. */
int ping_target_check(const char *text, struct err *err);
/* The same; and ERR_ENV when this machine has no such interface. */
int ping_target_parse(const char *text, struct sockaddr_storage *ret, socklen_t *ret_len,
		      struct err *err);
