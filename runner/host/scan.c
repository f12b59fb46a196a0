/* SPDX-License-Identifier: Apache-2.0 */
/* scan: finds processes by reading /proc, where there is no cgroup to ask. */
#include "runner/host/scan.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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

static void list_all(struct procs *ret)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	struct proc one;

	while (d && (e = readdir(d)))
		if (isdigit((unsigned char)e->d_name[0]) && read_stat(dirfd(d), e->d_name, &one))
			add(ret, &one);
	if (d)
		closedir(d);
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

void scan_marked(const char *entry, struct pids *ret)
{
	_cleanup_free_ char *text = mem_alloc(65536);
	struct procs all = { 0 };
	_cleanup_fd_ int dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	list_all(&all);
	for (size_t i = 0; i < all.n; i++) {
		char pid[24];
		ssize_t n;

		snprintf(pid, sizeof(pid), "%d", all.v[i].pid);
		if (is_dead(&all.v[i]) || all.v[i].pid == getpid())
			continue;
		n = read_at(dir, pid, "environ", text, 65536);
		if (n > 0 && has_entry(text, (size_t)n, entry))
			pids_add(ret, all.v[i].pid);
	}
	free(all.v);
}
