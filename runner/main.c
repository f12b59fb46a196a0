/* SPDX-License-Identifier: Apache-2.0 */
/* main: from the command line to a command and its exit code. */
#include <errno.h>
#include <sys/stat.h>

#include "runner/base/i18n.h"
#include "runner/base/version.h"
#include "runner/cli.h"
#include "runner/help.h"
#include "runner/ui/locale.h"

static int run(struct cli *cli, struct err *err)
{
	if (cli_has(cli, "version")) {
		puts("kvmlab " KVMLAB_VERSION);
		return 0;
	}
	if (cli_has(cli, "help"))
		return cli->command ? help_command(cli, cli->command, err) : help_all(cli, err);
	if (cli_check(cli, err) < 0)
		return -1;
	return cli->command ? cli->command->run(cli, err) : help_greet(cli, err);
}

/* Output that did not arrive (a full disk) is an error, whatever the command says of itself. */
static int flush(struct err *err)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	return err_errno(err, ERR_IO, errno, "%s", _("cannot write to standard output"));
}

static bool was_ended(const struct err *err)
{
	return err->kind == ERR_INTERRUPT || err->kind == ERR_TERMINATE;
}

int main(int argc, char **argv)
{
	struct cli cli = { 0 };
	struct err err = { 0 }, late = { 0 };
	int code;

	umask(077);
	locale_set(NULL);
	code = cli_parse(&cli, argc, argv, &err);
	if (cli_value(&cli, "lang")) {
		locale_set(cli_value(&cli, "lang"));
		/* What is wrong is said in that language, too. */
		cli_done(&cli);
		code = cli_parse(&cli, argc, argv, &err);
	}
	if (code == 0)
		code = run(&cli, &err);
	if (code < 0) {
		cli_print_error(&cli, &err);
		code = err_exit_code(err.kind);
	}
	/* A terminal that went away takes no output, and that it went has been said. */
	if (flush(&late) < 0 && !was_ended(&err)) {
		fputs("kvmlab: ", stderr);
		cli_print_line(stderr, &late);
		code = err_exit_code(late.kind);
	}
	cli_done(&cli);
	return code;
}
