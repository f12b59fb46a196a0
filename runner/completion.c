/* SPDX-License-Identifier: Apache-2.0 */
/* completion: one writer per shell, all from the tables of commands. */
#include "runner/completion.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/cli.h"
#include "runner/words.h"

#define ASK "kvmlab completion --words "

/* A text in single quotes, as all three shells read it. */
static const char *quote(const char *text, struct arena *arena)
{
	_cleanup_buf_ struct buf out = { 0 };

	buf_shell_quote(&out, text);
	return arena_strdup(arena, buf_str(&out));
}

/* Calls back for each option of a command, its own and those of every command. */
typedef void option_fn(FILE *f, const struct command *c, const struct option_spec *o,
		       struct arena *arena);

static bool is_own(const struct command *c, const char *name)
{
	for (const struct option_spec *o = c->options; o && o->name; o++)
		if (!strcmp(o->name, name))
			return true;
	return false;
}

static void each_option(FILE *f, const struct command *c, option_fn *write, struct arena *arena)
{
	for (const struct option_spec *o = c->options; o && o->name; o++)
		write(f, c, o, arena);
	for (const struct option_spec *o = cli_common_options; o->name; o++)
		if (!is_own(c, o->name))
			write(f, c, o, arena);
}

/* ---- bash ---- */

static void bash_answer(FILE *f, struct words words)
{
	if (words.kind == WORDS_FILE)
		fputs("compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "
		      "\"$cur\")",
		      f);
	else if (words.kind == WORDS_LIST)
		fprintf(f, "mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$cur\")", words.text);
	else if (words.kind == WORDS_ASKED)
		fprintf(f,
			"mapfile -t COMPREPLY < <(compgen -W \"$(" ASK
			"%s 2>/dev/null)\" -- \"$cur\")",
			words.text);
	else
		fputs("COMPREPLY=()", f);
}

static void bash_value(FILE *f, const struct command *c, const struct option_spec *o,
		       struct arena *arena)
{
	if (!o->argument)
		return;
	fprintf(f, "\t%s:--%s", c->name, o->name);
	if (o->letter)
		fprintf(f, " | %s:-%c", c->name, o->letter);
	fputs(") ", f);
	bash_answer(f, words_of(o->argument, arena));
	fputs("; return ;;\n", f);
}

static void bash_option(FILE *f, const struct command *c, const struct option_spec *o,
			struct arena *arena)
{
	(void)c;
	(void)arena;
	fprintf(f, " --%s", o->name);
}

static void write_bash(FILE *f, struct arena *arena)
{
	fputs("# bash completion for kvmlab\n"
	      "# shellcheck shell=bash\n"
	      "_kvmlab() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} "
	      "command='' "
	      "i\n"
	      "\t# bash takes '--option=value' for three words.\n"
	      "\tif [ \"$cur\" = = ]; then\n\t\tcur=\n"
	      "\telif [ \"$before\" = = ]; then\n\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]}\n\tfi\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n"
	      "\t\t--lang | --format) ((i++)) ;;\n"
	      "\t\t-*) ;;\n"
	      "\t\t*) command=${COMP_WORDS[i]}; break ;;\n"
	      "\t\tesac\n\tdone\n"
	      "\tcase $command:$before in\n",
	      f);
	for (const struct command *const *c = commands; *c; c++)
		each_option(f, *c, bash_value, arena);
	fputs("\tesac\n\tcase $command:$cur in\n\t'':*) ", f);
	bash_answer(f, words_of("COMMAND", arena));
	fputs(" ;;\n", f);
	for (const struct command *const *c = commands; *c; c++) {
		fprintf(f, "\t%s:-*) mapfile -t COMPREPLY < <(compgen -W '", (*c)->name);
		each_option(f, *c, bash_option, arena);
		fprintf(f, "' -- \"$cur\") ;;\n\t%s:*) ", (*c)->name);
		bash_answer(f, words_of((*c)->arguments, arena));
		fputs(" ;;\n", f);
	}
	fputs("\tesac\n}\ncomplete -F _kvmlab kvmlab\n", f);
}

/* ---- fish ---- */

static void fish_words(FILE *f, struct words words, struct arena *arena)
{
	if (words.kind == WORDS_LIST)
		fprintf(f, " -a %s", quote(words.text, arena));
	else if (words.kind == WORDS_ASKED)
		fprintf(f, " -k -a '(" ASK "%s 2>/dev/null)'", words.text);
}

static void fish_option(FILE *f, const struct command *c, const struct option_spec *o,
			struct arena *arena)
{
	struct words words = words_of(o->argument, arena);

	fprintf(f, "complete -c kvmlab -n '__fish_seen_subcommand_from %s' -l %s", c->name,
		o->name);
	if (o->letter)
		fprintf(f, " -s %c", o->letter);
	if (o->argument)
		fputs(words.kind == WORDS_FILE ? " -r -F" : " -x", f);
	fish_words(f, words, arena);
	fprintf(f, " -d %s\n", quote(_(o->text), arena));
}

static void write_fish(FILE *f, struct arena *arena)
{
	fputs("# fish completion for kvmlab\ncomplete -c kvmlab -f\n", f);
	for (const struct command *const *c = commands; *c; c++) {
		struct words words = words_of((*c)->arguments, arena);

		fprintf(f, "complete -c kvmlab -n __fish_use_subcommand -a %s -d %s\n", (*c)->name,
			quote(_((*c)->summary), arena));
		each_option(f, *c, fish_option, arena);
		if (words.kind == WORDS_NONE)
			continue;
		fprintf(f, "complete -c kvmlab -n '__fish_seen_subcommand_from %s'", (*c)->name);
		if (words.kind == WORDS_FILE)
			fputs(" -F", f);
		fish_words(f, words, arena);
		fputc('\n', f);
	}
}

/* ---- zsh ---- */

/* What _arguments does with the words of an argument: ':message:action'. */
static const char *zsh_action(struct words words, struct arena *arena)
{
	if (words.kind == WORDS_FILE)
		return "_files";
	if (words.kind == WORDS_LIST)
		return arena_printf(arena, "(%s)", words.text);
	if (words.kind == WORDS_ASKED)
		return arena_printf(arena, "{_kvmlab_words %s}", words.text);
	return " ";
}

/* ']', ':' and '\' mean something to _arguments and _describe. */
static const char *zsh_text(const char *text, struct arena *arena)
{
	_cleanup_buf_ struct buf out = { 0 };

	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			buf_putc(&out, '\\');
		buf_putc(&out, *text);
	}
	return arena_strdup(arena, buf_str(&out));
}

static void zsh_option(FILE *f, const struct command *c, const struct option_spec *o,
		       struct arena *arena)
{
	_cleanup_buf_ struct buf word = { 0 };

	(void)c;
	buf_printf(&word, "%s--%s[%s]", o->repeatable ? "*" : "", o->name,
		   zsh_text(_(o->text), arena));
	if (o->argument)
		buf_printf(&word, ":%s:%s", zsh_text(o->argument, arena),
			   zsh_action(words_of(o->argument, arena), arena));
	fprintf(f, " \\\n\t\t\t%s", quote(buf_str(&word), arena));
	if (!o->letter)
		return;
	fprintf(f, " \\\n\t\t\t'%s-%c'%s", o->repeatable ? "*" : "", o->letter,
		quote(strchr(buf_str(&word), '['), arena));
}

static void write_zsh(FILE *f, struct arena *arena)
{
	fputs("#compdef kvmlab\n"
	      "_kvmlab_words() {\n"
	      "\tlocal -a words=(${(f)\"$(" ASK "$1 2>/dev/null)\"})\n"
	      "\tcompadd -a words\n}\n"
	      "_kvmlab() {\n\tlocal state\n\tlocal -a line commands=(\n",
	      f);
	for (const struct command *const *c = commands; *c; c++)
		fprintf(f, "\t\t%s\n",
			quote(arena_printf(arena, "%s:%s", (*c)->name,
					   zsh_text(_((*c)->summary), arena)),
			      arena));
	fputs("\t)\n\t_arguments -C '1: :->command' '*:: :->rest'\n"
	      "\tcase $state in\n"
	      "\tcommand) _describe command commands ;;\n"
	      "\trest)\n\t\tcase $line[1] in\n",
	      f);
	for (const struct command *const *c = commands; *c; c++) {
		fprintf(f, "\t\t%s) _arguments", (*c)->name);
		each_option(f, *c, zsh_option, arena);
		if ((*c)->arguments)
			fprintf(f, " \\\n\t\t\t%s",
				quote(arena_printf(
					      arena, "*:%s:%s", zsh_text((*c)->arguments, arena),
					      zsh_action(words_of((*c)->arguments, arena), arena)),
				      arena));
		fputs(" ;;\n", f);
	}
	fputs("\t\tesac ;;\n\tesac\n}\n_kvmlab \"$@\"\n", f);
}

const struct shell shells[] = {
	{ "bash", write_bash },
	{ "fish", write_fish },
	{ "zsh", write_zsh },
	{ 0 },
};
