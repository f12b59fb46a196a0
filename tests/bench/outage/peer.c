/* SPDX-License-Identifier: Apache-2.0 */
/* peer: another program that pings, and the gaps that its own time-stamped output shows. */
#include "tests/bench/outage/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/arena.h"
#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "tests/unit/responder.h"

#define FIRST_ANSWER_US 5000000
#define ARGS_MAX	10

/* -D of ping and of fping puts the time of day in seconds before each line: '[1795270694.017711]'.
 */
const struct peer peers[] = {
	{ "ping -i 0.01", (const char *const[]){ "ping", "-D", "-n", "-i", "0.01", NULL }, 10000 },
	{ "fping -p 10", (const char *const[]){ "fping", "-D", "-l", "-p", "10", NULL }, 10000 },
	{ "ping -i 0.2", (const char *const[]){ "ping", "-D", "-n", "-i", "0.2", NULL }, 200000 },
	{ 0 },
};

/* In the child. It opens the file anew, for its place in it must be its own. */
static void execute(const struct peer *peer, const char *target, FILE *out)
{
	const char *argv[ARGS_MAX + 2];
	char path[64];
	size_t n = 0;
	int fd;

	for (; peer->argv[n] && n < ARGS_MAX; n++)
		argv[n] = peer->argv[n];
	argv[n++] = target;
	argv[n] = NULL;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(out));
	fd = open(path, O_WRONLY | O_APPEND);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	setenv("LC_ALL", "C", 1);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid;
}

/* An answer's line in either program has 'bytes' in it; fping's word for a lost one is 'timed out'.
 */
static bool has_answer(FILE *f)
{
	char line[512];

	rewind(f);
	while (fgets(line, sizeof(line), f))
		if (line[0] == '[' && strstr(line, " bytes"))
			return true;
	return false;
}

static int wait_first(const struct peer *peer, struct peer_run *run, struct err *err)
{
	int64_t end = run->began_us + FIRST_ANSWER_US;

	while (!has_answer(run->out)) {
		if (has_ended(run->pid))
			return err_set(err, ERR_ENV, NULL,
				       "'%s' ended at once: 'make deps' installs it", peer->name);
		if (clock_us() > end)
			return err_set(err, ERR_ENV, NULL, "'%s' got no answer", peer->name);
		poll(NULL, 0, 20);
	}
	return 0;
}

int peer_start(const struct peer *peer, const char *target, struct peer_run *ret, struct err *err)
{
	*ret = (struct peer_run){ .out = tmpfile(), .began_us = clock_us() };
	if (!ret->out)
		return err_errno(err, ERR_ENV, errno, "no file for the output of '%s'", peer->name);
	ret->pid = fork();
	if (ret->pid == 0)
		execute(peer, target, ret->out);
	if (ret->pid < 0)
		return err_errno(err, ERR_ENV, errno, "cannot start '%s'", peer->name);
	return wait_first(peer, ret, err);
}

static void read_arrivals(struct peer_run *run)
{
	char line[512], *end;
	size_t cap = 0;

	rewind(run->out);
	while (fgets(line, sizeof(line), run->out)) {
		double at;

		if (line[0] != '[' || !strstr(line, " bytes"))
			continue;
		at = strtod(line + 1, &end);
		if (*end != ']')
			continue;
		if (run->n == cap) {
			cap = cap ? cap * 2 : 1024;
			run->arrivals = mem_realloc(run->arrivals, cap * sizeof(*run->arrivals));
		}
		run->arrivals[run->n++] = (int64_t)(at * 1e6 + 0.5);
	}
}

static int64_t time_us(const struct timeval *t)
{
	return t->tv_sec * 1000000LL + t->tv_usec;
}

int peer_stop(const struct peer *peer, struct peer_run *run, struct err *err)
{
	int64_t lived_us = clock_us() - run->began_us;
	struct rusage used;
	int status;

	if (has_ended(run->pid))
		return err_set(err, ERR_ENV, NULL, "'%s' ended before it was told to", peer->name);
	kill(run->pid, SIGINT);
	if (wait4(run->pid, &status, 0, &used) != run->pid)
		return err_errno(err, ERR_ENV, errno, "'%s' does not end", peer->name);
	run->pid = 0;
	run->cpu_ms_per_s = (double)(time_us(&used.ru_utime) + time_us(&used.ru_stime)) * 1000 /
			    (double)lived_us;
	read_arrivals(run);
	return 0;
}

int64_t peer_gap_us(const struct peer_run *run, int64_t from, int64_t to)
{
	int64_t longest = 0;

	for (size_t i = 1; i < run->n; i++) {
		int64_t a = run->arrivals[i - 1], b = run->arrivals[i];

		if (a < to && b > from && b - a > longest)
			longest = b - a;
	}
	return longest;
}

void peer_done(struct peer_run *run)
{
	if (run->pid > 0) {
		kill(run->pid, SIGKILL);
		waitpid(run->pid, NULL, 0);
	}
	cleanup_file(&run->out);
	free(run->arrivals);
	*run = (struct peer_run){ 0 };
}
