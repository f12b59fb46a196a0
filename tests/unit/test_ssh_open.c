/* SPDX-License-Identifier: Apache-2.0 */
/* test_ssh_open: hosts over ssh: their URIs, how they refuse, and what is seen on them. */
#include "tests/unit/ssh_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/host/kinds.h"
#include "runner/host/ssh_uri.h"

struct uri_case {
	const char *uri, *user, *host, *port, *config, *path; /* host NULL: refused */
};

static const struct uri_case uris[] = {
	{ "ssh://h", NULL, "h", NULL, NULL, "/system" },
	{ "ssh://h/", NULL, "h", NULL, NULL, "/system" },
	{ "ssh://ani@lab-1.example:2222", "ani", "lab-1.example", "2222", NULL, "/system" },
	{ "ssh://root@[fe80::1%eth0]:22?config=/a%20b", "root", "fe80::1%eth0", "22", "/a b",
	  "/system" },
	{ "qemu+ssh://root@b/system", "root", "b", NULL, NULL, "/system" },
	{ "ssh://[2001:db8::1]", NULL, "2001:db8::1", NULL, NULL, "/system" },
	{ "qemu+ssh://root@[fe80::1%25eth0]:22/system", "root", "fe80::1%eth0", "22", NULL,
	  "/system" },
	{ "ssh://2001:db8::1", .host = NULL },
	{ "qemu+ssh://b/session?no_tty=1", NULL, "b", NULL, NULL, "/session" },
	{ "ssh://", .host = NULL },
	{ "ssh://-oProxyCommand=x", .host = NULL },
	{ "ssh://-x@h", .host = NULL },
	{ "ssh://a;b@h", .host = NULL },
	{ "ssh://h;touch x", .host = NULL },
	{ "ssh://h:0", .host = NULL },
	{ "ssh://h:65536", .host = NULL },
	{ "ssh://h:-1", .host = NULL },
	{ "ssh://[::1", .host = NULL },
	{ "ssh://h/path", .host = NULL },
	{ "ssh://h?config=relative", .host = NULL },
	{ "ssh://h?confg=/x", .host = NULL },
	{ "ssh:h", .host = NULL },
	{ "qemu+tcp://h/system", .host = NULL },
};

static void assert_same(const char *a, const char *b)
{
	assert_true(!a == !b);
	if (a)
		assert_string_equal(a, b);
}

static void test_ssh_uri__takes_parts_and_refuses_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(uris); i++) {
		const struct uri_case *c = &uris[i];
		_cleanup_arena_ struct arena a = { 0 };
		struct ssh_uri u = { 0 };
		struct err err = { 0 };

		if (!c->host) {
			assert_int_equal(ssh_uri_parse(c->uri, &a, &u, &err), -1);
			assert_int_equal(err.kind, ERR_USAGE);
			continue;
		}
		assert_int_equal(ssh_uri_parse(c->uri, &a, &u, &err), 0);
		assert_same(u.user, c->user);
		assert_same(u.host, c->host);
		assert_same(u.port, c->port);
		assert_same(u.config, c->config);
		assert_same(u.path, c->path);
	}
}

/* What it does not heed must not be passed over: a host is reached as its URI says, or not. */
static void test_ssh_uri__names_a_parameter_that_does_not_count(void **state)
{
	static const char *const wrong[][2] = {
		{ "ssh://h?port=22", "'port' in 'ssh://h?port=22'" },
		{ "ssh://h?config=/x&keyfile=/y", "'keyfile'" },
		{ "qemu+ssh://h/system?socket=/run/x", "'socket'" },
		{ "qemu+ssh://h/system?no_verify=1", "'no_verify'" },
		{ "qemu+ssh://h/system?no_tty=1&proxy", "'proxy'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_cleanup_arena_ struct arena a = { 0 };
		struct ssh_uri u = { 0 };
		struct err err = { 0 };

		assert_int_equal(ssh_uri_parse(wrong[i][0], &a, &u, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		if (!strstr(err.msg, wrong[i][1]) || !strstr(err.msg, "expected 'config'"))
			fail_msg("%s: %s", wrong[i][0], err.msg);
	}
}

/* libvirt refuses an IPv6 address without brackets: 'Unable to parse URI'. */
static void test_ssh_uri__libvirt_is_named_by_a_uri_that_it_can_parse(void **state)
{
	static const char *const hosts[][2] = {
		{ "ssh://lab-1", "qemu+ssh://lab-1/system?command=/x/ssh&no_tty=1" },
		{ "ssh://[2001:db8::1]:2222",
		  "qemu+ssh://[2001:db8::1]/system?command=/x/ssh&no_tty=1" },
		{ "ssh://ani@[fe80::1%eth0]",
		  "qemu+ssh://[fe80::1%25eth0]/system?command=/x/ssh&no_tty=1" },
		{ "qemu+ssh://[::1]/session", "qemu+ssh://[::1]/session?command=/x/ssh&no_tty=1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		_cleanup_arena_ struct arena a = { 0 };
		struct ssh_uri u = { 0 }, again = { 0 };
		const char *uri;

		assert_int_equal(ssh_uri_parse(hosts[i][0], &a, &u, NULL), 0);
		uri = ssh_uri_of_libvirt(&u, "/x/ssh", &a);
		assert_string_equal(uri, hosts[i][1]);
		assert_int_equal(ssh_uri_parse(uri, &a, &again, NULL), 0);
		assert_string_equal(again.host, u.host);
	}
}

struct refusal {
	const char *name, *says;
};

static void test_ssh_open__says_why_not_in_one_sentence(void **state)
{
	static const struct refusal refusals[] = {
		{ SSH_WRONGKEY, "does not show the host key that is known" },
		{ SSH_UNKNOWN, "does not show the host key that is known" },
		{ SSH_CHANGED, "does not show the host key that is known" },
		{ SSH_STRANGER, "refused the login" },
		{ SSH_CLOSED, "cannot be reached" },
		{ SSH_NAMELESS, "has a name that nobody knows" },
		{ SSH_GREETER, "prints 'welcome'" },
	};
	struct ssh_place *p = *state;
	struct host *h = NULL;

	NEED_SSHD;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		assert_int_equal(ssh_open_named(p, refusals[i].name, &h), -1);
		assert_int_equal(p->err.kind, ERR_ENV);
		if (!strstr(p->err.msg, refusals[i].says) || strchr(p->err.msg, '\n'))
			fail_msg("%s: %s", refusals[i].name, p->err.msg);
		assert_non_null(strstr(p->err.msg, "'source'"));
	}
	assert_null(h);
}

/* The user's 'StrictHostKeyChecking no' lets a plain ssh in, and kvmlab out. */
static void test_ssh_open__always_checks_the_host_key(void **state)
{
	struct ssh_place *p = *state;
	struct host *h = NULL;
	int status = -1;

	NEED_SSHD;
	assert_int_equal(ssh_open_named(p, SSH_UNKNOWN, &h), -1);
	waitpid(ssh_plain(p, SSH_UNKNOWN, "exit 9"), &status, 0);
	assert_int_equal(WEXITSTATUS(status), 9);
}

/* What README says of accept-new: the first key is taken and remembered, another one refused. */
static void test_ssh_open__accept_new_takes_a_first_key_only(void **state)
{
	struct ssh_place *p = *state;
	struct host *h = NULL;
	char known[96];

	NEED_SSHD;
	snprintf(known, sizeof(known), "%s/known_new", ssh_server()->directory);
	unlink(known);
	assert_int_equal(ssh_open_named(p, SSH_NEWCOMER, &h), 0);
	host_close(h);
	assert_int_equal(access(known, F_OK), 0);
	assert_int_equal(ssh_open_named(p, SSH_CHANGED, &h), -1);
}

static size_t count_directories(void)
{
	_cleanup_arena_ struct arena a = { 0 };
	glob_t found = { 0 };
	size_t n;

	glob(arena_printf(&a, "/tmp/kvmlab-ssh-%ld-*", (long)getpid()), 0, NULL, &found);
	n = found.gl_pathc;
	for (size_t i = 0; i < n; i++) {
		struct stat st;

		assert_int_equal(stat(found.gl_pathv[i], &st), 0);
		assert_int_equal(st.st_mode & 07777, 0700);
	}
	globfree(&found);
	return n;
}

/* The server's process behind a command: one per connection. */
static pid_t find_server_side(struct ssh_place *p, struct host *h)
{
	const char *const argv[] = { "sh", "-c", "sed 's/.*) . //; s/ .*//' /proc/$PPID/stat",
				     NULL };
	const struct process_spec spec = { .argv = argv };
	struct evidence_item item = { .name = "test" };

	assert_int_equal(h->ops->run(h, &spec, &p->arena, &item, &p->err), 0);
	return (pid_t)strtol(item.out.kept, NULL, 10);
}

static void test_ssh_open__one_connection_that_is_closed(void **state)
{
	struct ssh_place *p = *state;
	int64_t until = clock_us() + 10000000;
	struct host *other = NULL;
	pid_t pid;

	NEED_SSHD;
	assert_int_equal(count_directories(), 1);
	pid = find_server_side(p, p->host);
	assert_int_equal(find_server_side(p, p->host), pid);
	/* The control: another host has another connection. */
	assert_int_equal(ssh_open_named(p, SSH_GOOD, &other), 0);
	assert_int_not_equal(find_server_side(p, other), pid);
	host_close(other);
	assert_int_equal(kill(pid, 0), 0);
	host_close(p->host);
	p->host = NULL;
	assert_int_equal(count_directories(), 0);
	while (kill(pid, 0) == 0 && clock_us() < until)
		poll(NULL, 0, 5);
	assert_int_equal(kill(pid, 0), -1);
}

static void test_ssh_open__what_a_killed_kvmlab_left_is_removed(void **state)
{
	struct ssh_place *p = *state;
	char left[64], kept[64], other[64];
	struct host *h = NULL;
	struct stat st;
	pid_t pid;

	NEED_SSHD;
	pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	assert_int_equal(stat("/proc/self/ns/pid", &st), 0);
	snprintf(left, sizeof(left), "/tmp/kvmlab-ssh-%ld-%ld-aaaaaa", (long)pid, (long)st.st_ino);
	snprintf(kept, sizeof(kept), "/tmp/kvmlab-ssh-%ld-%ld-bbbbbb", (long)getpid(),
		 (long)st.st_ino);
	/* A container that shares /tmp counts its processes itself. */
	snprintf(other, sizeof(other), "/tmp/kvmlab-ssh-%ld-%ld-cccccc", (long)pid,
		 (long)st.st_ino + 1);
	assert_int_equal(mkdir(other, 0700), 0);
	assert_int_equal(mkdir(left, 0700), 0);
	assert_int_equal(mkdir(kept, 0700), 0);
	assert_int_equal(ssh_open_named(p, SSH_GOOD, &h), 0);
	assert_int_equal(access(left, F_OK), -1);
	assert_int_equal(access(kept, F_OK), 0);
	assert_int_equal(access(other, F_OK), 0);
	host_close(h);
	rmdir(kept);
	rmdir(other);
}

typedef int look_fn(struct host *h, const char *path, struct arena *arena,
		    struct evidence_item *item, struct err *err);

static void assert_sees_the_same(struct ssh_place *p, look_fn *remote, look_fn *local,
				 const char *path)
{
	struct evidence_item a = { .name = "a" }, b = { .name = "b" };
	struct host here = { .role = "local", .uri = "local", .ops = &host_local };
	struct err ea = { 0 }, eb = { 0 };
	int ra = remote(p->host, path, &p->arena, &a, &ea);
	int rb = local(&here, path, &p->arena, &b, &eb);

	if (ra != rb || a.error != b.error || a.kind != b.kind || strcmp(a.where, b.where) ||
	    strcmp(ea.msg, eb.msg))
		fail_msg("%s: %d %d '%s', here %d %d '%s'", path, ra, a.error, ea.msg, rb, b.error,
			 eb.msg);
	assert_int_equal(a.out.total, b.out.total);
	assert_int_equal(a.out.kept_len, b.out.kept_len);
	assert_int_equal(a.out.head_len, b.out.head_len);
	assert_memory_equal(a.out.sha256, b.out.sha256, SHA256_SIZE);
	if (a.out.kept_len)
		assert_memory_equal(a.out.kept, b.out.kept, a.out.kept_len);
}

static const char *make_file(struct ssh_place *p, const char *name, size_t size)
{
	const char *path = arena_printf(&p->arena, "%s/%s", ssh_server()->directory, name);
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);

	for (size_t i = 0; i < size; i++)
		assert_int_equal(write(fd, &"abcdefg"[i % 7], 1), 1);
	return path;
}

static void test_ssh_look__sees_what_is_seen_here(void **state)
{
	struct ssh_place *p = *state;
	const char *paths[10], *fifo;
	size_t n = 0;

	NEED_SSHD;
	fifo = arena_printf(&p->arena, "%s/fifo", ssh_server()->directory);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	paths[n++] = make_file(p, "empty", 0);
	paths[n++] = make_file(p, "it's $(a) name\n", 10);
	paths[n++] = make_file(p, "-long", 100000);
	paths[n++] = "/proc/sys/kernel/osrelease";
	paths[n++] = "/etc/passwd/x";
	paths[n++] = "/nowhere";
	paths[n++] = "/dev/null";
	paths[n++] = fifo;
	paths[n++] = "/usr";
	for (size_t i = 0; i < n; i++) {
		assert_sees_the_same(p, p->host->ops->read_file, host_local.read_file, paths[i]);
		assert_sees_the_same(p, p->host->ops->stat, host_local.stat, paths[i]);
		assert_sees_the_same(p, p->host->ops->list_dir, host_local.list_dir, paths[i]);
	}
}

static void test_ssh_look__kvm_is_not_guessed(void **state)
{
	struct ssh_place *p = *state;

	NEED_SSHD;
	assert_int_equal(p->host->ops->kvm(p->host, &p->arena, &p->item, &p->err), -1);
	assert_int_equal(p->err.kind, ERR_ENV);
	assert_non_null(strstr(p->err.msg, "a kvmlab that runs there"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ssh_uri__takes_parts_and_refuses_options),
		cmocka_unit_test(test_ssh_uri__names_a_parameter_that_does_not_count),
		cmocka_unit_test(test_ssh_uri__libvirt_is_named_by_a_uri_that_it_can_parse),
		SSH_TEST(test_ssh_open__says_why_not_in_one_sentence),
		SSH_TEST(test_ssh_open__always_checks_the_host_key),
		SSH_TEST(test_ssh_open__accept_new_takes_a_first_key_only),
		SSH_TEST(test_ssh_open__one_connection_that_is_closed),
		SSH_TEST(test_ssh_open__what_a_killed_kvmlab_left_is_removed),
		SSH_TEST(test_ssh_look__sees_what_is_seen_here),
		SSH_TEST(test_ssh_look__kvm_is_not_guessed),
	};

	return cmocka_run_group_tests(tests, ssh_server_start, ssh_server_stop);
}
