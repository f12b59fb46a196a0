/* SPDX-License-Identifier: Apache-2.0 */
/* session: what run, resume and clean share: options, the terminal, reports at the end. */
#pragma once

#include "runner/command.h"
#include "runner/emit.h"
#include "runner/run/run.h"

struct session {
	struct cli *cli;
	struct ui *ui;
	struct run_options options;
	struct settings settings, hosts;
	struct strings also;
	struct emissions emissions;
};

/* Reads the options that these commands have in common; unknown ones are simply absent. */
int session_open(struct cli *cli, struct arena *arena, struct session *ret, struct err *err);
void session_close(struct session *s);
/* Runs one lab and writes its reports. The exit code, or -1 with err. */
int session_run(struct session *s, const char *lab, struct err *err);
/* Takes run id (0: the latest unfinished) up again. */
int session_resume(struct session *s, int64_t id, struct err *err);
/* Undoes what run id left standing. */
int session_clean(struct session *s, int64_t id, struct err *err);

/* The body of a command that takes up one run, given by its number or the latest unfinished. */
int session_with_run(struct cli *cli, int (*act)(struct session *, int64_t, struct err *),
		     struct err *err);

/* Of two exit codes the one that says more: a report that could not be written beats a verdict. */
int exit_code_worse(int a, int b);
/* A run's number from the command line: digits only. */
int parse_run_id(const char *text, int64_t *ret, struct err *err);
/* The NAME=VALUE of every --set; the values stay the command line's. */
int settings_parse(const struct cli *cli, struct arena *arena, struct settings *ret,
		   struct err *err);
/* The ROLE=URI of every --host, likewise. */
int hosts_parse(const struct cli *cli, struct arena *arena, struct settings *ret, struct err *err);
