/* SPDX-License-Identifier: Apache-2.0 */
/* connect: connections to libvirt that notice when the other side has gone. */
#pragma once

#include <libvirt/libvirt.h>

#include "runner/base/err.h"

/* Registers the event loop and runs it in its own thread, for ever. Before anything is opened. */
int connect_start(struct err *err);
/* Opens with keepalive. NULL with err set. */
virConnectPtr connect_open(const char *uri, bool writes, struct err *err);

static inline void cleanup_connection(virConnectPtr *c)
{
	if (*c)
		virConnectClose(*c);
}

static inline void cleanup_domain(virDomainPtr *d)
{
	if (*d)
		virDomainFree(*d);
}

static inline void cleanup_network(virNetworkPtr *n)
{
	if (*n)
		virNetworkFree(*n);
}

static inline void cleanup_pool(virStoragePoolPtr *p)
{
	if (*p)
		virStoragePoolFree(*p);
}

#define _cleanup_connection_ __attribute__((cleanup(cleanup_connection)))
#define _cleanup_domain_     __attribute__((cleanup(cleanup_domain)))
#define _cleanup_network_    __attribute__((cleanup(cleanup_network)))
#define _cleanup_pool_	     __attribute__((cleanup(cleanup_pool)))
