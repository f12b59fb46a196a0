/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node: one set of namespaces and its PID 1, of which the node's life hangs. The PID 1 waits for
 * its record to be written before it does anything, and until 'up' has finished it ends when 'up'
 * does, so that a killed 'up' leaves no node that is not written down.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "runner/base/buf.h"
#include "runner/base/err.h"

enum node_id { NODE_SOURCE, NODE_DESTINATION, NODE_STORAGE, NODE_COUNT };

#define NODE_NAMESPACES 5

extern const char *const node_names[NODE_COUNT];
extern const char *const node_namespace_names[NODE_NAMESPACES]; /* as in /proc/PID/ns */

/* As it is written down. */
struct node_record {
	pid_t pid;		   /* of its PID 1, seen from the machine */
	unsigned long long start;  /* in clock ticks since boot: tells it from a later process */
	ino_t ns[NODE_NAMESPACES]; /* the namespaces' inodes */
};

struct node {
	struct node_record record;
	int orders;  /* writing end: one byte per order; closed: end */
	int answers; /* reading end: NODE_DID_*, or a message */
};

#define NODE_CLOSED                                                                                \
	{                                                                                          \
		.orders = -1, .answers = -1                                                        \
	}

/* Orders, in this order; the first two are answered by NODE_DID or 'E' and a message. */
#define NODE_BUILD  'b' /* make its file system */
#define NODE_DAEMON 'd' /* start the daemons */
#define NODE_WARM   'w' /* let libvirtd ask QEMU what it can; not waited for */
#define NODE_STAY   's' /* 'up' is done: stay without it */
#define NODE_DID    '.'
#define NODE_ANSWER 1100 /* bytes of the longest answer */

/* Runs in the PID 1 of the new namespaces and does not return. */
typedef void node_main_fn(void *data, enum node_id id, int orders, int answers);

/* Makes the namespaces, writes the record down. */
int node_start(enum node_id id, node_main_fn *main, void *data, struct node *ret, struct err *err);
int node_order(struct node *node, char order, struct err *err);
/* Waits for the answer to the order. */
int node_await(struct node *node, enum node_id id, int timeout_ms, struct err *err);
void node_close(struct node *node);

/* The record of a node; false when there is none. */
bool node_recorded(enum node_id id, struct node_record *ret);
/* True while the recorded PID 1 lives. */
bool node_is_alive(const struct node_record *record);
/* Kills its PID 1, and with it everything inside, and waits until it is gone. */
int node_kill(enum node_id id, const struct node_record *record, struct err *err);
/* Waits a while until the machine's PID 1 has taken note of the end; some take seconds. */
void node_await_reaped(const struct node_record *record);
/* Processes of this machine that are in the record's namespaces: in one of a living node's, in two
 * or more of one that has ended. */
int node_count_processes(const struct node_record *record);
/* Namespaces of the record in which a process of this machine is. */
int node_count_namespaces(const struct node_record *record);
