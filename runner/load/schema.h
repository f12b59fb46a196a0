/* SPDX-License-Identifier: Apache-2.0 */
/* schema: how the special rows of the tables look, for the documents made from them. */
#pragma once

#include "runner/base/json.h"
#include "runner/load/lab_fields.h"

/* What a FIELD_CUSTOM row of a lab file takes. */
struct shape {
	const char *key;	       /* the row's name; NULL ends the table */
	const char *words;	       /* in a table of keys; marked for translation */
	void (*write)(struct json *j); /* members of its JSON Schema */
};

/* NULL when the row has none: a test asserts that there is no such row. */
const struct shape *shape_find(const struct field *f);
/* Rows that are keys: not the id of a map's elements, which is the key itself. */
bool schema_is_key(const struct field *f, bool in_map);
/* '{"$ref": "#/$defs/NAME"}' under key. */
void schema_ref(struct json *j, const char *key, const char *name);
/* 'type', 'properties', 'required' of a mapping into the open object. */
void schema_object(struct json *j, const struct field *fields, bool in_map);
/* The type and limits of one row into the open object. */
void schema_type(struct json *j, const struct field *f);
/* 'required', when any row is. */
void schema_required(struct json *j, const struct field *fields, bool in_map);
/* The definitions of matchers and checkers. */
void schema_checkers(struct json *j);
/* The conditions under which 'with' and 'expect' take a checker's own keys. */
void schema_check_rules(struct json *j);
/* The keys under 'with'; '$name' may stand for any value. */
void schema_with(struct json *j, const char *name, const char *summary, const struct field *fields);
/* A step runs a command or is a probe with its own keys. */
void schema_step_rules(struct json *j);
/* The definitions of probes. */
void schema_probes(struct json *j);
