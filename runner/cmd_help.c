/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_help: what the commands are and how one is used, printed from the tables. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/cli.h"
#include "runner/help.h"
#include "runner/man.h"
#include "runner/ui/ui.h"

#define NAME_COLUMN   12
#define OPTION_COLUMN 26

static struct ui *open_ui(const struct cli *cli, struct err *err)
{
	struct ui_options options = { .plain = cli_is_plain(cli) };
	struct ui *ui = NULL;

	return ui_open(stdout, &options, &ui, err) < 0 ? NULL : ui;
}

static void show_option(struct ui *ui, const struct option_spec *o)
{
	_cleanup_buf_ struct buf label = { 0 };

	if (o->letter)
		buf_printf(&label, "-%c, ", o->letter);
	buf_printf(&label, "--%s", o->name);
	if (o->argument)
		buf_printf(&label, " %s", o->argument);
	ui_row(ui, 2, OPTION_COLUMN, label.data, _(o->text));
}

/* One line for what is the same everywhere, so that the help of a command fits one screen. */
static void show_common(struct ui *ui, const struct command *command)
{
	_cleanup_buf_ struct buf list = { 0 };

	for (const struct option_spec *o = cli_common_options; o->name; o++) {
		bool own = false;

		for (const struct option_spec *c = command->options; c && c->name; c++)
			own |= strcmp(c->name, o->name) == 0;
		if (own)
			continue;
		buf_printf(&list, "%s--%s", list.len ? ", " : "", o->name);
		if (o->argument)
			buf_printf(&list, " %s", o->argument);
	}
	ui_field(ui, _("As every command"), list.data);
}

int help_command(const struct cli *cli, const struct command *command, struct err *err)
{
	_cleanup_buf_ struct buf usage = { 0 };
	struct ui *ui = open_ui(cli, err);

	if (!ui)
		return -1;
	buf_printf(&usage, "kvmlab %s", command->name);
	if (command->options)
		buf_printf(&usage, " %s", _("[OPTIONS]"));
	if (command->arguments)
		buf_printf(&usage, " %s", command->arguments);
	ui_paragraph(ui, 0, usage.data);
	ui_paragraph(ui, 2, _(command->summary));
	if (command->options)
		ui_heading(ui, 2, _("Options"));
	for (const struct option_spec *o = command->options; o && o->name; o++)
		show_option(ui, o);
	fputc('\n', stdout);
	show_common(ui, command);
	ui_field(ui, _("Example"), command->example);
	ui_close(ui);
	return 0;
}

int help_all(const struct cli *cli, struct err *err)
{
	struct ui *ui = open_ui(cli, err);

	if (!ui)
		return -1;
	ui_paragraph(ui, 0, "kvmlab COMMAND [OPTIONS]");
	ui_heading(ui, 2, _("Commands"));
	for (const struct command *const *c = commands; *c; c++)
		ui_row(ui, 2, NAME_COLUMN, (*c)->name, _((*c)->summary));
	ui_heading(ui, 2, _("Options of every command"));
	for (const struct option_spec *o = cli_common_options; o->name; o++)
		show_option(ui, o);
	ui_paragraph(ui, 0, "");
	ui_paragraph(ui, 0, _("'kvmlab COMMAND --help' says more about one of them."));
	ui_close(ui);
	return 0;
}

static int run(struct cli *cli, struct err *err)
{
	size_t n;
	const char *const *names = cli_operands(cli, &n);
	const struct command *command;

	if (cli_has(cli, "man")) {
		man_write(stdout);
		return 0;
	}
	if (n == 0)
		return help_all(cli, err);
	command = command_find(names[0], err);
	return command ? help_command(cli, command, err) : -1;
}

static const struct option_spec options[] = {
	{ "man", 0, NULL, false, N_("print the manual page instead") },
	{ 0 },
};

const struct command command_help = {
	.name = "help",
	.summary = N_("say how kvmlab, or one command, is used"),
	.arguments = "[COMMAND]",
	.example = "kvmlab help run",
	.min = 0,
	.max = 1,
	.options = options,
	.run = run,
};
