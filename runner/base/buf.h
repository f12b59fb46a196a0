/* SPDX-License-Identifier: Apache-2.0 */
/* buf: a growing byte buffer, always NUL-terminated after the first addition. */
#pragma once

#include <stddef.h>

/* Start with {0}. data is NULL until something is added. */
struct buf {
	char *data;
	size_t len, cap;
};

void buf_add(struct buf *b, const void *data, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A word in single quotes, as every shell reads it as itself. */
void buf_shell_quote(struct buf *b, const char *word);
/* A word as a person would type it in a shell: quoted unless it is plain. For the eye only. */
void buf_shell_word(struct buf *b, const char *word);
/* The text so far, "" when nothing was added. Valid until the next addition. */
const char *buf_str(const struct buf *b);
/* Empties without releasing memory. */
void buf_reset(struct buf *b);
/* Releases the memory; the buf can be used again. */
void buf_done(struct buf *b);
