/* SPDX-License-Identifier: Apache-2.0 */
/* process_fixture: one group of processes per test, on every rung that this host has. */
#pragma once

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/host/group.h"
#include "runner/host/process.h"

struct fixture {
	struct process_group *g;
	struct arena arena;
	struct process_spec spec;
	struct process_result r;
	struct err err;
	int status; /* of process_run */
};

/* The rung for the groups of the tests that follow. */
static enum process_rung fixture_rung = RUNG_CGROUP;

static int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char name[64];

	snprintf(name, sizeof(name), "kvmlab-test-%d", (int)getpid());
	if (!f || process_group_open(name, fixture_rung, &f->g, &f->err) < 0)
		return -1;
	*state = f;
	return 0;
}

static int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	process_group_close(f->g);
	arena_done(&f->arena);
	free(f);
	return 0;
}

static inline void fixture_run(struct fixture *f)
{
	f->status = process_run(f->g, &f->spec, &f->arena, &f->r, &f->err);
	if (f->status < 0)
		fail_msg("process_run: %s", f->err.msg);
}

static inline void fixture_sh(struct fixture *f, const char *text)
{
	const char *const argv[] = { "sh", "-c", text, NULL };

	f->spec.argv = argv;
	fixture_run(f);
}

static inline void fixture_assert_empty(struct fixture *f)
{
	assert_true(group_is_empty(f->g));
}

#define FIXTURE_TEST(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

/* On every rung; the name of the group of tests says which. */
static inline int fixture_run_all(const char *name, const struct CMUnitTest *tests, size_t n)
{
	int failed = 0;

	for (fixture_rung = RUNG_CGROUP; fixture_rung <= RUNG_GROUP; fixture_rung++) {
		char title[64];

		snprintf(title, sizeof(title), "%s, %s", name, process_rung_name(fixture_rung));
		failed += _cmocka_run_group_tests(title, tests, n, NULL, NULL);
	}
	return failed;
}
