/* SPDX-License-Identifier: Apache-2.0 */
/* man: the manual page in man(7), printed from the tables of commands and exit codes. */
#include "runner/man.h"

#include <string.h>

#include "runner/base/i18n.h"
#include "runner/base/version.h"
#include "runner/cli.h"

/* Nothing in a text is a request: '\' and '-' are escaped, '.' and '\'' never begin a line. */
static void text(FILE *f, const char *s)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", f);
	for (; *s; s++) {
		if (*s == '\\')
			fputs("\\e", f);
		else if (*s == '-')
			fputs("\\-", f);
		else
			fputc(*s, f);
	}
}

static void section(FILE *f, const char *title)
{
	fputs(".SH ", f);
	text(f, title);
	fputc('\n', f);
}

static void paragraph(FILE *f, const char *s)
{
	fputs(".PP\n", f);
	text(f, s);
	fputc('\n', f);
}

/* A term in bold and what it is. */
static void item(FILE *f, const char *term, const char *s)
{
	fputs(".TP\n.B ", f);
	text(f, term);
	fputc('\n', f);
	text(f, s);
	fputc('\n', f);
}

static void option(FILE *f, const struct option_spec *o)
{
	fputs(".TP\n\\fB", f);
	if (o->letter)
		fprintf(f, "\\-%c\\fR, \\fB", o->letter);
	fputs("\\-\\-", f);
	text(f, o->name);
	fputs("\\fR", f);
	if (o->argument) {
		fputs(" \\fI", f);
		text(f, o->argument);
		fputs("\\fR", f);
	}
	fputc('\n', f);
	text(f, _(o->text));
	fputc('\n', f);
}

static void command(FILE *f, const struct command *c)
{
	fputs(".SS kvmlab ", f);
	text(f, c->name);
	if (c->arguments) {
		fputc(' ', f);
		text(f, c->arguments);
	}
	fputc('\n', f);
	text(f, _(c->summary));
	fputc('\n', f);
	for (const struct option_spec *o = c->options; o && o->name; o++)
		option(f, o);
	paragraph(f, _("Example:"));
	fputs(".RS\n.EX\n", f);
	text(f, c->example);
	fputs("\n.EE\n.RE\n", f);
}

static void exit_status(FILE *f)
{
	section(f, _("EXIT STATUS"));
	for (const struct exit_code *e = exit_codes; e->name; e++) {
		char code[16];

		snprintf(code, sizeof(code), "%d", e->code);
		item(f, code, _(e->text));
	}
}

static void surroundings(FILE *f)
{
	section(f, _("ENVIRONMENT"));
	item(f, "KVMLAB_LABS", _("where labs are looked for before those that are installed"));
	item(f, "KVMLAB_LIBVIRT", _("the program that asks libvirt"));
	item(f, "KVMLAB_GUESTFS", _("the program that looks into disk images"));
	item(f, "LANGUAGE, LC_ALL, LC_MESSAGES, LANG", _("language of the texts"));
	item(f, "VISUAL, EDITOR", _("your editor, for answers in sentences"));
	item(f, "NO_COLOR", _("no colours"));
	section(f, _("FILES"));
	item(f, "$XDG_STATE_HOME/kvmlab/state.db (~/.local/state)",
	     _("the journal of your runs: predictions, evidence, answers"));
	item(f, "/var/lib/kvmlab-sandbox", _("the sandbox while it is up"));
	section(f, _("SEE ALSO"));
	fputs(".BR virsh (1),\n.BR virt\\-install (1),\n.BR virt\\-clone (1),\n"
	      ".BR virt\\-sysprep (1),\n.BR qemu\\-img (1)\n",
	      f);
}

void man_write(FILE *f)
{
	fputs(".TH KVMLAB 1 \"\" \"kvmlab " KVMLAB_VERSION "\"\n", f);
	section(f, _("NAME"));
	fputs("kvmlab \\- ", f);
	text(f, _("guided lab exercises for a KVM course, measured on a real host"));
	fputc('\n', f);
	section(f, _("SYNOPSIS"));
	fputs(".B kvmlab\n.I COMMAND\n[\\fIOPTIONS\\fR] ...\n", f);
	section(f, _("DESCRIPTION"));
	paragraph(f,
		  _("A lab is a YAML file. kvmlab walks you through it: you predict, it runs the "
		    "commands and measures what really happened, you say what you saw and why, "
		    "and you get a grade with every line that led to it."));
	section(f, _("COMMANDS"));
	for (const struct command *const *c = commands; *c; c++)
		command(f, *c);
	section(f, _("OPTIONS OF EVERY COMMAND"));
	for (const struct option_spec *o = cli_common_options; o->name; o++)
		option(f, o);
	exit_status(f);
	surroundings(f);
}
