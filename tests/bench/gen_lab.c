/* SPDX-License-Identifier: Apache-2.0 */
/* gen_lab: prints a lab of N steps 'echo hello-i', each with a regex check on its output. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;

	if (n < 1)
		return 64;
	printf("kvmlab: 1\nid: bench\ntitle: {id: Patokan, en: Benchmark}\nexperiments:\n"
	       "  - id: all\n    title: {id: Semua, en: All}\n    steps:\n");
	for (long i = 1; i <= n; i++)
		printf("      - id: s%ld\n"
		       "        title: {id: Langkah %ld, en: Step %ld}\n"
		       "        run: echo hello-%ld\n"
		       "        repeat: safe\n",
		       i, i, i, i);
	printf("    checks:\n");
	for (long i = 1; i <= n; i++)
		printf("      c%ld:\n"
		       "        use: step_output\n"
		       "        with: {step: s%ld, pattern: '^hello-(?<n>\\d+)$', numbers: [n]}\n"
		       "        expect: {exit_status: 0, matched: true, n: %ld}\n",
		       i, i, i);
	return 0;
}
