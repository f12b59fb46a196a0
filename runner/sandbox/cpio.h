/* SPDX-License-Identifier: Apache-2.0 */
/* cpio: writes the archive that Linux unpacks as its first root: cpio in the 'newc' format. */
#pragma once

#include <stdio.h>
#include <sys/types.h>

#include "runner/base/err.h"

struct cpio {
	FILE *f;
	unsigned entries; /* so far: each is its own inode */
};

/* All belong to root. Errors of f are found by cpio_end. */
void cpio_dir(struct cpio *c, const char *name, mode_t mode);
void cpio_bytes(struct cpio *c, const char *name, mode_t mode, const char *data, size_t len);
int cpio_file(struct cpio *c, const char *name, mode_t mode, const char *path, struct err *err);
/* Writes the trailer. Does not close f. */
int cpio_end(struct cpio *c, struct err *err);
