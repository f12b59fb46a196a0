/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_fixture: a real sshd with keys of its own on a port of 127.0.0.1, and hosts opened on it. */
#include "tests/unit/ssh_fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/host/scan.h"

#define SSHD	    "/usr/sbin/sshd"
#define PATIENCE_US 10000000

static struct ssh_server server;
static bool made_run_sshd;

const struct ssh_server *ssh_server(void)
{
	return &server;
}

static pid_t start(const char *const *argv)
{
	pid_t pid = fork();
	int null;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

static int run(const char *const *argv)
{
	pid_t pid = start(argv);
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

static void write_file(const char *name, const char *text, int mode)
{
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_fd_ int fd = open(arena_printf(&a, "%s/%s", server.directory, name),
				   O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	fchmod(fd, (mode_t)mode);
}

static void make_key(const char *name)
{
	_cleanup_arena_ struct arena a = { 0 };
	const char *path = arena_printf(&a, "%s/%s", server.directory, name);
	const char *const argv[] = {
		"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path, NULL
	};

	assert_int_equal(run(argv), 0);
}

static const char *read_text(const char *name, struct arena *a)
{
	_cleanup_fd_ int fd = open(arena_printf(a, "%s/%s", server.directory, name), O_RDONLY);
	char text[1024];
	ssize_t n = read(fd, text, sizeof(text) - 1);

	assert_true(n > 0);
	return arena_memdup(a, text, (size_t)n);
}

static int bound_socket(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	server.port = ntohs(a.sin_port);
	return fd;
}

static bool answers(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons((uint16_t)server.port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	_cleanup_fd_ int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
}

static void write_configs(void)
{
	static const char more[] = "\tUserKnownHostsFile %s/%s\n\tIdentityFile %s/%s\n"
				   "\tPort %d\n\tStrictHostKeyChecking %s\n";
	const char *d = server.directory;
	_cleanup_arena_ struct arena a = { 0 };
	_cleanup_buf_ struct buf b = { 0 };
	struct passwd *user = getpwuid(geteuid());

	buf_printf(&b, "Host " SSH_GOOD "\n");
	buf_printf(&b, more, d, "known", d, "user", server.port, "yes");
	buf_printf(&b, "Host " SSH_WRONGKEY "\n");
	buf_printf(&b, more, d, "known_wrong", d, "user", server.port, "yes");
	buf_printf(&b, "Host " SSH_UNKNOWN "\n");
	buf_printf(&b, more, d, "known_none", d, "user", server.port, "no");
	buf_printf(&b, "Host " SSH_NEWCOMER "\n");
	buf_printf(&b, more, d, "known_new", d, "user", server.port, "accept-new");
	buf_printf(&b, "Host " SSH_CHANGED "\n");
	buf_printf(&b, more, d, "known_wrong", d, "user", server.port, "accept-new");
	buf_printf(&b, "Host " SSH_STRANGER "\n");
	buf_printf(&b, more, d, "known", d, "stranger", server.port, "yes");
	buf_printf(&b, "Host " SSH_GREETER "\n");
	buf_printf(&b, more, d, "known", d, "greeted", server.port, "yes");
	buf_printf(&b, "Host " SSH_CLOSED "\n\tPort 1\n");
	buf_printf(&b, "Host " SSH_NAMELESS "\n\tHostName kvmlab.invalid\n");
	buf_printf(&b,
		   "Host *\n\tHostName 127.0.0.1\n\tUser %s\n\tIdentitiesOnly yes\n"
		   "\tHostKeyAlias kvmlab\n\tGlobalKnownHostsFile /dev/null\n",
		   user->pw_name);
	write_file("ssh_config", buf_str(&b), 0600);
	snprintf(server.config, sizeof(server.config), "%s/ssh_config", d);
	write_file("known", arena_printf(&a, "kvmlab %s", read_text("server.pub", &a)), 0600);
	write_file("known_wrong", arena_printf(&a, "kvmlab %s", read_text("stranger.pub", &a)),
		   0600);
	write_file("known_none", "", 0600);
	write_file("authorized",
		   arena_printf(&a,
				"%scommand=\"echo welcome; eval \\\"$SSH_ORIGINAL_COMMAND\\\"\" %s",
				read_text("user.pub", &a), read_text("greeted.pub", &a)),
		   0600);
	buf_reset(&b);
	buf_printf(&b,
		   "Port %d\nListenAddress 127.0.0.1\nHostKey %s/server\nPidFile none\n"
		   "AuthorizedKeysFile %s/authorized\nStrictModes no\nUsePAM no\nUseDNS no\n"
		   "PermitRootLogin prohibit-password\nPasswordAuthentication no\n"
		   "KbdInteractiveAuthentication no\n",
		   server.port, d, d);
	write_file("sshd_config", buf_str(&b), 0600);
}

int ssh_server_start(void **state)
{
	static const char *const keys[] = { "server", "user", "stranger", "greeted" };
	_cleanup_fd_ int fd = -1;
	int64_t until;
	char config[96];
	const char *const argv[] = { SSHD, "-D", "-f", config, NULL };

	(void)state;
	if (access(SSHD, X_OK) < 0)
		return 0;
	/* Where sshd has never been started as a service. */
	made_run_sshd = geteuid() == 0 && mkdir("/run/sshd", 0755) == 0;
	strcpy(server.directory, "/tmp/kvmlab-test-ssh-XXXXXX");
	if (!mkdtemp(server.directory))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		make_key(keys[i]);
	fd = bound_socket();
	write_configs();
	snprintf(config, sizeof(config), "%s/sshd_config", server.directory);
	cleanup_fd(&fd);
	fd = -1;
	server.pid = start(argv);
	until = clock_us() + PATIENCE_US;
	while (!answers() && clock_us() < until)
		poll(NULL, 0, 5);
	return answers() ? 0 : -1;
}

int ssh_server_stop(void **state)
{
	const char *const argv[] = { "rm", "-rf", "--", server.directory, NULL };

	(void)state;
	if (!server.pid)
		return 0;
	kill(server.pid, SIGTERM);
	waitpid(server.pid, NULL, 0);
	if (made_run_sshd)
		rmdir("/run/sshd");
	return run(argv);
}

int ssh_open_named(struct ssh_place *p, const char *name, struct host **ret)
{
	const char *uri = arena_printf(&p->arena, "ssh://%s?config=%s", name, server.config);

	return host_open("source", uri, p->g, ret, &p->err);
}

int ssh_place_open(void **state)
{
	struct ssh_place *p = mem_alloc(sizeof(*p));
	char name[64];

	*p = (struct ssh_place){ .env = { p->mark } };
	*state = p;
	if (!server.pid)
		return 0;
	snprintf(p->mark, sizeof(p->mark), "test_mark=%d_%lld", (int)getpid(),
		 (long long)clock_us());
	p->env[0] = p->mark;
	snprintf(name, sizeof(name), "kvmlab-test-ssh-%d", (int)getpid());
	if (process_group_open(name, RUNG_CGROUP, &p->g, &p->err) < 0 ||
	    ssh_open_named(p, SSH_GOOD, &p->host) < 0) {
		print_error("%s\n", p->err.msg);
		return -1;
	}
	p->spec.env = p->env;
	return 0;
}

int ssh_place_close(void **state)
{
	struct ssh_place *p = *state;

	host_close(p->host);
	process_group_close(p->g);
	arena_done(&p->arena);
	free(p);
	return 0;
}

int ssh_place_sh(struct ssh_place *p, const char *text)
{
	const char *const argv[] = { "sh", "-e", "-u", "-c", text, NULL };

	p->spec.argv = argv;
	p->item = (struct evidence_item){ .name = "test" };
	return p->host->ops->run(p->host, &p->spec, &p->arena, &p->item, &p->err);
}

size_t ssh_place_count(const struct ssh_place *p)
{
	struct pids pids = { 0 };
	size_t n;

	scan_marked(p->mark, &pids);
	n = pids.n;
	pids_done(&pids);
	return n;
}

bool ssh_place_becomes(const struct ssh_place *p, size_t n)
{
	int64_t until = clock_us() + PATIENCE_US;

	while (ssh_place_count(p) != n) {
		if (clock_us() > until)
			return false;
		poll(NULL, 0, 5);
	}
	return true;
}

pid_t ssh_plain(const struct ssh_place *p, const char *name, const char *text)
{
	_cleanup_arena_ struct arena a = { 0 };
	const char *const argv[] = { "ssh",
				     "-F",
				     server.config,
				     "-o",
				     "BatchMode=yes",
				     name,
				     arena_printf(&a, "export %s; %s", p->mark, text),
				     NULL };

	return start(argv);
}

/* Again and again, for a shell goes on with its next command when the one before was killed. */
void ssh_place_sweep(const struct ssh_place *p)
{
	int64_t until = clock_us() + PATIENCE_US;
	size_t left = 1;

	while (left && clock_us() < until) {
		struct pids pids = { 0 };

		scan_marked(p->mark, &pids);
		left = pids.n;
		for (size_t i = 0; i < pids.n; i++)
			pid_kill(pids.v[i], SIGKILL);
		pids_done(&pids);
		poll(NULL, 0, 20);
	}
	assert_int_equal(left, 0);
}
