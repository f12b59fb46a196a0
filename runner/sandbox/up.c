/* SPDX-License-Identifier: Apache-2.0 */
/* up: makes the sandbox, step by step; whatever goes wrong, nothing of it is left. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/down.h"
#include "runner/sandbox/nfs.h"
#include "runner/sandbox/state.h"
#include "runner/sandbox/up.h"

#define BUILD_TIMEOUT_MS 60000
#define READY_TIMEOUT_MS 60000
#define LOOK_EVERY_US	 20000

static const char *yes_no(bool b)
{
	return b ? "yes" : "no";
}

static void write_options(const struct sandbox_options *o, struct buf *ret)
{
	buf_printf(ret,
		   "network=%s lesser-cpu=%s no-shared-storage=%s no-trust=%s other-network=%s",
		   o->network, yes_no(o->lesser_cpu), yes_no(o->no_shared_storage),
		   yes_no(o->no_trust), yes_no(o->other_network));
}

static int start_nodes(struct sandbox *s, struct err *err)
{
	for (int i = 0; i < NODE_COUNT; i++)
		if (node_start(i, node_run, s, &s->nodes[i], err) < 0)
			return -1;
	return 0;
}

static int order_all(struct sandbox *s, char order, struct err *err)
{
	for (int i = 0; i < NODE_COUNT; i++)
		if (node_order(&s->nodes[i], order, err) < 0)
			return -1;
	for (int i = 0; i < NODE_COUNT && order != NODE_STAY; i++)
		if (node_await(&s->nodes[i], i, BUILD_TIMEOUT_MS, err) < 0)
			return -1;
	return 0;
}

/* Waits until a daemon of a host has made its file. */
static int await_file(struct sandbox *s, enum node_id id, const char *path, struct err *err)
{
	char seen[256];

	/* A link through /proc shows the file system of the node. */
	snprintf(seen, sizeof(seen), "/proc/%d/root%s", (int)s->nodes[id].record.pid, path);
	for (int waited = 0; waited < READY_TIMEOUT_MS; waited += LOOK_EVERY_US / 1000) {
		if (access(seen, F_OK) == 0)
			return 0;
		if (s->watch && s->watch->cancel && *s->watch->cancel)
			return err_set(err, ERR_INTERRUPT, NULL, _("interrupted"));
		usleep(LOOK_EVERY_US);
	}
	return err_set(err, ERR_ENV, NULL, _("on '%s' '%s' did not appear; see '%s/%s.log'"),
		       node_names[id], path, SANDBOX_ROOT, node_names[id]);
}

static int await_daemons(struct sandbox *s, struct err *err)
{
	for (int i = NODE_SOURCE; i <= NODE_DESTINATION; i++)
		if (await_file(s, i, "/run/sshd.pid", err) < 0 ||
		    await_file(s, i, "/run/libvirt/virtlogd-sock", err) < 0 ||
		    await_file(s, i, "/run/libvirt/libvirt-sock", err) < 0)
			return -1;
	return 0;
}

/* As a user would: from this machine, and from one host to the other where they trust each other.
 */
static int prove(struct sandbox *s, struct err *err)
{
	const char *source[] = { SANDBOX_SSH, "source", "true", NULL };
	const char *destination[] = { SANDBOX_SSH, "destination", "true", NULL };
	const char *across[] = { "virsh",   "-q", "-c", "qemu+ssh://destination/system?no_tty=1",
				 "version", NULL };

	if (sandbox_run(s, &(struct sandbox_command){ .argv = source }, err) < 0 ||
	    sandbox_run(s, &(struct sandbox_command){ .argv = destination }, err) < 0)
		return -1;
	if (s->options->no_trust || s->options->other_network)
		return 0;
	return sandbox_run_in(s, NODE_SOURCE, &(struct sandbox_command){ .argv = across }, err);
}

static int record(struct sandbox *s, struct err *err)
{
	_cleanup_buf_ struct buf options = { 0 };

	write_options(s->options, &options);
	buf_putc(&options, '\n');
	if (state_write_boot(err) < 0 || state_write(STATE_OPTIONS, buf_str(&options), err) < 0)
		return -1;
	return wires_choose(err);
}

static int make_hosts(struct sandbox *s, struct err *err)
{
	sandbox_say(s, _("starting the hosts 'source' and 'destination'"));
	if (trust_make(s, err) < 0 || guest_make_disk(s, err) < 0 || start_nodes(s, err) < 0 ||
	    order_all(s, NODE_BUILD, err) < 0)
		return -1;
	sandbox_say(s, _("connecting them"));
	if (wires_make(s, err) < 0)
		return -1;
	sandbox_say(s, _("starting libvirtd, virtlogd and sshd on each"));
	return order_all(s, NODE_DAEMON, err);
}

static int make(struct sandbox *s, struct err *err)
{
	s->kvm = needs_find_kvm();
	if (record(s, err) < 0 || nfs_decide(s, err) < 0 || image_provide(s, err) < 0 ||
	    make_hosts(s, err) < 0 || guest_share_disk(s, err) < 0 || await_daemons(s, err) < 0)
		return -1;
	sandbox_say(s, _("defining the guest 'db01' on 'source'"));
	/* Both hosts at the same time: the source does the same for the definition. */
	if (node_order(&s->nodes[NODE_DESTINATION], NODE_WARM, err) < 0 ||
	    guest_define(s, err) < 0 || prove(s, err) < 0 || nfs_mount(s, err) < 0 ||
	    order_all(s, NODE_STAY, err) < 0)
		return -1;
	/* Last: what is said to be complete must not end with us. */
	return state_write(STATE_COMPLETE, s->kvm ? "kvm\n" : "tcg\n", err);
}

static int make_or_undo(struct sandbox *s, int lock, struct err *err)
{
	struct sandbox_down left;
	struct err other = { 0 };
	int failed;

	if (process_group_open(SANDBOX_GROUP, RUNG_CGROUP, &s->group, err) < 0)
		return -1;
	failed = make(s, err);
	process_group_close(s->group);
	for (int i = 0; i < NODE_COUNT; i++)
		node_close(&s->nodes[i]);
	if (!failed)
		return 0;
	if (down_remove(lock, &left, &other) < 0)
		err_wrap(err, _("%s, after"), other.msg);
	return -1;
}

/* 1: it is up with these options; 0: nothing stands any more; -1: an error. */
static int look_at_old(const struct sandbox_options *options, int lock, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	_cleanup_buf_ struct buf wanted = { 0 };
	struct sandbox_status status;
	struct sandbox_down ignored;

	write_options(options, &wanted);
	if (sandbox_status(&arena, &status, err) < 0)
		return -1;
	if (status.state != SANDBOX_UP)
		return down_remove(lock, &ignored, err);
	if (!strcmp(status.options, buf_str(&wanted)))
		return 1;
	return err_set(err, ERR_USAGE, NULL,
		       _("the sandbox is up with other options (%s); 'kvmlab sandbox down' first"),
		       status.options);
}

/* Into the one that is up already: somebody else may have made it. */
static int admit(struct sandbox *s, struct err *err)
{
	int failed;

	if (process_group_open(SANDBOX_GROUP, RUNG_CGROUP, &s->group, err) < 0)
		return -1;
	failed = trust_admit(s, err);
	process_group_close(s->group);
	return failed;
}

int sandbox_up(const struct sandbox_options *options, const struct sandbox_watch *watch,
	       bool *ret_new, struct err *err)
{
	struct sandbox s = { .options = options,
			     .watch = watch,
			     .nodes = { NODE_CLOSED, NODE_CLOSED, NODE_CLOSED } };
	_cleanup_fd_ int lock = -1;
	int old;

	if (net_plan(options->network, options->other_network, &s.net, err) < 0 ||
	    needs_check_root("up", err) < 0 || state_lock_existing(&lock, err) < 0)
		return -1;
	/* The sandbox's files are read by others than us, whatever the user's umask is. */
	umask(022);
	old = lock < 0 ? 0 : look_at_old(options, lock, err);
	*ret_new = old == 0;
	if (old)
		return old < 0 ? -1 : admit(&s, err);
	/* 'down' has removed what the lock stood for. */
	cleanup_fd(&lock);
	lock = -1;
	if (needs_check(options, err) < 0 || wires_check_free(err) < 0 ||
	    net_check_routes(&s.net, "/proc/net/route", err) < 0 || state_lock(&lock, err) < 0)
		return -1;
	return make_or_undo(&s, lock, err);
}
