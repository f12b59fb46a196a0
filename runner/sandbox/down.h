/* SPDX-License-Identifier: Apache-2.0 */
/* down: removes the sandbox while the lock is held. */
#pragma once

#include "runner/sandbox/sandbox.h"

/* Ends, removes, looks again. SANDBOX_ROOT itself is gone afterwards, so lock stands for nothing.
 * -1 when something is left; ret is filled in either case. */
int down_remove(int lock, struct sandbox_down *ret, struct err *err);
