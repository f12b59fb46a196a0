/* SPDX-License-Identifier: Apache-2.0 */
/* versions: of libvirt and its hypervisor, read and compared. Part of hypervisor_versions. */
#pragma once

#include <stdbool.h>

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/model/evidence.h"

struct versions {
	const char *hostname, *hypervisor, *version, *libvirt;
};

/* From the answer to the request 'host'. */
int versions_read(const struct evidence_item *item, struct arena *arena, struct versions *ret,
		  struct err *err);
/* -1, 0, 1 for numbers with dots; 7.2 is less than 7.2.0, and 7.10 more than 7.9. */
int versions_compare(const char *a, const char *b);
/* The same hypervisor, and neither it nor libvirt is older. */
bool versions_not_older(const struct versions *v, const struct versions *than);
