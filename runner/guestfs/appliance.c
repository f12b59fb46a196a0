/* SPDX-License-Identifier: Apache-2.0 */
/* appliance: the small machine in which libguestfs looks at disks. */
#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/guestfs/guest.h"
#include "runner/host/kvm.h"

#define KERNELS "/boot/vmlinu?-*"
#define SLOWEST 20 /* times the native speed: as checks/kvm_device judges */

int guest_failed(struct guest *guest, struct err *err, const char *fmt, ...)
{
	const char *words = guestfs_last_error(guest->g);
	char what[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	err_set(err, ERR_ENV, NULL, "%s: %s", what, words ? words : "?");
	return GUEST_FAILED;
}

/* It boots a kernel of this host, which some distributions let only root read. */
static int check_kernel(struct err *err)
{
	bool readable = false;
	glob_t found;

	if (glob(KERNELS, 0, NULL, &found)) {
		err_set(err, ERR_ENV, NULL,
			_("no kernel in /boot, and libguestfs boots one: the package "
			  "linux-image-cloud-amd64 (Debian) or linux-image-virtual (Ubuntu) has "
			  "it"));
		return GUEST_NO_APPLIANCE;
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		readable |= access(found.gl_pathv[i], R_OK) == 0;
	globfree(&found);
	if (readable)
		return 0;
	err_errno(err, ERR_ENV, EACCES, _("cannot look at '%s'"), KERNELS);
	return GUEST_NO_PRIVILEGE;
}

static double value(const char *lines, const char *key)
{
	const char *at = strstr(lines, key);

	return at ? strtod(at + strlen(key), NULL) : 0;
}

/* A device that is there, and at which no real machine gets anywhere. */
static bool kvm_lies(void)
{
	_cleanup_buf_ struct buf out = { 0 };
	double vcpu, native;

	if (access(KVM_DEVICE, R_OK | W_OK) < 0 ||
	    kvm_probe(KVM_DEVICE, KVM_DEADLINE_MS, &out, NULL) < 0)
		return false;
	vcpu = value(buf_str(&out), "vcpu_ns=");
	native = value(buf_str(&out), "native_ns=");
	return !strstr(buf_str(&out), "vcpu=ok") || native <= 0 || vcpu / native > SLOWEST;
}

static int add_disks(struct guest *guest, struct err *err)
{
	for (size_t i = 0; i < guest->disk_count; i++) {
		const struct guest_disk *disk = &guest->disks[i];

		if (guestfs_add_drive_opts(guest->g, disk->path, GUESTFS_ADD_DRIVE_OPTS_READONLY, 1,
					   GUESTFS_ADD_DRIVE_OPTS_FORMAT, disk->format, -1) < 0)
			return guest_failed(guest, err, _("cannot add '%s'"), disk->path);
	}
	return 0;
}

int guest_start(struct guest *guest, struct err *err)
{
	int status = check_kernel(err);

	if (status)
		return status;
	guestfs_set_error_handler(guest->g, NULL, NULL);
	guest_say(_("trying the virtualization of this host"));
	if (guestfs_set_backend(guest->g, "direct") < 0 ||
	    (kvm_lies() && guestfs_set_backend_setting(guest->g, "force_tcg", "1") < 0))
		return guest_failed(guest, err, _("libguestfs cannot be set up"));
	status = add_disks(guest, err);
	if (status)
		return status;
	guest_say(_("starting the machine that looks at the disks"));
	if (guestfs_launch(guest->g) < 0) {
		guest_failed(guest, err, _("libguestfs cannot start its machine"));
		return GUEST_NO_APPLIANCE;
	}
	return 0;
}

/* '/' first, so that what lies below finds its place. */
static int by_length(const void *a, const void *b)
{
	size_t x = strlen(*(const char *const *)a), y = strlen(*(const char *const *)b);

	return x < y ? -1 : x > y;
}

static void free_list(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

/* list holds mount points and devices in turn. What cannot be mounted beside '/' is left out. */
static int mount_all(struct guest *guest, char **list, struct err *err)
{
	size_t n = 0;

	while (list[n])
		n += 2;
	qsort(list, n / 2, 2 * sizeof(*list), by_length);
	for (size_t i = 0; i < n; i += 2)
		if (guestfs_mount_ro(guest->g, list[i + 1], list[i]) < 0 && !strcmp(list[i], "/"))
			return guest_failed(guest, err, _("cannot mount '%s'"), list[i + 1]);
	return 0;
}

static int mount_root(struct guest *guest, const char *root, struct err *err)
{
	char **points = guestfs_inspect_get_mountpoints(guest->g, root);
	_cleanup_free_ char *uuid = guestfs_vfs_uuid(guest->g, root);
	int status;

	if (!points)
		return guest_failed(guest, err, _("cannot inspect '%s'"), root);
	status = mount_all(guest, points, err);
	free_list(points);
	if (uuid && *uuid)
		guest_print(guest, "root_uuid", "%s", uuid);
	return status;
}

int guest_mount(struct guest *guest, struct err *err)
{
	char **roots;
	int status = 1;

	guest_say(_("looking for an operating system"));
	roots = guestfs_inspect_os(guest->g);
	if (!roots)
		return guest_failed(guest, err, _("cannot inspect the disks"));
	if (roots[0])
		status = mount_root(guest, roots[0], err);
	free_list(roots);
	return status;
}
