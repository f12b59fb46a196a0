/* SPDX-License-Identifier: Apache-2.0 */
/* host_files: the files of a libvirt host of the sandbox: names, keys, configurations. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/mounts.h"

#define KEYS "/run/kvmlab/keys/"

static const char sshd_config[] =
	"Port 22\n"
	"HostKey /etc/ssh/key\n"
	"PidFile /run/sshd.pid\n"
	"AuthorizedKeysFile /root/.ssh/authorized_keys " KEYS "authorized\n"
	"PermitRootLogin prohibit-password\n"
	"PasswordAuthentication no\n"
	"KbdInteractiveAuthentication no\n"
	"UsePAM no\n"
	"UseDNS no\n"
	"MaxStartups 100\n"
	"MaxSessions 100\n"
	"PrintMotd no\n"
	"PrintLastLog no\n"
	"Subsystem sftp internal-sftp\n";

static const char ssh_config[] = "Host *\n"
				 "\tUser root\n"
				 "\tStrictHostKeyChecking yes\n"
				 "\tUpdateHostKeys no\n"
				 "\tConnectTimeout 10\n";

/* Everything runs as root: there is nobody else in a node, and no cgroup to share out. */
static const char qemu_conf[] = "user = \"root\"\n"
				"group = \"root\"\n"
				"dynamic_ownership = 0\n"
				"remember_owner = 0\n"
				"security_driver = \"none\"\n"
				"cgroup_controllers = [ ]\n"
				"namespaces = [ ]\n";

struct text_file {
	const char *path;
	const char *text;
	mode_t mode;
};

static const struct text_file text_files[] = {
	{ "/etc/ssh/sshd_config", sshd_config, 0644 },
	{ "/etc/ssh/ssh_config", ssh_config, 0644 },
	{ "/etc/libvirt/qemu.conf", qemu_conf, 0644 },
	{ "/etc/libvirt/virtlogd.conf", "max_clients = 1024\n", 0644 },
	{ "/root/.profile", "PS1='root@\\h:\\w# '\n", 0644 },
	{ "/root/.bashrc", "PS1='root@\\h:\\w# '\n", 0644 },
};

static int write_hosts(const struct sandbox *s, enum node_id id, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char name[64], address[NET_TEXT];
	/* Each host knows the storage by the address that it can reach. */
	const struct net_end *storage = &s->net.storage[id == NODE_DESTINATION && s->net.split];

	buf_puts(&text, "127.0.0.1 localhost\n::1 localhost\n");
	buf_printf(&text, "%s source\n", net_address(&s->net.source, address));
	buf_printf(&text, "%s destination\n", net_address(&s->net.destination, address));
	buf_printf(&text, "%s storage\n", net_address(storage, address));
	buf_printf(&text, "%s %s\n", net_address(&s->net.guest, address), SANDBOX_GUEST);
	snprintf(name, sizeof(name), "%s\n", node_names[id]);
	if (file_write("/etc/hostname", name, 0644, err) < 0)
		return -1;
	return file_write("/etc/hosts", buf_str(&text), 0644, err);
}

/*
 * A file of lines 'name:...': the line of line's name becomes line where it must, and is added
 * where it is missing.
 */
static int set_account(const char *path, const char *line, bool replace, mode_t mode,
		       struct err *err)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	_cleanup_buf_ struct buf text = { 0 };
	_cleanup_free_ char *old = NULL;
	size_t cap = 0, name_len = strcspn(line, ":") + 1;
	bool found = false;

	if (!f)
		return err_errno(err, ERR_ENV, errno, _("cannot read '%s'"), path);
	while (getline(&old, &cap, f) > 0) {
		bool same = !strncmp(old, line, name_len);

		found |= same;
		buf_puts(&text, same && replace ? line : old);
	}
	if (!found)
		buf_puts(&text, line);
	return file_write(path, buf_str(&text), mode, err);
}

/*
 * Without PAM, sshd lets nobody in whose account is locked with '!', as root's is on Ubuntu. And
 * libvirtd does not start without the accounts that package libvirt-daemon-system makes, which the
 * sandbox does not need: it would start the machine's own libvirtd.
 */
static int make_accounts(struct err *err)
{
	static const char *const groups[] = {
		"kvm:x:64054:\n", "libvirt-qemu:x:64055:\n",
		"libvirt-dnsmasq:x:64056:\n", /* of dnsmasq, on Ubuntu */
	};
	static const char *const users[] = {
		"libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin\n",
		"libvirt-dnsmasq:x:64056:64056::/nonexistent:/usr/sbin/nologin\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (set_account("/etc/group", groups[i], false, 0644, err) < 0)
			return -1;
	for (size_t i = 0; i < ARRAY_SIZE(users); i++)
		if (set_account("/etc/passwd", users[i], false, 0644, err) < 0)
			return -1;
	return set_account("/etc/shadow", "root:*:20000:0:99999:7:::\n", true, 0600, err);
}

/* libvirt refuses to migrate between hosts of one UUID, and by default takes the machine's. */
static int write_libvirtd(struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	unsigned char r[16];

	if (getrandom(r, sizeof(r), 0) != sizeof(r))
		return err_errno(err, ERR_ENV, errno, _("no random bytes"));
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40);
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	buf_puts(&text, "host_uuid = \"");
	for (size_t i = 0; i < sizeof(r); i++)
		buf_printf(&text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", r[i]);
	buf_puts(&text, "\"\n"
			"auth_unix_ro = \"none\"\n"
			"auth_unix_rw = \"none\"\n"
			"unix_sock_group = \"root\"\n"
			"unix_sock_rw_perms = \"0700\"\n"
			"log_outputs = \"3:file:/var/log/libvirt/libvirtd.log\"\n");
	return file_write("/etc/libvirt/libvirtd.conf", buf_str(&text), 0600, err);
}

static int add_authorized(struct buf *text, const char *key, struct err *err)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_file_ FILE *f = NULL;
	char path[128];
	size_t cap = 0;

	snprintf(path, sizeof(path), "%s%s.pub", KEYS, key);
	f = fopen(path, "re");
	if (!f || getline(&line, &cap, f) <= 0)
		return err_set(err, ERR_ENV, NULL, _("'%s' cannot be read"), path);
	buf_puts(text, line);
	return 0;
}

static int copy_keys(const char *name, struct err *err)
{
	char sshd[64], own[64], public[64];

	snprintf(sshd, sizeof(sshd), "%ssshd-%s", KEYS, name);
	snprintf(own, sizeof(own), "%s%s", KEYS, name);
	snprintf(public, sizeof(public), "%s%s.pub", KEYS, name);
	if (file_copy(sshd, "/etc/ssh/key", 0600, err) < 0 ||
	    file_copy(own, "/root/.ssh/id_ed25519", 0600, err) < 0 ||
	    file_copy(public, "/root/.ssh/id_ed25519.pub", 0644, err) < 0)
		return -1;
	return file_copy(KEYS "known_hosts", "/root/.ssh/known_hosts", 0644, err);
}

static int make_trust(const struct sandbox *s, enum node_id id, struct err *err)
{
	_cleanup_buf_ struct buf authorized = { 0 };
	enum node_id other = id == NODE_SOURCE ? NODE_DESTINATION : NODE_SOURCE;

	if (file_make_dirs("/root/.ssh", 0700, err) < 0 || copy_keys(node_names[id], err) < 0)
		return -1;
	if (!s->options->no_trust && add_authorized(&authorized, node_names[other], err) < 0)
		return -1;
	return file_write("/root/.ssh/authorized_keys", buf_str(&authorized), 0600, err);
}

int host_files_make(const struct sandbox *s, enum node_id id, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(text_files); i++)
		if (file_write(text_files[i].path, text_files[i].text, text_files[i].mode, err) < 0)
			return -1;
	/* sshd drops its privileges in /run/sshd; QEMU's consoles are locked in /run/lock. */
	if (file_make_dirs("/run/sshd", 0755, err) < 0 ||
	    file_make_dirs("/run/lock", 0755, err) < 0 || write_hosts(s, id, err) < 0 ||
	    make_accounts(err) < 0 || write_libvirtd(err) < 0)
		return -1;
	return make_trust(s, id, err);
}
