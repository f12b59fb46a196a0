/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ping_outage: outages of known length, made by a responder behind a tun device in a network
 * namespace of this process, against what the ping measures at 1 ms. The responder notes when it
 * wrote the last answer before and the first one after: that is the truth.
 *
 * PING_ROUNDS=30 for the full number of each; PING_BOUND_US=1500 for the bound of an idle machine.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/host/ping.h"
#include "tests/unit/responder.h"

/* us: what half the outages are measured to, and what all are where others share the processors. */
#define MACHINE_IDLE 1500
#define MACHINE_BUSY 20000
/* Of the ping and the responder, at 1 ms: some 10 ms where nothing else runs. */
#define CPU_US_OF_300_MS 45000

static const char *socket_used; /* by the last ping */

static bool run_ip(const char *words)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execlp("sh", "sh", "-c", words, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* False when this process may not have a network of its own. */
static bool set_up(struct responder *r)
{
	struct ifreq name = { .ifr_name = "answers", .ifr_flags = IFF_TUN | IFF_NO_PI };

	if (unshare(CLONE_NEWNET) < 0)
		return false;
	r->fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return r->fd >= 0 && ioctl(r->fd, TUNSETIFF, &name) == 0 &&
	       run_ip("ip addr add 192.0.2.1/24 dev answers && "
		      "ip addr add 2001:db8::1/64 dev answers nodad && "
		      "ip addr add fe80::1/64 dev answers nodad && ip link set answers up");
}

/* A ping while the responder is silent for ms (0: not at all); what it has seen. */
static void watch(struct responder *r, const char *target, int64_t ms, struct ping_record *record,
		  struct ping_figures *f)
{
	const struct ping_spec spec = { .target = target, .interval_ms = 1 };
	_cleanup_arena_ struct arena arena = { 0 };
	struct ping *ping;
	struct err err = { 0 };

	if (ping_start(&spec, &ping, &err) < 0 || ping_wait_answer(ping, 5000, &err) < 0)
		fail_msg("%s", err.msg);
	responder_silence(r, 100000, ms);
	responder_pause_until(clock_us() + (200 + ms) * 1000);
	if (ping_stop(ping, 100, &arena, record, &err) < 0)
		fail_msg("%s", err.msg);
	socket_used = record->socket;
	ping_measure(record, f);
}

static int64_t longest(const struct ping_figures *f)
{
	return f->longest.to_us - f->longest.from_us;
}

/* One outage; how far the measured gap is from the true one, in microseconds. */
static int64_t one_outage(struct responder *r, const char *target, int64_t ms)
{
	struct ping_record record;
	struct ping_figures f;

	watch(r, target, ms, &record, &f);
	/* How many were sent meanwhile is for the machine to say: it may be busy. */
	assert_true(atomic_load(&r->withheld) > 0);
	if (atomic_load(&r->manner) == FREEZES)
		assert_int_equal(f.lost, 0);
	else
		assert_true(f.lost >= atomic_load(&r->withheld));
	return llabs(longest(&f) - atomic_load(&r->longest_us));
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t number(const char *name, int64_t otherwise)
{
	const char *s = getenv(name);

	return s ? strtoll(s, NULL, 10) : otherwise;
}

static void check_outages(struct responder *r, const char *target, int64_t ms)
{
	int64_t errors[64], rounds = number("PING_ROUNDS", 3), p50, p95;

	if (rounds > 64)
		rounds = 64;
	for (int64_t i = 0; i < rounds; i++)
		errors[i] = one_outage(r, target, ms);
	qsort(errors, (size_t)rounds, sizeof(errors[0]), by_size);
	p50 = errors[(rounds - 1) / 2];
	p95 = errors[(rounds * 95 + 99) / 100 - 1];
	print_message("%s, %s for %lld ms, %lld times: p95 error %lld us, greatest %lld us\n",
		      target, atomic_load(&r->manner) == FREEZES ? "frozen" : "dropping",
		      (long long)ms, (long long)rounds, (long long)p95,
		      (long long)errors[rounds - 1]);
	if (p50 > MACHINE_IDLE || p95 > number("PING_BOUND_US", MACHINE_BUSY))
		fail_msg("p50 error %lld us, p95 %lld us", (long long)p50, (long long)p95);
}

static void check_manner(struct responder *r, enum manner manner)
{
	static const int64_t lengths[] = { 137, 500, 1500 };

	if (!r)
		skip();
	atomic_store(&r->manner, manner);
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		check_outages(r, "192.0.2.7", lengths[i]);
	check_outages(r, "2001:db8::7", lengths[0]);
}

static void test_ping__outage_of_a_responder_that_drops(void **state)
{
	check_manner(*state, DROPS);
}

static void test_ping__outage_of_a_frozen_responder(void **state)
{
	check_manner(*state, FREEZES);
}

/* The control: of one that is never silent the ping sees nothing like the least outage. */
static void test_ping__no_outage_is_no_gap(void **state)
{
	struct responder *r = *state;
	struct ping_record record;
	struct ping_figures f;

	if (!r)
		skip();
	atomic_store(&r->manner, ANSWERS);
	watch(r, "192.0.2.7", 0, &record, &f);
	assert_true(f.answered > 20);
	assert_int_equal(f.lost, 0);
	assert_int_equal(record.duplicates, 0);
	assert_int_equal(record.out_of_order, 0);
	if (longest(&f) >= 100000 || atomic_load(&r->longest_us) >= 100000)
		fail_msg("silent for %lld us, not answered for %lld us", (long long)longest(&f),
			 (long long)atomic_load(&r->longest_us));
}

static void test_ping__counts_what_comes_twice(void **state)
{
	struct responder *r = *state;
	struct ping_record record;
	struct ping_figures f;

	if (!r)
		skip();
	atomic_store(&r->odd, 0);
	atomic_store(&r->manner, REPEATS);
	watch(r, "192.0.2.7", 0, &record, &f);
	assert_true(record.duplicates > 20);
	assert_int_equal(record.duplicates, atomic_load(&r->odd));
	assert_int_equal(record.out_of_order, 0);
	assert_int_equal(f.lost, 0);
}

/* The last one is held back for ever when their number is odd. */
static void test_ping__counts_what_was_overtaken(void **state)
{
	struct responder *r = *state;
	struct ping_record record;
	struct ping_figures f;

	if (!r)
		skip();
	r->held_count = 0;
	atomic_store(&r->odd, 0);
	atomic_store(&r->manner, SWAPS);
	watch(r, "192.0.2.7", 0, &record, &f);
	atomic_store(&r->manner, ANSWERS);
	r->held_count = 0;
	assert_true(record.out_of_order > 10);
	assert_int_equal(record.out_of_order, atomic_load(&r->odd));
	assert_int_equal(record.duplicates, 0);
	assert_true(f.lost <= 1);
}

struct shared {
	_Atomic bool answered, stop;
	struct ping_figures figures;
};

/* A process of its own, so that it can be held up. */
static void ping_apart(struct shared *shared)
{
	const struct ping_spec spec = { .target = "192.0.2.7", .interval_ms = 1 };
	struct arena arena = { 0 };
	struct ping_record record;
	struct ping *ping;

	if (ping_start(&spec, &ping, NULL) < 0 || ping_wait_answer(ping, 5000, NULL) < 0)
		_exit(1);
	atomic_store(&shared->answered, true);
	while (!atomic_load(&shared->stop))
		responder_pause_until(clock_us() + 5000);
	if (ping_stop(ping, 100, &arena, &record, NULL) < 0)
		_exit(1);
	ping_measure(&record, &shared->figures);
	_exit(0);
}

/*
 * Whoever pings stands still when the answers arrive: the kernel has noted when that was. And what
 * was not sent meanwhile is seen to be the sender's.
 */
static void test_ping__arrivals_are_those_of_the_kernel(void **state)
{
	struct responder *r = *state;
	struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int64_t from, held_up;
	int status = -1;
	pid_t pid;

	if (!r)
		skip();
	atomic_store(&r->manner, FREEZES);
	pid = fork();
	if (!pid)
		ping_apart(shared);
	while (!atomic_load(&shared->answered) && waitpid(pid, &status, WNOHANG) == 0)
		responder_pause_until(clock_us() + 1000);
	from = clock_us();
	responder_silence(r, 100000, 300);
	responder_pause_until(from + 350000);
	held_up = clock_us();
	kill(pid, SIGSTOP);
	responder_pause_until(from + 550000);
	held_up = clock_us() - held_up;
	kill(pid, SIGCONT);
	responder_pause_until(from + 700000);
	atomic_store(&shared->stop, true);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	print_message(
		"silent for %lld us, seen as %lld us; nothing sent for %lld us, held up for "
		"%lld us\n",
		(long long)atomic_load(&r->longest_us), (long long)longest(&shared->figures),
		(long long)(shared->figures.send_gap.to_us - shared->figures.send_gap.from_us),
		(long long)held_up);
	assert_true(llabs(longest(&shared->figures) - atomic_load(&r->longest_us)) <= MACHINE_BUSY);
	assert_true(shared->figures.send_gap.to_us - shared->figures.send_gap.from_us >
		    held_up - MACHINE_BUSY);
	munmap(shared, sizeof(*shared));
}

/* An address that counts on one link, by the interface that leads there. */
static void test_ping__address_of_a_link(void **state)
{
	struct ping_record record;
	struct ping_figures f;

	if (!*state)
		skip();
	atomic_store(&((struct responder *)*state)->manner, ANSWERS);
	watch(*state, "fe80::7%answers", 0, &record, &f);
	assert_true(f.answered > 20);
}

/* Outages are as exact on a datagram socket, which needs no privilege where it is allowed. */
static void test_ping__outage_on_either_kind_of_socket(void **state)
{
	static const char range[] = "/proc/sys/net/ipv4/ping_group_range";
	struct responder *r = *state;
	int64_t bound = number("PING_BOUND_US", MACHINE_BUSY);
	int fd = r ? open(range, O_WRONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		skip();
	atomic_store(&r->manner, FREEZES);
	assert_true(one_outage(r, "192.0.2.7", 137) <= bound);
	assert_string_equal(socket_used, "raw");
	assert_int_equal(write(fd, "0 100", 5), 5);
	assert_true(one_outage(r, "192.0.2.7", 137) <= bound);
	assert_string_equal(socket_used, "datagram");
	assert_true(one_outage(r, "2001:db8::7", 137) <= bound);
	assert_string_equal(socket_used, "datagram");
	close(fd);
}

/* The responder is a thread of this process too, so its time is counted with the ping's. */
static void test_ping__costs_little(void **state)
{
	struct rusage before, after;
	struct ping_record record;
	struct ping_figures f;
	int64_t us;

	if (!*state)
		skip();
	atomic_store(&((struct responder *)*state)->manner, ANSWERS);
	getrusage(RUSAGE_SELF, &before);
	watch(*state, "192.0.2.7", 0, &record, &f);
	getrusage(RUSAGE_SELF, &after);
	us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 + after.ru_utime.tv_usec -
	     before.ru_utime.tv_usec + (after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1000000 +
	     after.ru_stime.tv_usec - before.ru_stime.tv_usec;
	print_message("ping and responder: %lld ms of CPU in 0.3 s\n", (long long)us / 1000);
	assert_true(us < CPU_US_OF_300_MS);
}

int main(void)
{
	static struct responder responder;
	struct responder *r = set_up(&responder) ? &responder : NULL;
	pthread_t thread;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_ping__no_outage_is_no_gap, r),
		cmocka_unit_test_prestate(test_ping__counts_what_comes_twice, r),
		cmocka_unit_test_prestate(test_ping__counts_what_was_overtaken, r),
		cmocka_unit_test_prestate(test_ping__arrivals_are_those_of_the_kernel, r),
		cmocka_unit_test_prestate(test_ping__address_of_a_link, r),
		cmocka_unit_test_prestate(test_ping__outage_of_a_responder_that_drops, r),
		cmocka_unit_test_prestate(test_ping__outage_of_a_frozen_responder, r),
		cmocka_unit_test_prestate(test_ping__costs_little, r),
		cmocka_unit_test_prestate(test_ping__outage_on_either_kind_of_socket, r),
	};
	int rc;

	if (r && pthread_create(&thread, NULL, responder_run, r))
		r = NULL;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	if (r) {
		atomic_store(&r->ends, true);
		pthread_join(thread, NULL);
	}
	return rc;
}
