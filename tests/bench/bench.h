/* SPDX-License-Identifier: Apache-2.0 */
/* bench: the file reading that the benchmarks share. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "runner/base/cleanup.h"

/* The least of several repetitions is what the code takes; the rest is the machine's. */
static inline int64_t bench_least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int bench_read(const char *path, struct buf *ret)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	char part[65536];
	size_t n;

	if (!f)
		return -1;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(ret, part, n);
	return ferror(f) ? -1 : 0;
}
