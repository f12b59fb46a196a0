/* SPDX-License-Identifier: Apache-2.0 */
/* spawn: starts one program, in a cgroup where asked, at the price of posix_spawn. */
#include "runner/host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define STACK_SIZE    (64 * 1024)
#define GUARD_SIZE    (64 * 1024) /* a multiple of every page size in use */
#define NOT_BEGUN     INT_MIN	  /* in *failed until the child sets it to 0 */
#define KERNEL_SIGSET 8		  /* bytes of the kernel's signal set */
#define CLOSE_MAX     65536	  /* kernels without close_range */

#ifndef __has_feature
#define __has_feature(x) 0
#endif
/* Sanitizers keep a shadow of the stack they know; a child on a foreign one confuses them. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
	__has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                     \
	__has_feature(memory_sanitizer)
#define SHARE_MEMORY 0
#elif defined(__x86_64__) || defined(__aarch64__)
#define SHARE_MEMORY 1
#else
#define SHARE_MEMORY 0
#endif

struct child {
	const struct spawn *what;
	pid_t parent;
	int *failed;
	unsigned fd_limit;
	int enter; /* cgroup.procs to write ourselves to, or -1 */
};

/* From here to child_main: runs in the child, perhaps in its parent's memory. System calls only. */

static void __attribute__((noreturn)) give_up(const struct child *c, int failure)
{
	*c->failed = failure;
	for (;;)
		syscall(SYS_exit_group, 127);
}

static void reset_signals(void)
{
	uint64_t deflt[8] = { 0 }; /* the kernel's struct sigaction: SIG_DFL, no flags, no mask */

	for (int sig = 1; sig <= 64; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			syscall(SYS_rt_sigaction, sig, deflt, NULL, KERNEL_SIGSET);
}

static void close_others(const struct child *c)
{
	if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0)
		return;
	for (unsigned fd = 3; fd < c->fd_limit; fd++)
		syscall(SYS_close, fd);
}

static int child_main(void *arg)
{
	const struct child *c = arg;
	const struct spawn *what = c->what;
	uint64_t none = 0;

	*c->failed = 0;
	if (c->enter >= 0 && syscall(SYS_write, c->enter, "0", 1) != 1)
		give_up(c, -errno);
	if (what->same_session)
		syscall(SYS_setpgid, 0, 0);
	else
		syscall(SYS_setsid);
	reset_signals();
	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (syscall(SYS_getppid) != c->parent)
		give_up(c, ECHILD);
	for (int i = 0; i < 3; i++)
		if (syscall(SYS_dup3, what->fds[i], i, 0) < 0)
			give_up(c, errno);
	close_others(c);
	syscall(SYS_umask, 077);
	if (what->directory && syscall(SYS_chdir, what->directory) < 0)
		give_up(c, errno);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, KERNEL_SIGSET);
	syscall(SYS_execve, what->path, what->argv, what->envp);
	give_up(c, errno);
}

#if SHARE_MEMORY
/*
 * clone3 with a stack of its own: the C library offers no wrapper, and the child must not return
 * into a frame that its parent uses. In the child, arg goes to child_main, which never returns.
 */
static long clone_onto_stack(struct clone_args *args, struct child *arg)
{
#if defined(__x86_64__)
	register int (*fn)(void *) __asm__("r8") = child_main;
	register void *fn_arg __asm__("r9") = arg;
	long ret;

	__asm__ volatile("syscall\n\t"
			 "testq %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xorl %%ebp, %%ebp\n\t"
			 "movq %%r9, %%rdi\n\t"
			 "call *%%r8\n\t"
			 "hlt\n"
			 "1:"
			 : "=a"(ret)
			 : "0"((long)SYS_clone3), "D"(args), "S"(sizeof(*args)), "r"(fn),
			   "r"(fn_arg)
			 : "rcx", "r11", "cc", "memory");
	return ret;
#else
	register long x0 __asm__("x0") = (long)args;
	register long x1 __asm__("x1") = sizeof(*args);
	register long x2 __asm__("x2") = (long)child_main;
	register long x3 __asm__("x3") = (long)arg;
	register long x8 __asm__("x8") = SYS_clone3;

	__asm__ volatile("svc #0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, #0\n\t"
			 "mov x30, #0\n\t"
			 "mov x0, x3\n\t"
			 "blr x2\n\t"
			 "brk #1\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x1), "r"(x2), "r"(x3), "r"(x8)
			 : "cc", "memory");
	return x0;
#endif
}
#endif

/* The process number, or minus an errno. */
static long start_by_clone(struct spawner *s, struct child *c, int *pidfd)
{
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};
	long pid;

	if (c->what->cgroup >= 0 && !s->enters) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)c->what->cgroup;
	}
#if SHARE_MEMORY
	args.flags |= CLONE_VM | CLONE_VFORK;
	args.stack = (uintptr_t)(s->stack + GUARD_SIZE);
	args.stack_size = STACK_SIZE;
	pid = clone_onto_stack(&args, c);
#else
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0)
		child_main(c);
	if (pid < 0)
		pid = -errno;
#endif
	return pid;
}

static long start_by_fork(struct child *c, int *pidfd)
{
	long pid;
	int saved;

	pid = fork();
	if (pid == 0)
		child_main(c);
	if (pid < 0)
		return -errno;
	*pidfd = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
	if (*pidfd >= 0)
		return pid;
	saved = errno;
	kill((pid_t)pid, SIGKILL);
	waitpid((pid_t)pid, NULL, 0);
	return -saved;
}

static bool means_no_clone3(long ret)
{
	return ret == -ENOSYS || ret == -E2BIG || ret == -EINVAL || ret == -EPERM;
}

int spawn_start(struct spawner *s, const struct spawn *what, struct spawned *ret)
{
	struct child c = {
		.what = what,
		.parent = getpid(),
		.failed = s->failed,
		.fd_limit = s->fd_limit,
		.enter = -1,
	};
	uint64_t all = ~(uint64_t)0, old;
	long pid = -ENOSYS;
	int pidfd = -1;

	*s->failed = NOT_BEGUN;
	s->in_cgroup = what->cgroup >= 0;
	if (s->in_cgroup && (s->enters || s->slow)) {
		c.enter = openat(what->cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
		if (c.enter < 0)
			return errno;
	}
	/* No handler of ours may run in the child while it shares our memory. The raw call, because
	 * the C library's leaves its own two signals open. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, KERNEL_SIGSET);
	if (!s->slow)
		pid = start_by_clone(s, &c, &pidfd);
	if (s->slow)
		pid = start_by_fork(&c, &pidfd);
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old, NULL, KERNEL_SIGSET);
	cleanup_fd(&c.enter);
	if (!s->slow && means_no_clone3(pid)) {
		s->slow = true;
		return spawn_start(s, what, ret);
	}
	if (pid < 0)
		return (int)-pid;
	ret->pid = (pid_t)pid;
	ret->pidfd = pidfd;
	return 0;
}

int spawn_failure(const struct spawner *s)
{
	return *s->failed > 0 ? *s->failed : 0;
}

bool spawn_missed_cgroup(struct spawner *s)
{
	if (!s->in_cgroup || *s->failed >= 0)
		return false;
	s->enters = true;
	return true;
}

static unsigned descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > CLOSE_MAX)
		return CLOSE_MAX;
	return (unsigned)limit.rlim_cur;
}

int spawner_open(struct spawner *s, struct err *err)
{
	void *stack = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	void *word =
		mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	s->stack = stack == MAP_FAILED ? NULL : stack;
	s->failed = word == MAP_FAILED ? NULL : word;
	s->fd_limit = descriptor_limit();
	if (!s->stack || !s->failed ||
	    mprotect(s->stack + GUARD_SIZE, STACK_SIZE, PROT_READ | PROT_WRITE) < 0) {
		err_errno(err, ERR_ENV, errno, _("no memory to start programs with"));
		spawner_done(s);
		return -1;
	}
	return 0;
}

void spawner_done(struct spawner *s)
{
	if (s->stack)
		munmap(s->stack, GUARD_SIZE + STACK_SIZE);
	if (s->failed)
		munmap(s->failed, sizeof(int));
	*s = (struct spawner){ 0 };
}
