/* SPDX-License-Identifier: Apache-2.0 */
/* files: small files, folders and trees of the sandbox. */
#include "runner/sandbox/files.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

static int create(const char *path, mode_t mode, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), path);
	fchmod(fd, mode);
	return fd;
}

int file_write(const char *path, const char *text, mode_t mode, struct err *err)
{
	_cleanup_fd_ int fd = create(path, mode, err);
	size_t len = strlen(text);

	if (fd < 0)
		return -1;
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), path);
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

int file_copy(const char *from, const char *to, mode_t mode, struct err *err)
{
	_cleanup_fd_ int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
	ssize_t n;

	if (in < 0)
		return err_errno(err, ERR_IO, errno, _("cannot read '%s'"), from);
	out = create(to, mode, err);
	if (out < 0)
		return -1;
	do
		n = sendfile(out, in, NULL, 1 << 20);
	while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		return err_errno(err, ERR_IO, errno, _("cannot copy '%s' to '%s'"), from, to);
	return 0;
}

int file_make_dirs(const char *path, mode_t mode, struct err *err)
{
	_cleanup_free_ char *part = strdup(path);

	for (char *slash = part; part && slash; *slash = '/') {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST)
			return err_errno(err, ERR_IO, errno, _("cannot make '%s'"), part);
		if (!slash)
			break;
	}
	return 0;
}

static FTS *walk(const char *path)
{
	char *roots[] = { (char *)path, NULL };

	return fts_open(roots, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
}

int file_remove_tree(const char *path, struct err *err)
{
	FTS *fts = walk(path);
	FTSENT *e;
	int failed = 0;

	while (fts && (e = fts_read(fts))) {
		if (e->fts_info == FTS_D || e->fts_info == FTS_NS)
			continue;
		if (remove(e->fts_accpath) < 0 && errno != ENOENT && !failed)
			failed = errno;
	}
	if (fts)
		fts_close(fts);
	return failed ? err_errno(err, ERR_IO, failed, _("cannot remove '%s'"), path) : 0;
}

int file_count(const char *path)
{
	FTS *fts = walk(path);
	FTSENT *e;
	int n = 0;

	while (fts && (e = fts_read(fts)))
		n += e->fts_info != FTS_DP && e->fts_info != FTS_NS;
	if (fts)
		fts_close(fts);
	return n;
}
