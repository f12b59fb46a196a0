/* SPDX-License-Identifier: Apache-2.0 */
/* interrupt: what one Ctrl-C at a running step offers: go on, skip it, leave and resume later. */
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

enum { WAY_ON, WAY_SKIP, WAY_LEAVE };

/* The step runs on while the student thinks. -1: they said no more than Ctrl-C again. */
static int ask_way(struct run *run, size_t *ret)
{
	static const char *const ids[] = { "on", "skip", "leave", NULL };
	const char *const texts[] = {
		_("go on: the step is still running"),
		_("end this step and skip it"),
		_("end this step and leave; 'kvmlab resume' goes on later"),
		NULL,
	};
	const struct ui_terms terms = { .if_empty = _("please type a number from 1 to 3") };
	struct err err;

	return ui_ask_choice(run->ui, _("Ctrl-C: what now?"), ids, texts, &terms, ret, &err);
}

static void offer(struct run *run)
{
	size_t way = WAY_ON;
	int rc;

	ui_signal_count = 0;
	ui_live_pause(run->ui);
	rc = ask_way(run, &way);
	if (rc < 0)
		way = WAY_LEAVE;
	if (way == WAY_ON)
		return;
	run->skipping = way == WAY_SKIP;
	run->stop = 1;
	/* Leaving ends the run as Ctrl-C does where nobody is asked. */
	if (way == WAY_LEAVE && !ui_signal_count) {
		ui_signal_last = SIGINT;
		ui_signal_count = 1;
	}
}

const volatile sig_atomic_t *interrupt_begin(struct run *run)
{
	run->stop = 0;
	run->skipping = false;
	run->stepping = ui_can_ask(run->ui);
	return run->stepping ? &run->stop : &ui_signal_count;
}

void interrupt_tick(struct run *run)
{
	if (!run->stepping || !ui_signal_count)
		return;
	if (ui_signal_last == SIGINT && ui_signal_count == 1 && !run->stop)
		offer(run);
	else if (!run->skipping)
		run->stop = ui_signal_count;
}

bool interrupt_end(struct run *run)
{
	run->stepping = false;
	return run->skipping;
}
