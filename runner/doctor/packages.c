/* SPDX-License-Identifier: Apache-2.0 */
/* packages: the table of commands and their packages in Debian 12 and Ubuntu 22.04, 24.04. */
#include "runner/doctor/packages.h"

#include <string.h>

#include "runner/doctor/wants.h"

#define GUESTFS "guestfs-tools:libguestfs-tools"
#define GUEST	(WANT_LIBVIRT | WANT_KVM)

const struct package packages[] = {
	{ "awk", "mawk:gawk", 0 },
	{ "busybox", "busybox-static:busybox", 0 },
	{ "cloud-localds", "cloud-image-utils", 0 },
	{ "curl", "curl", 0 },
	{ "dmidecode", "dmidecode", 0 },
	{ "fping", "fping", 0 },
	{ "genisoimage", "genisoimage", 0 },
	{ "grep", "grep", 0 },
	{ "guestfish", "libguestfs-tools", WANT_GUESTFS },
	{ "guestmount", "libguestfs-tools:guestmount", WANT_GUESTFS },
	{ "ip", "iproute2", 0 },
	{ "iptables", "iptables", 0 },
	{ "jq", "jq", 0 },
	{ "kvm-ok", "cpu-checker", 0 },
	{ "losetup", "mount", 0 },
	{ "lscpu", "util-linux", 0 },
	{ "lsmod", "kmod", 0 },
	{ "mkfs.ext4", "e2fsprogs", 0 },
	{ "mmdebstrap", "mmdebstrap", 0 },
	{ "modinfo", "kmod", 0 },
	{ "modprobe", "kmod", 0 },
	{ "nc", "netcat-openbsd", 0 },
	{ "nsenter", "util-linux", 0 },
	{ "osinfo-query", "libosinfo-bin", 0 },
	{ "ping", "iputils-ping", 0 },
	{ "ps", "procps", 0 },
	{ "qemu-img", "qemu-utils", 0 },
	{ "qemu-io", "qemu-utils", 0 },
	{ "qemu-nbd", "qemu-utils", 0 },
	{ "qemu-system-aarch64", "qemu-system-arm", WANT_KVM },
	{ "qemu-system-x86_64", "qemu-system-x86", WANT_KVM },
	{ "rmmod", "kmod", 0 },
	{ "rsync", "rsync", 0 },
	{ "script", "bsdutils", 0 },
	{ "ssh", "openssh-client", 0 },
	{ "ssh-keygen", "openssh-client", 0 },
	{ "ssh-keyscan", "openssh-client", 0 },
	{ "stat", "coreutils", 0 },
	{ "virsh", "libvirt-clients", WANT_LIBVIRT },
	{ "virt-cat", GUESTFS, WANT_GUESTFS },
	{ "virt-clone", "virtinst", WANT_LIBVIRT },
	{ "virt-copy-in", "libguestfs-tools", WANT_GUESTFS },
	{ "virt-copy-out", "libguestfs-tools", WANT_GUESTFS },
	{ "virt-customize", GUESTFS, WANT_GUESTFS },
	{ "virt-df", GUESTFS, WANT_GUESTFS },
	{ "virt-edit", GUESTFS, WANT_GUESTFS },
	{ "virt-filesystems", GUESTFS, WANT_GUESTFS },
	{ "virt-host-validate", "libvirt-clients", 0 },
	{ "virt-inspector", GUESTFS, WANT_GUESTFS },
	{ "virt-install", "virtinst", GUEST },
	{ "virt-ls", GUESTFS, WANT_GUESTFS },
	{ "virt-resize", GUESTFS, WANT_GUESTFS },
	{ "virt-sparsify", GUESTFS, WANT_GUESTFS },
	{ "virt-sysprep", GUESTFS, WANT_GUESTFS },
	{ "virt-viewer", "virt-viewer", 0 },
	{ "virt-xml", "virtinst", WANT_LIBVIRT },
	{ "wget", "wget", 0 },
	{ "xmllint", "libxml2-utils", 0 },
	{ 0 },
};

const struct package *package_of(const char *command)
{
	for (const struct package *p = packages; p->command; p++)
		if (!strcmp(p->command, command))
			return p;
	return NULL;
}
