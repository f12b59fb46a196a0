/* SPDX-License-Identifier: Apache-2.0 */
/* scratch: one text that another program works on, and the directory that goes with it. */
#include "runner/store/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/store/db.h"

#define NAME "answer.txt"

static void directory_of(const struct store *s, struct buf *ret)
{
	buf_printf(ret, "%s/editing", s->directory);
}

static void path_of(const struct store *s, struct buf *ret)
{
	directory_of(s, ret);
	buf_puts(ret, "/" NAME);
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return -1;
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int scratch_write(const struct store *s, const struct buf *text, struct buf *ret_path,
		  struct err *err)
{
	_cleanup_buf_ struct buf directory = { 0 };
	_cleanup_fd_ int fd = -1;

	scratch_remove(s);
	directory_of(s, &directory);
	path_of(s, ret_path);
	if (mkdir(directory.data, 0700) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot make '%s'"), directory.data);
	fd = open(ret_path->data, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || write_all(fd, buf_str(text), text->len) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), ret_path->data);
	return 0;
}

int scratch_read(const struct store *s, size_t max, struct buf *ret, struct err *err)
{
	_cleanup_buf_ struct buf path = { 0 };
	_cleanup_fd_ int fd = -1;
	char bytes[4096];
	struct stat st;
	ssize_t n;

	path_of(s, &path);
	fd = open(path.data, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot read '%s'"), path.data);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_IO, NULL, _("'%s' is no file"), path.data);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0 && ret->len <= max)
		buf_add(ret, bytes, (size_t)n);
	if (n < 0)
		return err_errno(err, ERR_IO, errno, _("cannot read '%s'"), path.data);
	if (ret->len > max)
		return err_set(err, ERR_IO, NULL, _("'%s' is longer than %zu bytes"), path.data,
			       max);
	return 0;
}

void scratch_remove(const struct store *s)
{
	_cleanup_buf_ struct buf directory = { 0 };
	struct dirent *entry;
	DIR *d;

	directory_of(s, &directory);
	d = opendir(directory.data);
	if (!d)
		return;
	while ((entry = readdir(d)))
		unlinkat(dirfd(d), entry->d_name, 0);
	closedir(d);
	rmdir(directory.data);
}
