/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup: a control group v2 of our own, from which no process escapes by forking. */
#include "runner/host/cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/host/cgroup_place.h"

#define CLOSE_WAIT_MS 2000
#define DEPTH_MAX     16

/* Reads a small file of the cgroup file system; "" when it cannot. */
static void read_small(int fd, char *text, size_t size)
{
	ssize_t n = fd < 0 ? -1 : pread(fd, text, size - 1, 0);

	text[n < 0 ? 0 : n] = '\0';
}

static bool is_populated(int events)
{
	char text[128];

	read_small(events, text, sizeof(text));
	return strstr(text, "populated 1") != NULL;
}

/* Calls visit for every cgroup at or below dir, children first. dir stays open. */
static void walk(int dir, int depth, void (*visit)(int dir, void *data), void *data)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;

	while (d && depth < DEPTH_MAX && (e = readdir(d))) {
		_cleanup_fd_ int sub = -1;

		if (e->d_type != DT_DIR || e->d_name[0] == '.')
			continue;
		sub = openat(dir, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (sub >= 0)
			walk(sub, depth + 1, visit, data);
	}
	if (d)
		closedir(d);
	visit(dir, data);
}

static void list_one(int dir, void *data)
{
	_cleanup_fd_ int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	_cleanup_file_ FILE *f = fd < 0 ? NULL : fdopen(fd, "re");
	int pid;

	if (!f)
		return;
	fd = -1;
	/* 0 stands for a process of another PID namespace. */
	while (fscanf(f, "%d", &pid) == 1)
		if (pid > 1)
			pids_add(data, pid);
}

static void kill_listed(int dir)
{
	struct pids pids = { 0 };

	walk(dir, 0, list_one, &pids);
	for (size_t i = 0; i < pids.n; i++)
		pid_kill(pids.v[i], SIGKILL);
	pids_done(&pids);
}

static void kill_below(int dir, int kill_fd)
{
	if (kill_fd < 0 || pwrite(kill_fd, "1", 1, 0) != 1)
		kill_listed(dir);
}

static void remove_one(int dir, void *data)
{
	DIR *d = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	struct dirent *e;

	(void)data;
	while (d && (e = readdir(d)))
		if (e->d_type == DT_DIR && e->d_name[0] != '.')
			unlinkat(dir, e->d_name, AT_REMOVEDIR);
	if (d)
		closedir(d);
}

/* Kills everything in the cgroup at path and removes it; gives up after CLOSE_WAIT_MS. */
static bool remove_tree(const char *path)
{
	_cleanup_fd_ int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_fd_ int events = dir < 0 ? -1 : openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	_cleanup_fd_ int kill_fd = dir < 0 ? -1 : openat(dir, "cgroup.kill", O_WRONLY | O_CLOEXEC);

	if (dir < 0)
		return errno == ENOENT;
	for (int waited = 0; waited <= CLOSE_WAIT_MS; waited++) {
		if (is_populated(events)) {
			kill_below(dir, kill_fd);
		} else {
			walk(dir, 0, remove_one, NULL);
			if (rmdir(path) == 0 || errno == ENOENT)
				return true;
		}
		poll(NULL, 0, 1);
	}
	return false;
}

static void close_fds(struct cgroup *c)
{
	cleanup_fd(&c->dir);
	cleanup_fd(&c->events);
	cleanup_fd(&c->kill);
	c->dir = c->events = c->kill = -1;
}

static bool open_numbered(struct cgroup *c)
{
	char path[4096];

	/* One that exists holds what could not be killed. */
	do {
		if (snprintf(path, sizeof(path), "%s/%u", c->top, c->n++) >= (int)sizeof(path))
			return false;
	} while (mkdir(path, 0755) < 0 && errno == EEXIST);
	c->n--;
	close_fds(c);
	c->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->dir < 0)
		return false;
	c->events = openat(c->dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	c->kill = openat(c->dir, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	return c->events >= 0;
}

/* What a killed kvmlab left under this name, but not the group that we ourselves live in. */
static void remove_left(const char *name, const char *top)
{
	char *left[8];
	size_t n = cgroup_place_find(name, left, ARRAY_SIZE(left));

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(left[i]);

		if (!top || strncmp(top, left[i], len) || top[len] != '/')
			remove_tree(left[i]);
		free(left[i]);
	}
}

bool cgroup_open(struct cgroup *c, const char *name)
{
	*c = (struct cgroup)CGROUP_CLOSED;
	c->top = cgroup_place_own(name);
	remove_left(name, c->top);
	if (!c->top)
		return false;
	if ((mkdir(c->top, 0755) == 0 || errno == EEXIST) && open_numbered(c))
		return true;
	cgroup_close(c);
	return false;
}

bool cgroup_open_beside(struct cgroup *c, const struct cgroup *of)
{
	*c = (struct cgroup)CGROUP_CLOSED;
	c->top = strdup(of->top);
	c->beside = true;
	if (c->top && open_numbered(c))
		return true;
	c->dir = -1;
	cgroup_close(c);
	return false;
}

bool cgroup_renew(struct cgroup *c)
{
	char old[4096];

	snprintf(old, sizeof(old), "%s/%u", c->top, c->n);
	c->n++;
	if (!open_numbered(c))
		return false;
	c->killed = false;
	/* Fails as long as something is in it; cgroup_close looks again. */
	rmdir(old);
	return true;
}

void cgroup_close(struct cgroup *c)
{
	_cleanup_free_ char *own = NULL;

	if (c->beside && c->dir >= 0 && asprintf(&own, "%s/%u", c->top, c->n) < 0)
		own = NULL;
	close_fds(c);
	if (own)
		remove_tree(own);
	else if (c->top && !c->beside)
		remove_tree(c->top);
	free(c->top);
	*c = (struct cgroup)CGROUP_CLOSED;
}

bool cgroup_is_populated(const struct cgroup *c)
{
	return is_populated(c->events);
}

void cgroup_list(const struct cgroup *c, struct pids *ret)
{
	walk(c->dir, 0, list_one, ret);
}

void cgroup_kill(struct cgroup *c)
{
	c->killed = true;
	kill_below(c->dir, c->kill);
}
