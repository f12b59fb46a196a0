/* SPDX-License-Identifier: Apache-2.0 */
/* commands: the table of commands. To add one, see runner/command.h. */
#include "runner/command.h"

extern const struct command command_clean;
extern const struct command command_help;
extern const struct command command_report;
extern const struct command command_resume;
extern const struct command command_run;
extern const struct command command_status;

const struct command *const commands[] = {
	&command_clean,
	&command_help,
	&command_report,
	&command_resume,
	&command_run,
	&command_status,
	NULL,
};
