/* SPDX-License-Identifier: Apache-2.0 */
/* guest: the guest of the labs: its disk, its shared storage and its definition. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/up.h"

#define IMAGES	   "/var/lib/libvirt/images"
#define DISK	   SANDBOX_GUEST ".raw"
#define DISK_BYTES (64LL << 20)
#define IQN	   "iqn.2026-01.id.kvmlab:" SANDBOX_GUEST

static const char *disk_folder(const struct sandbox *s)
{
	return s->options->no_shared_storage ? SANDBOX_ROOT "/source/images"
					     : SANDBOX_ROOT "/storage/images";
}

int guest_make_disk(struct sandbox *s, struct err *err)
{
	_cleanup_buf_ struct buf path = { 0 };
	_cleanup_fd_ int fd = -1;

	if (file_make_dirs(disk_folder(s), 0755, err) < 0)
		return -1;
	buf_printf(&path, "%s/%s", disk_folder(s), DISK);
	fd = open(buf_str(&path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, DISK_BYTES) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), buf_str(&path));
	return 0;
}

int guest_share_disk(struct sandbox *s, struct err *err)
{
	const char *ready[] = {
		"tgtadm", "--lld", "iscsi", "--op", "show", "--mode", "target", NULL
	};
	const char *target[] = { "tgtadm", "--lld", "iscsi", "--op", "new", "--mode",
				 "target", "--tid", "1",     "-T",   IQN,   NULL };
	const char *unit[] = { "tgtadm", "--lld",	"iscsi",	 "--op", "new",
			       "--mode", "logicalunit", "--tid",	 "1",	 "--lun",
			       "1",	 "-b",		IMAGES "/" DISK, NULL };
	const char *access[] = { "tgtadm", "--lld", "iscsi", "--op", "bind", "--mode",
				 "target", "--tid", "1",     "-I",   "ALL",  NULL };

	if (s->options->no_shared_storage)
		return 0;
	if (sandbox_run_soon(s, NODE_STORAGE, (struct sandbox_command){ .argv = ready }, err) < 0 ||
	    sandbox_run_in(s, NODE_STORAGE, &(struct sandbox_command){ .argv = target }, err) < 0 ||
	    sandbox_run_in(s, NODE_STORAGE, &(struct sandbox_command){ .argv = unit }, err) < 0)
		return -1;
	return sandbox_run_in(s, NODE_STORAGE, &(struct sandbox_command){ .argv = access }, err);
}

static void write_disk(const struct sandbox *s, struct buf *xml)
{
	if (s->options->no_shared_storage)
		buf_puts(xml, "    <disk type='file' device='disk'>\n"
			      "      <driver name='qemu' type='raw' cache='none'/>\n"
			      "      <source file='" IMAGES "/" DISK "'/>\n");
	else
		buf_puts(xml, "    <disk type='network' device='disk'>\n"
			      "      <driver name='qemu' type='raw' cache='none'/>\n"
			      "      <source protocol='iscsi' name='" IQN "/1'>\n"
			      "        <host name='storage' port='3260'/>\n"
			      "      </source>\n");
	buf_puts(xml, "      <target dev='vda' bus='virtio'/>\n    </disk>\n");
}

/* AES and SSE4.2 (part of Nehalem) are what --lesser-cpu takes from the destination. */
static void write_domain(const struct sandbox *s, struct buf *xml)
{
	char address[NET_TEXT];

	buf_printf(xml,
		   "<domain type='%s'>\n  <name>%s</name>\n"
		   "  <memory unit='MiB'>128</memory>\n  <vcpu>1</vcpu>\n"
		   "  <os>\n    <type arch='x86_64' machine='pc'>hvm</type>\n"
		   "    <kernel>/var/lib/libvirt/boot/vmlinuz</kernel>\n"
		   "    <initrd>/var/lib/libvirt/boot/initrd</initrd>\n"
		   "    <cmdline>console=ttyS0 quiet kvmlab.address=%s</cmdline>\n  </os>\n"
		   "  <features><acpi/></features>\n"
		   "  <cpu mode='custom' match='exact' check='partial'>\n"
		   "    <model fallback='forbid'>Nehalem</model>\n"
		   "    <feature policy='require' name='aes'/>\n  </cpu>\n"
		   "  <clock offset='utc'/>\n  <devices>\n"
		   "    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n",
		   s->kvm ? "kvm" : "qemu", SANDBOX_GUEST, net_with_prefix(&s->net.guest, address));
	write_disk(s, xml);
	buf_puts(xml, "    <controller type='usb' model='none'/>\n"
		      "    <interface type='bridge'>\n"
		      "      <source bridge='br0'/>\n      <model type='virtio'/>\n"
		      "    </interface>\n"
		      "    <serial type='pty'/>\n    <console type='pty'/>\n"
		      "    <memballoon model='none'/>\n"
		      "  </devices>\n</domain>\n");
}

int guest_define(struct sandbox *s, struct err *err)
{
	const char *argv[] = {
		"virsh", "-q", "-c", "qemu:///system", "define", "/dev/stdin", NULL
	};
	const char *ready[] = { "virsh", "-q", "-c", "qemu:///system", "uri", NULL };
	_cleanup_buf_ struct buf xml = { 0 };

	write_domain(s, &xml);
	if (sandbox_run_soon(s, NODE_SOURCE, (struct sandbox_command){ .argv = ready }, err) < 0)
		return -1;
	return sandbox_run_in(s, NODE_SOURCE,
			      &(struct sandbox_command){ .argv = argv, .input = buf_str(&xml) },
			      err);
}
