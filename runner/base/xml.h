/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml: questions to an XML document that somebody else made, by XPath 1.0. libxml2 is loaded when
 * the first document is read, so that whoever reads none does not wait for it. Nothing is fetched,
 * no entity is expanded, a document with a DTD is refused.
 */
#pragma once

#include <stdbool.h>

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/base/field.h"

#define XML_MAX_BYTES (4u * 1024u * 1024u)

struct xml;

/*
 * Reads a document. what names it in messages. ERR_ENV without libxml2, ERR_IO for what is no
 * XML, has a DTD or is longer than XML_MAX_BYTES.
 */
int xml_parse(const char *text, size_t len, const char *what, struct xml **ret, struct err *err);
/* NULL is allowed. */
void xml_free(struct xml *x);

/* All of these abort on a path that is no XPath: a programmer's error. */

/* As XPath's boolean(): a node is there, or the comparison holds. */
bool xml_is(const struct xml *x, const char *path);
/* The text of the first node, or of what is computed; NULL when no node is there. */
const char *xml_string(const struct xml *x, const char *path, struct arena *arena);
/* The texts of all nodes, in the document's order. */
struct strings xml_list(const struct xml *x, const char *path, struct arena *arena);
/* All the nodes as XML, one after the other. */
const char *xml_copy(const struct xml *x, const char *path, struct arena *arena);
