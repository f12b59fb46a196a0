/* SPDX-License-Identifier: Apache-2.0 */
/* packages: which package of Debian and Ubuntu has a command that labs need. */
#pragma once

struct package {
	const char *command;
	const char *packages; /* 'a:b': the first that the distribution has */
	unsigned wants;	      /* enum want: what a lab that needs the command needs besides */
};

/* Sorted by command, ended by a NULL command. */
extern const struct package packages[];

/* NULL when the command is not in the table. */
const struct package *package_of(const char *command);
