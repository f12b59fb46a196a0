/* SPDX-License-Identifier: Apache-2.0 */
/* test_store: what was committed is there, what was not is not, and a prediction stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/run/steps.h"
#include "runner/store/store.h"

static char directory[64];

static int set_up(void **state)
{
	(void)state;
	strncpy(directory, "/tmp/kvmlab-store-XXXXXX", sizeof(directory) - 1);
	return mkdtemp(directory) && setenv("XDG_STATE_HOME", directory, 1) == 0 ? 0 : -1;
}

static void remove_file(const char *name)
{
	_cleanup_buf_ struct buf path = { 0 };

	buf_printf(&path, "%s/kvmlab/%s", directory, name);
	unlink(buf_str(&path));
}

static int tear_down(void **state)
{
	_cleanup_buf_ struct buf path = { 0 };

	(void)state;
	remove_file("state.db");
	remove_file("state.db-wal");
	remove_file("state.db-shm");
	remove_file("lock");
	buf_printf(&path, "%s/kvmlab", directory);
	rmdir(buf_str(&path));
	return rmdir(directory);
}

static struct store *opened(void)
{
	struct err err = { 0 };
	struct store *s = NULL;

	if (store_open(&s, &err) < 0)
		fail_msg("%s", err.msg);
	return s;
}

static int64_t add_run(struct store *s)
{
	struct run_row row = { .name = "x",
			       .lab = "host",
			       .path = "host.yaml",
			       .mode = "practice",
			       .version = "0",
			       .source = "a: 1",
			       .source_len = 4,
			       .started_ms = 7,
			       .modules_before = "kvm\n" };

	assert_int_equal(store_run_add(s, &row, NULL, NULL), 0);
	return row.id;
}

static void test_store__uncommitted_is_gone_after_close(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct store *s = opened();
	struct run_row *rows;
	size_t n;

	(void)state;
	add_run(s);
	store_close(s);
	s = opened();
	assert_int_equal(store_run_list(s, &arena, &rows, &n, NULL), 0);
	assert_int_equal(n, 0);
	add_run(s);
	assert_int_equal(store_commit(s, NULL), 0);
	store_close(s);
	s = opened();
	assert_int_equal(store_run_list(s, &arena, &rows, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].lab, "host");
	store_close(s);
}

static void test_store__prediction_cannot_be_given_twice(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct store *s = opened();
	struct place at = { add_run(s), 0, 0 };
	struct prediction first = { .choice = "svm", .sure = 4, .at_ms = 9 };
	struct prediction second = { .choice = "none", .at_ms = 10 };
	struct prediction read;
	struct err err = { 0 };

	(void)state;
	prediction_hash("x", "cpu", &first);
	assert_int_equal(store_prediction_add(s, at, &first, &err), 0);
	assert_int_equal(store_prediction_add(s, at, &second, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	assert_int_equal(store_prediction_get(s, at, &arena, &read, NULL), 0);
	assert_string_equal(read.choice, "svm");
	assert_string_equal(read.hash, first.hash);
	assert_null(read.reason);
	store_close(s);
}

static void test_store__prediction_hash_covers_every_part(void **state)
{
	struct prediction a = { .choice = "svm", .reason = "r", .sure = 4 }, b = a;

	(void)state;
	prediction_hash("x", "cpu", &a);
	b.sure = 5;
	prediction_hash("x", "cpu", &b);
	assert_string_not_equal(a.hash, b.hash);
	b = a;
	b.reason = "s";
	prediction_hash("x", "cpu", &b);
	assert_string_not_equal(a.hash, b.hash);
	b = a;
	prediction_hash("y", "cpu", &b);
	assert_string_not_equal(a.hash, b.hash);
	b = a;
	prediction_hash("x", "cpu", &b);
	assert_string_equal(a.hash, b.hash);
}

static void test_store__evidence_round_trips_with_its_bytes(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct store *s = opened();
	struct place at = { add_run(s), 1, 2 };
	struct evidence ev = { 0 }, read = { 0 };
	struct evidence_item *item = evidence_add(&ev, "modules");

	(void)state;
	item->kind = EVIDENCE_FILE;
	item->host = "local";
	item->where = "/proc/modules";
	item->when_ms = 123456789012;
	item->out = (struct output){
		.kept = "a\0b\n", .kept_len = 4, .head_len = 2, .total = 4000000000
	};
	memset(item->out.sha256, 0xab, SHA256_SIZE);
	assert_int_equal(store_evidence_add(s, at, EVIDENCE_OF_CHECK, &ev, NULL), 0);
	assert_int_equal(store_evidence_get(s, at, EVIDENCE_OF_STEP, &arena, &read, NULL), 0);
	assert_int_equal(read.n, 0);
	assert_int_equal(store_evidence_get(s, at, EVIDENCE_OF_CHECK, &arena, &read, NULL), 0);
	assert_int_equal(read.n, 1);
	assert_string_equal(read.items[0].where, "/proc/modules");
	assert_int_equal(read.items[0].when_ms, 123456789012);
	assert_int_equal(read.items[0].out.total, 4000000000);
	assert_memory_equal(read.items[0].out.kept, "a\0b\n", 4);
	assert_memory_equal(read.items[0].out.sha256, item->out.sha256, SHA256_SIZE);
	evidence_done(&ev);
	evidence_done(&read);
	store_close(s);
}

/* Holds the lock until it is killed; says so through fd. */
static void hold_lock(int fd)
{
	struct store *s = opened();
	struct err err = { 0 };

	if (store_lock(s, "kvmlab run host", &err) < 0 || write(fd, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void test_store__second_holder_is_told_the_first(void **state)
{
	struct err err = { 0 };
	struct store *s;
	char text[32];
	int fds[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0)
		hold_lock(fds[1]);
	assert_int_equal(read(fds[0], text, 1), 1);
	s = opened();
	assert_int_equal(store_lock(s, "kvmlab run other", &err), -1);
	assert_int_equal(err.kind, ERR_LOCKED);
	assert_non_null(strstr(err.msg, "kvmlab run host"));
	snprintf(text, sizeof(text), "%ld", (long)pid);
	assert_non_null(strstr(err.msg, text));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	store_close(s);
	s = opened();
	assert_int_equal(store_lock(s, "again", &err), 0);
	store_close(s);
	close(fds[0]);
	close(fds[1]);
}

static void test_store__lock_dies_with_its_holder(void **state)
{
	struct store *s;
	struct err err = { 0 };
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		s = opened();
		if (store_lock(s, "child", &err) < 0)
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	s = opened();
	assert_int_equal(store_lock(s, "parent", &err), 0);
	store_close(s);
}

static void test_store__first_record_of_a_change_counts(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct store *s = opened();
	int64_t run = add_run(s);
	struct change_row before = { .kind = CHANGE_MODULE, .name = "kvm" };
	struct change_row after = before, *rows;
	size_t n;

	(void)state;
	after.existed = true;
	assert_int_equal(store_change_add(s, run, &before, NULL), 0);
	assert_int_equal(store_change_add(s, run, &after, NULL), 0);
	assert_int_equal(store_change_list(s, run, &arena, &rows, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_false(rows[0].existed);
	store_close(s);
}

static void test_store__state_is_private(void **state)
{
	_cleanup_buf_ struct buf path = { 0 };
	struct stat st;

	(void)state;
	store_close(opened());
	buf_printf(&path, "%s/kvmlab", directory);
	assert_int_equal(stat(buf_str(&path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* 0 when two state directories of the same inode number have the same identity. */
static int compare_file_systems(void)
{
	_cleanup_buf_ struct buf path = { 0 };
	uint64_t identity[2];
	struct stat st[2];

	buf_printf(&path, "%s/kvmlab", directory);
	if (unshare(geteuid() ? CLONE_NEWUSER | CLONE_NEWNS : CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 77;
	for (int i = 0; i < 2; i++) {
		struct store *s;

		/* The second hides the first: no path has to be of another length. */
		if (mount("none", directory, "tmpfs", 0, NULL) < 0)
			return 77;
		s = opened();
		identity[i] = store_identity(s);
		store_close(s);
		if (stat(buf_str(&path), &st[i]) < 0)
			return 77;
	}
	return st[0].st_ino != st[1].st_ino ? 77 : identity[0] != identity[1];
}

static void test_store__has_an_identity_of_its_own_on_every_file_system(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(compare_file_systems());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_store__uncommitted_is_gone_after_close),
		T(test_store__prediction_cannot_be_given_twice),
		T(test_store__prediction_hash_covers_every_part),
		T(test_store__evidence_round_trips_with_its_bytes),
		T(test_store__second_holder_is_told_the_first),
		T(test_store__lock_dies_with_its_holder),
		T(test_store__first_record_of_a_change_counts),
		T(test_store__state_is_private),
		T(test_store__has_an_identity_of_its_own_on_every_file_system),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
