/* SPDX-License-Identifier: Apache-2.0 */
/* cgroup_place: where in the cgroup v2 tree a group may be, and where one was left. */
#include "runner/host/cgroup_place.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"

#define DEPTH_MAX 32

struct search {
	const char *name;
	char **found;
	size_t n, max;
};

/* proc_pid_mountinfo(5) writes blanks as \040. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++, to++) {
		*to = *s;
		if (s[0] == '\\' && s[1] && s[2] && s[3]) {
			*to = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		}
	}
	*to = '\0';
}

/* The first cgroup2 mount: which part of the tree it shows (root) and where (point). */
static bool find_mount(char *root, char *point)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;

	while (f && getline(&line, &cap, f) > 0) {
		if (strstr(line, " - cgroup2 ") &&
		    sscanf(line, "%*d %*d %*s %4095s %4095s", root, point) == 2) {
			unescape(root);
			unescape(point);
			return true;
		}
	}
	return false;
}

/* Our own cgroup as the file system names it: the line '0::/...'. */
static bool find_own(char *ret, size_t size)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/cgroup", "re");
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;

	while (f && getline(&line, &cap, f) > 0) {
		if (strncmp(line, "0::/", 4))
			continue;
		line[strcspn(line, "\n")] = '\0';
		return snprintf(ret, size, "%s", line + 3) < (int)size;
	}
	return false;
}

char *cgroup_place_own(const char *name)
{
	char root[4096], point[4096], own[4096], *path;
	size_t skip;
	bool allowed;

	if (!find_mount(root, point) || !find_own(own, sizeof(own)))
		return NULL;
	skip = strcmp(root, "/") ? strlen(root) : 0;
	if (strncmp(own, root, skip) || strstr(own, "/../"))
		return NULL;
	own[0] = strcmp(own, "/") ? own[0] : '\0';
	if (asprintf(&path, "%s%s/cgroup.procs", point, own + skip) < 0)
		return NULL;
	allowed = access(path, W_OK) == 0;
	free(path);
	if (!allowed || asprintf(&path, "%s%s/%s", point, own + skip, name) < 0)
		return NULL;
	return path;
}

/* A cgroup has one link per child and two more: those without children need not be read. */
static void search_below(int dir, const char *path, int depth, struct search *s)
{
	DIR *d = fdopendir(dir);
	struct dirent *e;
	struct stat st;

	while (d && depth < DEPTH_MAX && s->n < s->max && (e = readdir(d))) {
		_cleanup_free_ char *sub = NULL;
		int fd;

		if (e->d_type != DT_DIR || e->d_name[0] == '.' ||
		    asprintf(&sub, "%s/%s", path, e->d_name) < 0)
			continue;
		if (!strcmp(e->d_name, s->name)) {
			s->found[s->n++] = sub;
			sub = NULL;
			continue;
		}
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_nlink <= 2)
			continue;
		fd = openat(dirfd(d), e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0)
			search_below(fd, sub, depth + 1, s);
	}
	if (d)
		closedir(d);
}

size_t cgroup_place_find(const char *name, char **ret, size_t max)
{
	struct search s = { .name = name, .found = ret, .max = max };
	char root[4096], point[4096];
	int dir;

	if (!find_mount(root, point))
		return 0;
	dir = open(point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0)
		search_below(dir, point, 0, &s);
	return s.n;
}
