/* SPDX-License-Identifier: Apache-2.0 */
/* mounts: a node's own file system, seen by nobody else. */
#include "runner/sandbox/mounts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/host.h"
#include "runner/sandbox/files.h"

#define OWN	 "/run/kvmlab" /* layers and what must be held before it is covered */
#define QEMU	 "/usr/bin/qemu-system-x86_64"
#define QEMU_OWN QEMU ".real"

struct empty {
	const char *path;
	const char *options;
};

static const struct empty empties[] = {
	{ "/etc/libvirt", "mode=755" },
	{ "/etc/ssh", "mode=755" },
	{ "/root", "mode=700" },
	{ "/tmp", "mode=1777" },
	{ "/dev/shm", "mode=1777" },
	{ "/var/log/libvirt", "mode=755" },
	{ "/var/cache/libvirt", "mode=755" },
};

static int mount_at(const char *from, const char *at, const char *type, unsigned long flags,
		    const char *options, struct err *err)
{
	if (mount(from, at, type, flags, options) == 0)
		return 0;
	return err_errno(err, ERR_ENV, errno, _("cannot mount '%s'"), at);
}

static int mount_empty(const char *at, const char *options, struct err *err)
{
	if (file_make_dirs(at, 0755, err) < 0)
		return -1;
	return mount_at("kvmlab", at, "tmpfs", MS_NOSUID | MS_NODEV, options, err);
}

static int bind(const char *from, const char *at, struct err *err)
{
	return mount_at(from, at, NULL, MS_BIND, NULL, err);
}

/* Covers dir with a copy-on-write layer in memory, called name. */
static int mount_layer(const char *dir, const char *name, struct err *err)
{
	char upper[64], work[64], options[256];

	snprintf(upper, sizeof(upper), "%s/%s/upper", OWN, name);
	snprintf(work, sizeof(work), "%s/%s/work", OWN, name);
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s,workdir=%s", dir, upper, work);
	if (file_make_dirs(upper, 0755, err) < 0 || file_make_dirs(work, 0755, err) < 0)
		return -1;
	return mount_at("kvmlab", dir, "overlay", 0, options, err);
}

/* Puts what lies in SANDBOX_ROOT where the layer over /var will not cover it. */
static int hold(const char *from, const char *name, struct err *err)
{
	char at[64];

	snprintf(at, sizeof(at), "%s/%s", OWN, name);
	if (file_make_dirs(from, 0755, err) < 0 || file_make_dirs(at, 0755, err) < 0)
		return -1;
	return bind(from, at, err);
}

/* What looks into disks runs here, too, wherever kvmlab lies: /root and /tmp are covered. */
static int hold_guestfs(struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char *program = host_guestfs_program(&arena);

	if (access(program, X_OK) < 0)
		return 0;
	if (file_write(SANDBOX_GUESTFS, "", 0755, err) < 0)
		return -1;
	return bind(program, SANDBOX_GUESTFS, err);
}

static int mount_system(struct err *err)
{
	if (mount_at("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL, err) < 0)
		return -1;
	return mount_at("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL, err);
}

static int mount_libvirt(struct err *err)
{
	if (file_make_dirs("/var/lib/libvirt", 0755, err) < 0 ||
	    bind(OWN "/libvirt", "/var/lib/libvirt", err) < 0 ||
	    file_make_dirs("/var/lib/libvirt/boot", 0755, err) < 0 ||
	    file_make_dirs("/var/lib/libvirt/images", 0755, err) < 0)
		return -1;
	return bind(OWN "/boot", "/var/lib/libvirt/boot", err);
}

/*
 * A QEMU that lacks two features on this host only. The real one must lie in the same folder, or it
 * does not find its modules and firmware.
 */
static int make_lesser_cpu(struct err *err)
{
	static const char wrapper[] =
		"#!/bin/sh\n"
		"# Written by 'kvmlab sandbox up --lesser-cpu': a CPU without SSE4.2 and AES.\n"
		"last=\n"
		"for word in \"$@\"; do\n"
		"\tshift\n"
		"\t[ \"$last\" != -cpu ] || word=\"$word,-sse4.2,-aes\"\n"
		"\tset -- \"$@\" \"$word\"\n"
		"\tlast=$word\n"
		"done\n"
		"exec " QEMU_OWN " \"$@\"\n";

	if (file_write(OWN "/qemu", "", 0755, err) < 0 || bind(QEMU, OWN "/qemu", err) < 0 ||
	    mount_layer("/usr/bin", "bin", err) < 0)
		return -1;
	if (unlink(QEMU) < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot replace '%s'"), QEMU);
	if (file_write(QEMU, wrapper, 0755, err) < 0 || file_write(QEMU_OWN, "", 0755, err) < 0)
		return -1;
	return bind(OWN "/qemu", QEMU_OWN, err);
}

/*
 * A /dev/kvm under which no vCPU really runs would be chosen by virt-install and libguestfs, and
 * their guests would hang. In a node it is a file that not even root may write: libvirt asks
 * access(2), and looks again and again at one that it may open.
 */
static int hide_kvm(const struct sandbox *s, struct err *err)
{
	if (s->kvm || access("/dev/kvm", F_OK) < 0)
		return 0;
	if (file_write(OWN "/no-kvm", "", 0, err) < 0 || bind(OWN "/no-kvm", "/dev/kvm", err) < 0)
		return -1;
	return mount_at(NULL, "/dev/kvm", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL, err);
}

int mounts_make(const struct sandbox *s, enum node_id id, struct err *err)
{
	char libvirt[128];

	snprintf(libvirt, sizeof(libvirt), "%s/%s", SANDBOX_ROOT, node_names[id]);
	/* Not private: what the machine unmounts would stay mounted here, and busy. */
	if (mount_at(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL, err) < 0 ||
	    mount_empty("/run", "mode=755", err) < 0 || hold(libvirt, "libvirt", err) < 0 ||
	    hold(SANDBOX_BOOT, "boot", err) < 0 || hold(SANDBOX_KEYS, "keys", err) < 0 ||
	    hold_guestfs(err) < 0 || mount_layer("/etc", "etc", err) < 0 ||
	    mount_layer("/var", "var", err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(empties); i++)
		if (mount_empty(empties[i].path, empties[i].options, err) < 0)
			return -1;
	if (mount_system(err) < 0 || mount_libvirt(err) < 0 || hide_kvm(s, err) < 0)
		return -1;
	if (id == NODE_DESTINATION && s->options->lesser_cpu)
		return make_lesser_cpu(err);
	return 0;
}
