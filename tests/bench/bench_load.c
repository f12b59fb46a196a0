/* SPDX-License-Identifier: Apache-2.0 */
/* bench_load: how long it takes to load and check a lab. */
#include <stdio.h>
#include <stdlib.h>

#include "runner/base/clock.h"
#include "runner/load/load.h"
#include "tests/bench/bench.h"

static int load(const char *path, const struct buf *data)
{
	struct complaints out = { 0 };
	struct lab *lab;

	if (lab_load_bytes(path, buf_str(data), data->len, NULL, LOAD_RUN, &lab, &out) < 0) {
		fprintf(stderr, "%s:%d:%d: %s\n", path, out.v[0].loc.line, out.v[0].loc.col,
			out.v[0].msg);
		complaints_done(&out);
		return -1;
	}
	lab_free(lab);
	return 0;
}

int main(int argc, char **argv)
{
	_cleanup_buf_ struct buf data = { 0 };
	long times = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
	int64_t least = INT64_MAX;

	if (argc < 2 || bench_read(argv[1], &data) < 0)
		return 64;
	for (long i = 0; i < times; i++) {
		int64_t start = clock_us();

		if (load(argv[1], &data) < 0)
			return 65;
		least = bench_least(least, clock_us() - start);
	}
	printf("%lld\n", (long long)least);
	return 0;
}
