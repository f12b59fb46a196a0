/* SPDX-License-Identifier: Apache-2.0 */
/* scan: finds processes by reading /proc, where there is no cgroup to ask. */
#include "runner/host/scan.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "runner/base/cleanup.h"

struct proc {
	pid_t pid, parent, group;
	char state;
	bool ours;
};

struct procs {
	struct proc *v;
	size_t n, cap;
};

static void add(struct procs *p, const struct proc *one)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 256;
		p->v = mem_realloc(p->v, p->cap * sizeof(*p->v));
	}
	p->v[p->n++] = *one;
}

static ssize_t read_at(int dir, const char *pid, const char *file, char *text, size_t size)
{
	char path[64];
	_cleanup_fd_ int fd = -1;
	ssize_t n;

	snprintf(path, sizeof(path), "%.20s/%s", pid, file);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, size - 1);
	text[n < 0 ? 0 : n] = '\0';
	return n;
}

/* proc_pid_stat(5): the name in brackets may hold anything, so look from its last bracket. */
static bool read_stat(int dir, const char *pid, struct proc *ret)
{
	char text[1024], *end;

	if (read_at(dir, pid, "stat", text, sizeof(text)) <= 0)
		return false;
	end = strrchr(text, ')');
	*ret = (struct proc){ .pid = (pid_t)strtol(pid, NULL, 10) };
	return end && sscanf(end, ") %c %d %d", &ret->state, &ret->parent, &ret->group) == 3;
}

static bool is_dead(const struct proc *p)
{
	return p->state == 'Z' || p->state == 'X';
}

/* What getdents64(2) fills in. */
struct entry {
	uint64_t number;
	int64_t next;
	unsigned short size;
	unsigned char type;
	char name[];
};

typedef void visit_fn(int dir, const char *pid, void *data);

/*
 * Calls visit for every process, a few at a time: readdir(3) fetches a thousand names at once, and
 * what hops from process to process is gone before its name's turn comes.
 */
static void visit_all(visit_fn *visit, void *data)
{
	_cleanup_fd_ int dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_Alignas(struct entry) char names[512];
	long n;

	while (dir >= 0 && (n = syscall(SYS_getdents64, dir, names, sizeof(names))) > 0) {
		for (long at = 0; at < n;) {
			const struct entry *e = (const struct entry *)(names + at);

			if (isdigit((unsigned char)e->name[0]))
				visit(dir, e->name, data);
			at += e->size;
		}
	}
}

static void list_one(int dir, const char *pid, void *data)
{
	struct proc one;

	if (read_stat(dir, pid, &one))
		add(data, &one);
}

static void list_all(struct procs *ret)
{
	visit_all(list_one, ret);
}

void scan_children(struct pids *ret)
{
	struct procs all = { 0 };

	list_all(&all);
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].parent == getpid())
			pids_add(ret, all.v[i].pid);
	free(all.v);
}

static bool has_parent_of_ours(const struct procs *all, const struct proc *p)
{
	if (p->parent == getpid())
		return true;
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].pid == p->parent)
			return all->v[i].ours;
	return false;
}

/* Parents usually come before their children, so few rounds are needed. */
static void mark_ours(struct procs *all, const struct pids * not )
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < all->n; i++) {
			struct proc *p = &all->v[i];

			if (p->ours || pids_has(not, p->pid) || !has_parent_of_ours(all, p))
				continue;
			p->ours = true;
			changed = true;
		}
	}
}

void scan_descendants(const struct pids * not, pid_t keep, struct pids *ret)
{
	struct procs all = { 0 };

	list_all(&all);
	mark_ours(&all, not );
	for (size_t i = 0; i < all.n; i++) {
		const struct proc *p = &all.v[i];

		if (!p->ours)
			continue;
		if (!is_dead(p))
			pids_add(ret, p->pid);
		else if (p->parent == getpid() && p->pid != keep)
			waitpid(p->pid, NULL, WNOHANG);
	}
	free(all.v);
}

void scan_process_group(pid_t group, struct pids *ret)
{
	struct procs all = { 0 };

	list_all(&all);
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].group == group && !is_dead(&all.v[i]))
			pids_add(ret, all.v[i].pid);
	free(all.v);
}

static bool has_entry(const char *text, size_t len, const char *entry)
{
	size_t size = strlen(entry) + 1;

	for (const char *at = text; at + size <= text + len; at += strlen(at) + 1)
		if (!memcmp(at, entry, size))
			return true;
	return false;
}

struct marked {
	const char *entry;
	char *text;
	struct pids *found;
};

#define ENVIRON_SIZE 65536

/* A zombie has no environment any more. */
static void look_for_mark(int dir, const char *pid, void *data)
{
	struct marked *m = data;
	ssize_t n = read_at(dir, pid, "environ", m->text, ENVIRON_SIZE);
	pid_t number = (pid_t)strtol(pid, NULL, 10);

	if (n > 0 && number != getpid() && has_entry(m->text, (size_t)n, m->entry))
		pids_add(m->found, number);
}

void scan_marked(const char *entry, struct pids *ret)
{
	_cleanup_free_ char *text = mem_alloc(ENVIRON_SIZE);
	struct marked m = { .entry = entry, .text = text, .found = ret };

	visit_all(look_for_mark, &m);
}

struct direct {
	const struct pids * not ;
	int sig;
};

static void signal_direct(int dir, const char *pid, void *data)
{
	const struct direct *d = data;
	struct proc one;

	if (read_stat(dir, pid, &one) && one.parent == getpid() && !is_dead(&one) &&
	    !pids_has(d->not, one.pid))
		pid_kill(one.pid, d->sig);
}

void scan_signal_children(const struct pids * not, int sig)
{
	struct direct d = { .not = not, .sig = sig };

	visit_all(signal_direct, &d);
}
