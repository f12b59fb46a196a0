/* SPDX-License-Identifier: Apache-2.0 */
/* completion: what makes a shell complete kvmlab's command line, printed from the tables. */
#pragma once

#include <stdio.h>

#include "runner/base/arena.h"

struct shell {
	const char *name;
	void (*write)(FILE *f, struct arena *arena);
};

/* bash, fish and zsh; ended by a NULL name. */
extern const struct shell shells[];
