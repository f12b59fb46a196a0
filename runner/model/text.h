/* SPDX-License-Identifier: Apache-2.0 */
/* text: a sentence of a lab in the languages of the course. */
#pragma once

#include <stdbool.h>

enum lang { LANG_ID, LANG_EN, LANG_COUNT };

/* Either may be NULL; both NULL means "no text". */
struct text {
	const char *in[LANG_COUNT];
};

/* The text in lang, else in the other language, else NULL. */
static inline const char *text_get(const struct text *t, enum lang lang)
{
	if (t->in[lang])
		return t->in[lang];
	return t->in[lang == LANG_ID ? LANG_EN : LANG_ID];
}

static inline bool text_is_given(const struct text *t)
{
	return t->in[LANG_ID] || t->in[LANG_EN];
}
