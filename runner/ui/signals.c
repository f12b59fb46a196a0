/* SPDX-License-Identifier: Apache-2.0 */
/* signals: INT, TERM and HUP are counted and never kill kvmlab in the middle of something. */
#include "runner/ui/ui.h"

volatile sig_atomic_t ui_signal_count;
volatile sig_atomic_t ui_signal_last;

static void count(int number)
{
	ui_signal_last = number;
	if (ui_signal_count < 2)
		ui_signal_count++;
}

void ui_catch_signals(void)
{
	struct sigaction action = { .sa_handler = count };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	/* A reader that went away and a file that may not grow are errors of writing, not ends of a
	 * run. */
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGXFSZ, &action, NULL);
}
