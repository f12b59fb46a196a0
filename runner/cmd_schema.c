/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_schema: the format of lab files, for editors and for authors. */
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/load/load.h"

static const struct option_spec options[] = {
	{ "markdown", 'm', NULL, false, N_("as labs/SCHEMA.md, to be read") },
	{ 0 },
};

static int run(struct cli *cli, struct err *err)
{
	(void)err;
	if (cli_has(cli, "markdown"))
		schema_write_markdown(stdout);
	else
		schema_write_json(stdout);
	return 0;
}

const struct command command_schema = {
	.name = "schema",
	.summary = N_("the format of lab files as JSON Schema, for editors"),
	.example = "kvmlab schema > kvmlab.schema.json",
	.options = options,
	.run = run,
};
