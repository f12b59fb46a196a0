/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox's addresses: which ranges are taken, who gets which, and which routes are in the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/sandbox/net.h"

static void assert_address(const char *expected, const struct net_end *end)
{
	char text[NET_TEXT];

	assert_string_equal(expected, net_with_prefix(end, text));
}

static void test_net__gives_out_addresses(void **state)
{
	struct sandbox_net net;

	(void)state;
	assert_int_equal(0, net_plan("10.77.0.0/24", false, &net, NULL));
	assert_address("10.77.0.1/24", &net.source);
	assert_address("10.77.0.2/24", &net.destination);
	assert_address("10.77.0.3/24", &net.storage[0]);
	assert_address("10.77.0.10/24", &net.guest);
	assert_address("10.77.0.254/24", &net.machine[0]);
}

static void test_net__split_halves_do_not_meet(void **state)
{
	struct sandbox_net net;

	(void)state;
	assert_int_equal(0, net_plan("192.168.200.0/28", true, &net, NULL));
	assert_address("192.168.200.1/29", &net.source);
	assert_address("192.168.200.10/29", &net.destination);
	assert_address("192.168.200.3/29", &net.storage[0]);
	assert_address("192.168.200.11/29", &net.storage[1]);
	assert_address("192.168.200.4/29", &net.guest);
	assert_address("192.168.200.6/29", &net.machine[0]);
	assert_address("192.168.200.14/29", &net.machine[1]);
}

/* In the smallest range too, nobody has another's address or the network's or broadcast. */
static void test_net__smallest_range_has_room(void **state)
{
	struct sandbox_net net;

	(void)state;
	assert_int_equal(0, net_plan("10.0.0.16/28", false, &net, NULL));
	assert_address("10.0.0.26/28", &net.guest);
	assert_address("10.0.0.30/28", &net.machine[0]);
}

static void test_net__refuses_what_is_no_range(void **state)
{
	static const char *const bad[] = {
		"",
		"10.77.0.0",
		"10.77.0.0/",
		"10.77.0.0/24x",
		"10.77.0.0/33",
		"10.77.0.0/-1",
		"10.77.0/24",
		"256.0.0.0/24",
		"10.77.0.1/24",
		"10.0.0.0/8",
		"10.77.0.0/29",
		"127.0.0.0/24",
		"0.0.0.0/16",
		"224.1.0.0/16",
		"10.77.0.0/24 ",
		" 10.77.0.0/024",
		"10.77.0.0/24/1",
		"fd00::/64",
	};
	struct sandbox_net net;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (net_plan(bad[i], false, &net, &err) == 0)
			fail_msg("'%s' was taken", bad[i]);
		assert_int_equal(ERR_USAGE, err.kind);
	}
}

/* Checks a range against one route, written as /proc/net/route has it on this byte order. */
static int check(const char *range, uint32_t to, uint32_t mask)
{
	char path[] = "/tmp/kvmlab-routes-XXXXXX";
	_cleanup_fd_ int fd = mkstemp(path);
	struct sandbox_net net;
	int ret;

	assert_true(fd >= 0);
	dprintf(fd,
		"Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
		"eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
		"eth1\t%08X\t00000000\t0001\t0\t0\t0\t%08X\t0\t0\t0\n",
		__builtin_bswap32(to), __builtin_bswap32(mask));
	assert_int_equal(0, net_plan(range, false, &net, NULL));
	ret = net_check_routes(&net, path, NULL);
	unlink(path);
	return ret;
}

static void test_net__overlapping_routes_are_in_the_way(void **state)
{
	(void)state;
	assert_int_equal(-1, check("10.77.0.0/24", 0x0a4d0000, 0xffffff00)); /* the same */
	assert_int_equal(-1, check("10.77.0.0/24", 0x0a000000, 0xff000000)); /* around it */
	assert_int_equal(-1, check("10.77.0.0/24", 0x0a4d0040, 0xffffffc0)); /* within it */
	assert_int_equal(-1, check("10.77.0.0/24", 0x0a4d0005, 0xffffffff)); /* one host of it */
	assert_int_equal(0, check("10.77.0.0/24", 0x0a4d0100, 0xffffff00));  /* its neighbour */
	assert_int_equal(0, check("10.77.0.0/24", 0xc0a80000, 0xffff0000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_net__gives_out_addresses),
		cmocka_unit_test(test_net__split_halves_do_not_meet),
		cmocka_unit_test(test_net__smallest_range_has_room),
		cmocka_unit_test(test_net__refuses_what_is_no_range),
		cmocka_unit_test(test_net__overlapping_routes_are_in_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
