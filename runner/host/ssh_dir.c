/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_dir: the directory of a connection, which nobody else can enter. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/kinds.h"
#include "runner/host/ssh.h"

/*
 * The name holds the process that it belongs to, and the PID namespace where that is its number:
 * containers may share /tmp. A socket's path is short, so not below TMPDIR.
 */
#define PLACE "/tmp/kvmlab-ssh-"

void ssh_dir_remove(const char *directory)
{
	static const char *const names[] = { "m", "log", "ssh" };
	char path[96];

	if (!directory[0])
		return;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
}

static long own_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 ? (long)st.st_ino : 0;
}

static bool is_left(const char *directory)
{
	char *end;
	long pid = strtol(directory + strlen(PLACE), &end, 10);
	struct stat st;

	return pid > 1 && *end == '-' && strtol(end + 1, NULL, 10) == own_namespace() &&
	       kill((pid_t)pid, 0) < 0 && errno == ESRCH && lstat(directory, &st) == 0 &&
	       S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

static void remove_left(void)
{
	glob_t found;

	if (glob(PLACE "[0-9]*-[0-9]*-??????", GLOB_NOSORT, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (is_left(found.gl_pathv[i]))
			ssh_dir_remove(found.gl_pathv[i]);
	globfree(&found);
}

static int write_program(const char *path, const char *text)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	size_t len = strlen(text);

	return fd >= 0 && write(fd, text, len) == (ssize_t)len ? 0 : -1;
}

/* What libvirt runs in the place of ssh. */
static int write_ssh(struct host *h, struct err *err)
{
	struct ssh *ssh = h->data;
	const char **argv = arena_array(&ssh->arena, const char *, ssh->front_count + 8);
	const char *path = arena_printf(&ssh->arena, "%s/ssh", ssh->directory);
	size_t n = ssh->front_count;

	memcpy(argv, ssh->front, n * sizeof(*argv));
	argv[n++] = "-S";
	argv[n++] = ssh->socket;
	argv[n++] = "-o";
	argv[n] = "ControlMaster=no";
	if (write_program(path, arena_printf(&ssh->arena, "#!/bin/sh\nexec %s \"$@\"\n",
					     host_command_line(argv, &ssh->arena))) < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot write '%s'"), path);
	h->libvirt_uri = ssh_uri_of_libvirt(&ssh->uri, path, &ssh->arena);
	return 0;
}

int ssh_dir_make(struct host *h, struct err *err)
{
	struct ssh *ssh = h->data;

	remove_left();
	snprintf(ssh->directory, sizeof(ssh->directory), PLACE "%ld-%ld-XXXXXX", (long)getpid(),
		 own_namespace());
	if (!mkdtemp(ssh->directory)) {
		ssh->directory[0] = '\0';
		return err_errno(err, ERR_ENV, errno, _("no directory for the connection to '%s'"),
				 h->role);
	}
	ssh->socket = arena_printf(&ssh->arena, "%s/m", ssh->directory);
	return write_ssh(h, err);
}
