/* SPDX-License-Identifier: Apache-2.0 */
/* ssh: another machine, through the OpenSSH client and one connection that all commands share. */
#include "runner/host/ssh.h"

#include <errno.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/kinds.h"

#define FRONT_MAX 32

/*
 * Nobody is asked anything, nothing is forwarded, the user's own configuration decides the rest.
 * What comes first counts for ssh, so its files cannot take this back.
 */
static const char *const options[] = {
	"BatchMode=yes",	 "ConnectionAttempts=1",    "ForwardAgent=no",
	"ForwardX11=no",	 "ClearAllForwardings=yes", "PermitLocalCommand=no",
	"RemoteCommand=none",	 "RequestTTY=no",	    "ControlPersist=no",
	"ServerAliveInterval=5", "ServerAliveCountMax=3",   "LogLevel=ERROR",
};

static void put(struct ssh *ssh, const char *option, const char *value)
{
	if (!value)
		return;
	ssh->front[ssh->front_count++] = option;
	ssh->front[ssh->front_count++] = value;
}

static void make_front(struct ssh *ssh)
{
	const struct ssh_uri *u = &ssh->uri;

	ssh->front = arena_array(&ssh->arena, const char *, 2 * FRONT_MAX);
	ssh->front[ssh->front_count++] = u->command ? u->command : "ssh";
	put(ssh, "-F", u->config);
	put(ssh, "-l", u->user);
	put(ssh, "-p", u->port);
	put(ssh, "-i", u->keyfile);
	/* What a person types to log in. */
	ssh->front[ssh->front_count] = u->host;
	ssh->typed = host_command_line(ssh->front, &ssh->arena);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		put(ssh, "-o", options[i]);
}

/* The lines 'name value' of ssh -G: what the user's files come to for this host. */
static bool config_is(const char *config, const char *line)
{
	const char *at = strstr(config, line);

	return at && (at == config || at[-1] == '\n') && at[strlen(line)] == '\n';
}

/* Host keys are checked as the user says, but they are checked. */
static int read_config(struct host *h, struct err *err)
{
	struct ssh *ssh = h->data;
	const char **argv = arena_array(&ssh->arena, const char *, ssh->front_count + 4);
	struct process_spec spec = { .argv = argv };
	struct process_result r;
	size_t n = ssh->front_count;

	memcpy(argv, ssh->front, n * sizeof(*argv));
	argv[n++] = "-G";
	argv[n++] = "--";
	argv[n++] = ssh->uri.host;
	if (process_run(h->group, &spec, &ssh->arena, &r, err) < 0)
		return -1;
	if (r.end == END_NOT_RUN)
		return err_set(err, ERR_ENV, NULL,
			       _("host '%s' needs the command '%s', which is not installed here"),
			       h->role, ssh->front[0]);
	if (r.end != END_EXITED || r.status)
		return ssh_explain(h, r.err.kept, err);
	if (config_is(r.out.kept, "stricthostkeychecking false") ||
	    config_is(r.out.kept, "stricthostkeychecking off") ||
	    config_is(r.out.kept, "stricthostkeychecking no"))
		put(ssh, "-o", "StrictHostKeyChecking=yes");
	if (config_is(r.out.kept, "connecttimeout none"))
		put(ssh, "-o", "ConnectTimeout=10");
	return 0;
}

static void close_host(struct host *h)
{
	struct ssh *ssh = h->data;

	ssh_link_close(h);
	ssh_dir_remove(ssh->directory);
	sink_done(&ssh->sinks[0]);
	sink_done(&ssh->sinks[1]);
	arena_done(&ssh->arena);
	free(ssh);
}

int host_ssh_open(struct host *h, struct err *err)
{
	struct ssh *ssh = mem_alloc(sizeof(*ssh));

	*ssh = (struct ssh){ .master = { 0, -1 } };
	h->data = ssh;
	if (ssh_uri_parse(h->uri, &ssh->arena, &ssh->uri, err) == 0) {
		make_front(ssh);
		if (read_config(h, err) == 0 && ssh_dir_make(h, err) == 0 &&
		    ssh_link_open(h, err) == 0 && ssh_look_at_tools(h, err) == 0) {
			h->login = ssh->typed;
			return 0;
		}
	}
	close_host(h);
	return -1;
}

/* The probe is a part of this program, which the other machine need not have. */
static int kvm(struct host *h, struct arena *arena, struct evidence_item *item, struct err *err)
{
	(void)arena;
	item->kind = EVIDENCE_PROBE;
	item->where = "/dev/kvm";
	item->when_ms = clock_unix_ms();
	item->error = EOPNOTSUPP;
	item->out.kept = "";
	return err_set(err, ERR_ENV, NULL,
		       _("/dev/kvm of host '%s' can be tried only by a kvmlab that runs there"),
		       h->role);
}

#define SSH_OPS                                                                                    \
	.read_file = ssh_read_file, .list_dir = ssh_list_dir, .run = ssh_run, .stat = ssh_stat,    \
	.kvm = kvm, .shell = ssh_shell, .end_left = ssh_end_left, .close = close_host

const struct host_ops host_ssh = { .scheme = "ssh", SSH_OPS };
const struct host_ops host_qemu_ssh = { .scheme = "qemu+ssh", SSH_OPS };
