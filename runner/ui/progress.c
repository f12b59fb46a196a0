/* SPDX-License-Identifier: Apache-2.0 */
/* progress: says that something long is still going on. */
#include "runner/base/i18n.h"
#include "runner/ui/terminal.h"

/* Before that nobody wonders; a line that flashes by only disturbs. */
#define PATIENCE_MS 2000

void ui_progress(struct ui *ui, const char *what, int64_t elapsed_ms)
{
	struct fold w = { .width = ui_width(ui) };
	int64_t second = elapsed_ms / 1000;

	if (elapsed_ms < PATIENCE_MS || second == ui->progress_second)
		return;
	if (!ui->is_terminal || ui->options.plain || ui->options.quiet)
		return;
	ui->progress_second = second;
	fputs("\r\033[K", ui->out);
	if (fold_columns(what) + 12 < w.width)
		ui_fold(ui, what, &w);
	fprintf(ui->out, " (%lld s)", (long long)second);
	fflush(ui->out);
}

void ui_progress_end(struct ui *ui)
{
	if (!ui->progress_second)
		return;
	ui->progress_second = 0;
	fputs("\r\033[K", ui->out);
	fflush(ui->out);
}
