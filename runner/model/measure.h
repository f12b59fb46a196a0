/* SPDX-License-Identifier: Apache-2.0 */
/* measure: named typed values that a checker yields. */
#pragma once

#include "runner/base/arena.h"
#include "runner/model/value.h"

struct measure_spec {
	const char *name;
	enum value_type type;
	const char *unit; /* 'ms', 'bytes', 'x'; NULL: none */
	const char *text; /* marked for translation */
};

/*
 * What one check measured: values[i] belongs to specs[i]; all start as VALUE_UNKNOWN.
 * not_applicable: why the question makes no sense on this host (verdict NA); NULL otherwise.
 * Strings given to the setters are copied into the arena.
 */
struct measures {
	const struct measure_spec *specs;
	struct value *values;
	size_t n;
	const char *not_applicable;
	struct arena *arena;
};

void measures_init(struct measures *m, const struct measure_spec *specs, size_t n,
		   struct arena *arena);
/* The index of name in specs, or -1. */
int measure_index(const struct measure_spec *specs, size_t n, const char *name);
/* Number of rows in a table ended by a NULL name. */
size_t measure_count(const struct measure_spec *specs);

/* The setters abort on a name or type that the table does not have: a programmer's error. */
void measures_set_bool(struct measures *m, const char *name, bool v);
void measures_set_int(struct measures *m, const char *name, int64_t v);
void measures_set_number(struct measures *m, const char *name, double v);
void measures_set_string(struct measures *m, const char *name, const char *v);
void measures_add(struct measures *m, const char *name, const char *v); /* appends to a list */
void measures_set_empty(struct measures *m, const char *name); /* a list with nothing in it */
/* Printf form of 'does not apply to this host'. Returns 0 for 'return measures_na(...)'. */
int measures_na(struct measures *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
