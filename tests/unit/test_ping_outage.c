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
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/host/ping.h"
#include "tests/unit/responder.h"

#define MACHINE_BUSY                                                                               \
	20000 /* us: other tests share the processors, and a wake-up may wait a slice */

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
		      "ip addr add 2001:db8::1/64 dev answers nodad && ip link set answers up");
}

/* One outage; how far the measured gap is from the true one, in microseconds. */
static int64_t one_outage(struct responder *r, const char *target, int64_t ms)
{
	const struct ping_spec spec = { .target = target, .interval_ms = 1 };
	_cleanup_arena_ struct arena arena = { 0 };
	struct ping_record record;
	struct ping_figures f;
	struct ping *ping;
	struct err err = { 0 };

	if (ping_start(&spec, &ping, &err) < 0 || ping_wait_answer(ping, 5000, &err) < 0)
		fail_msg("%s", err.msg);
	responder_silence(r, 100000, ms);
	responder_pause_until(clock_us() + (200 + ms) * 1000);
	if (ping_stop(ping, 100, &arena, &record, &err) < 0)
		fail_msg("%s", err.msg);
	socket_used = record.socket;
	ping_measure(&record, &f);
	if (atomic_load(&r->manner) == FREEZES)
		assert_int_equal(f.lost, 0);
	else if (ms)
		assert_true(f.lost > (uint64_t)ms / 2);
	return llabs(f.longest.to_us - f.longest.from_us - atomic_load(&r->longest_us));
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
	int64_t errors[64], rounds = number("PING_ROUNDS", 2), p95;

	if (rounds > 64)
		rounds = 64;
	for (int64_t i = 0; i < rounds; i++)
		errors[i] = one_outage(r, target, ms);
	qsort(errors, (size_t)rounds, sizeof(errors[0]), by_size);
	p95 = errors[(rounds * 95 + 99) / 100 - 1];
	print_message("%s, %s for %lld ms, %lld times: p95 error %lld us, greatest %lld us\n",
		      target, atomic_load(&r->manner) == FREEZES ? "frozen" : "dropping",
		      (long long)ms, (long long)rounds, (long long)p95,
		      (long long)errors[rounds - 1]);
	if (p95 > number("PING_BOUND_US", MACHINE_BUSY))
		fail_msg("p95 error %lld us", (long long)p95);
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

/* The control: one that is never silent has no gap like the least outage. */
static void test_ping__no_outage_is_no_gap(void **state)
{
	struct responder *r = *state;

	if (!r)
		skip();
	atomic_store(&r->manner, DROPS);
	one_outage(r, "192.0.2.7", 0);
	assert_true(atomic_load(&r->longest_us) < 137000);
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
	int64_t us;

	if (!*state)
		skip();
	getrusage(RUSAGE_SELF, &before);
	one_outage(*state, "192.0.2.7", 0);
	getrusage(RUSAGE_SELF, &after);
	us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 + after.ru_utime.tv_usec -
	     before.ru_utime.tv_usec + (after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1000000 +
	     after.ru_stime.tv_usec - before.ru_stime.tv_usec;
	print_message("ping and responder: %lld ms of CPU in 0.3 s\n", (long long)us / 1000);
	assert_true(us < 100000);
}

int main(void)
{
	static struct responder responder;
	struct responder *r = set_up(&responder) ? &responder : NULL;
	pthread_t thread;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_ping__no_outage_is_no_gap, r),
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
