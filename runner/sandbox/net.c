/* SPDX-License-Identifier: Apache-2.0 */
/* net: the sandbox's address range and who has which address in it. */
#include "runner/sandbox/net.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define PREFIX_MIN 16
#define PREFIX_MAX 28

/* Places in a network, counted from its address; the machine has the last one. */
enum place { PLACE_SOURCE = 1, PLACE_DESTINATION, PLACE_STORAGE, PLACE_GUEST = 10 };

static uint32_t mask_of(int prefix)
{
	return prefix ? UINT32_MAX << (32 - prefix) : 0;
}

static int parse(const char *text, struct net_end *ret)
{
	char address[NET_TEXT];
	struct in_addr in;
	int prefix, end = 0;

	if (sscanf(text, "%15[0-9.]/%2d%n", address, &prefix, &end) != 2 || text[end] ||
	    inet_pton(AF_INET, address, &in) != 1 || prefix < 0 || prefix > 32)
		return -1;
	*ret = (struct net_end){ ntohl(in.s_addr), prefix };
	return 0;
}

static int check_range(const char *text, const struct net_end *range, struct err *err)
{
	uint32_t first = range->address >> 24;
	struct net_end network = { range->address & mask_of(range->prefix), range->prefix };
	char proper[NET_TEXT];

	if (range->prefix < PREFIX_MIN || range->prefix > PREFIX_MAX)
		return err_set(err, ERR_USAGE, NULL,
			       _("address range '%s' must have a prefix from /%d to /%d"), text,
			       PREFIX_MIN, PREFIX_MAX);
	if (range->address != network.address)
		return err_set(
			err, ERR_USAGE, NULL,
			_("address range '%s' has bits behind its prefix; '%s' would be right"),
			text, net_with_prefix(&network, proper));
	if (first == 0 || first == 127 || first >= 224)
		return err_set(
			err, ERR_USAGE, NULL,
			_("address range '%s' is not for hosts; '10.77.0.0/24' would be right"),
			text);
	return 0;
}

static struct net_end place(const struct net_end *network, uint32_t n)
{
	return (struct net_end){ network->address + n, network->prefix };
}

static struct net_end last(const struct net_end *network)
{
	return (struct net_end){ (network->address | ~mask_of(network->prefix)) - 1,
				 network->prefix };
}

int net_plan(const char *text, bool split, struct sandbox_net *ret, struct err *err)
{
	struct sandbox_net net = { .split = split };
	struct net_end low, high;

	if (parse(text, &net.range) < 0)
		return err_set(err, ERR_USAGE, NULL,
			       _("'%s' is no address range; '10.77.0.0/24' would be right"), text);
	if (check_range(text, &net.range, err) < 0)
		return -1;
	low = high = net.range;
	if (split) {
		low.prefix = high.prefix = net.range.prefix + 1;
		high.address += 1U << (32 - high.prefix);
	}
	net.machine[0] = last(&low);
	net.machine[1] = last(&high);
	net.storage[0] = place(&low, PLACE_STORAGE);
	net.storage[1] = place(&high, PLACE_STORAGE);
	net.source = place(&low, PLACE_SOURCE);
	net.destination = place(&high, PLACE_DESTINATION);
	net.guest = place(&low, split ? PLACE_STORAGE + 1 : PLACE_GUEST);
	*ret = net;
	return 0;
}

int net_check_routes(const struct sandbox_net *net, const char *path, struct err *err)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	_cleanup_free_ char *line = NULL;
	char device[64], text[NET_TEXT], route[NET_TEXT];
	unsigned to, mask;
	size_t cap = 0;

	if (!f)
		return err_set(err, ERR_ENV, NULL, _("'%s' cannot be read"), path);
	while (getline(&line, &cap, f) > 0) {
		uint32_t common;

		if (sscanf(line, "%63s %8x %*x %*x %*d %*d %*d %8x", device, &to, &mask) != 3)
			continue;
		to = ntohl(to);
		mask = ntohl(mask);
		common = mask & mask_of(net->range.prefix);
		if (!mask || (to & common) != (net->range.address & common))
			continue;
		return err_set(
			err, ERR_ENV, NULL,
			_("address range '%s' overlaps this machine's route to '%s' on '%s'; "
			  "give a free one with '--network'"),
			net_with_prefix(&net->range, text),
			net_with_prefix(&(struct net_end){ to, __builtin_popcount(mask) }, route),
			device);
	}
	return 0;
}

char *net_address(const struct net_end *end, char text[static NET_TEXT])
{
	struct in_addr in = { htonl(end->address) };

	inet_ntop(AF_INET, &in, text, NET_TEXT);
	return text;
}

char *net_with_prefix(const struct net_end *end, char text[static NET_TEXT])
{
	size_t len = strlen(net_address(end, text));

	snprintf(text + len, NET_TEXT - len, "/%d", end->prefix);
	return text;
}
