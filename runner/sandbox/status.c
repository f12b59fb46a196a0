/* SPDX-License-Identifier: Apache-2.0 */
/* status: how the sandbox stands; and a shell in one of its hosts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/nfs.h"
#include "runner/sandbox/state.h"
#include "runner/sandbox/up.h"

#define HOSTS 2

static const char *read_state(const char *name, struct arena *arena)
{
	_cleanup_buf_ struct buf text = { 0 };

	return state_read(name, &text) ? arena_strdup(arena, buf_str(&text)) : NULL;
}

/* The options as they were written down give the addresses again. */
static int read_net(const char *options, struct sandbox_net *ret, struct err *err)
{
	char network[32];

	if (sscanf(options, "network=%31s", network) != 1)
		return err_set(err, ERR_ENV, NULL, _("'%s' cannot be understood"), STATE_DIR);
	return net_plan(network, strstr(options, "other-network=yes") != NULL, ret, err);
}

static const char *address_text(const struct net_end *end, struct arena *arena)
{
	char text[NET_TEXT];

	return arena_strdup(arena, net_address(end, text));
}

static int pid_of(enum node_id id)
{
	struct node_record record;

	return node_recorded(id, &record) && node_is_alive(&record) ? (int)record.pid : 0;
}

static int fill_hosts(struct arena *arena, struct sandbox_status *s, struct err *err)
{
	static const char *const uris[] = { SANDBOX_URI("source"), SANDBOX_URI("destination") };
	struct sandbox_net net;

	if (read_net(s->options, &net, err) < 0)
		return -1;
	s->iscsi = !strstr(s->options, "no-shared-storage=yes");
	nfs_status(&s->nfs, &s->no_nfs);
	s->guest_address = address_text(&net.guest, arena);
	for (int i = 0; i < HOSTS; i++)
		s->hosts[i] = (struct sandbox_host){
			.name = node_names[i],
			.address = address_text(i ? &net.destination : &net.source, arena),
			.uri = uris[i],
			.pid = pid_of(i),
		};
	return 0;
}

static void judge(struct sandbox_status *s)
{
	if (!state_is_of_this_boot()) {
		s->state = SANDBOX_UNFINISHED;
		s->why = _("the machine has restarted since");
		return;
	}
	if (!s->options || access(STATE_DIR "/" STATE_COMPLETE, F_OK) < 0) {
		s->state = SANDBOX_UNFINISHED;
		s->why = _("'up' or 'down' has not finished");
		return;
	}
	s->state = SANDBOX_UP;
	for (int i = 0; i < NODE_COUNT; i++) {
		if (pid_of(i))
			continue;
		s->state = SANDBOX_BROKEN;
		s->why = i == NODE_STORAGE ? _("'storage' has ended") : _("a host has ended");
	}
}

int sandbox_status(struct arena *arena, struct sandbox_status *ret, struct err *err)
{
	struct sandbox_status s = { .state = SANDBOX_DOWN };
	const char *complete;

	if (access(SANDBOX_ROOT, F_OK) == 0) {
		s.options = read_state(STATE_OPTIONS, arena);
		complete = read_state(STATE_COMPLETE, arena);
		s.kvm = complete && !strcmp(complete, "kvm");
		judge(&s);
	}
	if (s.state != SANDBOX_DOWN && s.options && fill_hosts(arena, &s, err) < 0)
		return -1;
	*ret = s;
	return 0;
}

static int find_host(const char *host, int *ret_pid, struct err *err)
{
	int i = 0;

	while (i < HOSTS && strcmp(host, node_names[i]))
		i++;
	if (i == HOSTS)
		return err_set(
			err, ERR_USAGE, NULL,
			_("'%s' is no host of the sandbox; 'source' or 'destination' would be "
			  "right"),
			host);
	*ret_pid = state_is_of_this_boot() ? pid_of(i) : 0;
	if (*ret_pid)
		return 0;
	return err_set(err, ERR_ENV, NULL, _("'%s' is not up; '%skvmlab sandbox up' starts it"),
		       host, sandbox_sudo());
}

/* Without root nothing but the network leads in. */
static int log_in(const char *host, struct err *err)
{
	const char *argv[] = {
		"ssh", "-F", SANDBOX_SSH_CONFIG, isatty(0) ? "-t" : "-T", host, NULL
	};
	char verb[32];

	snprintf(verb, sizeof(verb), "shell %s", host);
	if (!sandbox_admits())
		return needs_check_root(verb, err);
	execvp(argv[0], (char *const *)argv);
	return err_errno(err, ERR_ENV, errno, _("'%s' cannot be run"), argv[0]);
}

int sandbox_shell(const char *host, struct err *err)
{
	char pid[16], term[64];
	const char *terminal = getenv("TERM");
	const char *argv[] = {
		"nsenter", "-m", "-u", "-i", "-n",	"-p", "-r",
		"-w",	   "-t", pid,  "--", "/bin/sh", "-c", "cd; exec /bin/bash -l",
		NULL
	};
	const char *env[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			      "HOME=/root",
			      "LC_ALL=C.UTF-8",
			      "USER=root",
			      "SHELL=/bin/bash",
			      term,
			      NULL };
	int n;

	if (find_host(host, &n, err) < 0)
		return -1;
	if (geteuid() != 0)
		return log_in(host, err);
	snprintf(pid, sizeof(pid), "%d", n);
	snprintf(term, sizeof(term), "TERM=%s", terminal ? terminal : "dumb");
	execvpe(argv[0], (char *const *)argv, (char *const *)env);
	return err_errno(err, ERR_ENV, errno, _("'%s' cannot be run"), argv[0]);
}
