/* SPDX-License-Identifier: Apache-2.0 */
/* node: a YAML file as a tree that remembers where everything stood. */
#pragma once

#include <string.h>

#include "runner/base/arena.h"
#include "runner/base/err.h"

#define YAML_SIZE_MAX  (1024 * 1024)
#define YAML_DEPTH_MAX 32

enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct node {
	unsigned char kind; /* enum node_kind */
	bool quoted;	    /* a scalar that was not written plain: certainly a string */
	bool bad;	    /* complained about already; readers pass it over */
	unsigned n;	    /* children */
	int line, col;
	/* A big lab has a hundred thousand of these: they are kept small. */
	union {
		const char *text;   /* of a scalar */
		struct node *first; /* child of the others: read it with node_first */
	};
	const char *key; /* in a mapping */
	int key_line, key_col;
	struct node *next;
};

/* The key of a child as a node, for its place. */
#define node_key(child)                                                                            \
	(&(const struct node){ .kind = NODE_SCALAR,                                                \
			       .line = (child)->key_line,                                          \
			       .col = (child)->key_col,                                            \
			       .text = (child)->key })

struct load;

/*
 * Reads one document into load->tree; scalars' texts go to load->arena. Complains through load
 * about every alias, anchor, tag and duplicate key, and goes on; what cannot be read on from gives
 * -1.
 */
int node_parse(struct load *load, const char *data, size_t len, struct node **ret);
static inline struct node *node_first(const struct node *node)
{
	return node->kind == NODE_SCALAR ? NULL : node->first;
}

static inline bool node_has_key(const struct node *child, const char *key)
{
	/* Most keys differ in the first letter. */
	return child->key[0] == key[0] && !strcmp(child->key, key);
}

/* The value of key in a mapping, or NULL. */
const struct node *node_get(const struct node *mapping, const char *key);
/* 'a mapping', 'a list', 'a value' */
const char *node_kind_name(enum node_kind kind);
/* Complains where data is not UTF-8 text; 0 when it is. */
int text_check(struct load *load, const char *data, size_t len);
