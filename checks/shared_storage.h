/* SPDX-License-Identifier: Apache-2.0 */
/* shared_storage: whether the disks that a domain writes are where both hosts can reach them. */
#pragma once

#include "checks/libvirt.h"
#include "checks/prerequisite.h"

/* Of the domain on 'source' that x describes: asks there and on 'destination'. */
int collect_shared_storage(struct collector *c, const struct xml *x, struct err *err);

/*
 * Disks of the network are where both can reach them. A file is when both have it, on a file system
 * that libvirt takes for shared (qemuMigrationSrcIsSafe), and call it by the same number; a device
 * when both tell the same number of its own. Volumes are what their pools make of them, and the
 * destination must have a pool of that name. What none of this decides cannot be told.
 */
struct held_by storage_measure(const struct evidence *ev, const struct xml *x, struct arena *arena);
