/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_modules: which modules a kernel must load, in which order; from its modules.dep. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/kernel.h"

/* Is path (kernel/net/virtio-net.ko.xz) the module of that name? '-' and '_' are the same. */
static bool is_module(const char *path, size_t len, const char *name)
{
	const char *base = memrchr(path, '/', len);
	size_t i;

	base = base ? base + 1 : path;
	for (i = 0; name[i]; i++)
		if (base + i >= path + len ||
		    (base[i] != name[i] && !(base[i] == '-' && name[i] == '_')))
			return false;
	return base + i + 3 <= path + len && !strncmp(base + i, ".ko", 3);
}

static bool is_built_in(const struct kernel *kernel, const char *name)
{
	_cleanup_buf_ struct buf path = { 0 };
	_cleanup_file_ FILE *f = NULL;
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;

	buf_printf(&path, "%s/modules.builtin", kernel->modules);
	f = fopen(buf_str(&path), "re");
	while (f && getline(&line, &cap, f) > 0)
		if (is_module(line, strcspn(line, "\n"), name))
			return true;
	return false;
}

static bool add(struct kernel_modules *m, const char *path, size_t len, struct arena *arena)
{
	for (size_t i = 0; i < m->n; i++)
		if (strlen(m->path[i]) == len && !strncmp(m->path[i], path, len))
			return true;
	if (m->n == KERNEL_MODULES_MAX)
		return false;
	m->path[m->n++] = arena_memdup(arena, path, len);
	return true;
}

/* 'a: b c' means: load c, then b, then a. */
static bool add_line(struct kernel_modules *m, char *line, struct arena *arena)
{
	size_t len = strcspn(line, "\n");

	while (len) {
		size_t start = len;

		while (start && line[start - 1] != ' ')
			start--;
		if (start < len && !add(m, line + start, len - start - !start, arena))
			return false;
		len = start ? start - 1 : 0;
	}
	return true;
}

/* 1: found, 0: not in modules.dep, -1: too many. */
static int add_module(const struct kernel *kernel, const char *name, struct arena *arena,
		      struct kernel_modules *m)
{
	_cleanup_buf_ struct buf path = { 0 };
	_cleanup_file_ FILE *f = NULL;
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;

	buf_printf(&path, "%s/modules.dep", kernel->modules);
	f = fopen(buf_str(&path), "re");
	while (f && getline(&line, &cap, f) > 0)
		if (is_module(line, strcspn(line, ":"), name))
			return add_line(m, line, arena) ? 1 : -1;
	return 0;
}

int kernel_resolve(const struct kernel *kernel, const char *const *wanted, struct arena *arena,
		   struct kernel_modules *ret, struct err *err)
{
	*ret = (struct kernel_modules){ 0 };
	for (; *wanted; wanted++) {
		int found = add_module(kernel, *wanted, arena, ret);

		if (found < 0)
			return err_set(err, ERR_ENV, NULL,
				       _("the guest's kernel needs too many modules"));
		if (!found && !is_built_in(kernel, *wanted))
			return err_set(err, ERR_ENV, NULL,
				       _("the kernel in '%s' has no module '%s'"), kernel->modules,
				       *wanted);
	}
	return 0;
}
