/* SPDX-License-Identifier: Apache-2.0 */
/* iso_fixed: the fields of ISO 9660 that libarchive neither lets one set nor tells. Part of iso. */
#pragma once

#include "runner/base/iso.h"

/*
 * Sets every time of an image with one directory to 1970-01-01, every owner to root, the volume id
 * as given and the names of programs to blanks. -1 when it is no such image.
 */
int iso_make_fixed(char *image, size_t len, const char *volume_id);
/* Fills label and joliet. -1 when there is no primary volume. */
int iso_read_label(const char *image, size_t len, struct iso *ret);
