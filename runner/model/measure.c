/* SPDX-License-Identifier: Apache-2.0 */
/* measure: setters that keep a checker to the types of its own table. */
#include "runner/model/measure.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

size_t measure_count(const struct measure_spec *specs)
{
	size_t n = 0;

	while (specs && specs[n].name)
		n++;
	return n;
}

int measure_index(const struct measure_spec *specs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(specs[i].name, name))
			return (int)i;
	return -1;
}

void measures_init(struct measures *m, const struct measure_spec *specs, size_t n,
		   struct arena *arena)
{
	*m = (struct measures){ .specs = specs, .n = n, .arena = arena };
	m->values = arena_array(arena, struct value, n);
}

static struct value *slot(struct measures *m, const char *name, enum value_type type)
{
	int i = measure_index(m->specs, m->n, name);

	assert(i >= 0 && m->specs[i].type == type);
	m->values[i].type = type;
	return &m->values[i];
}

void measures_set_bool(struct measures *m, const char *name, bool v)
{
	slot(m, name, VALUE_BOOL)->b = v;
}

void measures_set_int(struct measures *m, const char *name, int64_t v)
{
	slot(m, name, VALUE_INT)->i = v;
}

void measures_set_number(struct measures *m, const char *name, double v)
{
	slot(m, name, VALUE_NUMBER)->d = v;
}

void measures_set_string(struct measures *m, const char *name, const char *v)
{
	slot(m, name, VALUE_STRING)->s = arena_strdup(m->arena, v);
}

void measures_set_empty(struct measures *m, const char *name)
{
	slot(m, name, VALUE_LIST)->list = (struct strings){ 0 };
}

void measures_add(struct measures *m, const char *name, const char *v)
{
	struct strings *list = &slot(m, name, VALUE_LIST)->list;
	const char **grown = arena_array(m->arena, const char *, list->n + 1);

	if (list->n)
		memcpy(grown, list->v, list->n * sizeof(*grown));
	grown[list->n] = arena_strdup(m->arena, v);
	list->v = grown;
	list->n++;
}

int measures_na(struct measures *m, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	m->not_applicable = arena_strdup(m->arena, text);
	return 0;
}
