/* SPDX-License-Identifier: Apache-2.0 */
/* floor_spawn: the least that N commands can cost: posix_spawn, a pipe, wait. Prints microseconds.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int run_one(char *const *argv, char *const *envp)
{
	posix_spawn_file_actions_t actions;
	char bytes[4096];
	int fds[2], status;
	pid_t pid;

	if (pipe(fds) < 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
	posix_spawn_file_actions_addclose(&actions, fds[0]);
	posix_spawn_file_actions_addclose(&actions, fds[1]);
	if (posix_spawn(&pid, argv[0], &actions, NULL, argv, envp) != 0)
		return -1;
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	while (read(fds[0], bytes, sizeof(bytes)) > 0)
		;
	close(fds[0]);
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
	char path[] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C.UTF-8";
	char *const envp[] = { path, locale, NULL };
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000;
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (long i = 0; i < n; i++) {
		char text[64], shell[] = "/bin/sh", option[] = "-c";
		char *const command[] = { shell, option, text, NULL };

		snprintf(text, sizeof(text), "echo hello-%ld", i);
		if (run_one(command, envp) < 0)
			return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%lld\n",
	       (end.tv_sec - start.tv_sec) * 1000000LL + (end.tv_nsec - start.tv_nsec) / 1000);
	return 0;
}
