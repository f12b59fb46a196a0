/* SPDX-License-Identifier: Apache-2.0 */
/* disks: whether somebody writes to a disk, by the locks that every QEMU holds on its images. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/i18n.h"
#include "runner/guestfs/guest.h"

/*
 * block/file-posix.c of QEMU, since 2.10: who has permission N holds a shared lock on byte 100 + N.
 * Permission 1 is to write (include/block/block-common.h, BLK_PERM_WRITE is 1 << 1).
 */
#define WRITE_BYTE 101

static int check(const struct guest_disk *disk, struct err *err)
{
	struct flock lock = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = WRITE_BYTE, .l_len = 1
	};

	/* A file system without locks cannot tell. */
	if (fcntl(disk->fd, F_OFD_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
		return 0;
	err_set(err, ERR_ENV, NULL, _("'%s' is being written to by a running QEMU"), disk->path);
	return GUEST_IN_USE;
}

int guest_open_disks(struct guest *guest, struct err *err)
{
	for (size_t i = 0; i < guest->disk_count; i++) {
		struct guest_disk *disk = &guest->disks[i];
		int errnum;

		disk->fd = open(disk->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		errnum = errno;
		if (disk->fd < 0) {
			err_errno(err, ERR_ENV, errnum, _("cannot look at '%s'"), disk->path);
			return errnum == EACCES ? GUEST_NO_PRIVILEGE : GUEST_FAILED;
		}
	}
	return guest_check_disks(guest, err);
}

int guest_check_disks(const struct guest *guest, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < guest->disk_count && !status; i++)
		status = check(&guest->disks[i], err);
	return status;
}
