/* SPDX-License-Identifier: Apache-2.0 */
/* network: a network of libvirt: how its guests get out, its addresses, its bridge on the host. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/libvirt.h"
#include "checks/lines.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define IFF_UP 1 /* netdevice(7) */

struct params {
	const char *name;
};

static const struct field fields[] = {
	{ .name = "name",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("Name of the network, as virsh net-list --all shows it."),
	  .example = "name: default",
	  .offset = offsetof(struct params, name) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "exists", VALUE_BOOL, NULL, N_("libvirt knows it, active or not.") },
	{ "uuid", VALUE_STRING, NULL, N_("Its UUID.") },
	{ "active", VALUE_BOOL, NULL, N_("It was started: guests can be attached to it.") },
	{ "persistent", VALUE_BOOL, NULL,
	  N_("It has a definition, so it is still there after it was stopped.") },
	{ "autostart", VALUE_BOOL, NULL, N_("It starts with libvirt.") },
	{ "mode", VALUE_STRING, NULL,
	  N_("nat, route, open, isolated, or bridge: the guests are on a bridge that is not "
	     "libvirt's; private, vepa, passthrough or hostdev on a physical device.") },
	{ "forward_device", VALUE_STRING, NULL,
	  N_("The device that its traffic must leave by, if one is named.") },
	{ "addresses", VALUE_LIST, NULL,
	  N_("The host's own addresses in it, with prefix: [192.168.122.1/24].") },
	{ "dhcp", VALUE_BOOL, NULL, N_("It gives its guests addresses.") },
	{ "dhcp_ranges", VALUE_LIST, NULL,
	  N_("From where to where: [192.168.122.2-192.168.122.254].") },
	{ "leases", VALUE_INT, NULL, N_("How many addresses its DHCP has given.") },
	{ "lease_addresses", VALUE_LIST, NULL, N_("Those addresses.") },
	{ "lease_macs", VALUE_LIST, NULL, N_("The MAC addresses that they were given to.") },
	{ "lease_names", VALUE_LIST, NULL, N_("The host names that those guests told.") },
	{ "guests", VALUE_INT, NULL,
	  N_("How many interfaces of running guests are attached to it.") },
	{ "bridge", VALUE_STRING, NULL, N_("The bridge that its guests are attached to.") },
	{ "bridge_present", VALUE_BOOL, NULL, N_("The host has that bridge now.") },
	{ "bridge_up", VALUE_BOOL, NULL, N_("That bridge is set up.") },
	{ "bridge_ports", VALUE_LIST, NULL, N_("The interfaces that are ports of that bridge.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The NAT network is there, works, and will after the next boot."),
	  "with: {name: default}\n"
	  "expect: {mode: nat, active: true, autostart: true, bridge_up: true}\n" },
	{ N_("A guest got an address from it."), "with: {name: default}\n"
						 "expect: {leases: {ge: 1}}\n" },
	{ 0 },
};

static int ask(struct collector *c, const char *request, const char *name, struct err *err)
{
	return collect_libvirt_domain(c, NULL, request, name, err);
}

static int collect_bridge(struct collector *c, const char *bridge, struct err *err)
{
	const char *dir = arena_printf(c->arena, "/sys/class/net/%s", bridge);

	if (collect_file(c, "bridge flags", arena_printf(c->arena, "%s/flags", dir), OPTIONAL,
			 err) < 0)
		return -1;
	return collect_dir(c, "bridge ports", dir, "brif", OPTIONAL, err);
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;
	const char *bridge;

	if (ask(c, "network", p->name, err) < 0)
		return -1;
	if (!libvirt_answered(evidence_find(c->ev, "network")))
		return 0;
	if (ask(c, "network-xml", p->name, err) < 0 || ask(c, "leases", p->name, err) < 0)
		return -1;
	bridge = evidence_key(evidence_find(c->ev, "network"), "bridge", c->arena);
	return bridge ? collect_bridge(c, bridge, err) : 0;
}

static void measure_state(const struct evidence_item *network, struct measures *ret)
{
	static const char *const bools[] = { "active", "persistent", "autostart" };
	static const char *const strings[] = { "uuid", "bridge" };

	for (size_t i = 0; i < ARRAY_SIZE(bools); i++)
		measures_set_bool(ret, bools[i], libvirt_says_yes(network, bools[i], ret->arena));
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		const char *value = evidence_key(network, strings[i], ret->arena);

		if (value)
			measures_set_string(ret, strings[i], value);
	}
}

/* formatnetwork.html: no <forward> is isolated, one without mode is NAT. */
static const char *find_mode(const struct xml *x, struct arena *arena)
{
	const char *mode = xml_string(x, "/network/forward/@mode", arena);

	if (mode)
		return mode;
	return xml_is(x, "/network/forward") ? "nat" : "isolated";
}

/* How many bits are set in a mask like 255.255.255.0; 24 when it is none. */
static int count_bits(const char *mask)
{
	struct in_addr a;

	return mask && inet_pton(AF_INET, mask, &a) == 1 ? __builtin_popcount(a.s_addr) : 24;
}

static void measure_address(const struct xml *x, size_t i, struct measures *ret)
{
	struct arena *a = ret->arena;
	const char *ip = arena_printf(a, "/network/ip[%zu]", i);
	const char *address = xml_string(x, arena_printf(a, "%s/@address", ip), a);
	const char *prefix = xml_string(x, arena_printf(a, "%s/@prefix", ip), a);
	const char *mask = xml_string(x, arena_printf(a, "%s/@netmask", ip), a);

	if (!address)
		return;
	if (!prefix)
		prefix = strchr(address, ':') ? "64" : arena_printf(a, "%d", count_bits(mask));
	measures_add(ret, "addresses", arena_printf(a, "%s/%s", address, prefix));
}

#define RANGES "/network/ip/dhcp/range"

static void measure_addresses(const struct xml *x, struct measures *ret)
{
	struct arena *a = ret->arena;
	struct strings from = xml_list(x, RANGES "/@start", a), to = xml_list(x, RANGES "/@end", a);
	size_t n = xml_list(x, "/network/ip", a).n;

	measures_set_empty(ret, "addresses");
	for (size_t i = 1; i <= n; i++)
		measure_address(x, i, ret);
	measures_set_bool(ret, "dhcp", xml_is(x, "/network/ip/dhcp"));
	measures_set_empty(ret, "dhcp_ranges");
	for (size_t i = 0; i < from.n && i < to.n; i++)
		measures_add(ret, "dhcp_ranges", arena_printf(a, "%s-%s", from.v[i], to.v[i]));
}

/* Lines 'MAC ADDRESS/PREFIX EXPIRY NAME', '-' for what was not told. */
static void measure_leases(const struct evidence_item *leases, struct measures *ret)
{
	struct line line = { 0 };
	int64_t n = 0;

	if (!libvirt_answered(leases))
		return;
	measures_set_empty(ret, "lease_addresses");
	measures_set_empty(ret, "lease_macs");
	measures_set_empty(ret, "lease_names");
	for (; lines_next(&leases->out, &line); n++) {
		const char *mac = line_word(&line, 0, ret->arena);
		const char *address = line_word(&line, 1, ret->arena);
		const char *name = line_word(&line, 3, ret->arena);

		if (!name)
			continue;
		measures_add(ret, "lease_addresses",
			     arena_printf(ret->arena, "%.*s", (int)strcspn(address, "/"), address));
		measures_add(ret, "lease_macs", mac);
		if (strcmp(name, "-") != 0)
			measures_add(ret, "lease_names", name);
	}
	measures_set_int(ret, "leases", n);
}

static void measure_bridge(const struct evidence *ev, struct measures *ret)
{
	const struct evidence_item *flags = evidence_find(ev, "bridge flags");
	const struct evidence_item *ports = evidence_find(ev, "bridge ports");
	struct line line = { 0 };

	if (!flags || !ports)
		return;
	/* What is no bridge has no 'brif'. */
	measures_set_bool(ret, "bridge_present", !ports->error);
	measures_set_bool(ret, "bridge_up",
			  !flags->error && (strtoul(flags->out.kept, NULL, 16) & IFF_UP));
	measures_set_empty(ret, "bridge_ports");
	while (lines_next(&ports->out, &line))
		if (line.len)
			measures_add(ret, "bridge_ports", line_word(&line, 0, ret->arena));
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *network = evidence_find(ev, "network");
	_cleanup_xml_ struct xml *x = NULL;
	const char *device, *guests;

	if (!libvirt_answered(network) && !libvirt_has_none(network))
		return err_set(err, ERR_LIBVIRT, NULL,
			       _("this libvirt cannot tell of network '%s'"), p->name);
	measures_set_bool(ret, "exists", libvirt_answered(network));
	if (!libvirt_answered(network))
		return 0;
	if (libvirt_xml(evidence_find(ev, "network-xml"), _("the network"), &x, err) < 0)
		return -1;
	measure_state(network, ret);
	measures_set_string(ret, "mode", find_mode(x, ret->arena));
	device = xml_string(x, "/network/forward/@dev", ret->arena);
	if (device)
		measures_set_string(ret, "forward_device", device);
	measure_addresses(x, ret);
	measure_leases(evidence_find(ev, "leases"), ret);
	guests = xml_string(x, "/network/@connections", ret->arena);
	measures_set_int(ret, "guests", guests ? strtol(guests, NULL, 10) : 0);
	measure_bridge(ev, ret);
	return 0;
}

const struct checker checker_network = {
	.name = "network",
	.summary = N_("A network of libvirt: how guests get out, addresses, bridge, leases."),
	.why = N_("A defined network is not yet a started one, a started one is gone after the "
		  "next boot without autostart, and which of NAT and a bridge it is decides who "
		  "can reach the guests."),
	.source = "libvirt formatnetwork.html, virsh(1) net-info and net-dhcp-leases, "
		  "libvirt-network.h",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
