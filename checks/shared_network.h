/* SPDX-License-Identifier: Apache-2.0 */
/* shared_network: whether a domain's interfaces find the same network on both hosts. */
#pragma once

#include "checks/libvirt.h"
#include "checks/prerequisite.h"

/* Of the domain on 'source' that x describes: asks there and on 'destination'. */
int collect_shared_network(struct collector *c, const struct xml *x, struct err *err);

/*
 * The bridges of an interface are in one network when the hosts have different addresses of it
 * there; bridges without an IPv4 address are when the other's link-local address answers through
 * them. A network of libvirt is what each host's network of that name has as its bridge.
 */
struct held_by network_measure(const struct evidence *ev, const struct xml *x, struct arena *arena);
