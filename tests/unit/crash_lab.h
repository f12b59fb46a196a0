/* SPDX-License-Identifier: Apache-2.0 */
/* crash_lab: a lab whose odd steps may be repeated, while even ones append a line that may never
 * come twice. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/host/cgroup_place.h"
#include "runner/run/run.h"

#define STEPS 12

static char directory[64], lab_path[96], side_path[96], told_path[96], grade_path[96];

static void name_paths(void)
{
	snprintf(lab_path, sizeof(lab_path), "%s/lab.yaml", directory);
	snprintf(side_path, sizeof(side_path), "%s/side", directory);
	snprintf(told_path, sizeof(told_path), "%s/told", directory);
	snprintf(grade_path, sizeof(grade_path), "%s/grade", directory);
}

static void write_experiment(FILE *f, int from, int to)
{
	fprintf(f,
		"  - id: e%d\n    title: {id: E, en: E}\n    hypothesis: {id: h, en: h}\n    "
		"steps:\n",
		from);
	for (int i = from; i < to; i++)
		if (i % 2)
			fprintf(f, "      - {id: s%d, run: echo again-%d, repeat: safe}\n", i, i);
		else
			fprintf(f, "      - {id: s%d, run: 'echo once-%d >> %s'}\n", i, i,
				side_path);
	fprintf(f, "    checks:\n");
	for (int i = from; i < to; i++)
		if (i % 2)
			fprintf(f,
				"      c%d: {use: step_output, with: {step: s%d, pattern: "
				"'again-%d'}, expect: {matched: true}}\n",
				i, i, i);
		else
			fprintf(f,
				"      c%d: {use: file, with: {path: %s, pattern: "
				"'(?m)^once-%d$'}, expect: {matched: true}}\n",
				i, side_path, i);
}

static void write_lab(void)
{
	_cleanup_file_ FILE *f = fopen(lab_path, "w");

	assert_non_null(f);
	fprintf(f, "kvmlab: 1\nid: crash\ntitle: {id: C, en: C}\nexperiments:\n");
	write_experiment(f, 0, STEPS / 2);
	write_experiment(f, STEPS / 2, STEPS);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(directory, sizeof(directory), "/tmp/kvmlab-crash-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	setenv("XDG_STATE_HOME", directory, 1);
	name_paths();
	write_lab();
	return 0;
}

static void forget(void)
{
	static const char *const names[] = { "kvmlab/state.db",
					     "kvmlab/state.db-wal",
					     "kvmlab/state.db-shm",
					     "kvmlab/lock",
					     "side",
					     "told",
					     "grade" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[160];

		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
}

/* As run.c names it. */
static void name_group(char *ret, size_t size)
{
	struct store *store;
	struct err err;

	assert_int_equal(store_open(&store, &err), 0);
	snprintf(ret, size, "kvmlab-%u-%llx", (unsigned)getuid(),
		 (unsigned long long)store_identity(store));
	store_close(store);
}

/* A kvmlab that was killed between its last write and its end leaves an empty cgroup, until the
 * next one that has the same state directory; here there is none. How many are left then. */
static size_t remove_group(void)
{
	struct process_group *g;
	struct err err;
	char name[64], *left[1];

	name_group(name, sizeof(name));
	assert_int_equal(process_group_open(name, RUNG_CGROUP, &g, &err), 0);
	process_group_close(g);
	if (!cgroup_place_find(name, left, 1))
		return 0;
	free(left[0]);
	return 1;
}

static int tear_down(void **state)
{
	char path[96];

	(void)state;
	assert_int_equal(remove_group(), 0);
	forget();
	unlink(lab_path);
	snprintf(path, sizeof(path), "%s/kvmlab", directory);
	rmdir(path);
	return rmdir(directory);
}

/* How often line stands in the file at path. */
static int count_line(const char *path, const char *line)
{
	_cleanup_file_ FILE *f = fopen(path, "r");
	char text[256];
	int n = 0;

	while (f && fgets(text, sizeof(text), f)) {
		text[strcspn(text, "\n")] = '\0';
		n += strcmp(text, line) == 0;
	}
	return n;
}

/* ---- one life of kvmlab, in a child */
static void write_grade(const struct report *report)
{
	_cleanup_file_ FILE *f = fopen(grade_path, "w");

	if (!f)
		_exit(9);
	fprintf(f, "%lld/%lld exit %d\n", (long long)report->grade.earned,
		(long long)report->grade.possible, report->exit_code);
	for (size_t e = 0; e < report->lab->experiments.n; e++)
		for (size_t i = 0; i < report->experiments[e].grade.n; i++) {
			const struct grade_line *l = &report->experiments[e].grade.lines[i];

			fprintf(f, "%s %lld/%lld\n", l->id, (long long)l->earned,
				(long long)l->possible);
		}
}
