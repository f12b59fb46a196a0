/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_status: the runs of this user, and which of them can be resumed. */
#include <string.h>
#include <time.h>

#include "runner/base/cleanup.h"
#include "runner/base/escape.h"
#include "runner/base/hundredths.h"
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/run/run.h"
#include "runner/store/store.h"

static void print_time(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char text[32];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &tm));
	fputs(text, stdout);
}

/* The results of an exam are its teacher's to tell. */
static bool is_exam(const struct run_row *r)
{
	return !strcmp(r->mode, run_mode_names[MODE_EXAM]);
}

static void print_result(const struct run_row *r, int64_t hundredths)
{
	if (is_exam(r))
		fputs("null", stdout);
	else
		fputs(hundredths_print(hundredths).s, stdout);
}

static void print_json(const struct run_row *rows, size_t n)
{
	printf("{\"schema\": 1, \"runs\": [");
	for (size_t i = 0; i < n; i++) {
		const struct run_row *r = &rows[i];

		printf("%s\n  {\"run\": %lld, \"id\": ", i ? "," : "", (long long)r->id);
		escape_json(stdout, r->name, strlen(r->name));
		fputs(", \"lab\": ", stdout);
		escape_json(stdout, r->lab, strlen(r->lab));
		printf(", \"mode\": \"%s\", \"finished\": %s, \"started\": \"", r->mode,
		       r->finished_ms ? "true" : "false");
		print_time(r->started_ms);
		fputs("\", \"earned\": ", stdout);
		print_result(r, r->earned);
		fputs(", \"possible\": ", stdout);
		print_result(r, r->possible);
		fputs(", \"exit_code\": ", stdout);
		if (is_exam(r))
			fputs("null}", stdout);
		else
			printf("%d}", r->exit_code);
	}
	printf("\n]}\n");
}

static void print_text(const struct run_row *rows, size_t n)
{
	if (!n)
		puts(_("No run yet: start one with 'kvmlab run LAB'."));
	for (size_t i = 0; i < n; i++) {
		printf("%4lld  ", (long long)rows[i].id);
		print_time(rows[i].started_ms);
		printf("  %-20s ", rows[i].lab);
		if (rows[i].finished_ms && rows[i].exit_code == err_exit_code(ERR_INTERRUPT)) {
			puts(_("closed by 'kvmlab clean'"));
		} else if (rows[i].finished_ms && is_exam(&rows[i])) {
			puts(_("an exam, handed in"));
		} else if (rows[i].finished_ms) {
			fputs(hundredths_print(rows[i].earned).s, stdout);
			fputs("/", stdout);
			fputs(hundredths_print(rows[i].possible).s, stdout);
			putchar('\n');
		} else {
			printf(_("unfinished: kvmlab resume %lld\n"), (long long)rows[i].id);
		}
	}
}

static int run(struct cli *cli, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct run_row *rows;
	struct store *store;
	size_t n;

	if (store_open_to_read(&store, err) < 0)
		return -1;
	if (store_run_list(store, &arena, &rows, &n, err) < 0) {
		store_close(store);
		return -1;
	}
	if (cli_wants_json(cli))
		print_json(rows, n);
	else
		print_text(rows, n);
	store_close(store);
	return 0;
}

const struct command command_status = {
	.name = "status",
	.summary = N_("list runs and which can be resumed"),
	.example = "kvmlab status",
	.min = 0,
	.max = 0,
	.run = run,
};
