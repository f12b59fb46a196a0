/* SPDX-License-Identifier: Apache-2.0 */
/* visible: runs a program on the terminal that we have, and waits for its end. */
#include "runner/host/visible.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define GRACE_MS 2000

/* How signals were before. */
struct quiet {
	struct sigaction interrupt, quit;
	sigset_t mask;
};

/* INT and QUIT are the program's; TERM and HUP come only while waiting for it. */
static void quiet_begin(struct quiet *q)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	sigaction(SIGINT, &ignore, &q->interrupt);
	sigaction(SIGQUIT, &ignore, &q->quit);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &q->mask);
}

static void quiet_end(const struct quiet *q)
{
	sigprocmask(SIG_SETMASK, &q->mask, NULL);
	sigaction(SIGINT, &q->interrupt, NULL);
	sigaction(SIGQUIT, &q->quit, NULL);
}

/* Only what is safe in a child. */
static _Noreturn void become(char *const *argv, pid_t parent, int report)
{
	static const int ours[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ };
	struct sigaction usual = { .sa_handler = SIG_DFL };
	sigset_t none;
	int failed;

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		sigaction(ours[i], &usual, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGHUP);
	if (getppid() == parent)
		execvp(argv[0], argv);
	failed = errno;
	if (write(report, &failed, sizeof(failed)) < 0)
		_exit(126);
	_exit(127);
}

/* 0, or why the program could not be executed. */
static int failure_of(int report)
{
	int failed = 0;
	ssize_t n;

	do {
		n = read(report, &failed, sizeof(failed));
	} while (n < 0 && errno == EINTR);
	return n == sizeof(failed) ? failed : 0;
}

static bool has_ended(pid_t pid, int *ret)
{
	return waitpid(pid, ret, WNOHANG) == pid;
}

static int wait_end(pid_t pid, const struct quiet *q, const volatile sig_atomic_t *cancel, int *ret,
		    struct err *err)
{
	const struct timespec grace = { .tv_sec = GRACE_MS / 1000 };
	_cleanup_fd_ int fd = (int)syscall(SYS_pidfd_open, pid, 0U);
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	if (fd < 0)
		err_errno(err, ERR_IO, errno, _("cannot wait for a program"));
	while (fd >= 0 && !*cancel && !has_ended(pid, ret)) {
		if (ppoll(&poll_fd, 1, NULL, &q->mask) > 0)
			return waitpid(pid, ret, 0) == pid ? 0 : -1;
	}
	if (fd >= 0 && !*cancel)
		return 0;
	kill(pid, SIGTERM);
	kill(pid, SIGCONT);
	if (fd >= 0)
		ppoll(&poll_fd, 1, &grace, NULL);
	kill(pid, SIGKILL);
	while (waitpid(pid, ret, 0) < 0 && errno == EINTR)
		;
	return fd < 0 ? -1 : 0;
}

static int start(char *const *argv, const struct quiet *q, const volatile sig_atomic_t *cancel,
		 int *ret, struct err *err)
{
	int ends[2], failed;
	pid_t parent = getpid(), pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(err, ERR_IO, errno, "%s", _("cannot make a pipe"));
	pid = fork();
	if (pid == 0)
		become(argv, parent, ends[1]);
	close(ends[1]);
	failed = pid < 0 ? errno : failure_of(ends[0]);
	close(ends[0]);
	if (pid > 0 && failed)
		waitpid(pid, ret, 0);
	if (failed)
		return err_errno(err, ERR_ENV, failed, _("cannot start '%s'"), argv[0]);
	return wait_end(pid, q, cancel, ret, err);
}

int program_run_visibly(char *const *argv, const volatile sig_atomic_t *cancel, int *ret,
			struct err *err)
{
	struct quiet q;
	int rc;

	quiet_begin(&q);
	rc = start(argv, &q, cancel, ret, err);
	quiet_end(&q);
	return rc;
}
