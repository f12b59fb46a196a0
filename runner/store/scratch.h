/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch: one text that another program works on, in a directory of its own beside the journal, so
 * that what that program leaves there goes with it. Only for whoever holds the store's lock.
 */
#pragma once

#include "runner/base/buf.h"
#include "runner/store/store.h"

/* Writes text to a new file, mode 0600; ret_path gets its path. */
int scratch_write(const struct store *s, const struct buf *text, struct buf *ret_path,
		  struct err *err);
/* What it has now. ERR_IO when it is gone, no file, or longer than max bytes. */
int scratch_read(const struct store *s, size_t max, struct buf *ret, struct err *err);
/* Removes the directory with all that is in it, also what a killed kvmlab left. */
void scratch_remove(const struct store *s);
