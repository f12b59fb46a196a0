/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state: what the sandbox consists of, written down before it is made. One small file per thing
 * under SANDBOX_ROOT/state; SANDBOX_ROOT itself is the lock.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "runner/base/buf.h"
#include "runner/base/err.h"

#define STATE_DIR SANDBOX_ROOT "/state"

/* Makes SANDBOX_ROOT and locks it; ERR_LOCKED when another kvmlab works on the sandbox. */
int state_lock(int *ret_fd, struct err *err);
/* The same where it exists already; *ret_fd is -1 where it does not. */
int state_lock_existing(int *ret_fd, struct err *err);
/* Writes STATE_DIR/name: the old text or the new one stands there at any moment. */
int state_write(const char *name, const char *text, struct err *err);
/* Appends its text to ret without the last newline; false when there is none. */
bool state_read(const char *name, struct buf *ret);
/* Written when all stands, with 'kvm' or 'tcg'. */
#define STATE_COMPLETE "complete"
#define STATE_OPTIONS  "options"
#define STATE_BOOT     "boot" /* this boot of the machine: after the next one nothing stands */
#define STATE_LINK     "link" /* the MAC address chosen for SANDBOX_LINK */

/* True when the state is of this boot of the machine. */
bool state_is_of_this_boot(void);
int state_write_boot(struct err *err);
