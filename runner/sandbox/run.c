/* SPDX-License-Identifier: Apache-2.0 */
/* run: commands that make the sandbox, on the machine or inside a node. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/up.h"

#define ARGV_MAX      48
#define TIMEOUT_MS    60000 /* of a command that does not say */
#define SOON_MS	      30000
#define SOON_EVERY_US 50000

void sandbox_say(const struct sandbox *s, const char *what)
{
	if (s->watch && s->watch->say)
		s->watch->say(s->watch->data, what);
}

/* What it said, on one line. */
static void join_lines(const struct output *o, char *text, size_t size)
{
	const char *s = o->kept ? o->kept : "";
	size_t n = 0;

	for (; *s && n < size - 1; s++)
		if (*s != '\n')
			text[n++] = *s;
		else if (s[1] && n && n < size - 2)
			n += (size_t)snprintf(text + n, size - n, "; ");
	text[n] = '\0';
}

int sandbox_explain(const char *const *argv, const struct process_result *r, struct err *err)
{
	char said[600];

	if (r->end == END_NOT_RUN)
		return err_errno(err, ERR_ENV, r->status, _("'%s' cannot be run"), argv[0]);
	if (r->end == END_TIMED_OUT)
		return err_set(err, ERR_ENV, NULL, _("'%s' did not end in time"), argv[0]);
	if (r->end == END_CANCELLED)
		return err_set(err, ERR_INTERRUPT, NULL, _("interrupted"));
	join_lines(r->err.total ? &r->err : &r->out, said, sizeof(said));
	return err_set(err, ERR_ENV, NULL, _("'%s %s' failed (%d): %s"), argv[0],
		       argv[1] ? argv[1] : "", r->status, said);
}

static int run(struct sandbox *s, const char *const *argv, const char *const *shown,
	       const struct sandbox_command *c, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct process_result result;
	struct process_spec spec = {
		.argv = argv,
		.directory = c->directory,
		.input = c->input,
		.input_len = c->input ? strlen(c->input) : 0,
		.timeout_ms = c->timeout_ms ? c->timeout_ms : TIMEOUT_MS,
		.cancel = s->watch ? s->watch->cancel : NULL,
	};

	if (process_run(s->group, &spec, &arena, &result, err) < 0)
		return -1;
	if (result.end != END_EXITED || result.status != 0)
		return sandbox_explain(shown, &result, err);
	if (c->out)
		buf_add(c->out, result.out.kept, result.out.kept_len);
	return 0;
}

int sandbox_run(struct sandbox *s, const struct sandbox_command *c, struct err *err)
{
	return run(s, c->argv, c->argv, c, err);
}

int sandbox_run_in(struct sandbox *s, enum node_id id, const struct sandbox_command *c,
		   struct err *err)
{
	/* -r: where this machine is a chroot, the root of the mount namespace is another. */
	static const char *const enter[] = { "nsenter", "-m", "-u", "-i", "-n",
					     "-p",	"-r", "-w", "-t" };
	const char *argv[ARGV_MAX];
	size_t n = ARRAY_SIZE(enter);
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)s->nodes[id].record.pid);
	memcpy(argv, enter, sizeof(enter));
	argv[n++] = pid;
	argv[n++] = "--";
	for (size_t i = 0; c->argv[i] && n < ARGV_MAX - 1; i++)
		argv[n++] = c->argv[i];
	argv[n] = NULL;
	return run(s, argv, c->argv, c, err);
}

/* All tries have one deadline: with a daemon that hangs, each of them takes its time. */
int sandbox_run_soon(struct sandbox *s, enum node_id id, struct sandbox_command c, struct err *err)
{
	int64_t until = clock_us() + SOON_MS * 1000LL;

	for (;;) {
		c.timeout_ms = (until - clock_us()) / 1000 + 1;
		if (sandbox_run_in(s, id, &c, err) == 0)
			return 0;
		if (err->kind == ERR_INTERRUPT || clock_us() + SOON_EVERY_US >= until)
			return -1;
		usleep(SOON_EVERY_US);
	}
}
