/* SPDX-License-Identifier: Apache-2.0 */
/* kvm: tries the device in a child of its own, which is killed when it hangs. */
#include "runner/host/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/kvm_vcpu.h"

#define REAP_MS 2000 /* how long a killed child may take to go */

/* Only the report's descriptor stays open: a child that cannot be killed must not hold locks. */
static void isolate(int out)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	if (out > 3)
		syscall(SYS_close_range, 3, out - 1, 0);
	syscall(SYS_close_range, out + 1, ~0u, 0);
}

static _Noreturn void try_device(const char *device, int out)
{
	struct stat st;
	int fd;

	isolate(out);
	dprintf(out, "exists=%d\n", stat(device, &st) == 0);
	fd = open(device, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		dprintf(out, "permitted=0\n");
	if (fd < 0) {
		dprintf(out, "open_errno=%s\n", strerrorname_np(errno));
		_exit(0);
	}
	dprintf(out, "permitted=1\nopen_errno=0\n");
	kvm_vcpu_try(fd, out);
	_exit(0);
}

/* Reads what the child says until it ends or the deadline passes. True: it ended in time. */
static bool listen_until(int fd, int64_t deadline, struct buf *out)
{
	char chunk[512];

	for (;;) {
		struct pollfd p = { fd, POLLIN, 0 };
		int64_t left = deadline - clock_ms();
		ssize_t got;

		if (left <= 0 || out->len > 8192)
			return false;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		got = read(fd, chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return true;
		buf_add(out, chunk, (size_t)got);
	}
}

/* Waits for the child to be gone, a while only: the kernel may never let go of it. */
static int reap(pid_t pid)
{
	_cleanup_fd_ int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = { fd, POLLIN, 0 };
	int64_t deadline = clock_ms() + REAP_MS;
	int status = 0;

	while (fd >= 0 && clock_ms() < deadline)
		if (poll(&p, 1, (int)(deadline - clock_ms())) > 0)
			break;
	if (waitpid(pid, &status, fd >= 0 ? WNOHANG : 0) != pid)
		return 0;
	return status;
}

static bool has_key(const struct buf *out, const char *key)
{
	const char *text = buf_str(out);

	for (size_t len = strlen(key); text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, key, len))
			return true;
	}
	return false;
}

/* Names the point at which the child was cut off. */
static void name_end(struct buf *out, bool in_time, int status)
{
	const char *at = has_key(out, "create_vm=") ? "vcpu" : "create_vm";

	if (has_key(out, "vcpu=") || !has_key(out, "open_errno=0"))
		return;
	if (!in_time)
		buf_printf(out, "%s=deadline\n", at);
	else if (WIFSIGNALED(status))
		buf_printf(out, "%s=signal:%d\n", at, WTERMSIG(status));
}

int kvm_probe(const char *device, int64_t deadline_ms, struct buf *out, struct err *err)
{
	_cleanup_buf_ struct buf said = { 0 };
	int64_t deadline = clock_ms() + deadline_ms;
	int pipe_fds[2], status;
	bool in_time;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot make a pipe"));
	pid = fork();
	if (pid == 0)
		try_device(device, pipe_fds[1]);
	close(pipe_fds[1]);
	if (pid < 0) {
		close(pipe_fds[0]);
		return err_errno(err, ERR_ENV, errno, _("cannot start a process"));
	}
	in_time = listen_until(pipe_fds[0], deadline, &said);
	close(pipe_fds[0]);
	if (!in_time)
		kill(pid, SIGKILL);
	status = reap(pid);
	name_end(&said, in_time, status);
	buf_puts(out, buf_str(&said));
	return 0;
}
