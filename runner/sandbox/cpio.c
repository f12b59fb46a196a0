/* SPDX-License-Identifier: Apache-2.0 */
/* cpio: writes the archive that Linux unpacks as its first root; see buffer-format.rst of Linux. */
#include "runner/sandbox/cpio.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/buf.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

static void pad(struct cpio *c, size_t len)
{
	fwrite("\0\0\0", 1, (4 - len % 4) % 4, c->f);
}

static void header(struct cpio *c, const char *name, mode_t mode, size_t len)
{
	size_t name_len = strlen(name) + 1;

	/* magic, inode, mode, uid, gid, links, time, size, 4 device numbers, name length, sum */
	fprintf(c->f, "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X", ++c->entries,
		(unsigned)mode, 0, 0, 1, 0, len, 0, 0, 0, 0, name_len, 0);
	fwrite(name, 1, name_len, c->f);
	pad(c, 110 + name_len);
}

void cpio_dir(struct cpio *c, const char *name, mode_t mode)
{
	header(c, name, S_IFDIR | mode, 0);
}

void cpio_bytes(struct cpio *c, const char *name, mode_t mode, const char *data, size_t len)
{
	header(c, name, S_IFREG | mode, len);
	fwrite(data, 1, len, c->f);
	pad(c, len);
}

int cpio_file(struct cpio *c, const char *name, mode_t mode, const char *path, struct err *err)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	_cleanup_buf_ struct buf data = { 0 };
	char bytes[16384];
	size_t n;

	while (f && (n = fread(bytes, 1, sizeof(bytes), f)))
		buf_add(&data, bytes, n);
	if (!f || ferror(f))
		return err_errno(err, ERR_IO, errno, _("cannot read '%s'"), path);
	cpio_bytes(c, name, mode, buf_str(&data), data.len);
	return 0;
}

int cpio_end(struct cpio *c, struct err *err)
{
	header(c, "TRAILER!!!", 0, 0);
	if (fflush(c->f) || ferror(c->f))
		return err_errno(err, ERR_IO, errno, _("cannot write the guest's image"));
	return 0;
}
