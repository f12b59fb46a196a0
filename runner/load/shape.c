/* SPDX-License-Identifier: Apache-2.0 */
/* shape: what the special rows of a lab file take, in words and as JSON Schema. */
#include <string.h>

#include "checks/checker.h"
#include "checks/probe.h"
#include "runner/base/i18n.h"
#include "runner/load/param.h"
#include "runner/load/schema.h"
#include "runner/load/seed_fields.h"

static void write_version(struct json *j)
{
	json_open(j, "enum", '[');
	json_int(j, NULL, 1);
	json_close(j, '[');
}

static void write_condition(struct json *j)
{
	json_string(j, "$ref", "#/$defs/condition");
}

/* id to text, or id to {text:, right_if:}; a text of its own has no key 'text'. */
static void write_choices(struct json *j)
{
	json_string(j, "type", "object");
	json_int(j, "minProperties", 2);
	schema_ref(j, "propertyNames", "id");
	json_open(j, "additionalProperties", '{');
	json_open(j, "anyOf", '[');
	schema_ref(j, NULL, "text");
	json_open(j, NULL, '{');
	schema_object(j, choice_fields, false);
	json_close(j, '{');
	json_close(j, '[');
	json_close(j, '{');
}

/* One thing: what kind it is, and whether it may have a variable for its UUID. */
static void write_change(struct json *j, enum change_kind kind)
{
	json_open(j, NULL, '{');
	json_open(j, "required", '[');
	json_string(j, NULL, change_fields[kind].name);
	json_close(j, '[');
	if (!change_has_uuid(kind)) {
		json_open(j, "properties", '{');
		json_bool(j, change_fields[CHANGE_KIND_COUNT].name, false);
		json_close(j, '{');
	}
	json_close(j, '{');
}

/* Names hold parameters: any text. */
static void write_changes(struct json *j)
{
	json_string(j, "type", "array");
	json_open(j, "items", '{');
	json_string(j, "type", "object");
	json_bool(j, "additionalProperties", false);
	json_open(j, "properties", '{');
	for (const struct field *f = change_fields; f->name; f++) {
		json_open(j, f->name, '{');
		json_string(j, "description", _(f->text));
		json_string(j, "type", "string");
		json_close(j, '{');
	}
	json_close(j, '{');
	json_open(j, "oneOf", '[');
	for (int k = 0; k < CHANGE_KIND_COUNT; k++)
		write_change(j, (enum change_kind)k);
	json_close(j, '[');
	json_close(j, '{');
}

static void write_param_type(struct json *j)
{
	json_open(j, "enum", '[');
	for (const struct param_type *t = param_types; t->name; t++)
		json_string(j, NULL, t->name);
	json_close(j, '[');
}

static void write_use(struct json *j)
{
	json_open(j, "enum", '[');
	for (size_t i = 0; checkers[i]; i++)
		json_string(j, NULL, checkers[i]->name);
	json_close(j, '[');
}

static void write_probe(struct json *j)
{
	json_open(j, "enum", '[');
	for (size_t i = 0; probes[i]; i++)
		json_string(j, NULL, probes[i]->name);
	json_close(j, '[');
}

static void write_seed(struct json *j)
{
	schema_object(j, seed_fields, false);
}

/* A text, or the file that holds it. */
static void write_seed_text(struct json *j)
{
	json_open(j, "anyOf", '[');
	json_open(j, NULL, '{');
	json_string(j, "type", "string");
	json_close(j, '{');
	json_open(j, NULL, '{');
	schema_object(j, seed_text_fields, false);
	json_close(j, '{');
	json_close(j, '[');
}

static void write_mapping(struct json *j)
{
	json_string(j, "type", "object");
}

static void write_patterns(struct json *j)
{
	json_string(j, "type", "array");
	json_int(j, "minItems", 1);
	json_open(j, "items", '{');
	json_string(j, "type", "string");
	json_close(j, '{');
}

static void write_tolerance(struct json *j)
{
	json_open(j, "anyOf", '[');
	json_open(j, NULL, '{');
	json_string(j, "type", "number");
	json_int(j, "minimum", 0);
	json_close(j, '{');
	json_open(j, NULL, '{');
	json_string(j, "type", "string");
	json_string(j, "pattern", "^[0-9]+(\\.[0-9]+)?%$");
	json_close(j, '{');
	json_close(j, '[');
}

static void write_answer(struct json *j)
{
	json_open(j, "type", '[');
	json_string(j, NULL, "string");
	json_string(j, NULL, "number");
	json_string(j, NULL, "boolean");
	json_close(j, '[');
}

static const struct shape shapes[] = {
	{ "kvmlab", N_("1"), write_version },
	{ "choices", N_("mapping of ids to texts"), write_choices },
	{ "changes", N_("list of changes"), write_changes },
	{ "type", N_("a parameter type"), write_param_type },
	{ "use", N_("name of a checker"), write_use },
	{ "probe", N_("name of a probe"), write_probe },
	{ "seed", N_("mapping of its own keys"), write_seed },
	{ "user_data", N_("text, or {file: PATH}"), write_seed_text },
	{ "network_config", N_("text, or {file: PATH}"), write_seed_text },
	{ "with", N_("mapping of its own keys"), write_mapping },
	{ "expect", N_("mapping of measures to MATCHERs"), write_mapping },
	{ "any", N_("list of PCRE2 patterns"), write_patterns },
	{ "none", N_("list of PCRE2 patterns"), write_patterns },
	{ "tolerance", N_("number, or per cent"), write_tolerance },
	{ "kvmlab-answers", N_("1"), write_version },
	{ "predict", N_("mapping"), write_mapping },
	{ "answers", N_("mapping of questions to answers"), write_mapping },
	{ "answer", N_("'check.measure', or a value"), write_answer },
	{ 0 },
};

static const struct shape condition = { "condition", N_("CONDITION"), write_condition };

const struct shape *shape_find(const struct field *f)
{
	if (f->custom == condition_read)
		return &condition;
	for (const struct shape *s = shapes; s->key; s++)
		if (!strcmp(s->key, f->name))
			return s;
	return NULL;
}
