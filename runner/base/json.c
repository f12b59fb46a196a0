/* SPDX-License-Identifier: Apache-2.0 */
/* json: writes a JSON document piece by piece, commas and indentation in their places. */
#include "runner/base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/arena.h"
#include "runner/base/escape.h"
#include "runner/base/hundredths.h"

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
	if (value)
		json_bytes(j, key, value, strlen(value));
	else
		json_null(j, key);
}

static void write_base64(struct json *j, const char *value, size_t len)
{
	size_t size = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);
	char *text = mem_alloc(size);

	sodium_bin2base64(text, size, (const unsigned char *)value, len,
			  sodium_base64_VARIANT_ORIGINAL);
	start(j, "base64");
	escape_json(j->f, text, size - 1);
	free(text);
}

void json_bytes(struct json *j, const char *key, const char *value, size_t len)
{
	if (escape_is_utf8(value, len)) {
		start(j, key);
		escape_json(j->f, value, len);
		return;
	}
	json_open(j, key, '{');
	write_base64(j, value, len);
	json_close(j, '{');
}

void json_null(struct json *j, const char *key)
{
	start(j, key);
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

void json_number(struct json *j, const char *key, double value)
{
	char text[40], *p;
	const char *point = localeconv()->decimal_point;

	if (!isfinite(value)) {
		json_null(j, key);
		return;
	}
	snprintf(text, sizeof(text), "%.6g", value);
	p = strcmp(point, ".") ? strstr(text, point) : NULL;
	if (p) {
		*p = '.';
		memmove(p + 1, p + strlen(point), strlen(p + strlen(point)) + 1);
	}
	start(j, key);
	fputs(text, j->f);
}

void json_hundredths(struct json *j, const char *key, int64_t value)
{
	start(j, key);
	fputs(hundredths_print(value).s, j->f);
}
