/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_completion: prints what makes a shell complete kvmlab's command line. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/completion.h"
#include "runner/words.h"

static int print_words(const char *kind, struct arena *arena, struct err *err)
{
	struct strings words;

	if (words_ask(kind, arena, &words, err) < 0)
		return -1;
	for (size_t i = 0; i < words.n; i++)
		puts(words.v[i]);
	return 0;
}

static int run(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char *kind = cli_value(cli, "words");
	size_t n;
	const char *const *operands = cli_operands(cli, &n);

	if (kind)
		return print_words(kind, &arena, err);
	for (const struct shell *s = shells; n && s->name; s++) {
		if (strcmp(s->name, operands[0]) != 0)
			continue;
		s->write(stdout, &arena);
		return 0;
	}
	return err_set(err, ERR_USAGE, NULL, _("name the shell: bash, fish or zsh"));
}

static const struct option_spec options[] = {
	{ "words", 0, "KIND", false,
	  N_("for the shells: one word a line (LAB, RUN, CHECKER ...)") },
	{ 0 },
};

const struct command command_completion = {
	.name = "completion",
	.summary = N_("complete commands with Tab in bash, fish and zsh"),
	.arguments = "bash|fish|zsh",
	.example = "kvmlab completion bash > ~/.local/share/bash-completion/completions/kvmlab",
	.max = 1,
	.options = options,
	.run = run,
};
