/* SPDX-License-Identifier: Apache-2.0 */
/* domain_identity: what two or more domains have in common of what must differ. */
#include <string.h>
#include <strings.h>

#include "checks/checker.h"
#include "checks/disks.h"
#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	struct strings domains;
};

static const struct field fields[] = {
	{ .name = "domains",
	  .type = FIELD_NAMES,
	  .required = true,
	  .text = N_("Names of the domains, two or more."),
	  .example = "domains: [base, web01]",
	  .offset = offsetof(struct params, domains) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "missing", VALUE_LIST, NULL,
	  N_("Those that libvirt does not know; with one missing nothing is compared.") },
	{ "uuids", VALUE_LIST, NULL, N_("The UUID of each.") },
	{ "macs", VALUE_LIST, NULL, N_("All MAC addresses, in the order of the domains.") },
	{ "disks", VALUE_LIST, NULL,
	  N_("Files, devices or targets of all disks, in the order of the domains.") },
	{ "same_uuid", VALUE_BOOL, NULL, N_("Two of them have the same UUID.") },
	{ "same_mac", VALUE_BOOL, NULL, N_("Two of them have a MAC address in common.") },
	{ "same_disk", VALUE_BOOL, NULL,
	  N_("Two of them have one and the same disk, and not both just to read it.") },
	{ "disk_relation", VALUE_STRING, NULL,
	  N_("How their disks belong together: shared, backed (one is built on another's, or both "
	     "on the same), separate, or mixed.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The clone is a machine of its own on the outside."),
	  "with: {domains: [base, web01]}\n"
	  "expect: {same_uuid: false, same_mac: false, same_disk: false}\n" },
	{ N_("Two overlays on one template."), "with: {domains: [web01, web02]}\n"
					       "expect: {disk_relation: backed}\n" },
	{ 0 },
};

static int collect_xml(struct collector *c, const char *domain, struct err *err)
{
	const char *const request[] = { "domain-xml", domain, NULL };

	return collect_libvirt(c, arena_printf(c->arena, "domain %s", domain), NULL, request, err);
}

static int check_paths(const struct disks *disks, const char *domain, struct err *err)
{
	for (size_t i = 0; i < disks->n; i++) {
		const struct disk *d = &disks->v[i];

		if (!strcmp(d->domain, domain) && !strcmp(d->type, "volume") && !d->path)
			return err_set(err, ERR_ENV, NULL,
				       _("cannot tell where disk '%s' of domain '%s' is: its "
					 "storage pool is not active"),
				       d->target, domain);
	}
	return 0;
}

/* Looks at the images of the domains' disks, now or on record. */
static int look(const struct params *p, struct images *g, struct disks *ret, struct err *err)
{
	if (disks_read(g->ev, g->arena, ret, err) < 0)
		return -1;
	for (size_t i = 0; i < p->domains.n; i++)
		if (check_paths(ret, p->domains.v[i], err) < 0 ||
		    disks_look(ret, g, p->domains.v[i], err) < 0)
			return -1;
	return 0;
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;
	struct images images = { .c = c, .ev = c->ev, .arena = c->arena };
	struct disks disks;

	if (disks_check_names(&p->domains, err) < 0)
		return -1;
	for (size_t i = 0; i < p->domains.n; i++)
		if (collect_xml(c, p->domains.v[i], err) < 0)
			return -1;
	if (collect_disks(c, err) < 0)
		return -1;
	return look(p, &images, &disks, err);
}

/* What must differ, as libvirt has it. */
struct party {
	struct strings uuids, macs;
};

/* MAC addresses and UUIDs know no case. */
static bool have_common(const struct strings *a, const struct strings *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			if (!strcasecmp(a->v[i], b->v[j]))
				return true;
	return false;
}

static void add_all(struct measures *ret, const char *list, const struct strings *from)
{
	for (size_t i = 0; i < from->n; i++)
		measures_add(ret, list, from->v[i]);
}

/* 1: it is there, 0: libvirt does not know it, -1. */
static int read_party(const struct evidence *ev, const char *domain, struct arena *arena,
		      struct party *ret, struct err *err)
{
	const struct evidence_item *item =
		evidence_find(ev, arena_printf(arena, "domain %s", domain));
	_cleanup_xml_ struct xml *x = NULL;

	if (libvirt_has_no_domain(item))
		return 0;
	if (libvirt_xml(item, _("the domain"), &x, err) < 0)
		return -1;
	ret->uuids = xml_list(x, "/domain/uuid", arena);
	ret->macs = xml_list(x, "/domain/devices/interface/mac/@address", arena);
	return 1;
}

/* 1: all are there, 0: some are missing, -1. */
static int read_parties(const struct evidence *ev, const struct strings *domains,
			struct measures *m, struct party *ret, struct err *err)
{
	int all = 1;

	measures_set_empty(m, "missing");
	for (size_t i = 0; i < domains->n; i++) {
		int rc = read_party(ev, domains->v[i], m->arena, &ret[i], err);

		if (rc < 0)
			return -1;
		if (!rc)
			measures_add(m, "missing", domains->v[i]);
		all &= rc;
	}
	return all;
}

static void compare_parties(const struct party *parties, size_t n, struct measures *ret)
{
	bool same_uuid = false, same_mac = false;

	measures_set_empty(ret, "uuids");
	measures_set_empty(ret, "macs");
	for (size_t i = 0; i < n; i++) {
		add_all(ret, "uuids", &parties[i].uuids);
		add_all(ret, "macs", &parties[i].macs);
		for (size_t j = 0; j < i; j++) {
			same_uuid |= have_common(&parties[i].uuids, &parties[j].uuids);
			same_mac |= have_common(&parties[i].macs, &parties[j].macs);
		}
	}
	measures_set_bool(ret, "same_uuid", same_uuid);
	measures_set_bool(ret, "same_mac", same_mac);
}

/* From weak to strong. */
enum relation { SEPARATE, BACKED, SHARED };

static const char *const relation_names[] = { "separate", "backed", "shared" };

static bool have_common_base(const struct image *a, const struct image *b)
{
	for (const struct image *i = a; i; i = i->backing)
		if (image_stands_on(b, i))
			return true;
	return image_stands_on(a, b);
}

/* What nobody writes to, such as a seed, may be shared. */
static enum relation relate(const struct disk *a, const struct disk *b)
{
	if (!a->writes && !b->writes)
		return SEPARATE;
	if (a->name && b->name)
		return strcmp(a->name, b->name) ? SEPARATE : SHARED;
	if (!a->image || !b->image)
		return SEPARATE;
	if (image_is_same(a->image, b->image))
		return SHARED;
	return have_common_base(a->image, b->image) ? BACKED : SEPARATE;
}

/* The strongest relation of a disk to a disk of one of the other domains. */
static enum relation relate_to_others(const struct disks *disks, const struct disk *d,
				      const struct strings *domains)
{
	enum relation ret = SEPARATE, one;

	for (size_t i = 0; i < disks->n; i++)
		for (size_t j = 0; j < domains->n; j++) {
			const struct disk *other = &disks->v[i];

			if (!strcmp(domains->v[j], d->domain) || !disk_is_of(other, domains->v[j]))
				continue;
			one = relate(d, other);
			ret = one > ret ? one : ret;
		}
	return ret;
}

static void compare_disks(const struct disks *disks, const struct strings *domains,
			  struct measures *ret)
{
	unsigned found = 0;

	measures_set_empty(ret, "disks");
	for (size_t j = 0; j < domains->n; j++)
		for (size_t i = 0; i < disks->n; i++) {
			const struct disk *d = &disks->v[i];
			enum relation relation;

			if (!disk_is_of(d, domains->v[j]))
				continue;
			measures_add(ret, "disks", d->path ? d->path : d->name ? d->name : "");
			relation = relate_to_others(disks, d, domains);
			if (d->writes || relation != SEPARATE)
				found |= 1u << relation;
		}
	measures_set_bool(ret, "same_disk", found & 1u << SHARED);
	for (enum relation r = SEPARATE; found && r <= SHARED; r++)
		if (found == 1u << r)
			measures_set_string(ret, "disk_relation", relation_names[r]);
	if (found & (found - 1))
		measures_set_string(ret, "disk_relation", "mixed");
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	struct party *parties = arena_array(ret->arena, struct party, p->domains.n);
	struct images images = { .ev = ev, .arena = ret->arena };
	struct disks disks;
	int rc = read_parties(ev, &p->domains, ret, parties, err);

	if (rc <= 0)
		return rc;
	if (look(p, &images, &disks, err) < 0)
		return -1;
	compare_parties(parties, p->domains.n, ret);
	compare_disks(&disks, &p->domains, ret);
	return 0;
}

const struct checker checker_domain_identity = {
	.name = "domain_identity",
	.summary = N_("What virtual machines have in common that must differ: UUID, MAC, disk."),
	.why = N_("Two guests with one MAC address in one network lose each other's packets; two "
		  "that write to one disk ruin it. What is the same inside of the disks, "
		  "guest_identities tells."),
	.source = "virt-clone(1), libvirt formatdomain.html",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
