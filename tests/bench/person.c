/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person: what a person at a terminal has to wait for, in microseconds, on a pseudo terminal.
 *
 * person prompt ROUNDS COMMAND...   MEDIAN WORST from the start to the first prompt, '> '
 * person keys ROUNDS COMMAND...     MEDIAN WORST from Ctrl-C to the menu while a step streams, then
 *                                   the program's CPU for 100 MB of that, and how many it took in
 *                                   3 s, in MB
 * person take COMMAND...            CPU for 100 MB of a command that reads 'stream 100 3' and
 * writes to /dev/null
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/buf.h"
#include "runner/base/clock.h"

#define WAIT_US	    20000000
#define ROUNDS_MAX  1000
#define STREAMED_US 3000000 /* how long its CPU is measured */

static pid_t start(char **argv, int *ret)
{
	const struct winsize size = { 40, 100, 0, 0 };
	pid_t pid = forkpty(ret, NULL, NULL, &size);

	if (pid == 0) {
		setenv("TERM", "xterm", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid;
}

/* Takes what comes until text is there, behind all else with last. False: it did not come. */
static bool waits_for(int fd, const char *text, bool last)
{
	struct buf seen = { 0 };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t end = clock_us() + WAIT_US;
	size_t len = strlen(text);
	bool found = false;
	char bytes[4096];

	while (!found && clock_us() < end && poll(&p, 1, 1000) >= 0) {
		ssize_t n = p.revents ? read(fd, bytes, sizeof(bytes)) : 0;

		if (n < 0)
			break;
		buf_add(&seen, bytes, (size_t)n);
		found = last ? seen.len >= len && !memcmp(seen.data + seen.len - len, text, len)
			     : seen.len && memmem(seen.data, seen.len, text, len);
	}
	if (!found)
		fprintf(stderr, "person: no '%s' in: %.300s\n", text, buf_str(&seen));
	buf_done(&seen);
	return found;
}

static void finish(int fd, pid_t pid)
{
	kill(pid, SIGKILL);
	close(fd);
	waitpid(pid, NULL, 0);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void print(int64_t *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), by_size);
	printf("%lld %lld", (long long)v[n / 2], (long long)v[n - 1]);
}

static int prompt(int rounds, char **argv)
{
	int64_t v[ROUNDS_MAX];

	for (int i = 0; i < rounds; i++) {
		int64_t began = clock_us();
		int fd;
		pid_t pid = start(argv, &fd);
		bool came = pid > 0 && waits_for(fd, "> ", true);

		v[i] = clock_us() - began;
		finish(fd, pid);
		if (!came)
			return 1;
	}
	print(v, rounds);
	putchar('\n');
	return 0;
}

/* Of all its threads, in microseconds. */
static int64_t cpu_of(pid_t pid)
{
	char path[64], text[1024] = "";
	unsigned long user = 0, system = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fgets(text, sizeof(text), f) && strrchr(text, ')'))
		sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		       &user, &system);
	fclose(f);
	return (int64_t)(user + system) * 1000000 / sysconf(_SC_CLK_TCK);
}

/* What it has read so far, in bytes. */
static int64_t read_by(pid_t pid)
{
	long long ret = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/io", (int)pid);
	f = fopen(path, "re");
	if (!f || fscanf(f, "rchar: %lld", &ret) != 1)
		ret = 0;
	if (f)
		fclose(f);
	return ret;
}

static void take_for(int fd, int64_t us)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char bytes[4096];

	for (int64_t end = clock_us() + us; clock_us() < end;)
		if (poll(&p, 1, 20) > 0 && read(fd, bytes, sizeof(bytes)) < 0)
			return;
}

static bool press(int fd, const char *keys)
{
	return write(fd, keys, strlen(keys)) == (ssize_t)strlen(keys);
}

static int keys(int rounds, char **argv)
{
	int64_t v[ROUNDS_MAX], cpu, bytes, began;
	int fd, n;
	pid_t pid = start(argv, &fd);

	/* Where kvmlab stops to show it. */
	if (pid < 0 || !waits_for(fd, " lines)", false))
		return 1;
	cpu = cpu_of(pid);
	bytes = read_by(pid);
	take_for(fd, STREAMED_US);
	cpu = cpu_of(pid) - cpu;
	bytes = read_by(pid) - bytes;
	for (n = 0; n < rounds; n++) {
		/* Not in step with anything. */
		take_for(fd, 50000 + n * 7919 % 61000);
		began = clock_us();
		if (!press(fd, "\003") || !waits_for(fd, "> ", true))
			break;
		v[n] = clock_us() - began;
		if (!press(fd, "1\r"))
			break;
	}
	finish(fd, pid);
	if (n < rounds)
		return 1;
	print(v, rounds);
	if (bytes <= 0)
		return 1;
	printf(" %lld %lld\n", (long long)(cpu * 100000000 / bytes), (long long)(bytes / 1000000));
	return 0;
}

static pid_t spawn(char *const *argv, int in, int out)
{
	pid_t pid = fork();

	if (pid == 0) {
		dup2(in, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static int take(const char *self, char **argv)
{
	char stream[4096], rate[] = "100", seconds[] = "3";
	char *const from[] = { stream, rate, seconds, NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), ends[2];
	int64_t cpu;
	struct rusage usage;
	pid_t source, sink;

	snprintf(stream, sizeof(stream), "%.*sstream", (int)(strrchr(self, '/') + 1 - self), self);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return 1;
	source = spawn(from, null, ends[1]);
	sink = spawn(argv, ends[0], null);
	close(ends[0]);
	close(ends[1]);
	if (wait4(sink, NULL, 0, &usage) < 0)
		return 1;
	waitpid(source, NULL, 0);
	cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
	      usage.ru_stime.tv_usec;
	printf("%lld\n", (long long)(cpu / 3));
	return 0;
}

int main(int argc, char **argv)
{
	int rounds = argc > 3 ? (int)strtol(argv[2], NULL, 10) : 0;

	if (argc > 2 && !strcmp(argv[1], "take"))
		return take(argv[0], argv + 2);
	if (rounds < 1 || rounds > ROUNDS_MAX)
		return 64;
	if (!strcmp(argv[1], "prompt"))
		return prompt(rounds, argv + 3);
	return !strcmp(argv[1], "keys") ? keys(rounds, argv + 3) : 64;
}
