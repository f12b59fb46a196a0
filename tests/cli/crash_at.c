/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash_at: preloaded into kvmlab by crash.sh; kills it at its N-th call that changes a file.
 * CRASH_AT=N: which; CRASH_AFTER=1: after doing it, else before.
 * CRASH_COUNT=FILE: how many calls there were, written at the end.
 * CRASH_RENAME=END: at the one that gives a file a name with this end, instead.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static long calls, crash_at;
static int after;
static pid_t me;

__attribute__((constructor)) static void start(void)
{
	const char *at = getenv("CRASH_AT");

	crash_at = at ? strtol(at, NULL, 10) : 0;
	after = getenv("CRASH_AFTER") != NULL;
	me = (pid_t)syscall(SYS_getpid);
}

__attribute__((destructor)) static void finish(void)
{
	const char *path = getenv("CRASH_COUNT");
	FILE *f = path && (pid_t)syscall(SYS_getpid) == me ? fopen(path, "w") : NULL;

	if (!f)
		return;
	fprintf(f, "%ld\n", calls);
	fclose(f);
}

static void die(void)
{
	syscall(SYS_kill, me, SIGKILL);
}

/* A child between fork and exec is not kvmlab. */
static int is_it(int named)
{
	return (pid_t)syscall(SYS_getpid) == me && (++calls == crash_at || named);
}

/* Does a system call, and dies before or after it when its turn has come. */
static long pass(int named, long number, const long v[4])
{
	int it = is_it(named);
	long ret;

	if (it && !after)
		die();
	ret = syscall(number, v[0], v[1], v[2], v[3]);
	if (it)
		die();
	return ret;
}

static long through(long number, long a, long b, long c, long d)
{
	return pass(0, number, (const long[]){ a, b, c, d });
}

ssize_t write(int fd, const void *data, size_t len)
{
	return through(SYS_write, fd, (long)data, (long)len, 0);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
	return through(SYS_pwrite64, fd, (long)data, (long)len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	return through(SYS_pwrite64, fd, (long)data, (long)len, at);
}

int fsync(int fd)
{
	return (int)through(SYS_fsync, fd, 0, 0, 0);
}

int fdatasync(int fd)
{
	return (int)through(SYS_fdatasync, fd, 0, 0, 0);
}

int ftruncate(int fd, off_t len)
{
	return (int)through(SYS_ftruncate, fd, len, 0, 0);
}

int ftruncate64(int fd, off64_t len)
{
	return (int)through(SYS_ftruncate, fd, len, 0, 0);
}

int unlink(const char *path)
{
	return (int)through(SYS_unlinkat, AT_FDCWD, (long)path, 0, 0);
}

int rename(const char *from, const char *to)
{
	const char *end = getenv("CRASH_RENAME");
	size_t len = strlen(to), end_len = end ? strlen(end) : len + 1;
	int named = len >= end_len && !strcmp(to + len - end_len, end);

	return (int)pass(named, SYS_renameat,
			 (const long[]){ AT_FDCWD, (long)from, AT_FDCWD, (long)to });
}
