/* SPDX-License-Identifier: Apache-2.0 */
/* test_regrade: a run that is judged anew with a corrected lab: what was seen counts, what was not
 * looked at stays open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/run/steps.h"

/* The patterns that the checks 'first' and 'slow' look for. */
#define LAB(first, slow)                                                                           \
	"kvmlab: 1\n"                                                                              \
	"id: regrade\n"                                                                            \
	"title: R\n"                                                                               \
	"experiments:\n"                                                                           \
	"- id: e\n"                                                                                \
	"  title: E\n"                                                                             \
	"  steps: [{id: s, run: seq 100}]\n"                                                       \
	"  checks:\n"                                                                              \
	"    first: {use: step_output, with: {step: s, pattern: '" first                           \
	"'}, expect: {matched: true}}\n"                                                           \
	"    after: {use: step_output, with: {step: s}, needs: [first], expect: {exit_status: "    \
	"0}}\n"                                                                                    \
	"    slow: {use: step_output, with: {step: s, pattern: '" slow                             \
	"'}, expect: {matched: true}}\n"                                                           \
	"    kind: {use: file, with: {path: /proc/self/status}, applies_if: {slow: {matched: "     \
	"true}}}\n"                                                                                \
	"    unread: {use: file, with: {path: /proc/self/mem, pattern: x}, expect: {matched: "     \
	"true}}\n"

#define ENDLESS "(?s)^(\\d+\\s*)*[a-z]"

enum { FIRST, AFTER, SLOW, KIND, UNREAD };

static const char wrong_lab[] = LAB("1000", ENDLESS);
static const char right_lab[] = LAB("100", "(?m)^50$");

static char directory[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/kvmlab-regrade-XXXXXX");
	return mkdtemp(directory) && !setenv("XDG_STATE_HOME", directory, 1) ? 0 : -1;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "/kvmlab/state.db",
					     "/kvmlab/state.db-wal",
					     "/kvmlab/state.db-shm",
					     "/kvmlab/lock",
					     "/lab.yaml",
					     "/out" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s%s", directory, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/kvmlab", directory);
	rmdir(path);
	return rmdir(directory);
}

static FILE *open_in(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return fopen(path, "we");
}

/* Walks through a lab; the verdicts as the student saw them. */
static void walk(const char *text, enum verdict *seen, size_t n)
{
	_cleanup_file_ FILE *out = open_in("out");
	FILE *lab = open_in("lab.yaml");
	struct complaints complaints = { 0 };
	struct ui_options quiet = { .quiet = true };
	struct run_options options = { .yes = true };
	struct err err = { 0 };
	struct run *run;
	char path[128];

	assert_true(out && lab && fputs(text, lab) >= 0 && fclose(lab) == 0);
	snprintf(path, sizeof(path), "%s/lab.yaml", directory);
	if (ui_open(out, &quiet, &options.ui, &err) < 0 ||
	    run_start(path, &options, &run, &complaints, &err) < 0 || run_walk(run, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < n; i++)
		seen[i] = run->report.experiments[0].checks[i].verdict;
	run_close(run);
	ui_close(options.ui);
}

/* The last run, judged with another text of its lab. */
static void judge_anew(const char *text, struct arena *arena, struct report *ret)
{
	struct complaints complaints = { 0 };
	struct settings settings = { 0 };
	struct run_row row = { 0 };
	struct store *store;
	struct lab *lab;
	struct err err = { 0 };

	if (lab_load_bytes("lab.yaml", text, strlen(text), NULL, LOAD_RUN, &lab, &complaints) < 0)
		fail_msg("%s", complaints.v[0].msg);
	report_init(ret, lab, arena, LANG_EN);
	if (store_open(&store, &err) < 0 ||
	    store_run_get(store, 0, arena, &row, &settings, &err) < 0 ||
	    report_restore(store, &row, arena, ret, &err) < 0)
		fail_msg("%s", err.msg);
	store_close(store);
}

static void expect(const struct report *r, size_t check, enum verdict verdict, const char *reason)
{
	const struct check_result *c = &r->experiments[0].checks[check];

	if (c->verdict != verdict || !c->reason || !strstr(c->reason, reason))
		fail_msg("%s is %s: %s", c->check->id, verdict_name(c->verdict), c->reason);
}

static void forget(struct report *r, struct arena *arena)
{
	struct lab *lab = (struct lab *)r->lab;

	report_done(r);
	lab_free(lab);
	arena_done(arena);
}

static void test_regrade__what_was_seen_is_judged_anew(void **state)
{
	static const enum verdict before[] = { VERDICT_FAIL, VERDICT_SKIP, VERDICT_BROKEN,
					       VERDICT_BROKEN, VERDICT_BROKEN };
	enum verdict seen[ARRAY_SIZE(before)];
	struct arena arena = { 0 };
	struct report r = { 0 };

	(void)state;
	walk(wrong_lab, seen, ARRAY_SIZE(seen));
	assert_memory_equal(seen, before, sizeof(seen));
	/* The control: with the lab as it was, all is as it was. */
	judge_anew(wrong_lab, &arena, &r);
	expect(&r, FIRST, VERDICT_FAIL, "0 of 1");
	expect(&r, AFTER, VERDICT_SKIP, "needs 'first'");
	expect(&r, SLOW, VERDICT_BROKEN, "too many steps");
	expect(&r, KIND, VERDICT_BROKEN, "could not be measured");
	expect(&r, UNREAD, VERDICT_BROKEN, "Input/output error");
	forget(&r, &arena);

	judge_anew(right_lab, &arena, &r);
	expect(&r, FIRST, VERDICT_PASS, "1 of 1");
	expect(&r, SLOW, VERDICT_PASS, "1 of 1");
	expect(&r, KIND, VERDICT_PASS, "");
	expect(&r, UNREAD, VERDICT_BROKEN, "Input/output error");
	forget(&r, &arena);
}

/* Nobody looked then; that it needs nothing any more is no proof, and not the student's fault. */
static void test_regrade__what_was_skipped_wrongly_is_not_graded(void **state)
{
	enum verdict seen[1];
	struct arena arena = { 0 };
	struct report r = { 0 };

	(void)state;
	walk(wrong_lab, seen, 1);
	judge_anew(right_lab, &arena, &r);
	expect(&r, AFTER, VERDICT_BROKEN, "was not looked at");
	assert_true(r.experiments[0].grade.ungraded);
	assert_int_equal(r.exit_code, 3);
	forget(&r, &arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_regrade__what_was_seen_is_judged_anew, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			test_regrade__what_was_skipped_wrongly_is_not_graded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
