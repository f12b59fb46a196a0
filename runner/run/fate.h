/* SPDX-License-Identifier: Apache-2.0 */
/* fate: whether what stands on a host is what a step made, and so may be removed. Pure. */
#pragma once

#include "runner/store/store.h"

/* What was seen of a thing on record. */
struct found {
	bool exists;
	const char *identity; /* as struct change_row has it; NULL: of a module */
	const char *name;     /* what it is called now */
	const char *tag;      /* of a domain: the run that tagged it; NULL: none */
	const char *path;     /* of a file or volume */
};

enum fate {
	FATE_NONE,   /* there is nothing, or nothing of ours */
	FATE_REMOVE, /* it is what the step made */
	FATE_LEAVE,  /* it may be somebody else's: *ret_why says so */
	FATE_ASK,    /* the same, but it may be removed when the user names it */
};

/* run: the name of the run; *ret_why is set with LEAVE and ASK. */
enum fate change_fate(const struct change_row *row, const struct found *found, const char *run,
		      const char **ret_why);
