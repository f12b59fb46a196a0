/* SPDX-License-Identifier: Apache-2.0 */
/* needs: whether the commands and the rights that a lab needs are there, before its run exists. */
#include <string.h>
#include <unistd.h>

#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/environ.h"
#include "runner/run/run.h"
#include "runner/run/steps.h"

static int refuse(const struct run *run, const char *command, struct err *err)
{
	return err_set(err, ERR_ENV, NULL,
		       _("lab '%s' needs the command '%s', which is not installed here: 'kvmlab "
			 "doctor %s' says what to type"),
		       run->lab->id, command, run->lab->id);
}

static int refuse_there(const struct run *run, const char *command, struct err *err)
{
	return err_set(err, ERR_ENV, NULL,
		       _("lab '%s' needs the command '%s', which is not installed on host 'local': "
			 "'kvmlab doctor %s --host local=%s' says what to type"),
		       run->lab->id, command, run->lab->id, run->hosts.local.uri);
}

/* As a step would find it, without starting anything. */
static int check_here(struct run *run, const char *command, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	const char *const argv[] = { command, NULL };
	const struct process_spec spec = { .argv = argv };
	struct command found;

	if (command_prepare(&spec, "", false, &scratch, &found, err) < 0)
		return -1;
	return !found.error ? 0 : refuse(run, command, err);
}

static int check_there(struct run *run, const struct strings *commands, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence ev = { 0 };
	struct collector c = { .host = run->hosts.local.host, .ev = &ev, .arena = &scratch };
	int rc = collect_lookup(&c, "lookup", commands, err);

	for (size_t i = 0; rc == 0 && i < commands->n; i++) {
		const char *path = evidence_key(&ev.items[0], commands->v[i], &scratch);

		if (!path || !*path)
			rc = refuse_there(run, commands->v[i], err);
	}
	evidence_done(&ev);
	return rc;
}

/* Visible, at the terminal, before any output is captured: sudo asks for its password here or not
 * at all. */
static int check_root(struct run *run, struct err *err)
{
	const char *const quiet[] = { "sudo", "-n", "true", NULL };
	struct process_spec spec = { .argv = quiet, .same_session = true };
	struct process_result result;

	if (geteuid() == 0)
		return 0;
	if (process_run(run->group, &spec, &run->arena, &result, err) < 0)
		return -1;
	if (result.end == END_EXITED && result.status == 0)
		return 0;
	if (ui_can_ask(run->ui) && process_sudo_authenticate(err) == 0)
		return 0;
	return err_set(err, ERR_PRIVILEGE, NULL,
		       _("lab '%s' needs root: run 'sudo -v' in this terminal first, or run kvmlab "
			 "as root"),
		       run->lab->id);
}

int needs_check_met(struct run *run, struct err *err)
{
	const struct needs *needs = run->lab->needs;

	if (!needs)
		return 0;
	/* Root there was asked for when the host was opened. */
	if (run->hosts.local.host != run->hosts.here)
		return run->hosts.local.host && needs->commands.n
			       ? check_there(run, &needs->commands, err)
			       : 0;
	for (size_t i = 0; i < needs->commands.n; i++)
		if (check_here(run, needs->commands.v[i], err) < 0)
			return -1;
	return needs->root ? check_root(run, err) : 0;
}
