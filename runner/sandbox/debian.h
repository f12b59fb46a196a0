/* SPDX-License-Identifier: Apache-2.0 */
/* debian: what 'down' must know of the Debian image of the labs. */
#pragma once

#include "runner/base/err.h"

/* Ends what a killed build left and removes every image. ERR_LOCKED while one is being built. */
int debian_purge(struct err *err);
