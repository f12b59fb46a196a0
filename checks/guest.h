/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest: what is inside of a guest's disks, as kvmlab-guestfs on their host says. A disk that a
 * running domain writes to is not looked at, nor is one whose image claims what cannot be right.
 */
#pragma once

#include "checks/disks.h"

/* Whose disks: a domain's, or an image by its path. The other is NULL. */
struct guest_place {
	const char *domain, *path;
	const char *format; /* of path; NULL: what its first bytes say */
};

/* Started as {0} with images.ev, images.arena and, to collect, images.c. */
struct guest_looker {
	struct images images;
	struct disks disks; /* read by guest_prepare */
};

/* Evidence 'disks' and the images of all domains; now, or on record. */
int guest_prepare(struct guest_looker *l, struct err *err);
/* Looks inside; evidence 'guest NAME'. 0 also when there is no such domain or image. */
int collect_guest(struct guest_looker *l, const struct guest_place *place, struct err *err);

/* What was seen. Strings are NULL and lists empty when there is none. */
struct guest_facts {
	bool exists;   /* the domain has a disk, the image is there */
	bool os_found; /* all below is only told then */
	const char *os, *os_version, *root_uuid, *hostname, *machine_id_state, *machine_id;
	const char *cloud_init, *cloud_instance;
	struct strings host_keys, host_keys_private, users, network_files, network_macs, logs,
		histories, leases, random_seeds;
	int64_t log_count, log_bytes;
};

/* Reads what was collected. */
int guest_read(struct guest_looker *l, const struct guest_place *place, struct guest_facts *ret,
	       struct err *err);
