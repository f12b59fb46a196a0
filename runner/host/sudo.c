/* SPDX-License-Identifier: Apache-2.0 */
/* sudo: whether commands may be run as root without anybody being asked. */
#include "runner/host/sudo.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/group.h"

#define BELIEVED_US 60000000

extern char **environ;

int sudo_is_allowed(struct process_group *g, bool *ret, struct err *err)
{
	static const char *const argv[] = { "sudo", "-n", "true", NULL };
	struct process_spec spec = { .argv = argv, .same_session = true };
	struct process_result result;
	_cleanup_arena_ struct arena arena = { 0 };

	*ret = clock_us() < g->sudo_until_us;
	if (*ret)
		return 0;
	if (process_run(g, &spec, &arena, &result, err) < 0)
		return -1;
	*ret = result.end == END_EXITED && result.status == 0;
	g->sudo_until_us = *ret ? clock_us() + BELIEVED_US : 0;
	return 0;
}

/* With our terminal, in our process group: it can ask. 0 when it exited with 0. */
static int run_visibly(const char *const *argv)
{
	int status = 0;
	pid_t pid;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ) != 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

int process_sudo_authenticate(struct err *err)
{
	static const char *const ask[] = { "sudo", "-v", NULL };
	static const char *const try[] = { "sudo", "-n", "true", NULL };

	if (run_visibly(ask) < 0 || run_visibly(try) < 0)
		return err_set(err, ERR_PRIVILEGE, NULL,
			       _("'sudo' did not let this user become root; run kvmlab as root, or "
				 "as a user who may use sudo"));
	return 0;
}

void sudo_kill(const struct pids *pids, int sig)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char **argv = arena_array(&arena, const char *, pids->n + 7);
	posix_spawn_file_actions_t quiet;
	size_t n = 0;
	pid_t pid;

	argv[n++] = "sudo";
	argv[n++] = "-n";
	argv[n++] = "kill";
	argv[n++] = "-s";
	argv[n++] = arena_printf(&arena, "%d", sig);
	argv[n++] = "--";
	for (size_t i = 0; i < pids->n; i++)
		if (pids->v[i] > 1)
			argv[n++] = arena_printf(&arena, "%d", pids->v[i]);
	posix_spawn_file_actions_init(&quiet);
	for (int fd = 0; fd <= 2; fd++)
		posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_RDWR, 0);
	if (posix_spawnp(&pid, argv[0], &quiet, NULL, (char *const *)argv, environ) == 0)
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	posix_spawn_file_actions_destroy(&quiet);
}
