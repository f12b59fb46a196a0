/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_run: a command on another machine that ends there, all of it, whatever becomes of us. */
#include <errno.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/environ.h"
#include "runner/host/group.h"
#include "runner/host/kinds.h"
#include "runner/host/ssh.h"
#include "runner/host/ssh_script.h"

#define TIMEOUT_DEFAULT_MS 10000
#define SSH_FAILED	   255	 /* of ssh(1): an error of its own */
#define ENDING_MS	   15000 /* what a host may take to end a command and to report */
#define END_MS		   20000 /* what the looking afterwards may take */

/* Takes a command's output in, but for the report at the very end of its standard error. */
struct taking {
	struct sink *sinks;
	const struct process_spec *spec;
	char tail[SSH_REPORT_SIZE];
	size_t held;
};

static void pass_on(struct taking *t, int stream, const char *bytes, size_t len)
{
	if (!len)
		return;
	sink_add(&t->sinks[stream - 1], bytes, len);
	if (t->spec && t->spec->output)
		t->spec->output(t->spec->output_data, stream, bytes, len);
}

static void take(void *data, int stream, const char *bytes, size_t len)
{
	struct taking *t = data;
	size_t over, old, fresh;

	if (stream == 1) {
		pass_on(t, stream, bytes, len);
		return;
	}
	over = t->held + len > SSH_REPORT_SIZE ? t->held + len - SSH_REPORT_SIZE : 0;
	old = over < t->held ? over : t->held;
	fresh = over - old;
	pass_on(t, stream, t->tail, old);
	pass_on(t, stream, bytes, fresh);
	memmove(t->tail, t->tail + old, t->held - old);
	memcpy(t->tail + t->held - old, bytes + fresh, len - fresh);
	t->held += len - over;
}

static bool take_report(struct taking *t, const char *token, struct ssh_report *ret)
{
	if (t->held == SSH_REPORT_SIZE && ssh_report_parse(t->tail, token, ret))
		return true;
	pass_on(t, 2, t->tail, t->held);
	return false;
}

static void make_id(char ret[SSH_ID_SIZE])
{
	unsigned char bytes[(SSH_ID_SIZE - 1) / 2];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(ret, SSH_ID_SIZE, bytes, sizeof(bytes));
}

/*
 * A mark begins with what the next kvmlab of the same user, state directory and boot comes to, too:
 * it ends by that what a killed one left.
 */
static void make_owner(const struct host *h, char ret[SSH_OWNER_SIZE])
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	_cleanup_arena_ struct arena scratch = { 0 };
	_cleanup_buf_ struct buf text = { 0 };
	struct evidence_item boot = { .out.kept = "" };
	char space[64] = "";
	ssize_t len = readlink("/proc/self/ns/pid", space, sizeof(space) - 1);

	host_read_path("/proc/sys/kernel/random/boot_id", "boot_id", &scratch, &boot, NULL);
	buf_printf(&text, "%s %.*s %s", boot.out.kept, len > 0 ? (int)len : 0, space,
		   h->group->name);
	crypto_hash_sha256(hash, (const unsigned char *)buf_str(&text), text.len);
	sodium_bin2hex(ret, SSH_OWNER_SIZE, hash, (SSH_OWNER_SIZE - 1) / 2);
}

static void make_mark(const struct host *h, char ret[SSH_ID_SIZE])
{
	char owner[SSH_OWNER_SIZE];

	make_id(ret);
	make_owner(h, owner);
	memcpy(ret, owner, sizeof(owner) - 1);
}

/* One call of ssh with a script; its end in *ret. 1: the host reported, 0: it did not, -1. */
static int call(struct host *h, struct taking *t, const struct buf *script,
		const struct process_spec *like, struct process_result *ret, struct err *err)
{
	struct ssh *ssh = h->data;
	_cleanup_arena_ struct arena scratch = { 0 };
	struct process_spec spec = *like;

	spec.argv = ssh_link_argv(ssh, &scratch);
	spec.input = script->data;
	spec.input_len = script->len;
	spec.input_stays = true;
	spec.keep = 1;
	spec.output = take;
	spec.output_data = t;
	if (script->len > PROCESS_INPUT_STAYS_MAX)
		return err_set(err, ERR_LAB, NULL,
			       _("a command for host '%s' is too long: together with its "
				 "parameters it may have about 200,000 bytes"),
			       h->role);
	sink_start(&t->sinks[0], like->keep);
	sink_start(&t->sinks[1], like->keep);
	if (process_run(h->group, &spec, &scratch, ret, err) < 0)
		return -1;
	if (ret->end == END_NOT_RUN)
		return err_errno(err, ERR_ENV, ret->status, _("cannot run '%s'"), ssh->front[0]);
	return 0;
}

/* Ends whatever carries the mark, over a connection of its own if need be. True: all is gone. */
static bool end_marked(struct host *h, bool root, const char *mark, struct err *err)
{
	_cleanup_buf_ struct buf script = { 0 };
	struct process_spec like = { .timeout_ms = END_MS };
	struct sink sinks[2] = { 0 };
	struct taking t = { .sinks = sinks };
	struct process_result result;
	struct ssh_report report = { .stuck = 1 };
	char token[SSH_ID_SIZE];
	bool reported = false;

	make_id(token);
	ssh_script_end(&script, root, mark, token);
	if (ssh_link_open(h, err) == 0 && call(h, &t, &script, &like, &result, err) == 0)
		reported = take_report(&t, token, &report);
	sink_done(&sinks[0]);
	sink_done(&sinks[1]);
	return reported && !report.stuck;
}

int ssh_end_left(struct host *h, bool root, struct err *err)
{
	char owner[SSH_OWNER_SIZE];
	struct err why = { 0 };

	make_owner(h, owner);
	if (end_marked(h, root, owner, &why))
		return 0;
	return err_set(err, ERR_ENV, NULL,
		       _("what a step of an earlier kvmlab runs on host '%s' cannot be ended%s%s"),
		       h->role, why.msg[0] ? ": " : "", why.msg);
}

/* As a shell counts: 128 + N is signal N. */
static void set_status(struct evidence_item *item, int status)
{
	bool signalled = status > 128 && status <= 128 + 64;

	item->end = signalled ? END_SIGNALLED : END_EXITED;
	item->status = signalled ? status - 128 : status;
}

static void set_reported(struct evidence_item *item, const struct ssh_report *report)
{
	item->ms = report->ms;
	switch (report->what) {
	case SSH_TIMED_OUT:
		item->end = END_TIMED_OUT;
		break;
	case SSH_NOT_RUN:
		item->end = END_NOT_RUN;
		item->error = item->status = report->status;
		break;
	default:
		set_status(item, report->status);
	}
	if (report->stuck)
		item->end = END_UNKILLABLE;
}

/* The call ended without a report: because we ended it, or the connection went. */
static int settle(struct host *h, const struct process_spec *spec, const char *mark,
		  const struct process_result *result, struct evidence_item *item, struct err *err)
{
	struct err why = { 0 };
	bool ours = result->end == END_CANCELLED || result->end == END_TIMED_OUT;
	bool gone = end_marked(h, spec->root, mark, &why);

	item->end = gone ? result->end : END_UNKILLABLE;
	if (ours && (gone || !why.msg[0]))
		return 0;
	if (result->end == END_EXITED && result->status != SSH_FAILED)
		return err_set(
			err, ERR_ENV, NULL,
			_("host '%s' did not run 'sh' to its end: its login shell said '%.*s'"),
			h->role, (int)strcspn(item->err.kept, "\r\n"), item->err.kept);
	if (!gone)
		return err_set(err, ERR_ENV, NULL,
			       _("the connection to host '%s' is gone; a command may still run "
				 "there until its time is over: %s"),
			       h->role, item->where);
	return err_set(err, ERR_ENV, NULL,
		       _("the connection to host '%s' was cut off; the command that ran there has "
			 "been ended: %s"),
		       h->role, item->where);
}

static int run_script(struct host *h, const struct process_spec *spec, struct arena *arena,
		      struct evidence_item *item, struct err *err)
{
	struct ssh *ssh = h->data;
	_cleanup_buf_ struct buf script = { 0 };
	struct taking t = { .sinks = ssh->sinks, .spec = spec };
	struct process_spec like = { .timeout_ms = spec->timeout_ms + ENDING_MS,
				     .keep = spec->keep,
				     .cancel = spec->cancel };
	struct process_result result;
	struct ssh_report report;
	char mark[SSH_ID_SIZE], token[SSH_ID_SIZE];
	bool reported;

	make_mark(h, mark);
	make_id(token);
	ssh_script_run(&script, spec, mark, token);
	if (call(h, &t, &script, &like, &result, err) < 0)
		return -1;
	reported = take_report(&t, token, &report);
	item->ms = (result.us + 500) / 1000;
	sink_finish(&ssh->sinks[0], arena, &item->out);
	sink_finish(&ssh->sinks[1], arena, &item->err);
	if (!reported)
		return settle(h, spec, mark, &result, item, err);
	set_reported(item, &report);
	return 0;
}

int ssh_run(struct host *h, const struct process_spec *spec, struct arena *arena,
	    struct evidence_item *item, struct err *err)
{
	struct process_spec bounded = *spec;

	item->kind = EVIDENCE_COMMAND;
	item->where = host_command_line(spec->argv, arena);
	item->when_ms = clock_unix_ms();
	item->out.kept = item->err.kept = "";
	if (!bounded.timeout_ms)
		bounded.timeout_ms = TIMEOUT_DEFAULT_MS;
	for (size_t i = 0; spec->env && spec->env[i]; i++)
		if (environ_check(spec->env[i], err) < 0)
			return -1;
	if (ssh_link_open(h, err) < 0)
		return -1;
	return run_script(h, &bounded, arena, item, err);
}
