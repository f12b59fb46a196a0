/* SPDX-License-Identifier: Apache-2.0 */
/* node_proc: a node as /proc shows it. */
#pragma once

#include "runner/sandbox/node.h"

/* Fills start and ns of the living process record->pid. */
int node_proc_read(struct node_record *record, struct err *err);
