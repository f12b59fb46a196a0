/* SPDX-License-Identifier: Apache-2.0 */
/* param: the types of lab parameters and their values. */
#pragma once

#include "runner/load/fields.h"

struct param_type {
	const char *name;
	const char *text;    /* marked for translation */
	const char *example; /* also what lint puts in place of a missing value */
	bool (*is_valid)(const char *value);
};

/* Ended by a NULL name; struct param's type is an index into it. */
extern const struct param_type param_types[];
extern const struct field param_fields[];

/* The hook of one read parameter: takes its value from the settings, else the default. */
void param_finish(struct load *load, const struct node *node, void *dst);
/* After all parameters: complains about settings that no parameter takes. */
void params_finish(struct load *load);
/*
 * Replaces '$name' by the parameter's value; '$$' at the start stands for one '$'. A parameter
 * without a value gives a sample. -1 with a complaint when there is no such parameter.
 */
int param_substitute(struct load *load, const struct node *node, struct scalar *s);
