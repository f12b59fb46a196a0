/* SPDX-License-Identifier: Apache-2.0 */
/* recipe: the folder from which the Debian image of the labs is built. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"

/* fixtures/guest-debian of this program's tree, or where 'make install' puts it. */
int recipe_find(struct arena *arena, const char **ret, struct err *err);
/* SHA-256, in hexadecimal, of the names and contents of all files in it. */
int recipe_hash(const char *folder, struct arena *arena, const char **ret, struct err *err);
