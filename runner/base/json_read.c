/* SPDX-License-Identifier: Apache-2.0 */
/* json_read: json-c, told to be strict. */
#include "runner/base/json_read.h"

#include <json-c/json.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define DEPTH_MAX 32

struct json_doc {
	struct json_object *root;
};

static struct json_object *parse(const char *text, size_t len, const char **why)
{
	struct json_tokener *t = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *ret;

	if (!t)
		abort();
	json_tokener_set_flags(t, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* With its NUL: what a number at the end is, only what follows tells. */
	ret = json_tokener_parse_ex(t, text, (int)len + 1);
	*why = json_tokener_error_desc(json_tokener_get_error(t));
	if (json_tokener_get_error(t) != json_tokener_success) {
		json_object_put(ret);
		ret = NULL;
	}
	json_tokener_free(t);
	return ret;
}

int json_read(const char *text, size_t len, const char *what, struct json_doc **ret,
	      struct err *err)
{
	_cleanup_free_ char *copy = NULL;
	struct json_object *root;
	const char *why;

	if (len > JSON_READ_MAX)
		return err_set(err, ERR_IO, NULL, _("%s is longer than %u bytes"), what,
			       JSON_READ_MAX);
	copy = mem_alloc(len + 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	root = parse(copy, len, &why);
	if (!root)
		return err_set(err, ERR_IO, NULL, _("%s is no JSON: %s"), what, why);
	*ret = mem_alloc(sizeof(**ret));
	(*ret)->root = root;
	return 0;
}

void json_doc_free(struct json_doc *doc)
{
	if (doc)
		json_object_put(doc->root);
	free(doc);
}

static struct json_object *find(const struct json_doc *doc, const char *path)
{
	struct json_object *at = doc->root;

	while (at && *path) {
		size_t n = strcspn(path, ".");
		_cleanup_buf_ struct buf name = { 0 };
		struct json_object *next = NULL;

		buf_add(&name, path, n);
		if (json_object_is_type(at, json_type_object))
			json_object_object_get_ex(at, buf_str(&name), &next);
		at = next;
		path += n + (path[n] == '.');
	}
	return at;
}

const char *json_doc_string(const struct json_doc *doc, const char *path, struct arena *arena)
{
	struct json_object *o = find(doc, path);

	return json_object_is_type(o, json_type_string)
		       ? arena_strdup(arena, json_object_get_string(o))
		       : NULL;
}

int json_doc_count(const struct json_doc *doc, const char *path)
{
	struct json_object *o = find(doc, path);

	return json_object_is_type(o, json_type_array) ? (int)json_object_array_length(o) : -1;
}
