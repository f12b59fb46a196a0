/* SPDX-License-Identifier: Apache-2.0 */
/* net: the sandbox's address range and who has which address in it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/base/err.h"

struct net_end {
	uint32_t address; /* host byte order */
	int prefix;
};

/* The machine and the storage have a second address when the destination is in another network. */
struct sandbox_net {
	struct net_end range;
	bool split; /* the hosts are in the two halves of the range */
	struct net_end machine[2], storage[2], source, destination, guest;
};

#define NET_TEXT 24 /* bytes that hold '255.255.255.255/32' */

/* Reads 'A.B.C.D/N', N from 16 to 28, and gives out the addresses. */
int net_plan(const char *text, bool split, struct sandbox_net *ret, struct err *err);
/* ERR_ENV when a route of this machine (as in the file, /proc/net/route) overlaps the range. */
int net_check_routes(const struct sandbox_net *net, const char *path, struct err *err);
/* 'A.B.C.D' and 'A.B.C.D/N'; both return text. */
char *net_address(const struct net_end *end, char text[static NET_TEXT]);
char *net_with_prefix(const struct net_end *end, char text[static NET_TEXT]);
