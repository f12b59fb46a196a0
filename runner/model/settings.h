/* SPDX-License-Identifier: Apache-2.0 */
/* settings: values that parameters are given from outside. */
#pragma once

#include <stddef.h>

/* A parameter given from outside: --set NAME=VALUE. */
struct setting {
	const char *name, *value;
};

struct settings {
	struct setting *v;
	size_t n;
};
