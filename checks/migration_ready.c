/* SPDX-License-Identifier: Apache-2.0 */
/* migration_ready: the five prerequisites of live migration, one by one. */
#include <string.h>

#include "checks/checker.h"
#include "checks/cpu_trial.h"
#include "checks/shared_storage.h"
#include "checks/versions.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *name;
};

static const struct field fields[] = {
	{ .name = "name",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("The domain of the source that is to move."),
	  .example = "name: db01",
	  .offset = offsetof(struct params, name) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "ready", VALUE_BOOL, NULL,
	  N_("None is missing; nothing when one of them cannot be told.") },
	{ "missing", VALUE_LIST, NULL,
	  N_("Those that are not: storage, network, ssh, cpu, versions.") },
	{ "storage", VALUE_BOOL, NULL,
	  N_("Every disk that is written is on storage that both hosts can reach; nothing when "
	     "libvirt does not tell of the pool of a volume.") },
	{ "network", VALUE_BOOL, NULL,
	  N_("The bridges of its interfaces are in the same network on both hosts, and the hosts "
	     "reach each other.") },
	{ "ssh", VALUE_BOOL, NULL,
	  N_("Each host may log in on the other without a password; nothing when they do not reach "
	     "each other.") },
	{ "cpu", VALUE_BOOL, NULL,
	  N_("A guest with its CPU starts on the destination; nothing when it asks for none.") },
	{ "versions", VALUE_BOOL, NULL,
	  N_("Neither the hypervisor nor libvirt is older on the destination.") },
	{ "words", VALUE_LIST, NULL, N_("What the hosts said of what is missing.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("All prerequisites are there."), "with: {name: db01}\n"
					      "expect: {ready: true}\n" },
	{ N_("Only shared storage is missing."), "with: {name: db01}\n"
						 "expect: {missing: {eq: [storage]}}\n" },
	{ 0 },
};

#define NICS "/domain/devices/interface"

static const char *const roles[] = { "source", "destination" };

static const char *address_name(const char *role, const char *bridge, struct arena *arena)
{
	return arena_printf(arena, "%s address %s", role, bridge);
}

static int collect_address(struct collector *c, const char *role, const char *bridge,
			   struct err *err)
{
	const char *argv[] = { "ip", "-o", "-4", "addr", "show", "dev", bridge, NULL };
	const char *name = address_name(role, bridge, c->arena);

	if (evidence_find(c->ev, name)) /* two interfaces on one bridge */
		return 0;
	return collect_command_on(c, name, role, argv, err);
}

/* What host i says of its bridges and of the way to the other host. */
static int collect_reach(struct collector *c, size_t i, const struct xml *x, struct err *err)
{
	const struct evidence_item *item = libvirt_item(c->ev, roles[!i], "host", c->arena);
	const char *other = evidence_key(item, "hostname", c->arena);
	const char *ssh[] = { "ssh",  "-o", "BatchMode=yes", "-o", "ConnectTimeout=4", other,
			      "true", NULL };
	struct strings bridges = xml_list(x, NICS "/source/@bridge", c->arena);

	for (size_t b = 0; b < bridges.n; b++)
		if (collect_address(c, roles[i], bridges.v[b], err) < 0)
			return -1;
	if (!other || *other == '-')
		return err_set(err, ERR_LIBVIRT, NULL, _("host '%s' did not tell its name"),
			       roles[!i]);
	return collect_command_on(c, arena_printf(c->arena, "%s ssh", roles[i]), roles[i], ssh,
				  err);
}

static int collect_hosts(struct collector *c, const struct xml *x, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (collect_libvirt_host(c, arena_printf(c->arena, "%s host", roles[i]), roles[i],
					 "host", err) < 0)
			return -1;
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (collect_reach(c, i, x, err) < 0)
			return -1;
	return collect_shared_storage(c, x, err);
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;
	_cleanup_xml_ struct xml *x = NULL;

	if (collect_libvirt_domain(c, "source", "domain-xml", p->name, err) < 0)
		return -1;
	if (libvirt_has_no_domain(evidence_find(c->ev, "source domain-xml")))
		return 0;
	if (libvirt_xml(evidence_find(c->ev, "source domain-xml"), _("the domain"), &x, err) < 0 ||
	    collect_hosts(c, x, err) < 0)
		return -1;
	return collect_cpu_trial(c, p->name, err);
}

struct verdicts {
	struct measures *ret;
	bool lacking; /* one is missing */
	bool unknown; /* one cannot be told */
};

static void decide(struct verdicts *v, const char *name, bool holds, const char *words)
{
	measures_set_bool(v->ret, name, holds);
	if (holds)
		return;
	v->lacking = true;
	measures_add(v->ret, "missing", name);
	if (words && *words)
		measures_add(v->ret, "words", words);
}

static const char *first_line(const struct output *o, struct arena *arena)
{
	return o->kept ? arena_memdup(arena, o->kept, strcspn(o->kept, "\r\n")) : "";
}

static void measure_storage(const struct evidence *ev, const struct xml *x, struct verdicts *v)
{
	const char *words = NULL;
	enum storage_verdict verdict = storage_measure(ev, x, v->ret->arena, &words);

	if (verdict == STORAGE_UNKNOWN)
		v->unknown = true;
	else
		decide(v, "storage", verdict == STORAGE_SHARED, words);
}

/* '3: br0    inet 10.77.0.1/24 scope global ...': the address and the network's part of it. */
struct address {
	unsigned host, network;
	int prefix;
};

static bool read_address(const struct evidence_item *item, struct address *ret)
{
	const char *p = item && item->out.kept ? strstr(item->out.kept, " inet ") : NULL;
	unsigned a, b, c, d;

	if (!p || sscanf(p, " inet %3u.%3u.%3u.%3u/%2d", &a, &b, &c, &d, &ret->prefix) != 5 ||
	    (a | b | c | d) > 255 || ret->prefix < 0 || ret->prefix > 32)
		return false;
	ret->host = a << 24 | b << 16 | c << 8 | d;
	ret->network = ret->prefix ? ret->host >> (32 - ret->prefix) << (32 - ret->prefix) : 0;
	return true;
}

/* The same network behind two bridges; the same address on both is two networks of that name. */
static bool is_same_network(const struct evidence *ev, const char *bridge, struct arena *arena,
			    const char **ret_words)
{
	const struct evidence_item *s = evidence_find(ev, address_name(roles[0], bridge, arena));
	const struct evidence_item *d = evidence_find(ev, address_name(roles[1], bridge, arena));
	struct address a, b;

	if (!s || !d || !read_address(s, &a) || !read_address(d, &b)) {
		*ret_words = d ? first_line(&d->err, arena) : bridge;
		return false;
	}
	*ret_words = arena_printf(arena, "%s | %s", first_line(&s->out, arena),
				  first_line(&d->out, arena));
	return a.network == b.network && a.prefix == b.prefix && a.host != b.host;
}

/* NULL when each bridge of the guest is in one network, else what the hosts say of one that is not.
 */
static const char *find_split(const struct evidence *ev, const struct xml *x, struct arena *arena)
{
	struct strings bridges = xml_list(x, NICS "/source/@bridge", arena);
	const char *words;

	for (size_t i = 0; i < bridges.n; i++)
		if (!is_same_network(ev, bridges.v[i], arena, &words))
			return words;
	return NULL;
}

/* ssh says 255 for all that goes wrong before the command: these words are of who was reached. */
static bool is_turned_away(const struct evidence_item *ssh)
{
	return strstr(ssh->err.kept, "Permission denied") ||
	       strstr(ssh->err.kept, "verification failed") ||
	       strstr(ssh->err.kept, "Too many authentication failures");
}

static int measure_ways(const struct evidence *ev, const struct xml *x, struct verdicts *v,
			struct err *err)
{
	struct arena *arena = v->ret->arena;
	const char *split = find_split(ev, x, arena), *unreachable = NULL, *refused = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		const struct evidence_item *ssh = libvirt_item(ev, roles[i], "ssh", arena);

		if (!ssh || ssh->end != END_EXITED)
			return err_set(err, ERR_ENV, NULL, _("host '%s' has no ssh"), roles[i]);
		if (ssh->status && is_turned_away(ssh))
			refused = first_line(&ssh->err, arena);
		else if (ssh->status)
			unreachable = first_line(&ssh->err, arena);
	}
	decide(v, "network", !split && !unreachable, unreachable ? unreachable : split);
	if (refused || !unreachable)
		decide(v, "ssh", !refused, refused);
	return 0;
}

static int measure_cpu(const struct evidence *ev, struct verdicts *v, struct err *err)
{
	const struct evidence_item *trial = evidence_find(ev, "trial");
	const char *started =
		libvirt_answered(trial) ? evidence_key(trial, "started", v->ret->arena) : NULL;

	if (!started)
		return err_set(err, ERR_LIBVIRT, NULL, _("the CPU was not tried"));
	if (strcmp(started, "unknown") != 0)
		decide(v, "cpu", !strcmp(started, "yes"),
		       evidence_key(trial, "words", v->ret->arena));
	return 0;
}

static int measure_versions(const struct evidence *ev, struct verdicts *v, struct err *err)
{
	struct arena *arena = v->ret->arena;
	struct versions s, d;

	if (versions_read(evidence_find(ev, "source host"), arena, &s, err) < 0 ||
	    versions_read(evidence_find(ev, "destination host"), arena, &d, err) < 0)
		return -1;
	decide(v, "versions", versions_not_older(&d, &s),
	       arena_printf(arena, "%s %s, libvirt %s | %s %s, libvirt %s", s.hypervisor, s.version,
			    s.libvirt, d.hypervisor, d.version, d.libvirt));
	return 0;
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *domain = evidence_find(ev, "source domain-xml");
	_cleanup_xml_ struct xml *x = NULL;
	struct verdicts v = { .ret = ret };

	if (libvirt_has_no_domain(domain))
		return measures_na(ret, _("the source has no domain '%s'"), p->name);
	if (libvirt_xml(domain, _("the domain"), &x, err) < 0)
		return -1;
	measures_set_empty(ret, "missing");
	measures_set_empty(ret, "words");
	measure_storage(ev, x, &v);
	if (measure_ways(ev, x, &v, err) < 0 || measure_cpu(ev, &v, err) < 0 ||
	    measure_versions(ev, &v, err) < 0)
		return -1;
	if (v.lacking || !v.unknown)
		measures_set_bool(ret, "ready", !v.lacking);
	return 0;
}

const struct checker checker_migration_ready = {
	.name = "migration_ready",
	.summary = N_("The five prerequisites of live migration, one by one."),
	.why = N_(
		"Shared storage, the same network, SSH both ways, a CPU that has all that the "
		"guest "
		"was given, and versions that are not older: when one is missing libvirt refuses, "
		"and its words do not always say which."),
	.source = "libvirt migration.html, virsh(1) migrate, ssh(1), libvirt src/util/virfile.c",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
