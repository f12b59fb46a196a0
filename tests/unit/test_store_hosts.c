/* SPDX-License-Identifier: Apache-2.0 */
/* test_store_hosts: several hosts in one run, and the state that an older kvmlab left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/store/store.h"

#define SCHEMA_1 "fixtures/store/schema-1.sql"
#define SCHEMA_2 "fixtures/store/schema-2.sql"

static char directory[64], database[96];

static int set_up(void **state)
{
	char path[96];

	(void)state;
	strcpy(directory, "/tmp/kvmlab-store-XXXXXX");
	if (!mkdtemp(directory) || setenv("XDG_STATE_HOME", directory, 1) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/kvmlab", directory);
	snprintf(database, sizeof(database), "%s/kvmlab/state.db", directory);
	return mkdir(path, 0700);
}

static int tear_down(void **state)
{
	static const char *const names[] = { "kvmlab/state.db", "kvmlab/state.db-wal",
					     "kvmlab/state.db-shm" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/kvmlab", directory);
	rmdir(path);
	return rmdir(directory);
}

/* Executes SQL on the database without the store. */
static void execute(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

static void make_version(const char *dump)
{
	_cleanup_fd_ int fd = open(dump, O_RDONLY | O_CLOEXEC);
	char text[16384];
	ssize_t n = read(fd, text, sizeof(text) - 1);

	assert_true(n > 0);
	text[n] = '\0';
	execute("PRAGMA journal_mode=WAL;");
	execute(text);
}

static struct store *opened(void)
{
	struct err err = { 0 };
	struct store *s = NULL;

	if (store_open(&s, &err) < 0)
		fail_msg("%s", err.msg);
	return s;
}

static void assert_row(const struct change_row *row, const char *host, const char *name, int undone)
{
	assert_string_equal(row->host, host);
	assert_string_equal(row->name, name);
	assert_int_equal(row->undone, undone);
}

/* What the old kvmlab wrote is all there, in its order, and on the only host that there was. */
static void assert_old_run(struct store *s)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct settings settings, hosts;
	struct change_row *rows;
	struct prediction p;
	struct run_row run;
	size_t n;

	assert_int_equal(store_run_get(s, 0, &arena, &run, &settings, NULL), 0);
	assert_string_equal(run.name, "old");
	assert_int_equal(settings.n, 1);
	assert_int_equal(store_prediction_get(s, (struct place){ 1, 0, 0 }, &arena, &p, NULL), 0);
	assert_string_equal(p.choice, "svm");
	assert_int_equal(store_host_list(s, 1, &arena, &hosts, NULL), 0);
	assert_int_equal(hosts.n, 0);
	assert_int_equal(store_change_list(s, 1, &arena, &rows, &n, NULL), 0);
	assert_int_equal(n, 3);
	assert_row(&rows[0], "local", "/tmp/b", 0);
	assert_row(&rows[1], "local", "kvm", 0);
	assert_row(&rows[2], "local", "/tmp/a", 2);
	assert_true(rows[1].existed);
	assert_string_equal(rows[2].why, "busy");
}

static void test_store__takes_over_what_version_1_left(void **state)
{
	struct store *s;

	(void)state;
	make_version(SCHEMA_1);
	s = opened();
	assert_old_run(s);
	store_close(s);
	/* Once is enough: the second time it is only read. */
	s = opened();
	assert_old_run(s);
	store_close(s);
}

static void test_store__a_version_1_that_cannot_be_taken_over_stays(void **state)
{
	struct store *s = NULL;
	struct err err = { 0 };

	(void)state;
	make_version(SCHEMA_1);
	/* In the way of the taking over, half-way through. */
	execute("CREATE TABLE change_1(x);");
	assert_int_equal(store_open(&s, &err), -1);
	assert_int_equal(err.kind, ERR_IO);
	execute("DROP TABLE change_1;");
	s = opened();
	assert_old_run(s);
	store_close(s);
}

/* What the dump holds, and nothing more known of it than was. */
static void assert_run_of_version_2(struct store *s)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct evidence ev = { 0 };
	struct step_result step;
	struct settings found;
	struct change_row *rows;
	size_t n;

	assert_int_equal(store_step_get(s, (struct place){ 1, 0, 1 }, &arena, &step, NULL), 0);
	assert_int_equal(step.state, STEP_STARTED);
	assert_int_equal(store_evidence_get(s, (struct place){ 1, 0, 0 }, EVIDENCE_OF_STEP, &arena,
					    &ev, NULL),
			 0);
	assert_int_equal(ev.n, 1);
	assert_string_equal(ev.items[0].out.kept, "up\n");
	evidence_done(&ev);
	assert_int_equal(store_change_list(s, 1, &arena, &rows, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_row(&rows[0], "local", "/tmp/kvmlab-v2-one", 0);
	assert_row(&rows[1], "local", "/tmp/kvmlab-v2-two", 0);
	assert_int_equal(rows[1].kind, CHANGE_FILE);
	assert_null(rows[1].identity);
	assert_false(rows[1].existed || rows[1].settled || rows[1].tagged);
	assert_int_equal(store_inventory_list(s, 1, &arena, &found, NULL), 0);
	assert_int_equal(found.n, 0);
}

static void test_store__takes_over_what_version_2_left(void **state)
{
	struct store *s;

	(void)state;
	make_version(SCHEMA_2);
	s = opened();
	assert_run_of_version_2(s);
	store_close(s);
	s = opened();
	assert_run_of_version_2(s);
	store_close(s);
}

static void test_store__takes_over_what_version_3_left(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct answer a = { .text = "it is a VM", .at_ms = 5 }, found;
	struct answer hinted = { .hints = 2, .understood = "that it is a VM", .understood_ms = 6 };
	struct place at = { 1, 2, 0 };
	struct store *s = opened();

	(void)state;
	store_close(s);
	execute("DROP TABLE reconciled; DROP TABLE exam; ALTER TABLE run DROP COLUMN lang;"
		"ALTER TABLE answer DROP COLUMN understood;"
		"ALTER TABLE answer DROP COLUMN understood_at;"
		"INSERT INTO answer VALUES(1,2,0,'old',1,4); PRAGMA user_version=3;");
	s = opened();
	assert_int_equal(store_answer_get(s, at, &arena, &found, NULL), 0);
	assert_string_equal(found.text, "old");
	assert_null(found.understood);
	assert_int_equal(found.understood_ms, 0);
	assert_int_equal(store_answer_set(s, at, &hinted, NULL), 0);
	assert_int_equal(store_reconciled_get(s, at, &arena, &found, NULL), 0);
	assert_null(found.text);
	assert_int_equal(store_reconciled_set(s, at, &a, NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	store_close(s);
	s = opened();
	assert_int_equal(store_reconciled_get(s, at, &arena, &found, NULL), 0);
	assert_string_equal(found.text, "it is a VM");
	assert_int_equal(found.at_ms, 5);
	assert_null(found.understood);
	assert_int_equal(store_answer_get(s, at, &arena, &found, NULL), 0);
	assert_null(found.text);
	assert_int_equal(found.hints, 2);
	assert_string_equal(found.understood, "that it is a VM");
	assert_int_equal(found.understood_ms, 6);
	store_close(s);
}

static void test_store__keeps_by_what_a_thing_is_known_again(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct change_row c = { .host = "source",
				.kind = CHANGE_DOMAIN,
				.name = "db02",
				.identity = "2cafce87-8759-4989-9a87-5a68b871eec8" };
	struct change_row again = c, *rows;
	struct store *s = opened();
	size_t n;

	(void)state;
	assert_int_equal(store_change_add(s, 1, &c, NULL), 0);
	/* A second record does not change what the first one said. */
	again.identity = "another";
	again.existed = true;
	assert_int_equal(store_change_add(s, 1, &again, NULL), 0);
	c.settled = c.tagged = true;
	c.path = "/pool/db02";
	assert_int_equal(store_change_set(s, 1, &c, NULL), 0);
	assert_int_equal(store_inventory_set(s, 1, "source", "domain x\n", NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	store_close(s);
	s = opened();
	assert_int_equal(store_change_list(s, 1, &arena, &rows, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].identity, c.identity);
	assert_string_equal(rows[0].path, "/pool/db02");
	assert_true(rows[0].settled && rows[0].tagged && !rows[0].existed);
	/* Once it is gone the next one may be another. */
	c.undone = 1;
	assert_int_equal(store_change_set(s, 1, &c, NULL), 0);
	assert_int_equal(store_change_add(s, 1, &again, NULL), 0);
	assert_int_equal(store_change_list(s, 1, &arena, &rows, &n, NULL), 0);
	assert_string_equal(rows[0].identity, "another");
	assert_true(rows[0].existed && !rows[0].settled && !rows[0].tagged && !rows[0].path);
	store_close(s);
}

static void test_store__refuses_what_is_newer(void **state)
{
	struct store *s = NULL;
	struct err err = { 0 };

	(void)state;
	store_close(opened());
	execute("PRAGMA user_version=99;");
	assert_int_equal(store_open(&s, &err), -1);
	assert_non_null(strstr(err.msg, "newer kvmlab"));
}

static void test_store__keeps_hosts_and_their_changes_apart(void **state)
{
	static struct setting given[] = { { "source", "sandbox" }, { "destination", "ssh://b" } };
	_cleanup_arena_ struct arena arena = { 0 };
	struct settings hosts = { given, 2 }, found;
	struct change_row a = { .host = "source", .kind = CHANGE_FILE, .name = "/x" }, b = a, *rows;
	struct store *s = opened();
	size_t n;

	(void)state;
	b.host = "destination";
	b.existed = true;
	assert_int_equal(store_host_add(s, 1, &hosts, NULL), 0);
	assert_int_equal(store_change_add(s, 1, &a, NULL), 0);
	assert_int_equal(store_change_add(s, 1, &b, NULL), 0);
	b.undone = 1;
	assert_int_equal(store_change_set(s, 1, &b, NULL), 0);
	assert_int_equal(store_commit(s, NULL), 0);
	store_close(s);
	s = opened();
	assert_int_equal(store_host_list(s, 1, &arena, &found, NULL), 0);
	assert_int_equal(found.n, 2);
	assert_string_equal(found.v[0].name, "destination");
	assert_string_equal(found.v[0].value, "ssh://b");
	assert_string_equal(found.v[1].value, "sandbox");
	assert_int_equal(store_host_list(s, 2, &arena, &found, NULL), 0);
	assert_int_equal(found.n, 0);
	assert_int_equal(store_change_list(s, 1, &arena, &rows, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_row(&rows[0], "source", "/x", 0);
	assert_row(&rows[1], "destination", "/x", 1);
	assert_false(rows[0].existed);
	store_close(s);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_store__takes_over_what_version_1_left),
		T(test_store__a_version_1_that_cannot_be_taken_over_stays),
		T(test_store__takes_over_what_version_2_left),
		T(test_store__takes_over_what_version_3_left),
		T(test_store__keeps_by_what_a_thing_is_known_again),
		T(test_store__refuses_what_is_newer),
		T(test_store__keeps_hosts_and_their_changes_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
