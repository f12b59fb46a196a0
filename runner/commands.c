/* SPDX-License-Identifier: Apache-2.0 */
/* commands: the table of commands. To add one, see runner/command.h. */
#include "runner/command.h"

extern const struct command command_clean;
extern const struct command command_explain;
extern const struct command command_help;
extern const struct command command_lint;
extern const struct command command_list;
extern const struct command command_plan;
extern const struct command command_report;
extern const struct command command_resume;
extern const struct command command_run;
extern const struct command command_sandbox;
extern const struct command command_schema;
extern const struct command command_show;
extern const struct command command_status;

const struct command *const commands[] = {
	&command_clean,	 &command_explain, &command_help,   &command_lint, &command_list,
	&command_plan,	 &command_report,  &command_resume, &command_run,  &command_sandbox,
	&command_schema, &command_show,	   &command_status, NULL,
};
