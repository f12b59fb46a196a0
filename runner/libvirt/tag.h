/* SPDX-License-Identifier: Apache-2.0 */
/* tag: what a domain that a lab's step made carries in its metadata: the run, and its own UUID. */
#pragma once

#include <libvirt/libvirt.h>

#include "runner/base/arena.h"
#include "runner/base/err.h"

#define TAG_URI "urn:kvmlab:run:1"

/*
 * The name of the run that tagged the domain; NULL: it has no tag. A tag that names another UUID
 * came with a copy of the definition and is none.
 */
const char *tag_read(virDomainPtr d, struct arena *arena);
