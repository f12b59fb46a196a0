/* SPDX-License-Identifier: Apache-2.0 */
/* node_home: where systemd is PID 1 it ends what a unit or a session has started when that ends,
 * and 'up' is in one; so the nodes live in a control group beside them. */
#include "runner/sandbox/node_home.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"

#define HOME "/sys/fs/cgroup/kvmlab-sandbox-nodes"
/* One that was mounting from a server that is gone ends when the mount gives up: half a minute. */
#define REMOVE_WAIT_MS 60000

/* As sd_booted(3), and with control groups of version 2 only, as it has them by default. */
static bool is_systemd(void)
{
	return access("/run/systemd/system", F_OK) == 0 &&
	       access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0;
}

void node_home_move(pid_t pid)
{
	_cleanup_fd_ int fd = -1;
	char text[16];
	int n = snprintf(text, sizeof(text), "%d", (int)pid);

	if (!is_systemd() || (mkdir(HOME, 0755) < 0 && errno != EEXIST))
		return;
	fd = open(HOME "/cgroup.procs", O_WRONLY | O_CLOEXEC);
	/* Where it cannot go, it stays: then it ends with the unit, as before. */
	if (fd >= 0 && write(fd, text, (size_t)n) < 0)
		rmdir(HOME);
}

void node_home_remove(void)
{
	for (int waited = 0; rmdir(HOME) < 0 && errno == EBUSY && waited < REMOVE_WAIT_MS;
	     waited += 20)
		poll(NULL, 0, 20);
}
