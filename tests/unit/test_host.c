/* SPDX-License-Identifier: Apache-2.0 */
/* test_host: looking at this machine is bounded, waits for nobody, and tells the truth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/host/kvm.h"

struct place {
	char dir[64], path[96];
	struct host *host;
	struct arena arena;
	struct evidence_item item;
	struct err err;
};

static int open_place(void **state)
{
	struct place *p = mem_alloc(sizeof(*p));

	memset(p, 0, sizeof(*p));
	strncpy(p->dir, "/tmp/kvmlab-test-host-XXXXXX", sizeof(p->dir) - 1);
	if (!mkdtemp(p->dir) || host_open("local", "local", NULL, &p->host, &p->err) < 0)
		return -1;
	snprintf(p->path, sizeof(p->path), "%s/f", p->dir);
	*state = p;
	return 0;
}

static int close_place(void **state)
{
	struct place *p = *state;

	unlink(p->path);
	rmdir(p->path);
	rmdir(p->dir);
	host_close(p->host);
	arena_done(&p->arena);
	free(p);
	return 0;
}

static void write_file(const char *path, const char *bytes, size_t len)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
}

static int read_it(struct place *p)
{
	p->item = (struct evidence_item){ .name = "f" };
	return p->host->ops->read_file(p->host, p->path, &p->arena, &p->item, &p->err);
}

static void expect_hash(const struct output *o, const void *bytes, size_t len)
{
	unsigned char hash[SHA256_SIZE];

	crypto_hash_sha256(hash, bytes, len);
	assert_memory_equal(o->sha256, hash, SHA256_SIZE);
}

static void test_host__reads_a_small_file_whole(void **state)
{
	struct place *p = *state;

	write_file(p->path, "a\0b\n", 4);
	assert_int_equal(read_it(p), 0);
	assert_int_equal(p->item.out.kept_len, 4);
	assert_int_equal(p->item.out.total, 4);
	assert_memory_equal(p->item.out.kept, "a\0b\n", 5);
	expect_hash(&p->item.out, "a\0b\n", 4);
}

static void test_host__reads_an_empty_file(void **state)
{
	struct place *p = *state;

	write_file(p->path, "", 0);
	assert_int_equal(read_it(p), 0);
	assert_int_equal(p->item.error, 0);
	assert_int_equal(p->item.out.total, 0);
	assert_string_equal(p->item.out.kept, "");
	expect_hash(&p->item.out, "", 0);
}

static void test_host__keeps_the_beginning_of_a_long_file(void **state)
{
	struct place *p = *state;
	size_t n = 1000000;
	char *bytes = mem_alloc(n);

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)('a' + i % 23);
	write_file(p->path, bytes, n);
	assert_int_equal(read_it(p), 0);
	assert_int_equal(p->item.out.kept_len, 65536);
	assert_int_equal(p->item.out.head_len, 65536);
	assert_int_equal(p->item.out.total, n);
	assert_true(output_is_truncated(&p->item.out));
	assert_memory_equal(p->item.out.kept, bytes, 65536);
	expect_hash(&p->item.out, bytes, n);
	free(bytes);
}

/* The kernel says 0 bytes; all of it is read. */
static void test_host__reads_what_the_kernel_makes_up(void **state)
{
	struct place *p = *state;

	assert_int_equal(
		p->host->ops->read_file(p->host, "/proc/cpuinfo", &p->arena, &p->item, &p->err), 0);
	assert_true(p->item.out.total > 100);
	assert_false(output_is_truncated(&p->item.out));
}

static void test_host__absence_is_evidence(void **state)
{
	struct place *p = *state;

	assert_int_equal(read_it(p), 0);
	assert_int_equal(p->item.error, ENOENT);
	assert_int_equal(p->host->ops->stat(p->host, p->path, &p->arena, &p->item, &p->err), 0);
	assert_int_equal(p->item.error, ENOENT);
	assert_int_equal(p->host->ops->list_dir(p->host, p->path, &p->arena, &p->item, &p->err), 0);
	assert_int_equal(p->item.error, ENOENT);
}

/* A FIFO without a writer would block a plain open for ever. */
static void test_host__does_not_wait_for_a_fifo(void **state)
{
	struct place *p = *state;

	assert_int_equal(mkfifo(p->path, 0600), 0);
	alarm(5);
	assert_int_equal(read_it(p), -1);
	alarm(0);
	assert_non_null(strstr(p->err.msg, "not a regular file"));
}

static void test_host__a_directory_is_no_file(void **state)
{
	struct place *p = *state;

	assert_int_equal(mkdir(p->path, 0700), 0);
	assert_int_equal(read_it(p), -1);
	assert_int_equal(p->item.error, EISDIR);
}

static void test_host__lists_names_sorted(void **state)
{
	struct place *p = *state;
	char one[128], two[128];

	assert_int_equal(mkdir(p->path, 0700), 0);
	snprintf(one, sizeof(one), "%s/b", p->path);
	snprintf(two, sizeof(two), "%s/a", p->path);
	write_file(one, "", 0);
	write_file(two, "", 0);
	assert_int_equal(p->host->ops->list_dir(p->host, p->path, &p->arena, &p->item, &p->err), 0);
	assert_string_equal(p->item.out.kept, "a\nb\n");
	unlink(one);
	unlink(two);
}

static const char *key(struct place *p, const char *name)
{
	const char *v = evidence_key(&p->item, name, &p->arena);

	return v ? v : "";
}

static void test_host__stat_says_what_is_there(void **state)
{
	struct place *p = *state;

	write_file(p->path, "four", 4);
	assert_int_equal(chmod(p->path, 0604), 0);
	assert_int_equal(p->host->ops->stat(p->host, p->path, &p->arena, &p->item, &p->err), 0);
	assert_string_equal(key(p, "type"), "regular");
	assert_string_equal(key(p, "size"), "4");
	assert_string_equal(key(p, "mode"), "0604");
	assert_int_equal(strtol(key(p, "uid"), NULL, 10), geteuid());
	p->host->ops->stat(p->host, "/dev/null", &p->arena, &p->item, &p->err);
	assert_string_equal(key(p, "type"), "character");
	assert_string_equal(key(p, "device"), "1:3");
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void probe(struct place *p, const char *device, int64_t deadline_ms)
{
	_cleanup_buf_ struct buf out = { 0 };

	assert_int_equal(kvm_probe(device, deadline_ms, &out, &p->err), 0);
	p->item.out.kept = arena_strdup(&p->arena, buf_str(&out));
}

static void test_kvm_probe__knows_what_is_no_kvm(void **state)
{
	struct place *p = *state;

	probe(p, "/dev/kvmlab-nothing", 1000);
	assert_string_equal(p->item.out.kept, "exists=0\nopen_errno=ENOENT\n");
	probe(p, "/dev/null", 1000);
	assert_string_equal(key(p, "open_errno"), "0");
	assert_string_equal(key(p, "api_version"), "ENOTTY");
	assert_string_equal(key(p, "create_vm"), "");
}

static void test_kvm_probe__says_all_of_a_device_that_runs(void **state)
{
	struct place *p = *state;

	probe(p, KVM_DEVICE, KVM_DEADLINE_MS);
	if (strcmp(key(p, "vcpu"), "ok") != 0)
		skip();
	assert_string_equal(key(p, "api_version"), "12");
	assert_string_equal(key(p, "create_vm"), "ok");
	assert_true(strtoll(key(p, "loop_count"), NULL, 10) >= 10000);
	assert_true(strtoll(key(p, "vcpu_ns"), NULL, 10) > 0);
	assert_true(strtoll(key(p, "native_ns"), NULL, 10) > 0);
}

/* A slow device, or none that is slow: with 1 ms nobody gets far, and the child is gone at once. */
static void test_kvm_probe__keeps_its_deadline(void **state)
{
	struct place *p = *state;
	double began = seconds();

	if (access(KVM_DEVICE, R_OK | W_OK))
		skip();
	probe(p, KVM_DEVICE, 1);
	assert_true(seconds() - began < 2.5);
	if (strcmp(key(p, "vcpu"), "ok") != 0 && strcmp(key(p, "open_errno"), "0") == 0)
		assert_true(!strcmp(key(p, "vcpu"), "deadline") ||
			    !strcmp(key(p, "create_vm"), "deadline"));
}

static void test_host__unknown_kinds_are_refused(void **state)
{
	struct place *p = *state;
	struct host *h = NULL;

	assert_int_equal(host_open("local", "ssh://-oProxyCommand=x", NULL, &h, &p->err), -1);
	assert_int_equal(host_open("local", "localhost", NULL, &h, &p->err), -1);
	assert_int_equal(host_open("local", "recorded:/nowhere", NULL, &h, &p->err), -1);
	assert_int_equal(host_open("local", "recorded", NULL, &h, &p->err), -1);
	assert_null(h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_place, close_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_host__reads_a_small_file_whole),
		TEST(test_host__reads_an_empty_file),
		TEST(test_host__keeps_the_beginning_of_a_long_file),
		TEST(test_host__reads_what_the_kernel_makes_up),
		TEST(test_host__absence_is_evidence),
		TEST(test_host__does_not_wait_for_a_fifo),
		TEST(test_host__a_directory_is_no_file),
		TEST(test_host__lists_names_sorted),
		TEST(test_host__stat_says_what_is_there),
		TEST(test_host__unknown_kinds_are_refused),
		TEST(test_kvm_probe__knows_what_is_no_kvm),
		TEST(test_kvm_probe__says_all_of_a_device_that_runs),
		TEST(test_kvm_probe__keeps_its_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
