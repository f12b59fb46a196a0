/* SPDX-License-Identifier: Apache-2.0 */
/* json: writes a JSON document piece by piece, commas and indentation in their places. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX 32

/* Start with { .f = stream }. */
struct json {
	FILE *f;
	int depth;
	bool has_member[JSON_DEPTH_MAX];
};

/*
 * key is NULL inside a list. kind is '{' or '['; json_close ends what was opened last, and the
 * document's last one with a newline. Everything is ended by the caller in its order.
 */
void json_open(struct json *j, const char *key, char kind);
void json_close(struct json *j, char kind);
/* NULL as value writes null; bytes that are not UTF-8 become {"base64": "..."}. */
void json_string(struct json *j, const char *key, const char *value);
void json_int(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_bytes(struct json *j, const char *key, const char *value, size_t len);
void json_null(struct json *j, const char *key);
/* Six significant digits, '.' in every locale; what is not a finite number is null. */
void json_number(struct json *j, const char *key, double value);
/* Hundredths as a number with two decimals: 1234 is 12.34. */
void json_hundredths(struct json *j, const char *key, int64_t value);
