/* SPDX-License-Identifier: Apache-2.0 */
/* pty: carries bytes between a person's terminal and their shell's, and watches for a state. */
#include "runner/host/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/kinds.h"
#include "runner/host/output.h"
#include "runner/host/plumbing.h"

#define SESSION_MS    (24 * 3600 * 1000ll)
#define SLICE_MS      200   /* how soon a new size of the terminal is passed on */
#define LOOK_PAUSE_MS 1000  /* between two looks at the state */
#define REMIND_MS     60000 /* how often it is said what is still waited for */
#define REACHED	      'R'
#define KEEP_BYTES    (64 * 1024)
#define ARGV_MAX      64

struct session {
	const struct shell_spec *spec;
	int master, watcher, stop; /* descriptors; watcher -1: nobody watches */
	pid_t watcher_pid;
	bool reached;
	struct sink record;
	struct winsize size;
	struct termios saved;
};

static void drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

/* A line of ours between those of the shell. */
static void say(const char *text)
{
	_cleanup_buf_ struct buf line = { 0 };

	buf_printf(&line, "\r\n[kvmlab] %s\r\n", text);
	write_all(STDOUT_FILENO, line.data, line.len);
}

static void pass_size(struct session *s)
{
	struct winsize now;

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &now) < 0 || !memcmp(&now, &s->size, sizeof(now)))
		return;
	s->size = now;
	ioctl(s->master, TIOCSWINSZ, &now);
}

static bool pass_output(struct session *s)
{
	char bytes[4096];
	ssize_t n = read(s->master, bytes, sizeof(bytes));

	if (n <= 0)
		return false;
	sink_add(&s->record, bytes, (size_t)n);
	write_all(STDOUT_FILENO, bytes, (size_t)n);
	return true;
}

static bool pass_input(struct session *s)
{
	char bytes[1024];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (n <= 0)
		return n < 0 && errno == EINTR;
	write_all(s->master, bytes, (size_t)n);
	return true;
}

/* What the watcher says: REACHED, or what is still waited for. True: the shell is over. */
static bool hear(struct session *s)
{
	char text[1024];
	ssize_t n = read(s->watcher, text, sizeof(text) - 1);

	if (n <= 0) {
		drop(&s->watcher);
		return false;
	}
	text[n] = '\0';
	if (text[0] != REACHED) {
		say(text);
		return false;
	}
	s->reached = true;
	say(s->spec->reached);
	return true;
}

/* A thread of its own: the main one waits for the shell's end. Closing the master hangs up. */
static void *relay(void *data)
{
	struct session *s = data;
	struct pollfd fds[4];
	bool keyboard = true;

	for (;;) {
		fds[0] = (struct pollfd){ s->master, POLLIN, 0 };
		fds[1] = (struct pollfd){ keyboard ? STDIN_FILENO : -1, POLLIN, 0 };
		fds[2] = (struct pollfd){ s->watcher, POLLIN, 0 };
		fds[3] = (struct pollfd){ s->stop, POLLIN, 0 };
		poll(fds, 4, SLICE_MS);
		pass_size(s);
		if (fds[0].revents)
			pass_output(s);
		if (fds[1].revents)
			keyboard = pass_input(s);
		/* Without a keyboard nobody can leave: the shell is told as by a closed window. */
		if (!keyboard || (fds[2].revents && hear(s)) || fds[3].revents)
			break;
	}
	fcntl(s->master, F_SETFL, O_NONBLOCK);
	while (pass_output(s))
		;
	drop(&s->master);
	return NULL;
}

static void __attribute__((noreturn)) watch(const struct shell_spec *spec, int to, pid_t parent)
{
	_cleanup_buf_ struct buf text = { 0 };
	int64_t waited = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	if (getppid() != parent)
		_exit(0);
	while (!spec->look(spec->look_data, &text)) {
		if (waited >= REMIND_MS) {
			write_all(to, text.data, text.len);
			waited = 0;
		}
		buf_reset(&text);
		poll(NULL, 0, LOOK_PAUSE_MS);
		waited += LOOK_PAUSE_MS;
	}
	write_all(to, (const char[]){ REACHED }, 1);
	_exit(0);
}

static int start_watcher(struct session *s, struct err *err)
{
	int ends[2];
	pid_t parent = getpid();

	s->watcher = -1;
	if (!s->spec->look)
		return 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot make a pipe"));
	fflush(NULL);
	s->watcher_pid = fork();
	if (s->watcher_pid == 0) {
		close(s->master);
		watch(s->spec, ends[1], parent);
	}
	close(ends[1]);
	s->watcher = ends[0];
	return s->watcher_pid > 0 ? 0 : err_errno(err, ERR_ENV, errno, _("cannot watch the host"));
}

static void end_watcher(struct session *s)
{
	drop(&s->watcher);
	if (s->watcher_pid <= 0)
		return;
	kill(s->watcher_pid, SIGKILL);
	while (waitpid(s->watcher_pid, NULL, 0) < 0 && errno == EINTR)
		;
}

const char *const *shell_environment(const struct shell_spec *spec, struct arena *arena)
{
	size_t n = 0;
	const char **ret;

	while (spec->env && spec->env[n])
		n++;
	ret = arena_array(arena, const char *, n + 4);
	for (size_t i = 0; i < n; i++)
		ret[i] = spec->env[i];
	ret[n++] = arena_printf(arena, "PS1=%s", spec->prompt);
	ret[n++] = "HISTFILE=/dev/null";
	if (spec->plain)
		ret[n++] = "TERM=dumb";
	ret[n] = NULL;
	return ret;
}

static int open_master(struct session *s, char *name, size_t size, struct err *err)
{
	if (tcgetattr(STDIN_FILENO, &s->saved) < 0)
		return err_set(err, ERR_ENV, NULL, _("a shell of your own needs a terminal"));
	s->master = plumbing_raise(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
	if (s->master < 0 || grantpt(s->master) < 0 || unlockpt(s->master) < 0 ||
	    ptsname_r(s->master, name, size) != 0)
		return err_errno(err, ERR_ENV, errno, _("cannot make a terminal"));
	pass_size(s);
	return 0;
}

/* setsid(1), because sudo in between keeps the terminal that we have. */
static int run_shell(struct host *h, const struct shell_spec *spec, const char *name,
		     struct arena *arena, struct process_result *ret, struct err *err)
{
	const char *argv[ARGV_MAX] = { "/bin/sh", "-c",
				       "exec setsid --ctty --wait \"$@\" <>\"$0\" >&0 2>&0", name };
	struct process_spec process = {
		.argv = argv,
		.timeout_ms = SESSION_MS,
		.root = spec->root,
		.cancel = spec->cancel,
	};

	if (!h->ops->shell)
		return err_set(err, ERR_ENV, NULL, _("there is no shell to be had on host '%s'"),
			       h->role);
	if (h->ops->shell(h, spec, arena, &process, argv + 4, err) < 0)
		return -1;
	return process_run(h->group, &process, arena, ret, err);
}

static void settle(struct session *s, const struct process_result *result, struct arena *arena,
		   struct evidence_item *item)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct output raw;

	item->kind = EVIDENCE_COMMAND;
	item->end = s->reached ? END_EXITED : result->end;
	item->status = s->reached ? 0 : result->status;
	item->error = item->end == END_NOT_RUN ? result->status : 0;
	item->ms = result->us / 1000;
	sink_finish(&s->record, arena, &raw);
	terminal_text(raw.kept, raw.kept_len, &text);
	host_output_set(&item->out, buf_str(&text), text.len, arena);
	host_output_set(&item->err, "", 0, arena);
}

/* Between the terminal being made raw and being put back. */
static int converse(struct session *s, struct host *h, const char *name, struct arena *arena,
		    struct process_result *ret, struct err *err)
{
	struct termios raw = s->saved;
	sigset_t all, old;
	pthread_t thread;
	int stop[2], r;

	if (pipe2(stop, O_CLOEXEC) < 0)
		return err_errno(err, ERR_ENV, errno, _("cannot make a pipe"));
	s->stop = stop[0];
	cfmakeraw(&raw);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	r = pthread_create(&thread, NULL, relay, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (r == 0) {
		r = run_shell(h, s->spec, name, arena, ret, err);
		close(stop[1]);
		pthread_join(thread, NULL);
	} else {
		close(stop[1]);
		r = err_errno(err, ERR_ENV, r, _("cannot start a thread"));
	}
	close(stop[0]);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &s->saved);
	return r;
}

int host_shell(struct host *h, const struct shell_spec *spec, struct arena *arena,
	       struct evidence_item *item, struct err *err)
{
	struct session s = { .spec = spec, .master = -1, .watcher = -1 };
	struct process_result result = { 0 };
	char name[64];
	int r = -1;

	item->when_ms = clock_unix_ms();
	sink_start(&s.record, KEEP_BYTES);
	if (open_master(&s, name, sizeof(name), err) == 0) {
		/* Held open, so that the master is not hung up before the shell has opened it. */
		_cleanup_fd_ int slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);

		(void)slave;
		if (start_watcher(&s, err) == 0)
			r = converse(&s, h, name, arena, &result, err);
		end_watcher(&s);
	}
	if (r == 0)
		settle(&s, &result, arena, item);
	drop(&s.master);
	sink_done(&s.record);
	return r;
}
