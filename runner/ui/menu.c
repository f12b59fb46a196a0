/* SPDX-License-Identifier: Apache-2.0 */
/* menu: a question that is open while something else goes on. */
#include <termios.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/ui/ask.h"

static size_t count(const struct ui_menu *menu)
{
	size_t n = 0;

	while (menu->ids[n])
		n++;
	return n;
}

static void prompt(struct ui *ui)
{
	fputs(ASK_PROMPT, ui->out);
	fflush(ui->out);
}

void ui_menu_open(struct ui *ui, const struct ui_menu *menu)
{
	ask_show(ui, 0, menu->ask);
	ask_show_choices(ui, menu->texts, count(menu));
	prompt(ui);
}

int ui_menu_poll(struct ui *ui, const struct ui_menu *menu, size_t *ret, struct err *err)
{
	_cleanup_buf_ struct buf line = { 0 };
	int rc;

	while (!(rc = ask_line_now(ui, &line, err))) {
		if (ask_find_choice(buf_str(&line), menu->ids, count(menu), ret))
			return 0;
		fprintf(ui->out, _("please type a number from 1 to %zu\n"), count(menu));
		prompt(ui);
	}
	if (rc < 0)
		fputc('\n', ui->out);
	return rc;
}

/* It was meant for this question and must not answer the next one. */
void ui_menu_close(struct ui *ui, const char *why)
{
	tcflush(STDIN_FILENO, TCIFLUSH);
	buf_reset(&ui->ahead);
	fputc('\n', ui->out);
	ask_show(ui, 0, why);
	fflush(ui->out);
}
