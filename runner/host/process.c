/* SPDX-License-Identifier: Apache-2.0 */
/* process: runs a command so that it ends, all of it, and its output stays bounded. */
#include "runner/host/process.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/environ.h"
#include "runner/host/group.h"
#include "runner/host/plumbing.h"
#include "runner/host/sudo.h"

#define TIMEOUT_DEFAULT_MS 10000
#define CANCEL_LOOK_US	   50000 /* how often *cancel is read: its signal may reach another thread */
#define SETTLE_US	   20000
#define SETTLE_LOOK_US	   300
#define LAST_READS	   64 /* of GROUP_BYTES, from pipes that somebody still holds */

/* A command while it runs. */
struct run {
	struct process_group *g;
	const struct process_spec *spec;
	struct process_result *result;
	struct spawned child;
	int pipes[2]; /* reading ends of its output and its errors; -1: at the end */
	int held;     /* keeps its input open, or tells whether sudo's was read, or -1 */
	bool is_sudo;
	int64_t start_us, deadline_us, reaped_us;
	int64_t quiet_us; /* since when all output is at its end */
	siginfo_t info;	  /* how the main process ended */
	bool told_to_end; /* because of result->end, not for what it left behind */
	struct ending ending;
};

static void take_output(struct run *r, int i)
{
	const struct process_spec *spec = r->spec;
	ssize_t n = read(r->pipes[i], r->g->bytes, GROUP_BYTES);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close(r->pipes[i]);
		r->pipes[i] = -1;
		return;
	}
	sink_add(&r->g->sinks[i], r->g->bytes, (size_t)n);
	if (spec->output)
		spec->output(spec->output_data, i + 1, r->g->bytes, (size_t)n);
}

static void reap(struct run *r)
{
	if (waitid(P_PID, (id_t)r->child.pid, &r->info, WEXITED | WNOHANG) < 0 ||
	    r->info.si_pid == 0)
		return;
	r->g->reaped = true;
	r->reaped_us = clock_us();
	cleanup_fd(&r->child.pidfd);
	r->child.pidfd = -1;
}

/* Waits for output, the end of the main process or the time given, and takes what has come. */
static void wait_and_take(struct run *r, int64_t wait_us)
{
	struct pollfd fds[3] = {
		{ .fd = r->pipes[0], .events = POLLIN },
		{ .fd = r->pipes[1], .events = POLLIN },
		{ .fd = r->child.pidfd, .events = POLLIN },
	};
	struct timespec wait = { .tv_sec = wait_us / 1000000, .tv_nsec = wait_us % 1000000 * 1000 };

	if (ppoll(fds, ARRAY_SIZE(fds), &wait, NULL) <= 0)
		return;
	for (int i = 0; i < 2; i++)
		if (fds[i].revents)
			take_output(r, i);
	if (fds[2].revents)
		reap(r);
}

static bool output_is_over(const struct run *r)
{
	return r->pipes[0] < 0 && r->pipes[1] < 0;
}

static int cancel_level(const struct run *r)
{
	return r->spec->cancel ? (int)*r->spec->cancel : 0;
}

/* The main process still runs: must it end? */
static void look_at_limits(struct run *r, int64_t now)
{
	int cancel = cancel_level(r);

	if (!cancel && now < r->deadline_us)
		return;
	r->result->end = cancel ? END_CANCELLED : END_TIMED_OUT;
	r->result->killed = true;
	r->told_to_end = true;
	ending_start(&r->ending, r->g, cancel < 2);
}

/* A process closes its output a moment before it is gone: give those that are ending that moment.
 */
static bool is_settling(struct run *r, int64_t now)
{
	if (now >= r->reaped_us + r->g->drain_ms * 1000)
		return false;
	if (!output_is_over(r))
		return true;
	if (!r->quiet_us)
		r->quiet_us = now;
	return now < r->quiet_us + SETTLE_US;
}

/* The main process has ended: did it leave others behind? */
static bool is_over_unless_left(struct run *r, int64_t now)
{
	struct pids left = { 0 };
	bool settling = is_settling(r, now);

	if (settling && !output_is_over(r))
		return false;
	if (group_is_empty(r->g))
		return true;
	if (settling)
		return false;
	group_list(r->g, &left);
	/* One that hops from process to process is not always seen. */
	r->result->survivors_found = left.n ? (unsigned)left.n : 1;
	r->result->killed = true;
	pids_done(&left);
	ending_start(&r->ending, r->g, cancel_level(r) < 2);
	return false;
}

static bool is_ending_over(struct run *r)
{
	if (r->ending.phase == ENDING_TERM && cancel_level(r) >= 2)
		ending_start(&r->ending, r->g, false);
	ending_step(&r->ending, r->g);
	if (r->ending.phase == ENDING_STUCK)
		return true;
	return r->ending.phase == ENDING_EMPTY && r->g->reaped;
}

static bool is_over(struct run *r)
{
	int64_t now = clock_us();

	if (r->ending.phase != ENDING_IDLE)
		return is_ending_over(r);
	if (r->g->reaped)
		return is_over_unless_left(r, now);
	look_at_limits(r, now);
	return false;
}

static int64_t wait_for_end(const struct run *r, int64_t now)
{
	int64_t wait;

	if (r->ending.phase != ENDING_IDLE)
		return r->ending.wait_us;
	if (r->quiet_us)
		return SETTLE_LOOK_US;
	wait = (r->g->reaped ? r->reaped_us + r->g->drain_ms * 1000 : r->deadline_us) - now;
	if (r->spec->cancel && wait > CANCEL_LOOK_US)
		wait = CANCEL_LOOK_US;
	return wait;
}

static int64_t next_wait(const struct run *r)
{
	int64_t now = clock_us(), wait = wait_for_end(r, now);

	if (r->g->tick && wait > r->g->tick_us - now)
		wait = r->g->tick_us - now;
	return wait > 0 ? wait : 0;
}

static void tick(struct process_group *g)
{
	int64_t now = clock_us();

	if (!g->tick || now < g->tick_us)
		return;
	g->tick_us = now + PROCESS_TICK_MS * 1000;
	g->tick(g->tick_data);
}

/* What is in the pipes now; not more, for somebody may hold them for ever. */
static void take_the_rest(struct run *r)
{
	for (int i = 0; i < 2; i++) {
		struct pollfd fd = { .fd = r->pipes[i], .events = POLLIN };

		for (int n = 0; n < LAST_READS && r->pipes[i] >= 0; n++) {
			if (poll(&fd, 1, 0) <= 0)
				break;
			take_output(r, i);
		}
		cleanup_fd(&r->pipes[i]);
		r->pipes[i] = -1;
	}
}

static void set_status(struct run *r)
{
	struct process_result *result = r->result;
	bool exited = r->info.si_code == CLD_EXITED;

	result->status = r->info.si_status;
	if (!r->told_to_end)
		result->end = exited ? END_EXITED : END_SIGNALLED;
	if (r->g->reaped && spawn_failure(&r->g->spawner)) {
		result->end = END_NOT_RUN;
		result->status = spawn_failure(&r->g->spawner);
	}
	if (r->is_sudo && r->held >= 0 && !plumbing_was_read(r->held)) {
		result->status = result->end == END_TIMED_OUT ? ETIMEDOUT : EPERM;
		if (result->end != END_CANCELLED)
			result->end = END_NOT_RUN;
	}
	if (r->ending.phase == ENDING_STUCK)
		result->end = END_UNKILLABLE;
}

static void follow(struct run *r)
{
	while (!is_over(r)) {
		wait_and_take(r, next_wait(r));
		tick(r->g);
	}
	take_the_rest(r);
	r->result->us = (r->g->reaped ? r->reaped_us : clock_us()) - r->start_us;
	set_status(r);
	cleanup_fd(&r->child.pidfd);
	cleanup_fd(&r->held);
	if (r->ending.phase == ENDING_STUCK && r->g->rung == RUNG_CGROUP)
		if (!cgroup_renew(&r->g->cgroup))
			group_weaken(r->g);
}

/* Does this errno of a start mean that the cgroup is to blame? */
static bool blames_cgroup(int error)
{
	return error == EACCES || error == EBUSY || error == EOPNOTSUPP || error == ENODEV ||
	       error == EBADF || error == ENOENT;
}

/* Starts it, one rung lower where the kernel does not let us into our cgroup after all. */
static int start(struct run *r, const struct command *command, const struct plumbing *p,
		 struct err *err)
{
	struct process_group *g = r->g;
	struct spawn what = {
		.path = command->path,
		.argv = command->argv,
		.envp = command->envp,
		.directory = r->spec->directory,
		.fds = { p->input, p->write[0], p->write[1] },
		.same_session = command->is_sudo || r->spec->same_session,
	};
	int error;

	do {
		group_prepare(g);
		what.cgroup = g->rung == RUNG_CGROUP ? g->cgroup.dir : -1;
		error = spawn_start(&g->spawner, &what, &r->child);
		if (!error)
			return 0;
		if (g->rung != RUNG_CGROUP || !blames_cgroup(error))
			return err_errno(err, ERR_ENV, error, _("no process can be started"));
		group_weaken(g);
	} while (true);
}

static int run_prepared(struct run *r, const struct command *command, struct err *err)
{
	struct plumbing_spec what = { r->g->null, r->spec, command->is_sudo };
	struct plumbing p;
	int64_t timeout_ms = r->spec->timeout_ms ? r->spec->timeout_ms : TIMEOUT_DEFAULT_MS;

	r->is_sudo = command->is_sudo;
	if (plumbing_open(&p, &what, err) < 0)
		return -1;
	r->start_us = clock_us();
	r->deadline_us = r->start_us + timeout_ms * 1000;
	if (start(r, command, &p, err) < 0) {
		plumbing_done(&p);
		return -1;
	}
	r->g->main = r->child.pid;
	plumbing_hand_over(&p, r->pipes, &r->held);
	follow(r);
	return 0;
}

static void begin(struct process_group *g, const struct process_spec *spec,
		  struct process_result *result)
{
	*result = (struct process_result){ .end = END_NOT_RUN };
	sink_start(&g->sinks[0], spec->keep);
	sink_start(&g->sinks[1], spec->keep);
}

static int run_command(struct process_group *g, const struct process_spec *spec, bool sudo,
		       struct process_result *result, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct command command;
	bool entered;

	if (command_prepare(spec, g->name, sudo, &scratch, &command, err) < 0)
		return -1;
	result->status = command.error;
	if (!command.path)
		return 0;
	do {
		struct run r = {
			.g = g, .spec = spec, .result = result, .pipes = { -1, -1 }, .held = -1
		};

		if (run_prepared(&r, &command, err) < 0)
			return -1;
		entered = g->spawner.enters || g->spawner.slow;
		if (r.told_to_end || !spawn_missed_cgroup(&g->spawner))
			return 0;
		/* It has executed nothing: again, entering by itself or one rung lower. */
		if (entered)
			group_weaken(g);
	} while (true);
}

int process_run(struct process_group *g, const struct process_spec *spec, struct arena *arena,
		struct process_result *ret, struct err *err)
{
	struct process_result result;
	bool sudo = spec->root && geteuid() != 0, allowed = true;

	if (sudo && sudo_is_allowed(g, &allowed, err) < 0)
		return -1;
	begin(g, spec, &result);
	if (!allowed)
		result.status = EPERM;
	else if (spec->cancel && *spec->cancel)
		result.end = END_CANCELLED;
	else if (run_command(g, spec, sudo, &result, err) < 0)
		return -1;
	sink_finish(&g->sinks[0], arena, &result.out);
	sink_finish(&g->sinks[1], arena, &result.err);
	*ret = result;
	return 0;
}
