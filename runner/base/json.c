/* SPDX-License-Identifier: Apache-2.0 */
/* json: writes a JSON document piece by piece, commas and indentation in their places. */
#include "runner/base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "runner/base/escape.h"

static void start(struct json *j, const char *key)
{
	if (j->depth) {
		fputs(j->has_member[j->depth - 1] ? ",\n" : "\n", j->f);
		j->has_member[j->depth - 1] = true;
	}
	for (int i = 0; i < j->depth; i++)
		fputc('\t', j->f);
	if (!key)
		return;
	escape_json(j->f, key, strlen(key));
	fputs(": ", j->f);
}

void json_open(struct json *j, const char *key, char kind)
{
	start(j, key);
	assert(j->depth < JSON_DEPTH_MAX);
	j->has_member[j->depth++] = false;
	fputc(kind, j->f);
}

void json_close(struct json *j, char kind)
{
	bool had = j->has_member[--j->depth];

	if (had)
		fputc('\n', j->f);
	for (int i = 0; had && i < j->depth; i++)
		fputc('\t', j->f);
	fputc(kind == '{' ? '}' : ']', j->f);
	if (!j->depth)
		fputc('\n', j->f);
}

void json_string(struct json *j, const char *key, const char *value)
{
	start(j, key);
	if (value)
		escape_json(j->f, value, strlen(value));
	else
		fputs("null", j->f);
}

void json_int(struct json *j, const char *key, int64_t value)
{
	start(j, key);
	fprintf(j->f, "%" PRId64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	start(j, key);
	fputs(value ? "true" : "false", j->f);
}
