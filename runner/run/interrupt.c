/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interrupt: what one Ctrl-C at a running step offers: go on, skip it, leave and resume later. The
 * step runs on while the student thinks: its output is taken, its time limit ends it.
 */
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

enum { WAY_ON, WAY_SKIP, WAY_LEAVE };

static const char *const way_ids[] = { "on", "skip", "leave", NULL };

static const char *on_text(struct run *run)
{
	int64_t left_s = (run->step_ends_ms - clock_ms() + 999) / 1000;

	return arena_printf(&run->arena, _("go on: the step is still running, for %lld s at most"),
			    (long long)(left_s > 0 ? left_s : 0));
}

static struct ui_menu menu_of(const char *const texts[], const char *ask)
{
	return (struct ui_menu){ ask, way_ids, texts };
}

static void go(struct run *run, size_t way)
{
	run->asking = false;
	ui_live_go_on(run->ui);
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

static void look_at_menu(struct run *run)
{
	const struct ui_menu menu = menu_of(NULL, NULL);
	size_t way = WAY_LEAVE;
	struct err err;

	/* They said no more than Ctrl-C again, or the terminal is gone. */
	if (ui_signal_count)
		ui_paragraph(run->ui, 0, "");
	else if (ui_menu_poll(run->ui, &menu, &way, &err) > 0)
		return;
	go(run, way);
}

static void offer(struct run *run)
{
	const char *const texts[] = {
		on_text(run),
		_("end this step and skip it"),
		_("end this step and leave; 'kvmlab resume' goes on later"),
		NULL,
	};
	const struct ui_menu menu = menu_of(texts, _("Ctrl-C: what now?"));

	ui_signal_count = 0;
	ui_live_pause(run->ui);
	ui_menu_open(run->ui, &menu);
	run->asking = true;
}

const volatile sig_atomic_t *interrupt_begin(struct run *run, int64_t timeout_ms)
{
	run->stop = 0;
	run->skipping = run->asking = false;
	run->step_ends_ms = clock_ms() + timeout_ms;
	run->stepping = ui_can_ask(run->ui);
	return run->stepping ? &run->stop : &ui_signal_count;
}

void interrupt_tick(struct run *run)
{
	if (!run->stepping)
		return;
	if (run->asking)
		look_at_menu(run);
	else if (!ui_signal_count)
		return;
	else if (ui_signal_last == SIGINT && ui_signal_count == 1 && !run->stop)
		offer(run);
	else if (!run->skipping)
		run->stop = ui_signal_count;
}

bool interrupt_end(struct run *run)
{
	if (run->asking)
		ui_menu_close(run->ui,
			      _("The step has ended meanwhile: nothing is left to choose."));
	run->stepping = run->asking = false;
	return run->skipping;
}
