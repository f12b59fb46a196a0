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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/host/group.h"
#include "runner/host/process.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FIXTURE_IS_SANITIZED true
#else
#define FIXTURE_IS_SANITIZED false
#endif

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

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char name[64];

	snprintf(name, sizeof(name), "kvmlab-test-%d", (int)getpid());
	if (!f || process_group_open(name, fixture_rung, &f->g, &f->err) < 0)
		return -1;
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
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

/* What system(3) returns for the text, without the engine: for controls. */
static inline int fixture_plain_sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static inline int fixture_plain_sh(const char *fmt, ...)
{
	char text[512];
	int status = -1;
	va_list ap;
	pid_t pid;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", text, NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return status;
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
