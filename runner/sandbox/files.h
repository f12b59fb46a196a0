/* SPDX-License-Identifier: Apache-2.0 */
/* files: small files, folders and trees of the sandbox. */
#pragma once

#include <sys/types.h>

#include "runner/base/err.h"

/* Writes a whole file; what stood there is replaced. */
int file_write(const char *path, const char *text, mode_t mode, struct err *err);
int file_copy(const char *from, const char *to, mode_t mode, struct err *err);
/* As mkdir -p. */
int file_make_dirs(const char *path, mode_t mode, struct err *err);
/* Removes a tree, if it is there, without leaving its file system or following links. */
int file_remove_tree(const char *path, struct err *err);
/* How many files and folders there are at and below path. */
int file_count(const char *path);
