/* SPDX-License-Identifier: Apache-2.0 */
/* stream: lines of 80 bytes on standard output, so many million bytes a second, for so many
 * seconds. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runner/base/clock.h"

#define LINE  80
#define CHUNK (LINE * 800)

static int put(const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, bytes, len);

		if (n < 0)
			return -1;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char chunk[CHUNK];
	double rate = argc > 1 ? strtod(argv[1], NULL) : 100,
	       seconds = argc > 2 ? strtod(argv[2], NULL) : 1;
	int64_t start = clock_us(), sent = 0, total = (int64_t)(rate * seconds * 1e6);

	memset(chunk, 'x', sizeof(chunk));
	for (size_t i = LINE - 1; i < sizeof(chunk); i += LINE)
		chunk[i] = '\n';
	while (sent < total) {
		int64_t due = start + (int64_t)((double)sent / rate), now = clock_us();
		struct timespec pause = { .tv_nsec = (due - now) * 1000 };

		if (due > now + 1000)
			nanosleep(&pause, NULL);
		if (put(chunk, sizeof(chunk)) < 0)
			return 1;
		sent += CHUNK;
	}
	return 0;
}
