/* SPDX-License-Identifier: Apache-2.0 */
/* things: looks for what steps may create and takes it away; decides nothing. */
#pragma once

#include "runner/run/fate.h"
#include "runner/run/inventory.h"
#include "runner/run/run.h"

/* A record, where it is looked for, and what was seen there. */
struct thing {
	struct run *run;
	struct host *host;
	const struct change_row *row;
	struct arena *arena; /* for what is seen */
	struct found found;
};

/* Fills t->found. -1: could not look. */
int thing_look(struct thing *t, struct err *err);
/* Removes what t->found says; whether it is gone is for the next look. -1: it was refused. */
int thing_remove(struct thing *t, struct err *err);

/*
 * What stands in a host's libvirt; asked once until inventories_forget. NULL: it cannot be asked,
 * and err says why.
 */
const struct inventory *inventory_of(struct run *run, struct host *host, struct err *err);
void inventories_forget(struct run *run);
/* Its text, for the journal. */
const char *inventory_text(struct run *run, struct host *host, struct err *err);

/* thing_libvirt.c: the same for domains, networks, pools; and what helps with volumes. */
int libvirt_look(struct thing *t, struct err *err);
int libvirt_remove(struct thing *t, struct err *err);
/* Writes the run's name into the domain that was seen. */
int libvirt_tag(struct thing *t, struct err *err);
/* The path of POOL/VOLUME; NULL without error: there is no such pool, or none with paths. */
int libvirt_locate(struct thing *t, const char **ret, struct err *err);
/* 1: removed by libvirt, 0: libvirt knows no such volume, -1: it failed or a domain uses it. */
int libvirt_remove_volume(struct thing *t, struct err *err);
/* 'CREATED PATH' lines of the files that snapshots of the domain put on top of its disks. */
int libvirt_overlays(struct thing *t, const char **ret, struct err *err);

/*
 * remnant.c: removes bridge and DHCP server of an inactive network, whose network-xml this is;
 * where they are not this network's they stay. -1: it could not.
 */
int network_remnant_remove(struct thing *t, const struct evidence_item *definition,
			   struct err *err);

/* Whether any step of the lab has to do with libvirt, or the lab has roles. */
bool lab_uses_libvirt(const struct lab *lab);
