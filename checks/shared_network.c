/* SPDX-License-Identifier: Apache-2.0 */
/* shared_network: whether a domain's interfaces find the same network on both hosts. */
#include "checks/shared_network.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define NICS "/domain/devices/interface"
/* Of those a domain takes along whatever network there is (user), or none of a host's. */
#define OTHERS                                                                                     \
	NICS "[not(@type='bridge' or @type='network' or @type='user' or source/@network)]/@type"
/* Of a domain that runs both may stand there; then the network counts, which each host has. */
#define BRIDGES	 NICS "[@type='bridge' and not(source/@network)]/source/@bridge"
#define NETWORKS NICS "/source/@network"

static const char *const roles[] = { "source", "destination" };

/* The bridge of an interface, by the host. */
struct pair {
	const char *bridge[2];
};

static const char *address_name(size_t i, const char *bridge, struct arena *arena)
{
	return arena_printf(arena, "%s address %s", roles[i], bridge);
}

static const char *network_name(size_t i, const char *network, struct arena *arena)
{
	return arena_printf(arena, "%s network %s", roles[i], network);
}

static const char *reach_name(const struct pair *p, struct arena *arena)
{
	return arena_printf(arena, "reach %s %s", p->bridge[0], p->bridge[1]);
}

/* What a host has as the bridge of a network; NULL when there is none, or it is not known. */
static const char *bridge_of(const struct evidence *ev, size_t i, const char *network,
			     struct arena *arena)
{
	const struct evidence_item *item = evidence_find(ev, network_name(i, network, arena));

	return libvirt_answered(item) ? evidence_key(item, "bridge", arena) : NULL;
}

/* The first address of that family: '3: br0    inet 10.77.0.1/24 scope global ...'. */
static const char *find_address(const struct evidence_item *item, const char *family,
				const char *scope)
{
	const char *p = item && item->end == END_EXITED && !item->status ? item->out.kept : NULL;

	for (; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t len = strcspn(p, "\n");
		const char *at = memmem(p, len, family, strlen(family));

		if (at && memmem(p, len, scope, strlen(scope)))
			return at + strlen(family);
	}
	return NULL;
}

static const char *link_local(const struct evidence_item *item, struct arena *arena)
{
	const char *at = find_address(item, " inet6 ", " scope link");

	return at ? arena_memdup(arena, at, strcspn(at, "/ ")) : NULL;
}

/* The address, and the network's part of it. */
struct address {
	unsigned host, network;
	int prefix;
};

static bool read_address(const struct evidence_item *item, struct address *ret)
{
	const char *p = find_address(item, " inet ", "");
	unsigned a, b, c, d;

	if (!p || sscanf(p, "%3u.%3u.%3u.%3u/%2d", &a, &b, &c, &d, &ret->prefix) != 5 ||
	    (a | b | c | d) > 255 || ret->prefix < 0 || ret->prefix > 32)
		return false;
	ret->host = a << 24 | b << 16 | c << 8 | d;
	ret->network = ret->prefix ? ret->host >> (32 - ret->prefix) << (32 - ret->prefix) : 0;
	return true;
}

static int collect_address(struct collector *c, size_t i, const char *bridge, struct err *err)
{
	const char *argv[] = { "ip", "-o", "addr", "show", "dev", bridge, NULL };
	const char *name = address_name(i, bridge, c->arena);

	if (evidence_find(c->ev, name)) /* two interfaces on one bridge */
		return 0;
	return collect_command_on(c, name, roles[i], argv, err);
}

/* Whether the link of the one bridge leads to the other: where IPv4 addresses do not tell. */
static int collect_reach(struct collector *c, const struct pair *p, struct err *err)
{
	const struct evidence_item *s =
		evidence_find(c->ev, address_name(0, p->bridge[0], c->arena));
	const struct evidence_item *d =
		evidence_find(c->ev, address_name(1, p->bridge[1], c->arena));
	const char *from = link_local(s, c->arena), *to = link_local(d, c->arena);
	const char *name = reach_name(p, c->arena);
	struct address a;

	if ((read_address(s, &a) && read_address(d, &a)) || !from || !to || !strcmp(from, to) ||
	    evidence_find(c->ev, name))
		return 0;
	return collect_command_on(
		c, name, roles[0],
		(const char *const[]){ "ping", "-6", "-n", "-c", "2", "-W", "2",
				       arena_printf(c->arena, "%s%%%s", to, p->bridge[0]), NULL },
		err);
}

static int collect_pair(struct collector *c, const struct pair *p, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (p->bridge[i] && collect_address(c, i, p->bridge[i], err) < 0)
			return -1;
	return p->bridge[0] && p->bridge[1] ? collect_reach(c, p, err) : 0;
}

static int collect_network(struct collector *c, const char *network, struct err *err)
{
	struct pair p;

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		const char *const request[] = { "network", network, NULL };
		const char *name = network_name(i, network, c->arena);

		if (!evidence_find(c->ev, name) &&
		    collect_libvirt(c, name, roles[i], request, err) < 0)
			return -1;
		p.bridge[i] = bridge_of(c->ev, i, network, c->arena);
	}
	return collect_pair(c, &p, err);
}

int collect_shared_network(struct collector *c, const struct xml *x, struct err *err)
{
	struct strings bridges = xml_list(x, BRIDGES, c->arena);
	struct strings networks = xml_list(x, NETWORKS, c->arena);

	for (size_t i = 0; i < bridges.n; i++)
		if (collect_pair(c, &(struct pair){ { bridges.v[i], bridges.v[i] } }, err) < 0)
			return -1;
	for (size_t i = 0; i < networks.n; i++)
		if (collect_network(c, networks.v[i], err) < 0)
			return -1;
	return 0;
}

/* A bridge that is not there is missing; whoever cannot look, or has no 'ip', says nothing. */
static struct held_by complain(size_t i, const struct evidence_item *item, struct arena *arena)
{
	bool is_absent = item->err.kept && strstr(item->err.kept, "does not exist");

	return (struct held_by){ is_absent ? HELD_NO : HELD_UNKNOWN,
				 arena_printf(arena, "%s: %s", roles[i],
					      held_complaint(item, arena)) };
}

static struct held_by look_at_addresses(const struct evidence_item *const items[2],
					struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		if (!items[i])
			return (struct held_by){ HELD_UNKNOWN, NULL };
		if (items[i]->end != END_EXITED || items[i]->status)
			return complain(i, items[i], arena);
	}
	return (struct held_by){ HELD_YES, NULL };
}

static struct held_by measure_reach(const struct evidence *ev, const struct pair *p,
				    struct arena *arena)
{
	const struct evidence_item *reach = evidence_find(ev, reach_name(p, arena));
	const char *words = arena_printf(
		arena, _("bridge '%s' has no IPv4 address by which its network could be told"),
		p->bridge[0]);

	if (reach && reach->end == END_EXITED && !reach->status)
		return (struct held_by){ HELD_YES, NULL };
	return (struct held_by){ HELD_UNKNOWN, words };
}

/* The same network behind two bridges; the same address on both is two networks of that name. */
static struct held_by measure_pair(const struct evidence *ev, const struct pair *p,
				   struct arena *arena)
{
	const struct evidence_item *const items[] = {
		evidence_find(ev, address_name(0, p->bridge[0], arena)),
		evidence_find(ev, address_name(1, p->bridge[1], arena)),
	};
	struct held_by seen = look_at_addresses(items, arena);
	struct address a, b;

	if (seen.held != HELD_YES)
		return seen;
	if (!read_address(items[0], &a) || !read_address(items[1], &b))
		return measure_reach(ev, p, arena);
	if (a.network == b.network && a.prefix == b.prefix && a.host != b.host)
		return seen;
	return (struct held_by){ HELD_NO,
				 arena_printf(arena, "%s | %s", held_line(&items[0]->out, arena),
					      held_line(&items[1]->out, arena)) };
}

static struct held_by measure_network(const struct evidence *ev, const char *network,
				      struct arena *arena)
{
	struct pair p;

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		const struct evidence_item *item =
			evidence_find(ev, network_name(i, network, arena));

		if (libvirt_has_none(item))
			return (struct held_by){ HELD_NO, held_line(&item->err, arena) };
		if (libvirt_answered(item) && !libvirt_says_yes(item, "active", arena))
			return (struct held_by){
				HELD_NO, arena_printf(arena, _("%s: network '%s' is not active"),
						      roles[i], network)
			};
		p.bridge[i] = bridge_of(ev, i, network, arena);
		if (!p.bridge[i])
			return (struct held_by){ HELD_UNKNOWN,
						 arena_printf(arena,
							      _("%s: network '%s' has no bridge"),
							      roles[i], network) };
	}
	return measure_pair(ev, &p, arena);
}

struct held_by network_measure(const struct evidence *ev, const struct xml *x, struct arena *arena)
{
	struct strings bridges = xml_list(x, BRIDGES, arena);
	struct strings networks = xml_list(x, NETWORKS, arena);
	struct strings others = xml_list(x, OTHERS, arena);
	struct held_by all = { HELD_YES, NULL };

	for (size_t i = 0; i < bridges.n; i++) {
		struct pair p = { { bridges.v[i], bridges.v[i] } };

		held_and(&all, measure_pair(ev, &p, arena));
	}
	for (size_t i = 0; i < networks.n; i++)
		held_and(&all, measure_network(ev, networks.v[i], arena));
	for (size_t i = 0; i < others.n; i++)
		held_and(&all, (struct held_by){ HELD_UNKNOWN,
						 arena_printf(arena, _("interface of type '%s'"),
							      others.v[i]) });
	return all;
}
