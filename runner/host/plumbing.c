/* SPDX-License-Identifier: Apache-2.0 */
/* plumbing: the descriptors between us and a process that we start. */
#include "runner/host/plumbing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

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
		.input = null,
		.write = { -1, -1 },
		.read = { -1, -1 },
		.own_input = spec->input != NULL,
	};
	if (spec->input)
		p->input = hold_input(spec->input, spec->input_len);
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

void plumbing_hand_over(struct plumbing *p, int reading[2])
{
	close_ends(p);
	reading[0] = p->read[0];
	reading[1] = p->read[1];
}

void plumbing_done(struct plumbing *p)
{
	close_ends(p);
	cleanup_fd(&p->read[0]);
	cleanup_fd(&p->read[1]);
}
