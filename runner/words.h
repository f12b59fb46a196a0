/* SPDX-License-Identifier: Apache-2.0 */
/* words: what an argument may be, read from the form in which the tables of commands show it. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"
#include "runner/base/field.h"

enum words_kind {
	WORDS_NONE,  /* nothing that could be listed: 'NAME=VALUE' */
	WORDS_FILE,  /* 'FILE': the shell's own names of files */
	WORDS_LIST,  /* 'up|down': these */
	WORDS_ASKED, /* 'LAB': what 'kvmlab completion --words LAB' says */
};

struct words {
	enum words_kind kind;
	const char *text; /* LIST: 'up down'; ASKED: 'LAB'; else "" */
};

/* form: 'LAB...', '[RUN]', 'id|en', 'up|down [HOST]'; NULL: takes none. */
struct words words_of(const char *form, struct arena *arena);
/* The words of an ASKED kind, 'LAB'; ERR_USAGE when there is none of that name. */
int words_ask(const char *kind, struct arena *arena, struct strings *ret, struct err *err);
