/* SPDX-License-Identifier: Apache-2.0 */
/* utf8: reads UTF-8 strictly: no overlong forms, no surrogates, nothing above U+10FFFF. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads one code point from s; returns how many bytes it takes, or 0 when they are not UTF-8. */
size_t utf8_next(const char *s, size_t len, uint32_t *ret);
/* Columns that s takes on a terminal; each byte that is not UTF-8 takes one. */
size_t utf8_columns(const char *s, size_t len);
/* The most bytes of s, whole characters, that take at most columns columns; at least one. */
size_t utf8_fit(const char *s, size_t len, size_t columns);
/* Controls (C0, DEL, C1) and characters that turn the reading direction. Tab and newline too. */
bool utf8_is_control(uint32_t cp);
bool utf8_is_bidi(uint32_t cp);
