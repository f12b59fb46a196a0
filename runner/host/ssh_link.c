/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_link: the one connection to a host, kept by an 'ssh -M' outside the group of the commands. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/environ.h"
#include "runner/host/group.h"
#include "runner/host/plumbing.h"
#include "runner/host/pty.h"
#include "runner/host/ssh.h"
#include "runner/host/ssh_script.h"

#define OPEN_MS	 60000 /* for all: names, addresses, keys */
#define CLOSE_MS 2000
#define LOOK_MS	 2

/* What ssh(1) says, which it says in English everywhere, and what that means to a person. */
struct saying {
	const char *part, *text; /* text: role, its ssh call, ssh's own words */
};

static const struct saying sayings[] = {
	{ "Host key verification failed",
	  N_("host '%s' does not show the host key that is known for it, or none is known yet: "
	     "compare the key with the host's own, then log in once with '%s' (%s)") },
	{ "Permission denied",
	  N_("host '%s' refused the login: '%s' must work without asking for anything (%s)") },
	{ "Too many authentication failures",
	  N_("host '%s' refused the login: '%s' must work without asking for anything (%s)") },
	{ "Could not resolve", N_("host '%s' has a name that nobody knows: '%s' (%s)") },
	{ "ssh: connect to host", N_("host '%s' cannot be reached with '%s' (%s)") },
	{ "", N_("no connection to host '%s' with '%s' (%s)") },
};

/* The last line that is not empty, without its CR. */
static const char *last_line(const char *said, struct arena *arena)
{
	size_t end = strlen(said), start;

	while (end && strchr("\r\n ", said[end - 1]))
		end--;
	start = end;
	while (start && said[start - 1] != '\n')
		start--;
	if (start == end)
		return _("without a word");
	return arena_memdup(arena, said + start, end - start > 300 ? 300 : end - start);
}

int ssh_explain(const struct host *h, const char *said, struct err *err)
{
	const struct ssh *ssh = h->data;
	_cleanup_arena_ struct arena scratch = { 0 };
	const struct saying *s = sayings;

	while (!strstr(said, s->part))
		s++;
	return err_set(err, ERR_ENV, NULL, _(s->text), h->role, ssh->typed,
		       last_line(said, &scratch));
}

static const char *const *with_options(const struct ssh *ssh, const char *const *more,
				       struct arena *arena)
{
	const char **argv = arena_array(arena, const char *, ssh->front_count + 16);
	size_t n = ssh->front_count;

	memcpy(argv, ssh->front, n * sizeof(*argv));
	argv[n++] = "-S";
	argv[n++] = ssh->socket;
	for (; *more; more++)
		argv[n++] = *more;
	argv[n++] = "--";
	argv[n++] = ssh->uri.host;
	return argv;
}

const char *const *ssh_link_argv(const struct ssh *ssh, struct arena *arena)
{
	static const char *const more[] = { "-o", "ControlMaster=no", "-T", NULL };
	const char **argv = (const char **)with_options(ssh, more, arena);
	size_t n = 0;

	while (argv[n])
		n++;
	/* Every login shell understands these two words. */
	argv[n++] = "exec";
	argv[n] = "sh";
	return argv;
}

int ssh_shell(struct host *h, const struct shell_spec *spec, struct arena *arena,
	      struct process_spec *process, const char **argv, struct err *err)
{
	static const char *const more[] = { "-o", "ControlMaster=no", "-tt", "-q", NULL };
	const char *const *front;
	_cleanup_buf_ struct buf typed = { 0 };

	(void)process;
	if (ssh_link_open(h, err) < 0)
		return -1;
	ssh_script_shell(&typed, shell_environment(spec, arena), spec->root);
	for (front = with_options(h->data, more, arena); *front; front++)
		*argv++ = *front;
	*argv++ = arena_strdup(arena, buf_str(&typed));
	*argv = NULL;
	return 0;
}

/* Whether the master has ended; then it is no more. */
static bool is_over(struct ssh *ssh)
{
	pid_t done = waitpid(ssh->master.pid, NULL, WNOHANG);

	if (!done || (done < 0 && errno == EINTR))
		return false;
	cleanup_fd(&ssh->master.pidfd);
	ssh->master = (struct spawned){ 0, -1 };
	return true;
}

static bool ends_within(struct ssh *ssh, int64_t ms)
{
	struct pollfd end = { .fd = ssh->master.pidfd, .events = POLLIN };
	int64_t until = clock_us() + ms * 1000, left;

	while (!is_over(ssh)) {
		left = until - clock_us();
		if (left <= 0)
			return false;
		poll(&end, 1, (int)(left / 1000) + 1);
	}
	return true;
}

static void end_master(struct ssh *ssh)
{
	if (!ssh->master.pid)
		return;
	kill(ssh->master.pid, SIGTERM);
	if (ends_within(ssh, CLOSE_MS))
		return;
	kill(ssh->master.pid, SIGKILL);
	ends_within(ssh, CLOSE_MS);
}

static int log_file(const struct ssh *ssh, int flags)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/log", ssh->directory);
	return plumbing_raise(open(path, flags | O_CLOEXEC, 0600));
}

static int start_master(struct host *h, struct err *err)
{
	static const char *const more[] = { "-o", "ControlMaster=yes", "-T", "-N", NULL };
	struct ssh *ssh = h->data;
	_cleanup_arena_ struct arena scratch = { 0 };
	_cleanup_fd_ int log = log_file(ssh, O_WRONLY | O_CREAT | O_TRUNC);
	const struct process_spec spec = { .argv = with_options(ssh, more, &scratch) };
	struct command command;
	struct spawn what = { .fds = { h->group->null, log, log }, .cgroup = -1 };
	int error;

	if (log < 0)
		return err_errno(err, ERR_ENV, errno, _("no directory for the connection to '%s'"),
				 h->role);
	if (command_prepare(&spec, h->group->name, false, &scratch, &command, err) < 0)
		return -1;
	what.path = command.path;
	what.argv = command.argv;
	what.envp = command.envp;
	unlink(ssh->socket);
	error = command.path ? spawn_start(&h->group->spawner, &what, &ssh->master) : command.error;
	if (!error)
		return 0;
	ssh->master = (struct spawned){ 0, -1 };
	return err_errno(err, ERR_ENV, error, _("cannot run '%s'"), ssh->front[0]);
}

static int explain_end(struct host *h, struct err *err)
{
	_cleanup_fd_ int log = log_file(h->data, O_RDONLY);
	char said[4096];
	ssize_t n = log < 0 ? 0 : read(log, said, sizeof(said) - 1);

	said[n > 0 ? n : 0] = '\0';
	return ssh_explain(h, said, err);
}

int ssh_link_open(struct host *h, struct err *err)
{
	struct ssh *ssh = h->data;
	struct pollfd end;
	int64_t until = clock_us() + OPEN_MS * 1000ll;

	if (ssh->master.pid && !is_over(ssh) && access(ssh->socket, F_OK) == 0)
		return 0;
	end_master(ssh);
	if (start_master(h, err) < 0)
		return -1;
	end = (struct pollfd){ .fd = ssh->master.pidfd, .events = POLLIN };
	/* The socket appears when the host has let us in. */
	while (access(ssh->socket, F_OK) < 0) {
		poll(&end, 1, LOOK_MS);
		if (is_over(ssh))
			return explain_end(h, err);
		if (clock_us() > until) {
			end_master(ssh);
			return ssh_explain(h, "Connection timed out", err);
		}
	}
	return 0;
}

void ssh_link_close(struct host *h)
{
	end_master(h->data);
}
