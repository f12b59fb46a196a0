/* SPDX-License-Identifier: Apache-2.0 */
/* plumbing: the descriptors between us and a process that we start. */
#include "runner/host/plumbing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define PIPE_SURE 4096 /* bytes that a pipe holds whatever the limits are: pipe(7) */

int plumbing_raise(int fd)
{
	int high;

	if (fd < 0 || fd > 2)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	return high;
}

/* A file in memory, for it can neither block nor raise SIGPIPE. */
static int hold_input(const char *input, size_t len)
{
	int fd = memfd_create("kvmlab-input", MFD_CLOEXEC);
	size_t done = 0;
	ssize_t n;

	while (fd >= 0 && done < len) {
		n = write(fd, input + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			cleanup_fd(&fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) < 0) {
		cleanup_fd(&fd);
		return -1;
	}
	return plumbing_raise(fd);
}

/*
 * A pipe that holds all of input at once, so that writing never blocks; its writing end stays open.
 * EMSGSIZE when it does not fit.
 */
static int hold_open_input(const struct process_spec *spec, int *held)
{
	int fds[2];
	size_t len = spec->input_len;

	if (len > PROCESS_INPUT_STAYS_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	*held = plumbing_raise(fds[1]);
	if (len > PIPE_SURE)
		fcntl(fds[0], F_SETPIPE_SZ, PROCESS_INPUT_STAYS_MAX);
	if (*held < 0 || write(*held, spec->input, len) != (ssize_t)len ||
	    fcntl(fds[0], F_SETFL, 0) < 0) {
		errno = EMSGSIZE;
		close(fds[0]);
		return -1;
	}
	return plumbing_raise(fds[0]);
}

static int open_input(struct plumbing *p, int null, const struct process_spec *spec)
{
	if (!spec->input)
		return null;
	p->own_input = true;
	if (spec->input_stays)
		return hold_open_input(spec, &p->held);
	return hold_input(spec->input, spec->input_len);
}

static int open_pipe(struct plumbing *p, int i)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	p->read[i] = plumbing_raise(fds[0]);
	p->write[i] = plumbing_raise(fds[1]);
	return p->read[i] < 0 || p->write[i] < 0 ? -1 : 0;
}

int plumbing_open(struct plumbing *p, int null, const struct process_spec *spec, struct err *err)
{
	*p = (struct plumbing){
		.write = { -1, -1 },
		.read = { -1, -1 },
		.held = -1,
	};
	p->input = open_input(p, null, spec);
	if (p->input < 0)
		err_errno(err, ERR_ENV, errno, _("the input of a command cannot be held"));
	else if (open_pipe(p, 0) < 0 || open_pipe(p, 1) < 0)
		err_errno(err, ERR_ENV, errno, _("no pipe for the output of a command"));
	else
		return 0;
	plumbing_done(p);
	return -1;
}

static void close_ends(struct plumbing *p)
{
	if (p->own_input)
		cleanup_fd(&p->input);
	cleanup_fd(&p->write[0]);
	cleanup_fd(&p->write[1]);
}

void plumbing_hand_over(struct plumbing *p, int reading[2], int *held)
{
	close_ends(p);
	*held = p->held;
	reading[0] = p->read[0];
	reading[1] = p->read[1];
}

void plumbing_done(struct plumbing *p)
{
	close_ends(p);
	cleanup_fd(&p->held);
	cleanup_fd(&p->read[0]);
	cleanup_fd(&p->read[1]);
}
