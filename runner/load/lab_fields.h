/* SPDX-License-Identifier: Apache-2.0 */
/* lab_fields: the tables of a lab file and the readers behind their special rows. */
#pragma once

#include "runner/load/fields.h"

extern const struct field check_fields[];
extern const struct field question_fields[];
extern const struct field predict_fields[];
extern const struct field choice_fields[];
extern const struct field step_fields[];
extern const struct field cleanup_fields[];
extern const struct field needs_fields[];
extern const struct field change_fields[];

/* Hooks: called when all rows of one have been read. */
void check_finish(struct load *load, const struct node *node, void *dst);
void step_finish(struct load *load, const struct node *node, void *dst);
void needs_finish(struct load *load, const struct node *node, void *dst);
void cleanup_finish(struct load *load, const struct node *node, void *dst);
void question_finish(struct load *load, const struct node *node, void *dst);
/* Complains about needs that name no check; who has them, for the message. */
void needs_resolve(struct load *load, const struct node *node, const char *who);
/* Complains about checks that need each other in a circle, and about steps that need a check which
 * reads what they, or steps after them, have yet to do. */
void check_needs(struct load *load, const struct experiment *e);
/* When everything has been read: each variable of a UUID belongs to one thing and is no parameter.
 */
void changes_finish(struct load *load);

/* Complains when role is neither local nor one of needs.hosts. NULL is allowed. */
void host_check(struct load *load, const struct node *at, const char *role);

/* Readers of FIELD_CUSTOM rows. */
void condition_read(struct load *load, const struct node *node, void *dst);
void choices_read(struct load *load, const struct node *node, void *dst);
void changes_read(struct load *load, const struct node *node, void *dst);

/* How many matchers a mapping of measures to MATCHERs has at most. */
size_t matchers_count(const struct node *map);
/* Reads them, checked against the check's measures; returns how many were right. */
size_t matchers_read(struct load *load, const struct node *map, const struct check *check,
		     struct matcher *ret);
/* Names of the operators in the order of enum matcher_op, ended by NULL, and what each means. */
extern const char *const matcher_ops[];
extern const char *const matcher_texts[];
/* True when op can compare a measure of that type. */
bool matcher_fits(enum matcher_op op, enum value_type type);
/* The index of a measure, or -1 with a complaint; silent when the check itself is wrong. */
int measure_find(struct load *load, const struct node *at, const struct check *check,
		 const char *name);
