/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash_calls: write(), pwrite(), fsync() and their like, counted, so that SQLite's calls come by
 * here too: at the chosen one the process kills itself, before it, or with half of it done.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

static long calls, die_at; /* die_at 0: never */
static bool die_half;

static bool is_last(void)
{
	return die_at && ++calls == die_at;
}

static void die(void)
{
	syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
}

static size_t share(size_t len)
{
	if (!die_half)
		die();
	return len / 2;
}

ssize_t write(int fd, const void *data, size_t len)
{
	bool last = is_last();
	ssize_t n = syscall(SYS_write, fd, data, last ? share(len) : len);

	if (last)
		die();
	return n;
}

static ssize_t write_at(int fd, const void *data, size_t len, off_t at)
{
	bool last = is_last();
	ssize_t n = syscall(SYS_pwrite64, fd, data, last ? share(len) : len, at);

	if (last)
		die();
	return n;
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t at)
{
	return write_at(fd, data, len, at);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t at)
{
	return write_at(fd, data, len, at);
}

static int plain(long number, int fd, off_t len)
{
	bool last = is_last();
	int rc;

	if (last && !die_half)
		die();
	rc = (int)syscall(number, fd, len);
	if (last)
		die();
	return rc;
}

int fsync(int fd)
{
	return plain(SYS_fsync, fd, 0);
}

int fdatasync(int fd)
{
	return plain(SYS_fdatasync, fd, 0);
}

int ftruncate(int fd, off_t len)
{
	return plain(SYS_ftruncate, fd, len);
}

int ftruncate64(int fd, off64_t len)
{
	return plain(SYS_ftruncate, fd, len);
}
