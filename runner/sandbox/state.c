/* SPDX-License-Identifier: Apache-2.0 */
/* state: what the sandbox consists of, written down before it is made. */
#include "runner/sandbox/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/sandbox.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

/* Is the locked directory still the one that stands there? Another 'down' may have removed it. */
static bool is_current(int fd)
{
	struct stat held, there;

	return fstat(fd, &held) == 0 && lstat(SANDBOX_ROOT, &there) == 0 &&
	       held.st_ino == there.st_ino && held.st_dev == there.st_dev;
}

static int lock(bool make, int *ret_fd, struct err *err)
{
	for (;;) {
		int fd;

		if (make && mkdir(SANDBOX_ROOT, 0755) < 0 && errno != EEXIST)
			return err_errno(err, ERR_ENV, errno, _("cannot make '%s'"), SANDBOX_ROOT);
		fd = open(SANDBOX_ROOT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT) {
			if (make)
				continue;
			*ret_fd = -1;
			return 0;
		}
		if (fd < 0)
			return err_errno(err, ERR_ENV, errno, _("cannot open '%s'"), SANDBOX_ROOT);
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			close(fd);
			return err_set(err, ERR_LOCKED, NULL,
				       _("another kvmlab is at work on the sandbox; wait for it"));
		}
		if (is_current(fd)) {
			*ret_fd = fd;
			return 0;
		}
		close(fd);
	}
}

int state_lock(int *ret_fd, struct err *err)
{
	return lock(true, ret_fd, err);
}

int state_lock_existing(int *ret_fd, struct err *err)
{
	return lock(false, ret_fd, err);
}

int state_write(const char *name, const char *text, struct err *err)
{
	_cleanup_buf_ struct buf path = { 0 }, part = { 0 };

	buf_printf(&path, "%s/%s", STATE_DIR, name);
	buf_printf(&part, "%s/.%s", STATE_DIR, name);
	if (file_make_dirs(STATE_DIR, 0755, err) < 0 ||
	    file_write(buf_str(&part), text, 0644, err) < 0)
		return -1;
	if (rename(buf_str(&part), buf_str(&path)) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), buf_str(&path));
	return 0;
}

static bool read_whole(const char *path, struct buf *ret)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[1024];
	ssize_t n = -1;

	while (fd >= 0 && (n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(ret, bytes, (size_t)n);
	if (n == 0 && ret->len && ret->data[ret->len - 1] == '\n')
		ret->data[--ret->len] = '\0';
	return n == 0;
}

bool state_read(const char *name, struct buf *ret)
{
	_cleanup_buf_ struct buf path = { 0 };

	buf_printf(&path, "%s/%s", STATE_DIR, name);
	return read_whole(buf_str(&path), ret);
}

bool state_is_of_this_boot(void)
{
	_cleanup_buf_ struct buf then = { 0 }, now = { 0 };

	return state_read(STATE_BOOT, &then) && read_whole(BOOT_ID, &now) &&
	       !strcmp(buf_str(&then), buf_str(&now));
}

int state_write_boot(struct err *err)
{
	_cleanup_buf_ struct buf now = { 0 };

	read_whole(BOOT_ID, &now);
	return state_write(STATE_BOOT, buf_str(&now), err);
}
