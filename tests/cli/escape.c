/* SPDX-License-Identifier: Apache-2.0 */
/* escape: programs that try to outlive the step that started them. Each gives up after a minute. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define LIFE_S 60
#define MANY   500

static void live(void)
{
	alarm(LIFE_S);
	for (;;)
		pause();
}

/* The classic daemon: fork, setsid, fork. */
static void double_fork(void)
{
	if (fork() == 0) {
		setsid();
		if (fork() == 0)
			live();
		_exit(0);
	}
}

static void many_sessions(void)
{
	for (int i = 0; i < MANY; i++) {
		if (fork() == 0) {
			setsid();
			live();
		}
	}
}

/* Is somebody else every millisecond. */
static void hop(void)
{
	const struct timespec pause_1_ms = { .tv_nsec = 1000000 };
	time_t end = time(NULL) + LIFE_S;

	if (fork() != 0)
		return;
	while (time(NULL) < end) {
		setsid();
		nanosleep(&pause_1_ms, NULL);
		if (fork() > 0)
			_exit(0);
	}
	_exit(0);
}

static void ignore_term(void)
{
	if (fork() != 0)
		return;
	for (int sig = 1; sig < 32; sig++)
		signal(sig, SIG_IGN);
	alarm(LIFE_S);
	signal(SIGALRM, SIG_DFL);
	for (;;)
		pause();
}

static void stop(void)
{
	if (fork() == 0) {
		raise(SIGSTOP);
		live();
	}
}

static void close_and_daemonize(void)
{
	if (fork() != 0)
		return;
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	setsid();
	if (fork() > 0)
		_exit(0);
	prctl(PR_SET_NAME, "kworker/0:1");
	if (chdir("/") < 0)
		_exit(1);
	live();
}

static const struct shape {
	const char *name;
	void (*start)(void);
} shapes[] = {
	{ "double-fork", double_fork },
	{ "many-sessions", many_sessions },
	{ "hop", hop },
	{ "ignore-term", ignore_term },
	{ "stop", stop },
	{ "close-and-daemonize", close_and_daemonize },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (strcmp(argv[1], shapes[i].name))
			continue;
		shapes[i].start();
		/* Long enough for the child to have left. */
		nanosleep(&(struct timespec){ .tv_nsec = 3000000 }, NULL);
		return 0;
	}
	fprintf(stderr, "usage: escape SHAPE\n");
	return 64;
}
