/* SPDX-License-Identifier: Apache-2.0 */
/* node: one set of namespaces and its PID 1, of which the node's life hangs. */
#include "runner/sandbox/node.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/node_home.h"
#include "runner/sandbox/node_proc.h"
#include "runner/sandbox/state.h"

#define NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC)

const char *const node_names[NODE_COUNT] = { "source", "destination", "storage" };

static void record_name(enum node_id id, char *text, size_t size)
{
	snprintf(text, size, "node-%s", node_names[id]);
}

static int write_record(enum node_id id, const struct node_record *r, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char name[32];

	buf_printf(&text, "%d %llu", (int)r->pid, r->start);
	for (int i = 0; i < NODE_NAMESPACES; i++)
		buf_printf(&text, " %llu", (unsigned long long)r->ns[i]);
	buf_putc(&text, '\n');
	record_name(id, name, sizeof(name));
	return state_write(name, buf_str(&text), err);
}

bool node_recorded(enum node_id id, struct node_record *ret)
{
	_cleanup_buf_ struct buf text = { 0 };
	unsigned long long ns[NODE_NAMESPACES];
	char name[32];
	int pid;

	record_name(id, name, sizeof(name));
	if (!state_read(name, &text) ||
	    sscanf(buf_str(&text), "%d %llu %llu %llu %llu %llu %llu", &pid, &ret->start, &ns[0],
		   &ns[1], &ns[2], &ns[3], &ns[4]) != 2 + NODE_NAMESPACES)
		return false;
	ret->pid = pid;
	for (int i = 0; i < NODE_NAMESPACES; i++)
		ret->ns[i] = (ino_t)ns[i];
	return pid > 1;
}

/* In the child: nothing of ours but the two pipes, on 3 and 4. */
static void __attribute__((noreturn))
become_node(enum node_id id, node_main_fn *main, void *data, const int fds[2])
{
	int orders = fcntl(fds[0], F_DUPFD_CLOEXEC, 5), answers = fcntl(fds[1], F_DUPFD_CLOEXEC, 5);
	sigset_t none;

	dup3(orders, 3, O_CLOEXEC);
	dup3(answers, 4, O_CLOEXEC);
	syscall(SYS_close_range, 5U, ~0U, 0U);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_IGN);
	setsid();
	main(data, id, 3, 4);
	_exit(1);
}

static int clone_node(enum node_id id, node_main_fn *main, void *data, struct node *ret,
		      struct err *err)
{
	int orders[2], answers[2], fds[2];
	long pid;

	if (pipe2(orders, O_CLOEXEC) < 0)
		return err_errno(err, ERR_ENV, errno, _("no pipe can be made"));
	if (pipe2(answers, O_CLOEXEC) < 0) {
		close(orders[0]);
		close(orders[1]);
		return err_errno(err, ERR_ENV, errno, _("no pipe can be made"));
	}
	fds[0] = orders[0];
	fds[1] = answers[1];
	/* No C library function makes a process as fork does in new namespaces at once. */
	pid = syscall(SYS_clone, NAMESPACES | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid == 0)
		become_node(id, main, data, fds);
	close(orders[0]);
	close(answers[1]);
	*ret = (struct node){ .record.pid = (pid_t)pid,
			      .orders = orders[1],
			      .answers = answers[0] };
	return pid > 0 ? 0
		       : err_errno(err, errno == EPERM ? ERR_PRIVILEGE : ERR_ENV, errno,
				   _("no namespaces can be made for '%s'"), node_names[id]);
}

int node_start(enum node_id id, node_main_fn *main, void *data, struct node *ret, struct err *err)
{
	struct node node = NODE_CLOSED;

	if (clone_node(id, main, data, &node, err) < 0) {
		node_close(&node);
		return -1;
	}
	if (node_proc_read(&node.record, err) < 0 || write_record(id, &node.record, err) < 0) {
		/* It has no order yet, so the closed pipe ends it. */
		node_close(&node);
		return -1;
	}
	node_home_move(node.record.pid);
	*ret = node;
	return 0;
}

int node_order(struct node *node, char order, struct err *err)
{
	/* Whether it is still there is what the answer tells. */
	if (write(node->orders, &order, 1) < 0 && errno != EPIPE)
		return err_errno(err, ERR_ENV, errno, _("a node takes no orders"));
	return 0;
}

int node_await(struct node *node, enum node_id id, int timeout_ms, struct err *err)
{
	struct pollfd fd = { .fd = node->answers, .events = POLLIN };
	char text[NODE_ANSWER];
	ssize_t n;
	int ready;

	do
		ready = poll(&fd, 1, timeout_ms);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0)
		return err_set(err, ERR_ENV, NULL, _("'%s' did not get ready within %d s"),
			       node_names[id], timeout_ms / 1000);
	n = read(node->answers, text, sizeof(text) - 1);
	if (n > 0 && text[0] == NODE_DID)
		return 0;
	if (n <= 1)
		return err_set(err, ERR_ENV, NULL, _("'%s' ended while it was being made"),
			       node_names[id]);
	text[n] = '\0';
	return err_set(err, ERR_ENV, NULL, "'%s': %s", node_names[id], text + 1);
}

void node_close(struct node *node)
{
	cleanup_fd(&node->orders);
	cleanup_fd(&node->answers);
	node->orders = node->answers = -1;
}
