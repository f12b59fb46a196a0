/* SPDX-License-Identifier: Apache-2.0 */
/* users: which domains use something that is about to go. */
#pragma once

#include "runner/libvirt/request.h"

/* What a domain uses, as an XPath to all such names in its definition or its live form. */
#define USES_FILE    "//source/@file | //source/@dev | //os/nvram/text() | //os/loader/text()"
#define USES_NETWORK "/domain/devices/interface/source/@network"
#define USES_POOL    "//source/@pool"

/*
 * 0 when no domain but the one with the UUID 'but' (NULL: none) uses it, else REQUEST_REFUSED and
 * err names one. Definitions are asked, too, unless only_active.
 */
struct use {
	const char *path, *name, *but;
	bool only_active;
};

int users_none(struct request_context *c, const struct use *use, struct err *err);
