/* SPDX-License-Identifier: Apache-2.0 */
/* image_look: asks the host for one image: where it is, what it is, its first bytes. */
#pragma once

#include "checks/images.h"

/* The path without symbolic links, whether anything is there or not. */
int image_find_real(struct images *g, const char *path, const char **ret, struct err *err);
/* Fills in all that stat(2) tells. 0 also when there is nothing. */
int image_look_at_file(struct images *g, struct image *image, struct err *err);
/* Fills in head. */
int image_read_head(struct images *g, struct image *image, struct err *err);
