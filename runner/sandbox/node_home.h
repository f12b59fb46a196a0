/* SPDX-License-Identifier: Apache-2.0 */
/* node_home: the control group of the nodes, where systemd would end them with 'up'. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Moves a process that has started nothing yet. Does nothing without systemd. */
void node_home_move(pid_t pid);
/* When nothing is in it any more. */
void node_home_remove(void);
