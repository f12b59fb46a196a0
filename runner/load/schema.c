/* SPDX-License-Identifier: Apache-2.0 */
/* schema: the tables of a lab file as JSON Schema (draft 2020-12), for editors. */
#include "runner/load/schema.h"

#include <stdlib.h>

#include "runner/base/i18n.h"

#define ID_PATTERN	 "^[a-z][a-z0-9_-]*$"
#define NAME_PATTERN	 "^[A-Za-z0-9_][A-Za-z0-9_.+-]*$"
#define PATH_PATTERN	 "^/"
#define SIZE_PATTERN	 "^(0|[1-9][0-9]*)([KMGT]iB)?$"
#define DURATION_PATTERN "^(0|[1-9][0-9]*)(ms|s|m|h)$"

bool schema_is_key(const struct field *f, bool in_map)
{
	return f->type != FIELD_MEASURES && !(in_map && f->type == FIELD_ID);
}

void schema_ref(struct json *j, const char *key, const char *name)
{
	char ref[80];

	snprintf(ref, sizeof(ref), "#/$defs/%s", name);
	json_open(j, key, '{');
	json_string(j, "$ref", ref);
	json_close(j, '{');
}

/* YAML reads 12 and true without quotes as no strings; the loader takes them as text. */
static void write_words(struct json *j)
{
	json_open(j, "type", '[');
	json_string(j, NULL, "string");
	json_string(j, NULL, "number");
	json_string(j, NULL, "boolean");
	json_close(j, '[');
}

static void write_pattern(struct json *j, const char *pattern)
{
	write_words(j);
	json_string(j, "pattern", pattern);
}

static void write_limits(struct json *j, const struct field *f)
{
	if (!f->min && !f->max)
		return;
	json_int(j, "minimum", f->min);
	json_int(j, "maximum", f->max);
}

static void write_enum(struct json *j, const struct field *f)
{
	json_open(j, "enum", '[');
	for (size_t i = 0; f->enum_values[i]; i++)
		json_string(j, NULL, f->enum_values[i]);
	json_close(j, '[');
}

static void write_list(struct json *j, const char *pattern)
{
	json_string(j, "type", "array");
	json_open(j, "items", '{');
	if (pattern)
		write_pattern(j, pattern);
	else
		write_words(j);
	json_close(j, '{');
}

/* Text and mappings: the types whose shape is not one line. */
static void write_children(struct json *j, const struct field *f)
{
	if (f->type == FIELD_OBJECT) {
		schema_object(j, f->sub, false);
	} else if (f->type == FIELD_LIST) {
		json_string(j, "type", "array");
		json_int(j, "minItems", f->required);
		json_open(j, "items", '{');
		schema_object(j, f->sub, false);
		if (f->sub == step_fields)
			schema_step_rules(j);
		json_close(j, '{');
	} else {
		json_string(j, "type", "object");
		schema_ref(j, "propertyNames", "id");
		json_open(j, "additionalProperties", '{');
		schema_object(j, f->sub, true);
		if (f->sub == check_fields)
			schema_check_rules(j);
		json_close(j, '{');
	}
}

void schema_type(struct json *j, const struct field *f)
{
	const struct shape *shape;

	switch (f->type) {
	case FIELD_BOOL:
		json_string(j, "type", "boolean");
		break;
	case FIELD_INT:
		json_string(j, "type", "integer");
		write_limits(j, f);
		break;
	case FIELD_NUMBER:
		json_string(j, "type", "number");
		write_limits(j, f);
		break;
	case FIELD_DURATION:
		json_string(j, "type", "string");
		json_string(j, "pattern", DURATION_PATTERN);
		break;
	case FIELD_SIZE:
		write_pattern(j, SIZE_PATTERN);
		break;
	case FIELD_NAME:
	case FIELD_HOST:
		write_pattern(j, NAME_PATTERN);
		break;
	case FIELD_PATH:
		write_pattern(j, PATH_PATTERN);
		break;
	case FIELD_ID:
	case FIELD_STEP:
		write_pattern(j, ID_PATTERN);
		break;
	case FIELD_ENUM:
		write_enum(j, f);
		break;
	case FIELD_TEXT:
		json_string(j, "$ref", "#/$defs/text");
		break;
	case FIELD_NAMES:
		write_list(j, NAME_PATTERN);
		break;
	case FIELD_STRINGS:
		write_list(j, NULL);
		break;
	case FIELD_OBJECT:
	case FIELD_LIST:
	case FIELD_MAP:
		write_children(j, f);
		break;
	case FIELD_CUSTOM:
		shape = shape_find(f);
		if (shape)
			shape->write(j);
		break;
	default:
		write_words(j);
	}
}

static void write_row(struct json *j, const struct field *f)
{
	json_open(j, f->name, '{');
	json_string(j, "description", _(f->text));
	schema_type(j, f);
	if (f->default_text && f->type == FIELD_INT)
		json_int(j, "default", strtoll(f->default_text, NULL, 10));
	else if (f->default_text && f->type == FIELD_BOOL)
		json_bool(j, "default", f->default_text[0] == 't');
	else if (f->default_text)
		json_string(j, "default", f->default_text);
	json_close(j, '{');
}

void schema_required(struct json *j, const struct field *fields, bool in_map)
{
	bool is_open = false;

	for (const struct field *f = fields; f && f->name; f++) {
		if (!f->required || !schema_is_key(f, in_map))
			continue;
		if (!is_open)
			json_open(j, "required", '[');
		is_open = true;
		json_string(j, NULL, f->name);
	}
	if (is_open)
		json_close(j, '[');
}

void schema_object(struct json *j, const struct field *fields, bool in_map)
{
	json_string(j, "type", "object");
	json_bool(j, "additionalProperties", false);
	json_open(j, "properties", '{');
	for (const struct field *f = fields; f->name; f++)
		if (schema_is_key(f, in_map))
			write_row(j, f);
	json_close(j, '{');
	schema_required(j, fields, in_map);
}

static void define_text(struct json *j)
{
	static const struct field languages[] = {
		{ .name = "id", .type = FIELD_STRING, .text = N_("The text in Indonesian.") },
		{ .name = "en", .type = FIELD_STRING, .text = N_("The text in English.") },
		{ 0 },
	};

	json_open(j, "text", '{');
	json_open(j, "anyOf", '[');
	json_open(j, NULL, '{');
	write_words(j);
	json_close(j, '{');
	json_open(j, NULL, '{');
	schema_object(j, languages, false);
	json_close(j, '{');
	json_close(j, '[');
	json_close(j, '{');
}

/* {check: {measure: MATCHER}}, or a list of such. */
static void define_condition(struct json *j)
{
	json_open(j, "clauses", '{');
	json_string(j, "type", "object");
	json_int(j, "minProperties", 1);
	schema_ref(j, "propertyNames", "id");
	json_open(j, "additionalProperties", '{');
	json_string(j, "type", "object");
	json_int(j, "minProperties", 1);
	schema_ref(j, "additionalProperties", "matcher");
	json_close(j, '{');
	json_close(j, '{');
	json_open(j, "condition", '{');
	json_open(j, "anyOf", '[');
	schema_ref(j, NULL, "clauses");
	json_open(j, NULL, '{');
	json_string(j, "type", "array");
	json_int(j, "minItems", 1);
	schema_ref(j, "items", "clauses");
	json_close(j, '{');
	json_close(j, '[');
	json_close(j, '{');
}

void schema_write_json(FILE *f)
{
	struct json json = { .f = f }, *j = &json;

	json_open(j, NULL, '{');
	json_string(j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	json_string(j, "title", "kvmlab");
	json_string(j, "description", _("A lab of kvmlab, version 1."));
	schema_object(j, lab_fields, false);
	json_open(j, "$defs", '{');
	json_open(j, "id", '{');
	json_string(j, "pattern", ID_PATTERN);
	json_close(j, '{');
	json_open(j, "name", '{');
	write_pattern(j, NAME_PATTERN);
	json_close(j, '{');
	define_text(j);
	define_condition(j);
	schema_checkers(j);
	schema_probes(j);
	json_close(j, '{');
	json_close(j, '{');
}
