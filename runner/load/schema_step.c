/* SPDX-License-Identifier: Apache-2.0 */
/* schema_step: a step as JSON Schema: a command, a seed, or a probe with its own keys. */
#include "checks/probe.h"
#include "runner/load/schema.h"

#define NAME_MAX_BYTES 80

static void write_words(struct json *j, const char *key, const char *const *words)
{
	json_open(j, key, '[');
	for (; *words; words++)
		json_string(j, NULL, *words);
	json_close(j, '[');
}

/* Keys that may not be there. */
static void forbid(struct json *j, const char *const *keys)
{
	json_open(j, "properties", '{');
	for (; *keys; keys++)
		json_bool(j, *keys, false);
	json_close(j, '{');
}

static void write_probe(struct json *j, const struct probe *probe)
{
	char name[NAME_MAX_BYTES];

	snprintf(name, sizeof(name), "probe-%s", probe->name);
	json_open(j, NULL, '{');
	json_open(j, "if", '{');
	write_words(j, "required", (const char *const[]){ "probe", NULL });
	json_open(j, "properties", '{');
	json_open(j, "probe", '{');
	json_string(j, "const", probe->name);
	json_close(j, '{');
	json_close(j, '{');
	json_close(j, '{');
	json_open(j, "then", '{');
	json_open(j, "properties", '{');
	schema_ref(j, "with", name);
	json_close(j, '{');
	json_close(j, '{');
	json_close(j, '{');
}

void schema_step_rules(struct json *j)
{
	json_open(j, "oneOf", '[');
	json_open(j, NULL, '{');
	write_words(j, "required", (const char *const[]){ "run", NULL });
	forbid(j, (const char *const[]){ "probe", "with", "seed", NULL });
	json_close(j, '{');
	json_open(j, NULL, '{');
	write_words(j, "required", (const char *const[]){ "seed", NULL });
	forbid(j, (const char *const[]){ "run", "probe", "with", "repeat", "reached", "changes",
					 NULL });
	json_close(j, '{');
	json_open(j, NULL, '{');
	write_words(j, "required", (const char *const[]){ "probe", "with", NULL });
	forbid(j, (const char *const[]){ "run", "seed", "on", "root", "timeout", "repeat",
					 "reached", "changes", NULL });
	json_close(j, '{');
	json_close(j, '[');
	json_open(j, "allOf", '[');
	for (size_t i = 0; probes[i]; i++)
		write_probe(j, probes[i]);
	json_close(j, '[');
}

void schema_probes(struct json *j)
{
	for (size_t i = 0; probes[i]; i++) {
		char name[NAME_MAX_BYTES];

		snprintf(name, sizeof(name), "probe-%s", probes[i]->name);
		schema_with(j, name, probes[i]->summary, probes[i]->fields);
	}
}
