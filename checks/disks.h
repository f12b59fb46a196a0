/* SPDX-License-Identifier: Apache-2.0 */
/* disks: which domains of a host use which disk images, as its libvirt says. */
#pragma once

#include "checks/collector.h"
#include "checks/images.h"

/* One use of one image by one domain. Strings come from the arena; NULL: not told. */
struct disk {
	const char *domain, *state;
	bool active;	     /* the domain has a QEMU process */
	bool is_open;	     /* that process has it open; else it will be at the next start */
	bool is_direct;	     /* the disk itself, not a file below it or where it is copied to */
	bool writes;	     /* not read-only */
	bool is_medium;	     /* a CD-ROM or floppy drive */
	const char *target;  /* vda */
	const char *type;    /* file, block, network, volume */
	const char *path;    /* of files, devices and volumes */
	const char *name;    /* of network disks: 'iscsi host:port name' */
	const char *format;  /* as the domain declares it */
	struct image *image; /* NULL: not looked at */
};

struct disks {
	struct disk *v;
	size_t n;
	struct strings domains; /* all there are */
	struct strings places;	/* directories of storage pools */
};

/* Asks the libvirt of the check's host; evidence 'disks'. */
int collect_disks(struct collector *c, struct err *err);
/* Reads what it said. */
int disks_read(const struct evidence *ev, struct arena *arena, struct disks *ret, struct err *err);
/* Looks at the image of every disk of that domain (NULL: of all) that has a path. */
int disks_look(struct disks *disks, struct images *g, const char *domain, struct err *err);
/* The domain's disk of that target as it is now; target NULL: its first. NULL: there is none. */
struct disk *disks_find(const struct disks *disks, const char *domain, const char *target);
/* A disk, no medium, of the domain as it is now, or as it will be at the next start when it is off.
 */
bool disk_is_of(const struct disk *d, const char *domain);

/* A domain that has an image as a disk, or builds on it. */
struct user {
	const char *domain;
	bool has_open; /* its QEMU process has the image open */
	bool writes;   /* and writes to it, not to an image above it */
};

struct users {
	struct user *v;
	size_t n;
};

/* One per domain, sorted. The disks have been looked at. */
struct users disks_users(const struct disks *disks, const struct image *image, struct arena *arena);

/* 'domains' of a check that compares: two or more, all different. */
int disks_check_names(const struct strings *domains, struct err *err);
