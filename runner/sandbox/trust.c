/* SPDX-License-Identifier: Apache-2.0 */
/* trust: SSH keys made for the sandbox; the machine's own keys and known_hosts stay as they are. */
#include <stdio.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/up.h"

static const char *const keys[] = { "machine", "source", "destination", "sshd-source",
				    "sshd-destination" };

static int make_key(struct sandbox *s, const char *name, struct err *err)
{
	char path[128], comment[64];
	const char *argv[] = { "ssh-keygen", "-q",    "-t", "ed25519", "-N", "",
			       "-C",	     comment, "-f", path,      NULL };

	snprintf(path, sizeof(path), "%s/%s", SANDBOX_KEYS, name);
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
		   "\tUser root\n\tIdentityFile %s/machine\n\tIdentitiesOnly yes\n"
		   "\tUserKnownHostsFile %s/known_hosts\n\tGlobalKnownHostsFile /dev/null\n"
		   "\tStrictHostKeyChecking yes\n\tBatchMode yes\n\tConnectTimeout 10\n",
		   source, destination, source, destination, SANDBOX_KEYS, SANDBOX_KEYS);
	if (file_write(SANDBOX_SSH_CONFIG, buf_str(&text), 0644, err) < 0)
		return -1;
	return file_write(SANDBOX_SSH, "#!/bin/sh\nexec ssh -F " SANDBOX_SSH_CONFIG " \"$@\"\n",
			  0755, err);
}

int trust_make(struct sandbox *s, struct err *err)
{
	_cleanup_buf_ struct buf known = { 0 };

	if (file_make_dirs(SANDBOX_KEYS, 0700, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (make_key(s, keys[i], err) < 0)
			return -1;
	if (append_known(&known, "source", &s->net.source, err) < 0 ||
	    append_known(&known, "destination", &s->net.destination, err) < 0 ||
	    file_write(SANDBOX_KEYS "/known_hosts", buf_str(&known), 0644, err) < 0)
		return -1;
	return write_config(s, err);
}
