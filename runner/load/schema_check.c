/* SPDX-License-Identifier: Apache-2.0 */
/* schema_check: checkers and matchers as JSON Schema. */
#include <stdio.h>
#include <string.h>

#include "checks/checker.h"
#include "runner/base/i18n.h"
#include "runner/load/schema.h"

#define NAME_MAX_BYTES 80

static const enum value_type types[] = { VALUE_BOOL, VALUE_INT, VALUE_NUMBER, VALUE_STRING,
					 VALUE_LIST };

/* 'name' of a definition that belongs to a checker or a type. */
struct def_name {
	char s[NAME_MAX_BYTES];
};

static struct def_name def_name(const char *kind, const char *of)
{
	struct def_name ret;

	snprintf(ret.s, sizeof(ret.s), "%s-%s", kind, of);
	return ret;
}

/* One right side; '$name' may stand for any. */
static void define_value(struct json *j, enum value_type type)
{
	static const char *const json_types[] = {
		[VALUE_BOOL] = "boolean",
		[VALUE_INT] = "integer",
		[VALUE_NUMBER] = "number",
	};

	json_open(j, def_name("value", value_type_name(type)).s, '{');
	json_open(j, "type", '[');
	json_string(j, NULL, "string");
	if (type == VALUE_STRING || type == VALUE_LIST) {
		json_string(j, NULL, "number");
		json_string(j, NULL, "boolean");
	} else {
		json_string(j, NULL, json_types[type]);
	}
	json_close(j, '[');
	/* A string is a parameter, or a duration where milliseconds are measured. */
	if (type == VALUE_BOOL || type == VALUE_NUMBER)
		json_string(j, "pattern", "^\\$[a-z]");
	else if (type == VALUE_INT)
		json_string(j, "pattern", "^(\\$[a-z]|(0|[1-9][0-9]*)(ms|s|m|h)$)");
	json_close(j, '{');
}

static void write_list(struct json *j, const char *key, const char *value)
{
	json_open(j, key, '{');
	json_string(j, "type", "array");
	schema_ref(j, "items", value);
	json_close(j, '{');
}

/* Which right side an operator takes. */
static void write_operator(struct json *j, enum matcher_op op, enum value_type type)
{
	struct def_name value = def_name("value", value_type_name(type));

	if (op == MATCH_EXISTS)
		schema_ref(j, matcher_ops[op], "value-bool");
	else if (op == MATCH_MATCHES || op == MATCH_CONTAINS)
		schema_ref(j, matcher_ops[op], "value-string");
	else if (op == MATCH_IN || type == VALUE_LIST)
		write_list(j, matcher_ops[op], value.s);
	else
		schema_ref(j, matcher_ops[op], value.s);
}

static void define_matcher(struct json *j, enum value_type type)
{
	struct def_name value = def_name("value", value_type_name(type));

	json_open(j, def_name("matcher", value_type_name(type)).s, '{');
	json_open(j, "anyOf", '[');
	schema_ref(j, NULL, value.s);
	if (type == VALUE_LIST || matcher_fits(MATCH_IN, type))
		write_list(j, NULL, value.s);
	json_open(j, NULL, '{');
	json_string(j, "type", "object");
	json_bool(j, "additionalProperties", false);
	json_int(j, "minProperties", 1);
	json_open(j, "properties", '{');
	for (enum matcher_op op = 0; op < MATCH_COUNT; op++)
		if (matcher_fits(op, type))
			write_operator(j, op, type);
	json_close(j, '{');
	json_close(j, '{');
	json_close(j, '[');
	json_close(j, '{');
}

/* Of a condition, where the check and so the type is known to the loader only. */
static void define_any_matcher(struct json *j)
{
	json_open(j, "matcher", '{');
	json_open(j, "anyOf", '[');
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		schema_ref(j, NULL, def_name("matcher", value_type_name(types[i])).s);
	json_close(j, '[');
	json_close(j, '{');
}

static void define_expect(struct json *j, const struct checker *c)
{
	json_open(j, def_name("expect", c->name).s, '{');
	json_string(j, "type", "object");
	json_open(j, "properties", '{');
	for (const struct measure_spec *m = c->measures; m && m->name; m++) {
		struct def_name matcher = def_name("matcher", value_type_name(m->type));
		char ref[NAME_MAX_BYTES + 16];

		snprintf(ref, sizeof(ref), "#/$defs/%s", matcher.s);
		json_open(j, m->name, '{');
		json_string(j, "description", _(m->text));
		json_string(j, "$ref", ref);
		json_close(j, '{');
	}
	json_close(j, '{');
	/* Named groups of a pattern are measures too. */
	if (c->more_measures)
		schema_ref(j, "additionalProperties", "matcher");
	else
		json_bool(j, "additionalProperties", false);
	json_close(j, '{');
}

static bool takes_parameter(const struct field *f)
{
	return f->type != FIELD_OBJECT && f->type != FIELD_LIST && f->type != FIELD_MAP &&
	       f->type != FIELD_CUSTOM;
}

/* A list of names, any of which may be a parameter. */
static void write_names(struct json *j)
{
	json_open(j, NULL, '{');
	json_string(j, "type", "array");
	json_open(j, "items", '{');
	json_open(j, "anyOf", '[');
	schema_ref(j, NULL, "name");
	schema_ref(j, NULL, "parameter");
	json_close(j, '[');
	json_close(j, '{');
	json_close(j, '{');
}

void schema_with(struct json *j, const char *name, const char *summary, const struct field *fields)
{
	json_open(j, name, '{');
	json_string(j, "description", _(summary));
	json_string(j, "type", "object");
	json_bool(j, "additionalProperties", false);
	json_open(j, "properties", '{');
	for (const struct field *f = fields; f && f->name; f++) {
		if (!schema_is_key(f, false))
			continue;
		json_open(j, f->name, '{');
		json_string(j, "description", _(f->text));
		json_open(j, "anyOf", '[');
		if (takes_parameter(f))
			schema_ref(j, NULL, "parameter");
		if (f->type == FIELD_NAMES) {
			write_names(j);
		} else {
			json_open(j, NULL, '{');
			schema_type(j, f);
			json_close(j, '{');
		}
		json_close(j, '[');
		json_close(j, '{');
	}
	json_close(j, '{');
	schema_required(j, fields, false);
	json_close(j, '{');
}

void schema_checkers(struct json *j)
{
	json_open(j, "parameter", '{');
	json_string(j, "type", "string");
	json_string(j, "pattern", "^\\$[a-z][a-z0-9_]*$");
	json_close(j, '{');
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		define_value(j, types[i]);
		define_matcher(j, types[i]);
	}
	define_any_matcher(j);
	for (size_t i = 0; checkers[i]; i++) {
		schema_with(j, def_name("with", checkers[i]->name).s, checkers[i]->summary,
			    checkers[i]->fields);
		define_expect(j, checkers[i]);
	}
}

static bool has_required(const struct field *f)
{
	for (; f && f->name; f++)
		if (f->required)
			return true;
	return false;
}

void schema_check_rules(struct json *j)
{
	json_open(j, "allOf", '[');
	for (size_t i = 0; checkers[i]; i++) {
		const struct checker *c = checkers[i];

		json_open(j, NULL, '{');
		json_open(j, "if", '{');
		json_open(j, "properties", '{');
		json_open(j, "use", '{');
		json_string(j, "const", c->name);
		json_close(j, '{');
		json_close(j, '{');
		json_close(j, '{');
		json_open(j, "then", '{');
		json_open(j, "properties", '{');
		schema_ref(j, "with", def_name("with", c->name).s);
		schema_ref(j, "expect", def_name("expect", c->name).s);
		json_close(j, '{');
		if (has_required(c->fields)) {
			json_open(j, "required", '[');
			json_string(j, NULL, "with");
			json_close(j, '[');
		}
		json_close(j, '{');
		json_close(j, '{');
	}
	json_close(j, '[');
}
