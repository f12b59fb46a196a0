/* SPDX-License-Identifier: Apache-2.0 */
/* archive_calls: libarchive, loaded when the first archive is made or read: it brings along a dozen
 * libraries that no other run of kvmlab needs. */
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "runner/base/err.h"

/* The functions that are used: member, and what follows 'archive_' in its name. */
#define ARCHIVE_CALLS(X)                                                                           \
	X(write_new)                                                                               \
	X(write_set_format_iso9660)                                                                \
	X(write_set_options)                                                                       \
	X(write_open_memory)                                                                       \
	X(write_header)                                                                            \
	X(write_data)                                                                              \
	X(write_close)                                                                             \
	X(write_free)                                                                              \
	X(read_new)                                                                                \
	X(read_support_format_iso9660)                                                             \
	X(read_open_memory)                                                                        \
	X(read_next_header)                                                                        \
	X(read_data)                                                                               \
	X(read_free)                                                                               \
	X(filter_count)                                                                            \
	X(error_string)                                                                            \
	X(entry_new)                                                                               \
	X(entry_free)                                                                              \
	X(entry_filetype)                                                                          \
	X(entry_pathname)                                                                          \
	X(entry_symlink)                                                                           \
	X(entry_hardlink)                                                                          \
	X(entry_set_pathname)                                                                      \
	X(entry_set_filetype)                                                                      \
	X(entry_set_perm)                                                                          \
	X(entry_set_size)                                                                          \
	X(entry_set_mtime)                                                                         \
	X(entry_set_atime)                                                                         \
	X(entry_set_ctime)                                                                         \
	X(entry_set_birthtime)

#define MEMBER(name) __typeof__(archive_##name) *name;
struct archive_calls {
	ARCHIVE_CALLS(MEMBER)
};
#undef MEMBER

/* ERR_ENV when the library is not there. */
int archive_calls_load(struct archive_calls *ret, struct err *err);
