/* SPDX-License-Identifier: Apache-2.0 */
/* needs: what the sandbox needs of this machine. Looks, and changes nothing. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/environ.h"
#include "runner/sandbox/up.h"

#define TUN_DEVICE "/dev/net/tun"

/* A file that proves a package: a program among those installed, or a pattern of paths. */
struct need {
	const char *file;
	const char *package;
	bool shared_storage; /* only for this */
};

static const struct need needs[] = {
	{ "libvirtd", "libvirt-daemon", false },
	{ "virtlogd", "libvirt-daemon", false },
	{ "virt-ssh-helper", "libvirt-daemon", false },
	{ "/usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so",
	  "libvirt-daemon-driver-qemu", false },
	{ "virsh", "libvirt-clients", false },
	{ "qemu-system-x86_64", "qemu-system-x86", false },
	{ "/usr/lib/*/qemu/block-iscsi.so", "qemu-block-extra", true },
	{ "tgtd", "tgt", true },
	{ "tgtadm", "tgt", true },
	{ "sshd", "openssh-server", false },
	{ "ssh", "openssh-client", false },
	{ "ssh-keygen", "openssh-client", false },
	{ "ip", "iproute2", false },
	{ "nsenter", "util-linux", false },
	{ "depmod", "kmod", false },
	{ "busybox", "busybox-static", false },
	/* For the guest's image: a kernel package, and modules as distributions compress them. */
	{ "apt-get", "apt", false },
	{ "apt-cache", "apt", false },
	{ "dpkg-deb", "dpkg", false },
	{ "xz", "xz-utils", false },
	{ "zstd", "zstd", false },
	{ 0 },
};

/* To build the Debian image of the labs. */
static const struct need image_needs[] = {
	{ "mmdebstrap", "mmdebstrap", false },
	{ "/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring", false },
	{ "mke2fs", "e2fsprogs", false },
	{ "sfdisk", "fdisk", false },
	{ "qemu-img", "qemu-utils", false },
	{ "grub-mkimage", "grub-common", false },
	{ "/usr/lib/grub/i386-pc/boot.img", "grub-pc-bin", false },
	{ "unshare", "util-linux", false },
	{ 0 },
};

bool needs_has(const char *file)
{
	glob_t found;
	bool there;

	if (file[0] != '/')
		return program_is_installed(file);
	there = glob(file, 0, NULL, &found) == 0;
	if (there)
		globfree(&found);
	return there;
}

/* Those that are missing, each once; ret has room for all. */
static void list_packages(const struct need *needed, bool shared_storage, struct strings *ret)
{
	for (const struct need *n = needed; n->file; n++) {
		if ((n->shared_storage && !shared_storage) || needs_has(n->file) ||
		    (ret->n && !strcmp(n->package, ret->v[ret->n - 1])))
			continue;
		ret->v[ret->n++] = n->package;
	}
}

void sandbox_packages(struct arena *arena, struct strings *ret)
{
	*ret = (struct strings){ arena_array(arena, const char *, ARRAY_SIZE(needs)), 0 };
	list_packages(needs, true, ret);
}

void sandbox_image_packages(struct arena *arena, struct strings *ret)
{
	*ret = (struct strings){ arena_array(arena, const char *, ARRAY_SIZE(image_needs)), 0 };
	list_packages(image_needs, false, ret);
}

static int demand(const struct strings *missing, struct err *err)
{
	_cleanup_buf_ struct buf line = { 0 };

	if (!missing->n)
		return 0;
	for (size_t i = 0; i < missing->n; i++)
		buf_printf(&line, " %s", missing->v[i]);
	return err_set(err, ERR_ENV, NULL,
		       _("packages are missing; 'apt install --no-install-recommends%s' installs "
			 "them"),
		       buf_str(&line));
}

static int check_packages(bool shared_storage, struct err *err)
{
	const char *names[ARRAY_SIZE(needs)];
	struct strings missing = { names, 0 };

	list_packages(needs, shared_storage, &missing);
	return demand(&missing, err);
}

int needs_check_image(struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct strings missing;

	sandbox_image_packages(&arena, &missing);
	return demand(&missing, err);
}

static int check_tun(struct err *err)
{
	_cleanup_fd_ int fd = open(TUN_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return 0;
	return err_errno(err, ERR_ENV, errno,
			 _("'%s' cannot be opened, so guests can have no network; 'modprobe tun' "
			   "makes it where the kernel has it"),
			 TUN_DEVICE);
}

bool needs_has_filesystem(const char *name)
{
	_cleanup_file_ FILE *f = fopen("/proc/filesystems", "re");
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;

	while (f && getline(&line, &cap, f) > 0) {
		const char *tab = strchr(line, '\t');

		line[strcspn(line, "\n")] = '\0';
		if (tab && !strcmp(tab + 1, name))
			return true;
	}
	return false;
}

/* Kernels load it at the first mount; a file system that is not listed yet may still come. */
static int check_overlay(struct err *err)
{
	if (needs_has_filesystem("overlay") || access("/proc/modules", F_OK) == 0)
		return 0;
	return err_set(err, ERR_ENV, NULL,
		       _("this kernel has no 'overlay' file system, on which the hosts stand"));
}

const char *sandbox_sudo(void)
{
	return geteuid() == 0 ? "" : "sudo ";
}

int needs_check_root(const char *verb, struct err *err)
{
	if (geteuid() == 0)
		return 0;
	return err_set(err, ERR_PRIVILEGE, NULL,
		       _("'kvmlab sandbox %s' needs root; type 'sudo kvmlab sandbox %s'"), verb,
		       verb);
}

int needs_check(const struct sandbox_options *options, struct err *err)
{
	if (check_packages(!options->no_shared_storage, err) < 0 || check_tun(err) < 0)
		return -1;
	return check_overlay(err);
}

int sandbox_check(struct err *err)
{
	return check_tun(err) < 0 ? -1 : check_overlay(err);
}
