/* SPDX-License-Identifier: Apache-2.0 */
/* json_read: JSON from outside, read strictly and no deeper than 32. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"

#define JSON_READ_MAX (1024u * 1024u) /* bytes of a document */

struct json_doc;

/* what names the document in messages. -1: it is none, is too long, or something follows it. */
int json_read(const char *text, size_t len, const char *what, struct json_doc **ret,
	      struct err *err);
/* NULL is allowed. */
void json_doc_free(struct json_doc *doc);
/* The string at a path of member names, 'v1.datasource'; NULL when there is no string. */
const char *json_doc_string(const struct json_doc *doc, const char *path, struct arena *arena);
/* How many elements the list at the path has; -1 when there is none. */
int json_doc_count(const struct json_doc *doc, const char *path);
