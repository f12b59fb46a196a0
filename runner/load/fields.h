/* SPDX-License-Identifier: Apache-2.0 */
/* fields: fills structs from nodes by their tables of struct field. */
#pragma once

#include "runner/load/context.h"

/*
 * Fills dst from a mapping by a table ended by a NULL name, complaining about every mistake and
 * going on. what is the key that holds the mapping, for messages; NULL: the file itself.
 * Rows are read in the table's order. FIELD_CUSTOM rows without a function are left alone: what
 * owns them reads them.
 */
void fields_fill(struct load *load, const struct node *node, const struct field *fields,
		 const char *what, void *dst);
/* Reads one value as fields_fill would. */
void field_read(struct load *load, const struct field *field, const struct node *node, void *dst);
/* True when node is of that kind, else complains. name is the key for the message. */
bool node_expect(struct load *load, const struct node *node, enum node_kind kind, const char *name);
/* The same for a mapping that is an item of list 'name'. */
bool node_expect_item(struct load *load, const struct node *node, const char *name);
/* {id:, en:} or a string, which then serves both languages. */
void text_read(struct load *load, const struct node *node, const char *name, struct text *ret);

/* A scalar with parameters replaced. */
struct scalar {
	const char *s;
	bool quoted;
	bool sample; /* stands in for a parameter that has no value */
};

/* Complains and gives -1 when node is no scalar, has no value or names an unknown parameter. */
int scalar_read(struct load *load, const struct node *node, const char *name, struct scalar *ret);
/* Reads a scalar of any type but FIELD_TEXT and those with children. */
void scalar_fill(struct load *load, const struct field *field, const struct node *node, void *dst);

/* 0, or -1 when s is not written so. Numbers have no leading zeros; '.' in every locale. */
int parse_bool(const char *s, bool *ret);
int parse_int(const char *s, int64_t *ret);
int parse_number(const char *s, double *ret);
int parse_duration(const char *s, int64_t *ret);
int parse_size(const char *s, int64_t *ret);
/* As parse_duration reads it, in the largest unit that fits. */
const char *print_duration(struct arena *arena, int64_t ms);
/* [a-z][a-z0-9_-]* */
bool is_id(const char *s);
bool is_name(const char *s);
bool is_path(const char *s);
/* Complains when it does not compile. */
int pattern_check(struct load *load, const struct node *node, const char *pattern, bool caseless);
