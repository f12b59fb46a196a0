/* SPDX-License-Identifier: Apache-2.0 */
/* sudo: whether commands may be run as root without anybody being asked. */
#pragma once

#include <stdbool.h>

#include "runner/host/pids.h"
#include "runner/host/process.h"

/* Asks by doing, through the group and once a minute at most: what sudo says in words differs
 * between its versions. */
int sudo_is_allowed(struct process_group *g, bool *ret, struct err *err);

/* kill(1) as root, for processes that an ordinary user may not signal. */
void sudo_kill(const struct pids *pids, int sig);
