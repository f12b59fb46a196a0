/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust: SSH keys made for the sandbox; the machine's own keys and known_hosts stay as they are.
 * Root and whoever typed 'sudo' have a key each, so that labs need no root once the sandbox is up.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/up.h"

/* Private keys, named by the user's number. The folder is root's: no user can put links into it. */
#define USERS	     SANDBOX_ROOT "/users"
#define KNOWN	     SANDBOX_ROOT "/known_hosts"
#define AUTHORIZED   SANDBOX_KEYS "/authorized" /* which the hosts see */
#define PUBLIC_BYTES 400

static const char *const keys[] = { "source", "destination", "sshd-source", "sshd-destination" };

static int make_key(struct sandbox *s, const char *path, const char *name, struct err *err)
{
	char comment[64];
	const char *argv[] = { "ssh-keygen", "-q",    "-t", "ed25519", "-N", "",
			       "-C",	     comment, "-f", path,      NULL };

	snprintf(comment, sizeof(comment), "kvmlab-sandbox-%s", name);
	return sandbox_run(s, &(struct sandbox_command){ .argv = argv }, err);
}

static int append_known(struct buf *known, const char *host, const struct net_end *end,
			struct err *err)
{
	_cleanup_file_ FILE *f = NULL;
	char path[128], type[32], key[128], address[NET_TEXT];

	snprintf(path, sizeof(path), "%s/sshd-%s.pub", SANDBOX_KEYS, host);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%31s %127s", type, key) != 2)
		return err_set(err, ERR_ENV, NULL, _("'%s' cannot be read"), path);
	buf_printf(known, "%s,%s %s %s\n", host, net_address(end, address), type, key);
	return 0;
}

/* %%i: ssh puts the user's number there. */
static int write_config(const struct sandbox *s, struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	char source[NET_TEXT], destination[NET_TEXT];

	net_address(&s->net.source, source);
	net_address(&s->net.destination, destination);
	buf_printf(&text,
		   "# Written by 'kvmlab sandbox up'.\n"
		   "Host source\n\tHostName %s\n\tHostKeyAlias source\n"
		   "Host destination\n\tHostName %s\n\tHostKeyAlias destination\n"
		   "Host source destination %s %s\n"
		   "\tUser root\n\tIdentityFile %s/%%i\n\tIdentitiesOnly yes\n"
		   "\tUserKnownHostsFile %s\n\tGlobalKnownHostsFile /dev/null\n"
		   "\tStrictHostKeyChecking yes\n\tBatchMode yes\n\tConnectTimeout 10\n",
		   source, destination, source, destination, USERS, KNOWN);
	if (file_write(SANDBOX_SSH_CONFIG, buf_str(&text), 0644, err) < 0)
		return -1;
	return file_write(SANDBOX_SSH, "#!/bin/sh\nexec ssh -F " SANDBOX_SSH_CONFIG " \"$@\"\n",
			  0755, err);
}

/* Under its name the private key is whole, its user's, and has its public half beside it. */
static int keep_key(const char *part, const char *path, uid_t user, struct err *err)
{
	char from[128], to[128];

	snprintf(from, sizeof(from), "%s.pub", part);
	snprintf(to, sizeof(to), "%s.pub", path);
	if (chown(part, user, (gid_t)-1) < 0 || rename(from, to) < 0 || rename(part, path) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), path);
	return 0;
}

static int make_user(struct sandbox *s, uid_t user, struct err *err)
{
	static const char part[] = USERS "/new";
	char path[64], name[32];

	snprintf(name, sizeof(name), "user-%u", user);
	snprintf(path, sizeof(path), USERS "/%u", user);
	if (access(path, F_OK) == 0)
		return 0;
	unlink(part);
	if (make_key(s, part, name, err) < 0)
		return -1;
	return keep_key(part, path, user, err);
}

static int write_authorized(struct err *err)
{
	_cleanup_buf_ struct buf text = { 0 };
	glob_t found;

	if (glob(USERS "/*.pub", 0, NULL, &found))
		return err_set(err, ERR_ENV, NULL, _("'%s' cannot be read"), USERS);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		_cleanup_file_ FILE *f = fopen(found.gl_pathv[i], "re");
		char line[PUBLIC_BYTES];

		if (f && fgets(line, sizeof(line), f))
			buf_puts(&text, line);
	}
	globfree(&found);
	if (file_write(AUTHORIZED ".new", buf_str(&text), 0600, err) < 0)
		return -1;
	if (rename(AUTHORIZED ".new", AUTHORIZED) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), AUTHORIZED);
	return 0;
}

/* Who typed 'sudo'; root when nobody did. */
static uid_t invoker(void)
{
	const char *text = getenv("SUDO_UID");
	char *end;
	unsigned long n = text ? strtoul(text, &end, 10) : 0;

	return text && *text >= '0' && *text <= '9' && !*end && n < (uid_t)-1 ? (uid_t)n : 0;
}

int trust_admit(struct sandbox *s, struct err *err)
{
	if (file_make_dirs(USERS, 0755, err) < 0 || make_user(s, 0, err) < 0 ||
	    make_user(s, invoker(), err) < 0)
		return -1;
	return write_authorized(err);
}

bool sandbox_admits(void)
{
	char path[64];

	snprintf(path, sizeof(path), USERS "/%u", getuid());
	return geteuid() == 0 || access(path, R_OK) == 0;
}

int trust_make(struct sandbox *s, struct err *err)
{
	_cleanup_buf_ struct buf known = { 0 };
	char path[128];

	if (file_make_dirs(SANDBOX_KEYS, 0700, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		snprintf(path, sizeof(path), "%s/%s", SANDBOX_KEYS, keys[i]);
		if (make_key(s, path, keys[i], err) < 0)
			return -1;
	}
	if (append_known(&known, "source", &s->net.source, err) < 0 ||
	    append_known(&known, "destination", &s->net.destination, err) < 0 ||
	    file_write(SANDBOX_KEYS "/known_hosts", buf_str(&known), 0644, err) < 0 ||
	    file_write(KNOWN, buf_str(&known), 0644, err) < 0 || trust_admit(s, err) < 0)
		return -1;
	return write_config(s, err);
}
