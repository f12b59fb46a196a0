/* SPDX-License-Identifier: Apache-2.0 */
/* cpu_trial: a guest with a domain's CPU is tried on the destination. Part of cpu_compatible. */
#pragma once

#include "checks/collector.h"

/* Appends the item 'trial': started=yes|no|unknown, words=WHY. */
int collect_cpu_trial(struct collector *c, const char *domain, struct err *err);
