/* SPDX-License-Identifier: Apache-2.0 */
/* catalog: where labs are kept and how one is found by its id. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/context.h"

#ifndef KVMLAB_LABDIR
#define KVMLAB_LABDIR "/usr/share/kvmlab/labs"
#endif

#define SUFFIX	  ".yaml"
#define FILES_MAX 4096

struct listing {
	struct arena *arena;
	const char **v; /* FILES_MAX */
	size_t n;
};

static bool is_lab_file(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(SUFFIX) && name[0] != '.' &&
	       !strcmp(name + len - strlen(SUFFIX), SUFFIX);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* A file in an earlier folder hides one of the same name in a later. */
static bool is_listed(const struct listing *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(base_name(l->v[i]), name))
			return true;
	return false;
}

static void list_folder(struct listing *l, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	while (dir && l->n < FILES_MAX && (e = readdir(dir)))
		if (is_lab_file(e->d_name) && !is_listed(l, e->d_name))
			l->v[l->n++] = arena_printf(l->arena, "%s/%s", folder, e->d_name);
	if (dir)
		closedir(dir);
}

/* labs/ beside the program's tree: build/kvmlab and bin/kvmlab have it one level up. */
static void list_beside_program(struct listing *l)
{
	static const char *const places[] = { "/../labs", "/../../labs", "/../share/kvmlab/labs" };
	char exe[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n <= 0)
		return;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		_cleanup_free_ char *real =
			realpath(arena_printf(l->arena, "%s%s", exe, places[i]), NULL);

		if (real)
			list_folder(l, real);
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(base_name(*(const char *const *)a), base_name(*(const char *const *)b));
}

int catalog_list(struct arena *arena, struct strings *ret_paths, struct err *err)
{
	const char *own = getenv("KVMLAB_LABS");
	struct listing l = { arena, arena_array(arena, const char *, FILES_MAX), 0 };

	if (own && *own && access(own, R_OK | X_OK) < 0)
		return err_errno(err, ERR_USAGE, errno, _("KVMLAB_LABS '%s' cannot be read"), own);
	if (own && *own)
		list_folder(&l, own);
	list_beside_program(&l);
	list_folder(&l, KVMLAB_LABDIR);
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), compare);
	*ret_paths = (struct strings){ l.v, l.n };
	return 0;
}

/* '01-host.yaml' is called host unless its id says otherwise. */
static const char *name_of(const char *path, struct arena *arena)
{
	const char *base = base_name(path);
	size_t digits = strspn(base, "0123456789");

	if (digits && base[digits] == '-')
		base += digits + 1;
	return arena_memdup(arena, base, strlen(base) - strlen(SUFFIX));
}

/* The id in the file, or NULL when that cannot be read. */
static const char *id_of(const char *path, struct arena *arena)
{
	_cleanup_arena_ struct arena tree = { 0 };
	_cleanup_buf_ struct buf data = { 0 };
	struct complaints ignored = { 0 };
	struct load load = { .arena = arena, .tree = &tree, .out = &ignored, .file = path };
	const struct node *id = NULL;
	struct node *root;

	if (!load_slurp(&load, &data) && !node_parse(&load, buf_str(&data), data.len, &root))
		id = node_get(root, "id");
	complaints_done(&ignored);
	return id && id->kind == NODE_SCALAR ? id->text : NULL;
}

static bool is_path_given(const char *s)
{
	return strchr(s, '/') || is_lab_file(s);
}

int catalog_find(const char *id_or_path, struct arena *arena, const char **ret_path,
		 struct err *err)
{
	struct strings paths, ids = { 0 };
	const char *near;

	if (is_path_given(id_or_path)) {
		*ret_path = arena_strdup(arena, id_or_path);
		return 0;
	}
	if (catalog_list(arena, &paths, err) < 0)
		return -1;
	ids.v = arena_array(arena, const char *, paths.n);
	for (size_t i = 0; i < paths.n; i++) {
		const char *name = name_of(paths.v[i], arena);
		const char *id = strcmp(name, id_or_path) ? id_of(paths.v[i], arena) : name;

		ids.v[ids.n++] = id ? id : name;
		if (strcmp(ids.v[i], id_or_path))
			continue;
		*ret_path = paths.v[i];
		return 0;
	}
	near = nearest(id_or_path, ids.v, ids.n);
	if (near)
		return err_set(err, ERR_USAGE, NULL, _("there is no lab '%s'; did you mean '%s'?"),
			       id_or_path, near);
	return err_set(err, ERR_USAGE, NULL, _("there is no lab '%s'; 'kvmlab list' names them"),
		       id_or_path);
}
