/* SPDX-License-Identifier: Apache-2.0 */
/* refusal: why a module was turned away, from the kernel's log, modprobe's configuration and the
 * words of the step that tried. Part of kernel_module. */
#pragma once

#include "runner/base/arena.h"
#include "runner/model/evidence.h"

/* 'firmware', 'no-cpu-support', 'signature', 'blacklisted', 'unknown'; NULL: nothing says so. */
const char *refusal_find(const struct evidence *ev, const char *module, struct arena *arena);
/* The item that holds the kernel's log, or NULL when it could not be read. */
const struct evidence_item *refusal_log(const struct evidence *ev);
