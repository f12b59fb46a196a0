/* SPDX-License-Identifier: Apache-2.0 */
/* environ: the program, arguments and environment that a step's process really gets. */
#include "runner/host/environ.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

static const char *const inherited[] = {
	"HOME",		 "USER",
	"LOGNAME",	 "TERM",
	"TMPDIR",	 "XDG_RUNTIME_DIR",
	"SSH_AUTH_SOCK", "LIBVIRT_DEFAULT_URI",
};

/* Searched after what PATH says; /usr/sbin is missing from an ordinary user's PATH on Debian. */
static const char *const system_places[] = {
	"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
};

/* A name ending in '*' stands for all that begin so. */
static const char *const refused[] = {
	"LD_*",	  "BASH_*",    "ENV",	   "IFS",	 "PATH",	   "PS4",
	"LC_ALL", "SHELLOPTS", "BASHOPTS", "GCONV_PATH", "GLIBC_TUNABLES", ENVIRON_MARK,
};

struct list {
	const char **v;
	size_t n;
};

static bool is_refused(const char *entry, size_t name_len)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		size_t len = strlen(refused[i]);

		if (refused[i][len - 1] == '*' && name_len >= len - 1 &&
		    !strncmp(entry, refused[i], len - 1))
			return true;
		if (len == name_len && !strncmp(entry, refused[i], len))
			return true;
	}
	return false;
}

static bool is_name(const char *s, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

	if (!len || !strchr(letters, s[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!strchr(letters, s[i]) && !strchr("0123456789", s[i]))
			return false;
	return true;
}

int environ_check(const char *entry, struct err *err)
{
	size_t len = strcspn(entry, "=");

	if (entry[len] != '=' || !is_name(entry, len))
		return err_set(err, ERR_LAB, NULL,
			       _("'%.*s' is no name for an environment variable; letters, digits "
				 "and '_' are"),
			       (int)len, entry);
	if (is_refused(entry, len))
		return err_set(err, ERR_LAB, NULL,
			       _("environment variable '%.*s' would change how commands are found "
				 "or read; choose another name"),
			       (int)len, entry);
	return 0;
}

/* Adds NAME=value, in the place of an earlier one of that name. */
static void put(struct list *env, const char *entry)
{
	size_t len = strcspn(entry, "=") + 1;

	for (size_t i = 0; i < env->n; i++) {
		if (!strncmp(env->v[i], entry, len)) {
			env->v[i] = entry;
			return;
		}
	}
	env->v[env->n++] = entry;
}

static bool has_place(const char *path, const char *place)
{
	size_t len = strlen(place);

	for (const char *at = path; *at; at += strcspn(at, ":"), at += *at == ':')
		if (strcspn(at, ":") == len && !strncmp(at, place, len))
			return true;
	return false;
}

/* Our own PATH without relative places, then the system's. */
static const char *clean_path(struct arena *arena)
{
	const char *ours = getenv("PATH");
	_cleanup_buf_ struct buf b = { 0 };

	buf_puts(&b, "PATH=");
	for (const char *at = ours ? ours : ""; *at; at += *at == ':') {
		size_t len = strcspn(at, ":");

		if (*at == '/') {
			buf_add(&b, at, len);
			buf_putc(&b, ':');
		}
		at += len;
	}
	for (size_t i = 0; i < ARRAY_SIZE(system_places); i++)
		if (!has_place(buf_str(&b) + strlen("PATH="), system_places[i]))
			buf_printf(&b, "%s:", system_places[i]);
	return arena_memdup(arena, b.data, b.len - 1);
}

static int is_program(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno == EACCES ? EACCES : ENOENT;
	return S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? 0 : EACCES;
}

bool program_is_installed(const char *name)
{
	char path[4096];

	for (size_t i = 0; i < ARRAY_SIZE(system_places); i++) {
		int n = snprintf(path, sizeof(path), "%s/%s", system_places[i], name);

		if (n < (int)sizeof(path) && is_program(path) == 0)
			return true;
	}
	return false;
}

/* As execvp looks it up; the errno when there is none. */
static int find_program(const char *name, const char *path, struct arena *arena, const char **ret)
{
	char full[4096];
	int error = ENOENT, e;

	*ret = NULL;
	if (strchr(name, '/')) {
		*ret = name;
		return 0;
	}
	for (const char *at = path; *name && *at; at += *at == ':') {
		int len = (int)strcspn(at, ":");
		int n = snprintf(full, sizeof(full), "%.*s/%s", len, at, name);

		at += len;
		if (n >= (int)sizeof(full))
			continue;
		e = is_program(full);
		if (e == 0) {
			*ret = arena_memdup(arena, full, (size_t)n);
			return 0;
		}
		if (e == EACCES)
			error = EACCES;
	}
	return error;
}

static size_t count(const char *const *v)
{
	size_t n = 0;

	while (v && v[n])
		n++;
	return n;
}

/*
 * sudo -n -- env LC_ALL=... NAME=value... sh -c '...' sh PROGRAM ARGUMENT...: the shell reads a
 * line (plumbing.h), for neither exit status nor words of sudo tell a refusal from a command's own
 * end.
 */
static void put_sudo_in_front(const struct process_spec *spec, const struct list *env,
			      struct arena *arena, struct command *ret)
{
	static const char *const front[] = { "sudo", "-n", "--", "env" };
	static const char *const shell[] = { "/bin/sh", "-c", "read -r started; exec \"$@\"",
					     "sh" };
	size_t args = count(spec->argv), n = 0;
	const char **argv = arena_array(arena, const char *,
					ARRAY_SIZE(front) + ARRAY_SIZE(shell) + env->n + args + 1);

	for (size_t i = 0; i < ARRAY_SIZE(front); i++)
		argv[n++] = front[i];
	for (size_t i = 0; i < env->n; i++)
		argv[n++] = env->v[i];
	for (size_t i = 0; i < ARRAY_SIZE(shell); i++)
		argv[n++] = shell[i];
	argv[n++] = ret->path;
	for (size_t i = 1; i < args; i++)
		argv[n++] = spec->argv[i];
	ret->argv = (char *const *)argv;
}

/* What sudo would drop, or root should have in place of ours. */
static void list_for_root(const struct process_spec *spec, const struct list *env,
			  struct arena *arena, struct list *ret)
{
	ret->v = arena_array(arena, const char *, env->n + 1);
	for (size_t i = 0; i < env->n; i++)
		if (!strncmp(env->v[i], "LC_ALL=", 7) ||
		    !strncmp(env->v[i], ENVIRON_MARK "=", sizeof(ENVIRON_MARK)))
			put(ret, env->v[i]);
	for (size_t i = 0; spec->env && spec->env[i]; i++)
		put(ret, spec->env[i]);
}

static void find_sudo(const struct process_spec *spec, const struct list *env, const char *path,
		      struct arena *arena, struct command *ret)
{
	struct list root = { 0 };

	list_for_root(spec, env, arena, &root);
	put_sudo_in_front(spec, &root, arena, ret);
	ret->error = find_program("sudo", path, arena, &ret->path);
	if (ret->error)
		ret->path = NULL;
}

int command_prepare(const struct process_spec *spec, const char *mark, bool sudo,
		    struct arena *arena, struct command *ret, struct err *err)
{
	size_t extra = count(spec->env);
	struct list env = {
		.v = arena_array(arena, const char *, ARRAY_SIZE(inherited) + extra + 4),
	};
	const char *path = clean_path(arena), *value;

	put(&env, path);
	put(&env, "LC_ALL=C.UTF-8");
	for (size_t i = 0; i < ARRAY_SIZE(inherited); i++) {
		value = getenv(inherited[i]);
		if (value)
			put(&env, arena_printf(arena, "%s=%s", inherited[i], value));
	}
	put(&env, arena_printf(arena, ENVIRON_MARK "=%s", mark));
	for (size_t i = 0; i < extra; i++) {
		if (environ_check(spec->env[i], err) < 0)
			return -1;
		put(&env, spec->env[i]);
	}
	path += strlen("PATH=");
	ret->argv = (char *const *)spec->argv;
	ret->envp = (char *const *)env.v;
	ret->is_sudo = sudo;
	ret->error = find_program(spec->argv[0], path, arena, &ret->path);
	if (!ret->error && sudo)
		find_sudo(spec, &env, path, arena, ret);
	return 0;
}
