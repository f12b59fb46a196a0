/* SPDX-License-Identifier: Apache-2.0 */
/* migration_ready: the five prerequisites of live migration, one by one. */
#include <string.h>

#include "checks/checker.h"
#include "checks/cpu_trial.h"
#include "checks/shared_network.h"
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
	{ "unknown", VALUE_LIST, NULL,
	  N_("Those that cannot be told; their measures say nothing then.") },
	{ "storage", VALUE_BOOL, NULL,
	  N_("Every disk that is written is on storage that both hosts reach.") },
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
	{ "words", VALUE_LIST, NULL,
	  N_("What the hosts said of what is missing or cannot be told.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("All prerequisites are there."), "with: {name: db01}\n"
					      "expect: {ready: true}\n" },
	{ N_("Only shared storage is missing."), "with: {name: db01}\n"
						 "expect: {missing: {eq: [storage]}}\n" },
	{ 0 },
};

static const char *const roles[] = { "source", "destination" };

/* What host i says of the way to the other host. */
static int collect_reach(struct collector *c, size_t i, struct err *err)
{
	const struct evidence_item *item = libvirt_item(c->ev, roles[!i], "host", c->arena);
	const char *other = evidence_key(item, "hostname", c->arena);
	const char *ssh[] = { "ssh",  "-o", "BatchMode=yes", "-o", "ConnectTimeout=4", other,
			      "true", NULL };

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
		if (collect_reach(c, i, err) < 0)
			return -1;
	return collect_shared_network(c, x, err) < 0 ? -1 : collect_shared_storage(c, x, err);
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

static void decide(struct verdicts *v, const char *name, struct held_by how)
{
	if (how.held != HELD_YES && how.words && *how.words)
		measures_add(v->ret, "words", how.words);
	if (how.held == HELD_UNKNOWN) {
		v->unknown = true;
		measures_add(v->ret, "unknown", name);
		return;
	}
	measures_set_bool(v->ret, name, how.held == HELD_YES);
	if (how.held == HELD_YES)
		return;
	v->lacking = true;
	measures_add(v->ret, "missing", name);
}

static struct held_by held_if(bool holds, const char *words)
{
	return (struct held_by){ holds ? HELD_YES : HELD_NO, words };
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
	const char *unreachable = NULL, *refused = NULL;
	struct held_by network = network_measure(ev, x, arena);

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		const struct evidence_item *ssh = libvirt_item(ev, roles[i], "ssh", arena);

		if (!ssh || ssh->end != END_EXITED)
			return err_set(err, ERR_ENV, NULL, _("host '%s' has no ssh"), roles[i]);
		if (ssh->status && is_turned_away(ssh))
			refused = held_line(&ssh->err, arena);
		else if (ssh->status)
			unreachable = held_line(&ssh->err, arena);
	}
	decide(v, "network", unreachable ? held_if(false, unreachable) : network);
	if (refused || !unreachable)
		decide(v, "ssh", held_if(!refused, refused));
	return 0;
}

static int measure_cpu(const struct evidence *ev, struct verdicts *v, struct err *err)
{
	const char *words;

	switch (cpu_trial_read(evidence_find(ev, "trial"), v->ret->arena, &words)) {
	case TRIAL_NONE:
		return err_set(err, ERR_LIBVIRT, NULL, _("the CPU was not tried"));
	case TRIAL_NOT_ASKED:
		return 0;
	case TRIAL_FAILED:
		decide(v, "cpu", (struct held_by){ HELD_UNKNOWN, words });
		return 0;
	case TRIAL_STARTED:
		decide(v, "cpu", held_if(true, NULL));
		return 0;
	case TRIAL_REFUSED:
		decide(v, "cpu", held_if(false, words));
	}
	return 0;
}

static int measure_versions(const struct evidence *ev, struct verdicts *v, struct err *err)
{
	struct arena *arena = v->ret->arena;
	struct versions s, d;

	if (versions_read(evidence_find(ev, "source host"), arena, &s, err) < 0 ||
	    versions_read(evidence_find(ev, "destination host"), arena, &d, err) < 0)
		return -1;
	decide(v, "versions",
	       held_if(versions_not_older(&d, &s),
		       arena_printf(arena, "%s %s, libvirt %s | %s %s, libvirt %s", s.hypervisor,
				    s.version, s.libvirt, d.hypervisor, d.version, d.libvirt)));
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
	measures_set_empty(ret, "unknown");
	measures_set_empty(ret, "words");
	decide(&v, "storage", storage_measure(ev, x, ret->arena));
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
