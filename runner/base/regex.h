/* SPDX-License-Identifier: Apache-2.0 */
/* regex: PCRE2 with a total budget of steps and time, so that no pattern can hang a lab. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/base/field.h"

struct regex;

enum regex_result {
	REGEX_NO_MATCH,
	REGEX_MATCH,
	REGEX_BUDGET /* limit hit: the lab's fault, BROKEN */
};

struct regex_span {
	size_t start, end; /* byte offsets; start == SIZE_MAX: the group did not take part */
};

/* Compiles; *offset (may be NULL) is where in the pattern the mistake is. Free with regex_free. */
int regex_compile(const char *pattern, bool caseless, struct regex **ret, size_t *offset,
		  struct err *err);
void regex_free(struct regex *re);
/* Names of the named groups, in the order of their numbers. */
int regex_names(const struct regex *re, struct arena *arena, struct strings *ret);
/*
 * Searches subject (any bytes). spans (NULL, or of regex_span_count(re)) get the whole match and
 * the groups. Budget: match limit 100,000 per start, 10,000,000 callout steps and 200 ms in total,
 * heap 16 MiB.
 */
enum regex_result regex_search(struct regex *re, const char *subject, size_t len,
			       struct regex_span *spans);
size_t regex_span_count(const struct regex *re);
/* The number of a named group, or -1. */
int regex_group(const struct regex *re, const char *name);
