/* SPDX-License-Identifier: Apache-2.0 */
/* node_main: PID 1 of a node: makes its file system, then starts, reaps and restarts its daemons.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/mounts.h"
#include "runner/sandbox/nfs.h"

#define RESTART_WAIT_MS 300
#define DAEMONS_MAX	3

struct service {
	const char *argv[10];
	bool once;  /* what it knew is lost with it: not started again, the node ends with it */
	bool spare; /* not started again, and the node goes on without */
};

static const struct service host_services[] = {
	{ .argv = { "virtlogd" } },
	{ .argv = { "libvirtd" } },
	/* sshd insists on an absolute path of itself. */
	{ .argv = { "/usr/sbin/sshd", "-D", "-e", "-f", "/etc/ssh/sshd_config" } },
	{ .once = true },
};

static const struct service storage_services[] = {
	{ .argv = { "tgtd", "-f" }, .once = true },
	{ .once = true },
};

static const struct service storage_services_nfs[] = {
	{ .argv = { "tgtd", "-f" }, .once = true },
	{ .argv = { "ganesha.nfsd", "-F", "-L", "STDERR", "-N", "NIV_CRIT", "-f", NFS_CONFIG },
	  .spare = true },
	{ .once = true },
};

/* Asks libvirtd what its QEMU can, which takes it seconds, the first time. */
static const struct service warming = { .argv = { "virsh", "-q", "-c", "qemu:///system",
						  "version" } };

static const char *const environment[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"LC_ALL=C.UTF-8",
	"SHELL=/bin/sh",
	"USER=root",
	NULL,
};

struct init {
	const struct sandbox *sandbox;
	enum node_id id;
	int orders, answers, signals;
	const struct service *services; /* NULL: not started yet */
	pid_t pids[DAEMONS_MAX];
	bool restarts; /* a daemon ended that shall run again */
};

static const struct service *services_of(const struct init *init)
{
	static const struct service none[] = { { .once = true } };

	if (init->id != NODE_STORAGE)
		return host_services;
	if (init->sandbox->options->no_shared_storage)
		return none;
	return init->sandbox->nfs ? storage_services_nfs : storage_services;
}

/* Output of the node goes to a file of its own; nothing of the terminal is held. */
static int leave_terminal(enum node_id id, struct err *err)
{
	char path[128];
	int null, log;

	snprintf(path, sizeof(path), "%s/%s.log", SANDBOX_ROOT, node_names[id]);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (null < 0 || log < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot write '%s'"), path);
	dup2(null, 0);
	dup2(log, 1);
	dup2(log, 2);
	close(null);
	close(log);
	return 0;
}

static int build(const struct init *init, struct err *err)
{
	const char *name = node_names[init->id];

	umask(022);
	if (chdir("/") < 0 || sethostname(name, strlen(name)) < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot name the host"));
	if (mounts_make(init->sandbox, init->id, err) < 0)
		return -1;
	if (init->id == NODE_STORAGE && init->sandbox->nfs && nfs_make_server(err) < 0)
		return -1;
	if (init->id == NODE_STORAGE)
		return file_make_dirs("/run/tgtd", 0755, err);
	return host_files_make(init->sandbox, init->id, err);
}

static pid_t start(const struct service *service)
{
	sigset_t none;
	pid_t pid = fork();

	if (pid)
		return pid;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	execvpe(service->argv[0], (char *const *)service->argv, (char *const *)environment);
	_exit(127);
}

static void start_all(struct init *init)
{
	init->services = services_of(init);
	for (int i = 0; init->services[i].argv[0]; i++)
		init->pids[i] = start(&init->services[i]);
}

static void answer(const struct init *init, int failed, const struct err *err)
{
	char text[NODE_ANSWER] = { NODE_DID, '\0' };

	if (failed)
		snprintf(text, sizeof(text), "E%s", err->msg);
	if (write(init->answers, text, strlen(text)) < 0 && errno != EPIPE)
		_exit(1);
}

/* False when 'up' has gone without saying that the node shall stay. */
static bool obey(struct init *init)
{
	struct err err = { 0 };
	char order;
	ssize_t n = read(init->orders, &order, 1);

	if (n <= 0)
		return n < 0 && errno == EINTR;
	if (order == NODE_BUILD) {
		answer(init, build(init, &err), &err);
	} else if (order == NODE_DAEMON) {
		start_all(init);
		answer(init, 0, &err);
	} else if (order == NODE_WARM) {
		start(&warming);
	} else if (order == NODE_STAY) {
		close(init->orders);
		close(init->answers);
		init->orders = -1;
	}
	return true;
}

static void reap(struct init *init)
{
	struct signalfd_siginfo info[16];
	int status;
	pid_t pid;

	if (read(init->signals, info, sizeof(info)) < 0 && errno != EAGAIN)
		return;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; init->services && init->services[i].argv[0]; i++) {
			if (init->pids[i] != pid)
				continue;
			fprintf(stderr, "%s ended with status %#x\n", init->services[i].argv[0],
				status);
			if (init->services[i].once)
				_exit(1);
			init->pids[i] = 0;
			init->restarts |= !init->services[i].spare;
		}
	}
}

static void restart(struct init *init)
{
	init->restarts = false;
	for (int i = 0; init->services[i].argv[0]; i++)
		if (!init->pids[i] && !init->services[i].spare)
			init->pids[i] = start(&init->services[i]);
}

static void __attribute__((noreturn)) supervise(struct init *init)
{
	for (;;) {
		struct pollfd fds[] = { { .fd = init->orders, .events = POLLIN },
					{ .fd = init->signals, .events = POLLIN } };
		int ready = poll(fds, ARRAY_SIZE(fds), init->restarts ? RESTART_WAIT_MS : -1);

		if (ready == 0)
			restart(init);
		if (ready > 0 && fds[0].revents && !obey(init))
			_exit(1);
		if (ready > 0 && fds[1].revents)
			reap(init);
	}
}

void node_run(void *data, enum node_id id, int orders, int answers)
{
	struct init init = { .sandbox = data, .id = id, .orders = orders, .answers = answers };
	struct pollfd first = { .fd = orders, .events = POLLIN };
	struct err err = { 0 };
	sigset_t child;

	prctl(PR_SET_NAME, "kvmlab-node");
	/* Until the first order nothing may be left in the file system: 'up' may be dead. */
	while (poll(&first, 1, -1) < 0 && errno == EINTR)
		continue;
	if (!(first.revents & POLLIN))
		_exit(1);
	if (leave_terminal(id, &err) < 0) {
		answer(&init, -1, &err);
		_exit(1);
	}
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	init.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	supervise(&init);
}
