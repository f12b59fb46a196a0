/* SPDX-License-Identifier: Apache-2.0 */
/* test_crash: kill -9 at every write and fsync by index, and at random moments; resume; compare. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/run/run.h"
#include "tests/unit/crash_calls.h"
#include "tests/unit/crash_lab.h"

#define RANDOM_MAX 20000 /* microseconds; about what an undisturbed walk takes */

static int walk(bool resume, enum started_policy policy, struct err *err)
{
	_cleanup_file_ FILE *told = fopen(told_path, "a");
	struct complaints complaints = { 0 };
	struct ui_options ui_options = { .plain = true };
	struct run_options options = { .started = policy };
	struct run *run;
	int rc;

	setvbuf(told, NULL, _IOLBF, 0);
	if (ui_open(told, &ui_options, &options.ui, err) < 0)
		return -1;
	rc = resume ? run_resume(0, &options, &run, &complaints, err)
		    : run_start(lab_path, &options, &run, &complaints, err);
	if (rc < 0)
		return -1;
	rc = run_walk(run, err);
	if (rc == 0)
		write_grade(&run->report);
	run_close(run);
	ui_close(options.ui);
	return rc;
}

/* The id of the step that resuming asks about, found where it stands in quotes; its line tells
 * whether it ran. */
static enum started_policy look_at_host(const struct err *err)
{
	const char *p = strstr(err->msg, "'s");
	char line[32];

	if (!p)
		return STARTED_ASK;
	snprintf(line, sizeof(line), "once-%d", (int)strtol(p + 2, NULL, 10));
	return count_line(side_path, line) ? STARTED_DONE : STARTED_RUN;
}

/* Killed between finishing and saying so: the journal has the grade. False: there is no run at all.
 */
static bool read_finished(void)
{
	struct arena arena = { 0 };
	struct report report = { 0 };
	struct store *store;
	struct err err;
	bool ret;

	if (store_open(&store, &err) < 0)
		return false;
	ret = report_read(store, 0, &arena, &report, &err) == 0;
	if (ret)
		write_grade(&report);
	store_close(store);
	return ret;
}

/* What a careful student does: asked about a step, looks at the host and answers. */
static int walk_on(enum started_policy policy)
{
	struct err err = { 0 };

	if (walk(true, policy, &err) == 0)
		return 0;
	if (err.kind == ERR_USAGE)
		return read_finished() ? 0 : walk(false, STARTED_ASK, &err);
	if (err.kind == ERR_ENV && walk(true, look_at_host(&err), &err) == 0)
		return 0;
	fprintf(stderr, "resume: kind %d: %s\n", err.kind, err.msg);
	return -1;
}

enum life { LIFE_START, LIFE_RESUME, LIFE_RESUME_CARELESS };

static pid_t live(enum life life, long at, bool half)
{
	struct err err = { 0 };
	pid_t pid = fork();
	int rc;

	if (pid)
		return pid;
	calls = 0;
	die_at = at;
	die_half = half;
	if (life == LIFE_START)
		rc = walk(false, STARTED_ASK, &err);
	else
		rc = walk_on(life == LIFE_RESUME ? STARTED_ASK : STARTED_RUN);
	if (rc < 0)
		fprintf(stderr, "%s\n", err.msg);
	_exit(rc < 0 ? 1 : 0);
}

/* True when it was killed. */
static bool end_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return true;
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

static char *read_all(const char *path)
{
	_cleanup_file_ FILE *f = fopen(path, "r");
	char *text = calloc(1, 8192);

	assert_non_null(f);
	assert_true(fread(text, 1, 8191, f) > 0);
	return text;
}

/* Names of steps that kvmlab had acknowledged so far, as a set of bits. */
static unsigned acknowledged(void)
{
	_cleanup_file_ FILE *f = fopen(told_path, "r");
	char text[256];
	unsigned ret = 0;

	while (f && fgets(text, sizeof(text), f)) {
		const char *p = strstr(text, "step s");

		if (p && strchr(text, '\n'))
			ret |= 1u << strtol(p + 6, NULL, 10);
	}
	return ret;
}

/* How often each step was acknowledged after the crash; an acknowledged one must not come again. */
static int count_repeats(unsigned before)
{
	_cleanup_file_ FILE *f = fopen(told_path, "r");
	char text[256];
	int seen[STEPS] = { 0 }, n = 0;

	while (f && fgets(text, sizeof(text), f)) {
		const char *p = strstr(text, "step s");

		if (p)
			seen[strtol(p + 6, NULL, 10) % STEPS]++;
	}
	for (int i = 0; i < STEPS; i++)
		n += (before >> i & 1) && seen[i] > 1;
	return n;
}

/* Broken promises after a resumed run has ended. */
static int count_faults(unsigned before, const char *grade)
{
	_cleanup_free_ char *now = read_all(grade_path);
	int faults = strcmp(now, grade) != 0;

	for (int i = 0; i < STEPS; i += 2) {
		char line[32];

		snprintf(line, sizeof(line), "once-%d", i);
		faults += count_line(side_path, line) != 1;
	}
	return faults + count_repeats(before);
}

static char *undisturbed(void)
{
	char *grade;

	forget();
	assert_false(end_of(live(LIFE_START, 0, false)));
	grade = read_all(grade_path);
	assert_int_equal(count_faults(acknowledged(), grade), 0);
	return grade;
}

static void check_every_call(bool half)
{
	_cleanup_free_ char *grade = undisturbed();
	long at = 0;
	bool killed = true;

	while (killed) {
		unsigned before;

		forget();
		killed = end_of(live(LIFE_START, ++at, half));
		before = acknowledged();
		if (killed)
			assert_false(end_of(live(LIFE_RESUME, 0, false)));
		if (count_faults(before, grade))
			fail_msg("killed at call %ld: %d promises broken", at,
				 count_faults(before, grade));
	}
	print_message("killed at each of %ld calls\n", at - 1);
	/* Fewer would mean that SQLite's calls do not come by here. */
	assert_true(at > 5 * STEPS);
}

static void test_crash__before_every_write_and_fsync(void **state)
{
	(void)state;
	check_every_call(false);
}

static void test_crash__in_the_middle_of_every_write(void **state)
{
	(void)state;
	check_every_call(true);
}

static bool kill_within(pid_t pid, unsigned us)
{
	struct timespec wait = { 0, (long)us * 1000 };

	nanosleep(&wait, NULL); /* a random moment */
	kill(pid, SIGKILL);
	return end_of(pid);
}

/* One run, killed at a random moment; a resumed one may be killed again. How many kills found it
 * alive. */
static int round_of_kills(unsigned *seed, const char *grade)
{
	unsigned before;
	int kills = 0;
	bool dead;

	forget();
	dead = kill_within(live(LIFE_START, 0, false), (unsigned)rand_r(seed) % RANDOM_MAX);
	kills += dead;
	before = acknowledged();
	while (dead && rand_r(seed) % 3 == 0) {
		dead = kill_within(live(LIFE_RESUME, 0, false),
				   (unsigned)rand_r(seed) % RANDOM_MAX);
		kills += dead;
		before = dead ? acknowledged() : before;
	}
	if (dead)
		assert_false(end_of(live(LIFE_RESUME, 0, false)));
	if (count_faults(before, grade))
		fail_msg("%d promises broken", count_faults(before, grade));
	return kills;
}

static void test_crash__random_moments(void **state)
{
	_cleanup_free_ char *grade = undisturbed();
	const char *wanted = getenv("KVMLAB_TEST_CRASHES");
	int rounds = wanted ? (int)strtol(wanted, NULL, 10) : 1000, kills = 0, runs = 0;
	unsigned seed = 20260101;

	(void)state;
	for (; kills < rounds && runs < rounds * 10; runs++)
		kills += round_of_kills(&seed, grade);
	print_message("%d kills in %d runs\n", kills, runs);
	assert_true(kills >= rounds);
}

/* Control: repeating unasked does break the promise, and is seen. */
static void test_crash__control_careless_resume_is_seen(void **state)
{
	_cleanup_free_ char *grade = undisturbed();
	int faults = 0;

	(void)state;
	for (long at = 1; at < 400 && !faults; at++) {
		unsigned before;

		forget();
		if (!end_of(live(LIFE_START, at, true)))
			break;
		before = acknowledged();
		if (end_of(live(LIFE_RESUME_CARELESS, 0, false)))
			continue;
		faults += count_faults(before, grade);
	}
	assert_true(faults > 0);
}

/* Control: a journal that was not durable would lose acknowledged steps, and this is seen. */
static void test_crash__control_lost_journal_is_seen(void **state)
{
	_cleanup_free_ char *grade = undisturbed();
	char wal[128];
	int faults = 0;

	(void)state;
	snprintf(wal, sizeof(wal), "%s/kvmlab/state.db-wal", directory);
	for (long at = 40; at < 400 && !faults; at += 7) {
		unsigned before;

		forget();
		if (!end_of(live(LIFE_START, at, false)))
			break;
		before = acknowledged();
		unlink(wal);
		if (!end_of(live(LIFE_RESUME, 0, false)))
			faults += count_faults(before, grade);
	}
	assert_true(faults > 0);
}

/* The control of tear_down: what a kill at the very end leaves is there, and is removed. */
static void test_crash__control_a_left_cgroup_is_removed(void **state)
{
	struct process_group *g;
	struct err err;
	char name[64], *left[1];
	pid_t pid;

	(void)state;
	name_group(name, sizeof(name));
	pid = fork();
	if (pid == 0) {
		if (process_group_open(name, RUNG_CGROUP, &g, &err) == 0)
			kill(getpid(), SIGKILL);
		_exit(9);
	}
	assert_true(end_of(pid));
	if (!cgroup_place_find(name, left, 1))
		skip(); /* no cgroup of our own here */
	free(left[0]);
	assert_int_equal(remove_group(), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_crash__before_every_write_and_fsync),
		T(test_crash__in_the_middle_of_every_write),
		T(test_crash__random_moments),
		T(test_crash__control_careless_resume_is_seen),
		T(test_crash__control_lost_journal_is_seen),
		T(test_crash__control_a_left_cgroup_is_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
