/* SPDX-License-Identifier: Apache-2.0 */
/* shared_storage: whether the disks that a domain writes are where both hosts can reach them. */
#pragma once

#include "checks/libvirt.h"

/* Of the domain on 'source' that x describes: asks there and on 'destination'. */
int collect_shared_storage(struct collector *c, const struct xml *x, struct err *err);

enum storage_verdict {
	STORAGE_SHARED,
	STORAGE_LOCAL,	 /* *ret_words: which disk, and where it is */
	STORAGE_UNKNOWN, /* of the pool of a volume libvirt did not tell */
};

/*
 * As libvirt decides it (qemuMigrationSrcIsSafe): disks of the network are where both can reach
 * them, and devices are taken for it; files must be on a shared file system. Volumes are what their
 * pool makes of them, and the destination must have a pool of that name.
 */
enum storage_verdict storage_measure(const struct evidence *ev, const struct xml *x,
				     struct arena *arena, const char **ret_words);
