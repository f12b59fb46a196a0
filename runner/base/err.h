/* SPDX-License-Identifier: Apache-2.0 */
/* err: what went wrong, where in which file, and which exit code it becomes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A place in a file. line and col count from 1; line 0 means "the whole file", file NULL "no file".
 */
struct loc {
	const char *file;
	int line, col;
};

/* Kinds map one to one to exit codes in the one table of err.c (printed by 'explain EXIT-CODES').
 */
enum err_kind {
	ERR_NONE,
	ERR_ENV,       /* 3: the environment cannot be measured or graded */
	ERR_USAGE,     /* 64: wrong command line */
	ERR_LAB,       /* 65: invalid lab, answers or bundle */
	ERR_LIBVIRT,   /* 69: libvirt cannot be reached */
	ERR_CREATE,    /* 73: a report or output file cannot be created */
	ERR_IO,	       /* 74: reading or writing failed */
	ERR_LOCKED,    /* 75: another run holds the lock */
	ERR_PRIVILEGE, /* 77: needs a privilege this user does not have */
	ERR_INTERRUPT, /* 130: interrupted from the keyboard */
	ERR_TERMINATE, /* 143: told to end */
};

/* loc.file is borrowed and must outlive the err. msg: lower case, no full stop, subject in single
 * quotes. */
struct err {
	enum err_kind kind;
	struct loc loc;
	char msg[1024];
};

/* Fills err (NULL is allowed) and returns -1, so that 'return err_set(...)' reads well. loc may be
 * NULL. */
int err_set(struct err *err, enum err_kind kind, const struct loc *loc, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* As err_set, with ': ' and the C locale's words for errnum appended. */
int err_errno(struct err *err, enum err_kind kind, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts 'context: ' before the message; keeps kind and place. Returns -1. */
int err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The exit code of a kind. */
int err_exit_code(enum err_kind kind);

/* One row of the exit code table, shared by the program, its documents and 'explain EXIT-CODES'. */
struct exit_code {
	int code;
	const char *name; /* 'invalid-lab' */
	const char *text; /* marked for translation */
};

/* All rows, ended by a NULL name; includes 0 and 1, which are not errors. */
extern const struct exit_code exit_codes[];

/* Several complaints about one input, in the order they were found. */
struct complaints {
	struct err *v;
	size_t n, cap;
};

/* Appends a copy of *err and of its file's name. At most 100 are kept; n goes on counting. */
void complaints_add(struct complaints *c, const struct err *err);
void complaints_done(struct complaints *c);
/* How many of n are stored in v. */
size_t complaints_kept(const struct complaints *c);
