/* SPDX-License-Identifier: Apache-2.0 */
/* iso: small ISO 9660 images, as those by which cloud-init is told who it is; in memory only. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/buf.h"
#include "runner/base/err.h"

#define ISO_FILE_MAX (1024u * 1024u) /* bytes of one file */

struct iso_file {
	const char *name; /* in the root directory */
	const char *data; /* NUL-terminated when read */
	size_t len;
};

struct iso {
	char label[33]; /* the primary volume's id, without the blanks behind it */
	bool joliet;
	struct iso_file *files; /* in the order of the image */
	size_t n;
};

/*
 * Writes an image with Joliet and Rock Ridge names. The same volume id and files give the same
 * bytes at any time, by anybody: every time in it is 1970-01-01, every owner root.
 */
int iso_write(const char *volume_id, const struct iso_file *files, size_t n, struct buf *ret,
	      struct err *err);

/*
 * Reads an image that may come from anybody: at most 32 regular files of ISO_FILE_MAX bytes. -1:
 * it is none, is damaged, or holds links, devices or two files of one name (ERR_IO), or libarchive
 * is not here (ERR_ENV). Memory from arena.
 */
int iso_read(const char *data, size_t len, struct arena *arena, struct iso *ret, struct err *err);
