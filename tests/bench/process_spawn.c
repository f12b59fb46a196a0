/* SPDX-License-Identifier: Apache-2.0 */
/* process_spawn: what the same N commands as in floor_spawn cost through process_run. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "runner/base/cleanup.h"
#include "runner/host/process.h"

static int run_one(struct process_group *g, long i)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct process_result result;
	char text[64];
	const char *const argv[] = { "sh", "-e", "-u", "-c", text, NULL };
	struct process_spec spec = { .argv = argv };

	snprintf(text, sizeof(text), "echo hello-%ld", i);
	if (process_run(g, &spec, &arena, &result, NULL) < 0)
		return -1;
	return result.end == END_EXITED && result.status == 0 && !result.killed ? 0 : -1;
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
	enum process_rung rung = argc > 2 ? (enum process_rung)strtol(argv[2], NULL, 10) : 0;
	struct process_group *g;
	struct timespec start, end;
	char name[64];

	snprintf(name, sizeof(name), "kvmlab-bench-%d", (int)getpid());
	clock_gettime(CLOCK_MONOTONIC, &start);
	if (process_group_open(name, rung, &g, NULL) < 0)
		return 1;
	for (long i = 0; i < n; i++)
		if (run_one(g, i) < 0)
			return 1;
	fprintf(stderr, "%s\n", process_rung_name(process_group_rung(g)));
	process_group_close(g);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%lld\n",
	       (end.tv_sec - start.tv_sec) * 1000000LL + (end.tv_nsec - start.tv_nsec) / 1000);
	return 0;
}
