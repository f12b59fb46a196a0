/* SPDX-License-Identifier: Apache-2.0 */
/* group: the place where a run's processes live, and the ways to find and end them. */
#include "runner/host/group.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/environ.h"
#include "runner/host/plumbing.h"
#include "runner/host/scan.h"
#include "runner/host/sudo.h"

#define GRACE_MS    2000
#define KILL_MS	    3000
#define DRAIN_MS    100
#define WAIT_MIN_US 500
#define WAIT_MAX_US 20000

const char *process_rung_name(enum process_rung rung)
{
	static const char *const names[] = {
		[RUNG_CGROUP] = "cgroup",
		[RUNG_SUBREAPER] = "subreaper",
		[RUNG_GROUP] = "process group",
	};

	return names[rung];
}

enum process_rung process_group_rung(const struct process_group *g)
{
	return g->rung;
}

void process_group_on_tick(struct process_group *g, process_tick_fn *tick, void *data)
{
	g->tick = tick;
	g->tick_data = data;
}

static void choose_rung(struct process_group *g, enum process_rung best)
{
	g->rung = best;
	if (g->rung == RUNG_CGROUP && !cgroup_open(&g->cgroup, g->name))
		g->rung = RUNG_SUBREAPER;
	if (g->rung == RUNG_SUBREAPER && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
		g->rung = RUNG_GROUP;
}

/* Without a cgroup, what a killed kvmlab left is known by its environment only. */
static void end_marked(const struct process_group *g)
{
	char entry[300];
	int64_t until = clock_us() + KILL_MS * 1000;

	snprintf(entry, sizeof(entry), ENVIRON_MARK "=%s", g->name);
	while (clock_us() < until) {
		struct pids pids = { 0 };
		size_t hit = 0;

		scan_marked(entry, &pids);
		for (size_t i = 0; i < pids.n; i++)
			hit += pid_kill(pids.v[i], SIGKILL) == 0;
		pids_done(&pids);
		if (!hit)
			return;
		poll(NULL, 0, 1);
	}
}

static bool is_good_name(const char *name)
{
	size_t len = strlen(name);

	return len && len <= 200 && name[0] != '.' && strncmp(name, "cgroup.", 7) &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") ==
		       len;
}

/* A child's status cannot be read where SIGCHLD is ignored, as some supervisors leave it. */
static void stop_ignoring_children(void)
{
	struct sigaction old;

	if (sigaction(SIGCHLD, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
		signal(SIGCHLD, SIG_DFL);
}

/* No rung yet. */
static int make(const char *name, struct process_group **ret, struct err *err)
{
	struct process_group *g = mem_alloc(sizeof(*g));

	*g = (struct process_group){
		.rung = RUNG_GROUP, .grace_ms = GRACE_MS, .kill_ms = KILL_MS, .drain_ms = DRAIN_MS
	};
	g->cgroup = (struct cgroup)CGROUP_CLOSED;
	g->null = plumbing_raise(open("/dev/null", O_RDONLY | O_CLOEXEC));
	g->name = strdup(name);
	g->bytes = mem_alloc(GROUP_BYTES);
	if (g->null < 0 || !g->name)
		err_errno(err, ERR_ENV, errno, _("'/dev/null' cannot be opened"));
	if (g->null < 0 || !g->name || spawner_open(&g->spawner, err) < 0) {
		process_group_close(g);
		return -1;
	}
	*ret = g;
	return 0;
}

int process_group_open(const char *name, enum process_rung best, struct process_group **ret,
		       struct err *err)
{
	struct process_group *g;

	if (!is_good_name(name))
		return err_set(err, ERR_USAGE, NULL,
			       _("'%s' is no name for a group of processes; letters, digits, '-', "
				 "'_' and '.' are"),
			       name);
	if (make(name, &g, err) < 0)
		return -1;
	stop_ignoring_children();
	choose_rung(g, best);
	if (g->rung != RUNG_CGROUP)
		end_marked(g);
	*ret = g;
	return 0;
}

int process_group_open_beside(const struct process_group *of, struct process_group **ret,
			      struct err *err)
{
	struct process_group *g;

	if (make(of->name, &g, err) < 0)
		return -1;
	g->beside = true;
	/* A subreaper's scan cannot tell one group's orphans from another's. */
	if (of->rung == RUNG_CGROUP && cgroup_open_beside(&g->cgroup, &of->cgroup))
		g->rung = RUNG_CGROUP;
	*ret = g;
	return 0;
}

static void end_now(struct process_group *g)
{
	struct ending e = { 0 };

	for (ending_start(&e, g, true); e.phase < ENDING_EMPTY; ending_step(&e, g))
		poll(NULL, 0, (int)(e.wait_us / 1000) + 1);
}

void process_group_close(struct process_group *g)
{
	if (!g)
		return;
	if (g->main && !group_is_empty(g))
		end_now(g);
	if (g->rung == RUNG_CGROUP)
		cgroup_close(&g->cgroup);
	spawner_done(&g->spawner);
	cleanup_fd(&g->null);
	sink_done(&g->sinks[0]);
	sink_done(&g->sinks[1]);
	pids_done(&g->bystanders);
	free(g->bytes);
	free(g->name);
	free(g);
}

static bool has_no_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 && errno == ECHILD;
}

void group_prepare(struct process_group *g)
{
	if (g->rung == RUNG_CGROUP && g->cgroup.killed && !cgroup_renew(&g->cgroup)) {
		group_weaken(g);
		return;
	}
	g->bystanders.n = 0;
	g->main = 0;
	g->reaped = false;
	if (g->rung == RUNG_SUBREAPER && !has_no_children())
		scan_children(&g->bystanders);
}

void group_weaken(struct process_group *g)
{
	cgroup_close(&g->cgroup);
	choose_rung(g, g->beside ? RUNG_GROUP : RUNG_SUBREAPER);
	group_prepare(g);
}

void group_list(struct process_group *g, struct pids *ret)
{
	if (g->rung == RUNG_CGROUP)
		cgroup_list(&g->cgroup, ret);
	else if (g->rung == RUNG_SUBREAPER)
		scan_descendants(&g->bystanders, g->reaped ? 0 : g->main, ret);
	else if (g->main > 1)
		scan_process_group(g->main, ret);
}

/* What hops from process to process can be missed by a scan, but not by the kernel's own count of
 * our children. */
static bool has_nothing_found(struct process_group *g)
{
	if (g->rung == RUNG_SUBREAPER && !g->bystanders.n && g->reaped)
		return has_no_children();
	return true;
}

/* The quick answers first; only then are processes counted. */
bool group_is_empty(struct process_group *g)
{
	struct pids pids = { 0 };
	size_t n;

	if (g->rung == RUNG_CGROUP && !cgroup_is_populated(&g->cgroup))
		return true;
	if (g->rung == RUNG_SUBREAPER && has_no_children())
		return true;
	if (g->rung == RUNG_GROUP && g->reaped && pid_kill(-g->main, 0) < 0 && errno == ESRCH)
		return true;
	group_list(g, &pids);
	n = pids.n;
	pids_done(&pids);
	return n == 0 && has_nothing_found(g);
}

static void signal_all(struct process_group *g, int sig)
{
	struct pids pids = { 0 }, refused = { 0 };

	group_list(g, &pids);
	for (size_t i = 0; i < pids.n; i++)
		if (pid_kill(pids.v[i], sig) < 0 && errno == EPERM)
			pids_add(&refused, pids.v[i]);
	/* What a step started as root only root can signal; sudo has let us in before. */
	if (refused.n && g->sudo_until_us)
		sudo_kill(&refused, sig);
	pids_done(&refused);
	pids_done(&pids);
}

static void kill_all(struct process_group *g)
{
	if (g->rung == RUNG_CGROUP)
		cgroup_kill(&g->cgroup);
	if (g->rung == RUNG_SUBREAPER)
		scan_signal_children(&g->bystanders, SIGKILL);
	if (g->rung != RUNG_CGROUP)
		signal_all(g, SIGKILL);
	if (g->rung == RUNG_GROUP && g->main > 1)
		pid_kill(-g->main, SIGKILL);
}

void ending_start(struct ending *e, struct process_group *g, bool gently)
{
	e->wait_us = WAIT_MIN_US;
	if (gently) {
		e->phase = ENDING_TERM;
		e->until_us = clock_us() + g->grace_ms * 1000;
		signal_all(g, SIGTERM);
		signal_all(g, SIGCONT);
		return;
	}
	e->phase = ENDING_KILL;
	e->until_us = clock_us() + g->kill_ms * 1000;
	kill_all(g);
}

void ending_step(struct ending *e, struct process_group *g)
{
	int64_t now = clock_us();

	if (group_is_empty(g)) {
		e->phase = ENDING_EMPTY;
		return;
	}
	e->wait_us = e->wait_us * 2 > WAIT_MAX_US ? WAIT_MAX_US : e->wait_us * 2;
	if (e->phase == ENDING_TERM && now >= e->until_us)
		ending_start(e, g, false);
	else if (e->phase == ENDING_KILL && now >= e->until_us)
		e->phase = ENDING_STUCK;
	else if (e->phase == ENDING_KILL)
		kill_all(g);
}
