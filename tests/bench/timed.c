/* SPDX-License-Identifier: Apache-2.0 */
/* timed: runs a command and prints 'MICROSECONDS PEAK_KIB EXIT_STATUS'; its output goes away. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/clock.h"

extern char **environ;

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	int64_t start;
	int status;
	pid_t pid;

	if (argc < 2)
		return 64;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	start = clock_us();
	if (posix_spawnp(&pid, argv[1], &actions, NULL, argv + 1, environ) != 0)
		return 1;
	if (wait4(pid, &status, 0, &usage) < 0)
		return 1;
	printf("%lld %ld %d\n", (long long)(clock_us() - start), usage.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
