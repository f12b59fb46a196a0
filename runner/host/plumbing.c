/* SPDX-License-Identifier: Apache-2.0 */
/* plumbing: the descriptors between us and a process that we start. */
#include "runner/host/plumbing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
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

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/* A file in memory, for it can neither block nor raise SIGPIPE. */
static int hold_input(const struct process_spec *spec, const char *front)
{
	int fd = memfd_create("kvmlab-input", MFD_CLOEXEC);

	if (fd >= 0 &&
	    (write_all(fd, front, strlen(front)) < 0 ||
	     write_all(fd, spec->input, spec->input_len) < 0 || lseek(fd, 0, SEEK_SET) < 0)) {
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

/* The line is read by the shell that sudo starts (environ.c): a place in the file that never moved
 * means that sudo let nothing in. */
static int hold_input_to_tell(struct plumbing *p, const struct process_spec *spec)
{
	int fd = hold_input(spec, "\n");

	p->held = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return fd;
}

static int open_input(struct plumbing *p, const struct plumbing_spec *what)
{
	const struct process_spec *spec = what->spec;

	p->own_input = spec->input || what->is_sudo;
	if (what->is_sudo)
		return hold_input_to_tell(p, spec);
	if (!spec->input)
		return what->null;
	if (spec->input_stays)
		return hold_open_input(spec, &p->held);
	return hold_input(spec, "");
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

int plumbing_open(struct plumbing *p, const struct plumbing_spec *what, struct err *err)
{
	*p = (struct plumbing){
		.write = { -1, -1 },
		.read = { -1, -1 },
		.held = -1,
	};
	p->input = open_input(p, what);
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

bool plumbing_was_read(int held)
{
	return lseek(held, 0, SEEK_CUR) != 0;
}

void plumbing_done(struct plumbing *p)
{
	close_ends(p);
	cleanup_fd(&p->held);
	cleanup_fd(&p->read[0]);
	cleanup_fd(&p->read[1]);
}
