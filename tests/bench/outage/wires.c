/* SPDX-License-Identifier: Apache-2.0 */
/* wires: a veth pair between a network namespace for this process and one for a responder. */
#include "tests/bench/outage/wires.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"

#define ASKS "192.0.2.1"

static bool run_shell(const char *words)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execlp("sh", "sh", "-c", words, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* Gives and takes whole packets to and from the one who asks; the kernel itself answers nothing. */
static int open_socket(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int one = 1, room = 8 << 20;
	int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP);

	inet_pton(AF_INET, ASKS, &to.sin_addr);
	if (fd < 0 || setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &one, sizeof(one)) < 0 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	return fd;
}

/* One byte through a pipe: it is time to go on. False when the other end has gone. */
static bool await(int fd)
{
	char byte;

	return read(fd, &byte, 1) == 1;
}

static bool tell(int fd)
{
	return write(fd, "x", 1) == 1;
}

/* The responder's process: its namespace, then its end of the wire, then it answers for ever. */
static void serve(struct responder *r, int hear, int say)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) < 0 || !tell(say) || !await(hear))
		_exit(1);
	if (!run_shell("ip addr add " WIRES_TARGET "/24 dev answers && "
		       "ip link set answers up && "
		       "echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all"))
		_exit(1);
	r->fd = open_socket();
	if (r->fd < 0 || !tell(say))
		_exit(1);
	responder_run(r);
	_exit(0);
}

static bool connect_both(struct wires *w, int hear, int say)
{
	char words[256];

	if (!await(hear))
		return false;
	snprintf(words, sizeof(words),
		 "ip link add asks type veth peer name answers netns %d && "
		 "ip addr add " ASKS "/24 dev asks && ip link set asks up",
		 (int)w->pid);
	return run_shell(words) && tell(say) && await(hear);
}

static int start(struct wires *w, struct err *err)
{
	int down[2], up[2];
	bool is_up;

	if (pipe2(down, O_CLOEXEC) < 0 || pipe2(up, O_CLOEXEC) < 0)
		return err_errno(err, ERR_ENV, errno, "no pipe");
	w->pid = fork();
	if (w->pid == 0) {
		close(down[1]);
		close(up[0]);
		serve(w->responder, down[0], up[1]);
	}
	close(down[0]);
	close(up[1]);
	is_up = w->pid > 0 && connect_both(w, up[0], down[1]);
	close(up[0]);
	close(down[1]);
	return is_up ? 0 : err_set(err, ERR_ENV, NULL, "no veth pair between two namespaces");
}

int wires_open(struct wires *ret, struct err *err)
{
	*ret = (struct wires){ 0 };
	if (unshare(CLONE_NEWNET) < 0)
		return err_errno(err, ERR_PRIVILEGE, errno,
				 "network namespaces of its own need root");
	ret->responder = mmap(NULL, sizeof(*ret->responder), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ret->responder == MAP_FAILED)
		return err_errno(err, ERR_ENV, errno, "no memory to share");
	return start(ret, err);
}

void wires_close(struct wires *w)
{
	if (w->pid <= 0)
		return;
	kill(w->pid, SIGKILL);
	waitpid(w->pid, NULL, 0);
	w->pid = 0;
}
