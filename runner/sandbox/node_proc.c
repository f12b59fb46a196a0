/* SPDX-License-Identifier: Apache-2.0 */
/* node_proc: a node as /proc shows it: is it alive, who is in it, and how it is ended. */
#include "runner/sandbox/node_proc.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

/* A process that writes by NFS to a server that is gone ends when the mount gives up: half a
 * minute.
 */
#define KILL_WAIT_MS 90000
#define REAP_WAIT_MS 5000
#define REAP_LOOK_MS 20
#define START_FIELD  22 /* of proc_pid_stat(5) */

const char *const node_namespace_names[NODE_NAMESPACES] = { "pid_for_children", "mnt", "net", "uts",
							    "ipc" };

/* The process's state, 0 when there is none; fills its start in clock ticks. */
static char read_start(const char *path, unsigned long long *ret)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	char text[1024], *name_end, *at;
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = '\0';
	at = name_end = strrchr(text, ')');
	if (!name_end || name_end[1] != ' ')
		return 0;
	for (int field = 2; at && field < START_FIELD; field++)
		at = strchr(at + 1, ' ');
	*ret = at ? strtoull(at + 1, NULL, 10) : 0;
	return name_end[2];
}

/* 0 when there is no such process, or it is a zombie. */
static unsigned long long start_of(pid_t pid)
{
	char path[64], state;
	unsigned long long start = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	state = read_start(path, &start);
	return state && state != 'Z' ? start : 0;
}

static ino_t namespace_of(pid_t pid, const char *name)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, name);
	return stat(path, &st) == 0 ? st.st_ino : 0;
}

int node_proc_read(struct node_record *record, struct err *err)
{
	record->start = start_of(record->pid);
	for (int i = 0; i < NODE_NAMESPACES; i++)
		record->ns[i] = namespace_of(record->pid, node_namespace_names[i]);
	if (!record->start || !record->ns[0])
		return err_set(err, ERR_ENV, NULL, _("a node ended while it was being made"));
	return 0;
}

bool node_is_alive(const struct node_record *record)
{
	return record->start && start_of(record->pid) == record->start;
}

/* Does the process still have the namespace that was written down, and is it not the machine's? */
static bool is_ours(const struct node_record *record)
{
	ino_t ns = namespace_of(record->pid, node_namespace_names[0]);

	return ns == record->ns[0] && ns != namespace_of(getpid(), node_namespace_names[0]);
}

int node_kill(enum node_id id, const struct node_record *record, struct err *err)
{
	_cleanup_fd_ int fd = (int)syscall(SYS_pidfd_open, record->pid, 0U);
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	/* Held by the descriptor, the process cannot become another between look and kill. */
	if (fd < 0 || !node_is_alive(record)) {
		waitpid(record->pid, NULL, WNOHANG);
		return 0;
	}
	if (!is_ours(record))
		return 0;
	syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0U);
	/* A PID namespace's PID 1 ends last: then nobody is left inside. */
	if (poll(&wait, 1, KILL_WAIT_MS) <= 0)
		return err_set(err, ERR_ENV, NULL,
			       _("'%s' (process %d) cannot be killed; a device may hang"),
			       node_names[id], (int)record->pid);
	waitpid(record->pid, NULL, WNOHANG);
	return 0;
}

void node_await_reaped(const struct node_record *record)
{
	char path[64];
	unsigned long long start;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)record->pid);
	for (int waited = 0; waited < REAP_WAIT_MS; waited += REAP_LOOK_MS) {
		if (read_start(path, &start) != 'Z' || start != record->start)
			return;
		poll(NULL, 0, REAP_LOOK_MS);
	}
}

/*
 * The kernel gives the number of a namespace that is gone to the next one. So for a node that has
 * ended, one equal number proves nothing, nor do those of a process that is older than the node.
 */
static bool is_inside(pid_t pid, const struct node_record *record, bool alive, unsigned *seen)
{
	unsigned equal = 0;

	for (int i = 0; i < NODE_NAMESPACES; i++)
		if (namespace_of(pid, node_namespace_names[i]) == record->ns[i])
			equal |= 1U << i;
	if (!equal || (!alive && (__builtin_popcount(equal) < 2 || start_of(pid) < record->start)))
		return false;
	*seen |= equal;
	return true;
}

static int scan(const struct node_record *record, unsigned *seen)
{
	bool alive = node_is_alive(record);
	DIR *d = opendir("/proc");
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d))) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);

		if (pid > 0)
			n += is_inside(pid, record, alive, seen);
	}
	if (d)
		closedir(d);
	return n;
}

int node_count_processes(const struct node_record *record)
{
	unsigned seen = 0;

	return scan(record, &seen);
}

int node_count_namespaces(const struct node_record *record)
{
	unsigned seen = 0;

	scan(record, &seen);
	return __builtin_popcount(seen);
}
