/* SPDX-License-Identifier: Apache-2.0 */
/* bench_files: what the checks of a lab cost by themselves: look, measure, judge. Prints
 * microseconds. */
#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/clock.h"
#include "runner/host/host.h"
#include "runner/load/load.h"
#include "runner/run/judge.h"
#include "tests/bench/bench.h"

static enum verdict look(const struct check *check, struct host *host)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct check_result r = { .check = check };
	struct evidence ev = { 0 };
	struct collector c = { .host = host, .ev = &ev, .arena = &arena };
	struct err err;

	measures_init(&r.measures, check->specs, check->spec_count, &arena);
	if (check->checker->collect(&c, check->params, &err) == 0 &&
	    check->checker->measure(&ev, check->params, &r.measures, &err) == 0)
		check_judge(&r, NULL, &arena, LANG_EN);
	evidence_done(&ev);
	return r.verdict;
}

int main(int argc, char **argv)
{
	struct complaints out = { 0 };
	struct host *host;
	struct lab *lab;
	struct err err;
	int64_t start;

	if (argc < 2 || lab_load_file(argv[1], NULL, LOAD_RUN, &lab, &out) < 0 ||
	    host_open("local", "local", NULL, &host, &err) < 0)
		return 1;
	start = clock_us();
	for (size_t i = 0; i < lab->experiments.v[0].checks.n; i++) {
		if (look(&lab->experiments.v[0].checks.v[i], host) != VERDICT_PASS)
			return 1;
	}
	printf("%lld\n", (long long)(clock_us() - start));
	host_close(host);
	lab_free(lab);
	return 0;
}
