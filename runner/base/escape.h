/* SPDX-License-Identifier: Apache-2.0 */
/* escape: the one function per sink through which text reaches a person or a program. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Text and attribute values of HTML and XML. Control characters (but tab, newline) show as \x07 in
 * HTML, #x07 in XML. */
void escape_html(FILE *f, const char *s, size_t len);
void escape_xml(FILE *f, const char *s, size_t len);
/* A whole JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD; callers mark them:
 * see escape_is_utf8. */
void escape_json(FILE *f, const char *s, size_t len);
/* For a terminal or a text file: C0 (but newline and tab), C1 also as UTF-8, DEL, bidi controls,
 * lone CR show as \x1b or \u202e. */
void escape_terminal(FILE *f, const char *s, size_t len);
/* Inline Markdown text: escapes what Markdown or raw HTML would interpret. */
void escape_markdown(FILE *f, const char *s, size_t len);
/* TAP descriptions: \ and # and newlines. */
void escape_tap(FILE *f, const char *s, size_t len);
bool escape_is_utf8(const char *s, size_t len);
