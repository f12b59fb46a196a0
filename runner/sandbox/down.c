/* SPDX-License-Identifier: Apache-2.0 */
/* down: removes the sandbox by what is written down about it, and looks whether it is gone. */
#include "runner/sandbox/down.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/debian.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/node_home.h"
#include "runner/sandbox/state.h"
#include "runner/sandbox/up.h"

#define LINK_WAIT_MS 5000

struct records {
	struct node_record v[NODE_COUNT];
	bool has[NODE_COUNT];
};

static void read_records(struct records *r)
{
	/* After a restart of the machine, the numbers are other people's. */
	bool valid = state_is_of_this_boot();

	for (int i = 0; i < NODE_COUNT; i++)
		r->has[i] = valid && node_recorded(i, &r->v[i]);
}

/* Mounts of this machine, not of a node, that lie in SANDBOX_ROOT. */
static int count_mounts(void)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;
	int n = 0;

	while (f && getline(&line, &cap, f) > 0)
		n += strstr(line, " " SANDBOX_ROOT) != NULL;
	return n;
}

static void count(const struct records *r, bool link, struct sandbox_count *ret)
{
	*ret = (struct sandbox_count){
		.interfaces = link,
		.mounts = count_mounts(),
		.files = file_count(SANDBOX_ROOT),
	};
	for (int i = 0; i < NODE_COUNT; i++) {
		if (!r->has[i])
			continue;
		ret->processes += node_count_processes(&r->v[i]);
		ret->namespaces += node_count_namespaces(&r->v[i]);
	}
}

/* What a killed 'up' had started on the machine itself is in a group of that name. */
static int end_commands(struct err *err)
{
	struct process_group *group;

	if (process_group_open(SANDBOX_GROUP, RUNG_CGROUP, &group, err) < 0)
		return -1;
	process_group_close(group);
	return 0;
}

static int delete_link(struct err *err)
{
	const char *argv[] = { "ip", "link", "delete", SANDBOX_LINK, NULL };
	struct sandbox s = { 0 };
	int failed;

	if (process_group_open(SANDBOX_GROUP, RUNG_CGROUP, &s.group, err) < 0)
		return -1;
	failed = sandbox_run(&s, &(struct sandbox_command){ .argv = argv }, err);
	process_group_close(s.group);
	return failed && wires_is_ours() ? -1 : 0;
}

/* It goes with the namespace of its other end, a little later than the processes. */
static int remove_link(struct err *err)
{
	for (int waited = 0; wires_is_ours(); waited += 20) {
		if (waited >= LINK_WAIT_MS)
			return err_set(err, ERR_ENV, NULL, _("'%s' does not go away"),
				       SANDBOX_LINK);
		if (waited == 100 && delete_link(err) < 0)
			return -1;
		poll(NULL, 0, 20);
	}
	return 0;
}

static int remove_all(const struct records *r, struct err *err)
{
	if (end_commands(err) < 0)
		return -1;
	for (int i = 0; i < NODE_COUNT; i++)
		if (r->has[i] && node_kill(i, &r->v[i], err) < 0)
			return -1;
	for (int i = 0; i < NODE_COUNT; i++)
		if (r->has[i])
			node_await_reaped(&r->v[i]);
	node_home_remove();
	if (remove_link(err) < 0 || file_remove_tree(SANDBOX_CACHE "/guest.part", err) < 0)
		return -1;
	return 0;
}

/* The records go last, so that a killed 'down' can be taken up again. */
static int remove_files(struct err *err)
{
	static const char *const first[] = { "build", "boot", "source", "destination", "storage" };
	_cleanup_buf_ struct buf path = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
		buf_reset(&path);
		buf_printf(&path, "%s/%s", SANDBOX_ROOT, first[i]);
		if (file_remove_tree(buf_str(&path), err) < 0)
			return -1;
	}
	rmdir(SANDBOX_CACHE); /* when there is no image in it */
	return file_remove_tree(SANDBOX_ROOT, err);
}

static bool is_nothing(const struct sandbox_count *c)
{
	return !c->processes && !c->namespaces && !c->interfaces && !c->mounts && !c->files;
}

int down_remove(int lock, struct sandbox_down *ret, struct err *err)
{
	struct records records;
	bool failed;

	(void)lock;
	*ret = (struct sandbox_down){ .found = true };
	read_records(&records);
	count(&records, wires_is_ours(), &ret->before);
	failed = remove_all(&records, err) < 0 || remove_files(err) < 0;
	count(&records, wires_is_ours(), &ret->after);
	ret->cache = access(SANDBOX_CACHE, F_OK) == 0;
	if (failed)
		return -1;
	if (!is_nothing(&ret->after))
		return err_set(err, ERR_ENV, NULL,
			       _("something of the sandbox is left: %d processes, %d namespaces, "
				 "%d interfaces, %d mounts, %d files"),
			       ret->after.processes, ret->after.namespaces, ret->after.interfaces,
			       ret->after.mounts, ret->after.files);
	return 0;
}

int sandbox_down(bool purge, struct sandbox_down *ret, struct err *err)
{
	_cleanup_fd_ int lock = -1;

	*ret = (struct sandbox_down){ 0 };
	if (needs_check_root("down", err) < 0 || state_lock_existing(&lock, err) < 0)
		return -1;
	if (lock >= 0 && down_remove(lock, ret, err) < 0)
		return -1;
	if (purge && (debian_purge(err) < 0 || file_remove_tree(SANDBOX_CACHE, err) < 0))
		return -1;
	ret->cache = access(SANDBOX_CACHE, F_OK) == 0;
	return 0;
}
