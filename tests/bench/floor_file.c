/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor_file: the least that N file checks can cost: open, read, PCRE2. Prints microseconds.
 *
 * usage: floor_file N DIRECTORY BEFORE AFTER: searches DIRECTORY/fI for the pattern BEFORE I AFTER.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <fcntl.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Every check compiles its pattern, as every check of a lab does. */
static int look(const char *path, const char *pattern)
{
	char bytes[65536];
	PCRE2_SIZE offset;
	pcre2_match_data *match;
	pcre2_code *code;
	int fd = open(path, O_RDONLY | O_CLOEXEC), mistake, found;
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, bytes, sizeof(bytes));
	close(fd);
	if (n < 0)
		return -1;
	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
			     PCRE2_UTF | PCRE2_MATCH_INVALID_UTF, &mistake, &offset, NULL);
	match = pcre2_match_data_create_from_pattern(code, NULL);
	found = pcre2_match(code, (PCRE2_SPTR)bytes, (PCRE2_SIZE)n, 0, 0, match, NULL);
	pcre2_match_data_free(match);
	pcre2_code_free(code);
	return found > 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
	struct timespec start, end;
	char path[4096], pattern[256];

	if (argc < 5)
		return 64;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long i = 1; i <= n; i++) {
		snprintf(path, sizeof(path), "%s/f%ld", argv[2], i);
		snprintf(pattern, sizeof(pattern), "%s%ld%s", argv[3], i, argv[4]);
		if (look(path, pattern) < 0)
			return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%lld\n",
	       (end.tv_sec - start.tv_sec) * 1000000LL + (end.tv_nsec - start.tv_nsec) / 1000);
	return 0;
}
