/* SPDX-License-Identifier: Apache-2.0 */
/* guest_identities: what two or more guests have in common inside of their disks. */
#include <string.h>

#include "checks/checker.h"
#include "checks/guest.h"
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
	  N_("Those without a disk or an operating system; with one missing nothing is "
	     "compared.") },
	{ "hostnames", VALUE_LIST, NULL, N_("The host name of each that has one.") },
	{ "machine_ids", VALUE_LIST, NULL, N_("The machine-id of each that has one.") },
	{ "host_keys", VALUE_LIST, NULL, N_("Fingerprints of all SSH host keys.") },
	{ "same_hostname", VALUE_BOOL, NULL, N_("Two of them have the same host name.") },
	{ "same_machine_id", VALUE_BOOL, NULL,
	  N_("Two of them have the same machine-id; two without one have not.") },
	{ "same_host_keys", VALUE_BOOL, NULL, N_("Two of them have an SSH host key in common.") },
	{ "same_instance_id", VALUE_BOOL, NULL,
	  N_("In two of them cloud-init has run for the same instance.") },
	{ "same_filesystem", VALUE_BOOL, NULL,
	  N_("Root file systems of two of them have the same UUID: one is a copy of the other.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("Nothing inside the clone is the original's any more."),
	  "with: {domains: [base, web01]}\n"
	  "expect: {same_hostname: false, same_machine_id: false, same_host_keys: false}\n" },
	{ N_("A plain copy: whoever trusts the one machine takes the other for it."),
	  "with: {domains: [base, web01]}\n"
	  "expect: {same_host_keys: true, same_filesystem: true}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;
	struct guest_looker l = { .images = { .c = c, .ev = c->ev, .arena = c->arena } };

	if (disks_check_names(&p->domains, err) < 0 || guest_prepare(&l, err) < 0)
		return -1;
	for (size_t i = 0; i < p->domains.n; i++) {
		const struct guest_place place = { .domain = p->domains.v[i] };

		if (collect_guest(&l, &place, err) < 0)
			return -1;
	}
	return 0;
}

/* What is compared: of each guest a list. */
static const struct {
	const char *same, *all; /* measures; all may be NULL */
	size_t offset;
	bool is_list;
} things[] = {
	{ "same_hostname", "hostnames", offsetof(struct guest_facts, hostname), false },
	{ "same_machine_id", "machine_ids", offsetof(struct guest_facts, machine_id), false },
	{ "same_host_keys", "host_keys", offsetof(struct guest_facts, host_keys), true },
	{ "same_instance_id", NULL, offsetof(struct guest_facts, cloud_instance), false },
	{ "same_filesystem", NULL, offsetof(struct guest_facts, root_uuid), false },
};

/* The thing of one guest as a list, empty when it has none. */
static struct strings get(const struct guest_facts *f, size_t thing)
{
	const void *at = (const char *)f + things[thing].offset;
	struct strings ret = { (const char **)at, *(const char *const *)at != NULL };

	return things[thing].is_list ? *(const struct strings *)at : ret;
}

static bool have_common(const struct strings *a, const struct strings *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			if (!strcmp(a->v[i], b->v[j]))
				return true;
	return false;
}

static void compare(const struct guest_facts *facts, size_t n, size_t thing, struct measures *ret)
{
	bool same = false;

	if (things[thing].all)
		measures_set_empty(ret, things[thing].all);
	for (size_t i = 0; i < n; i++) {
		struct strings mine = get(&facts[i], thing);

		for (size_t k = 0; things[thing].all && k < mine.n; k++)
			measures_add(ret, things[thing].all, mine.v[k]);
		for (size_t j = 0; j < i; j++) {
			struct strings other = get(&facts[j], thing);

			same |= have_common(&mine, &other);
		}
	}
	measures_set_bool(ret, things[thing].same, same);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	struct guest_looker l = { .images = { .ev = ev, .arena = ret->arena } };
	struct guest_facts *facts = arena_array(ret->arena, struct guest_facts, p->domains.n);
	bool missing = false;

	if (guest_prepare(&l, err) < 0)
		return -1;
	measures_set_empty(ret, "missing");
	for (size_t i = 0; i < p->domains.n; i++) {
		const struct guest_place place = { .domain = p->domains.v[i] };

		if (guest_read(&l, &place, &facts[i], err) < 0)
			return -1;
		if (facts[i].os_found)
			continue;
		measures_add(ret, "missing", p->domains.v[i]);
		missing = true;
	}
	for (size_t t = 0; !missing && t < ARRAY_SIZE(things); t++)
		compare(facts, p->domains.n, t, ret);
	return 0;
}

const struct checker checker_guest_identities = {
	.name = "guest_identities",
	.summary = N_("What guests have in common inside: host name, machine-id, SSH host keys."),
	.why = N_("virt-clone gives a clone a UUID and MAC addresses of its own, and copies its "
		  "disk as it is: what is inside stays the same until somebody changes it."),
	.source = "virt-clone(1), virt-sysprep(1), machine-id(5), sshd(8)",
	.asks = ASKS_LIBVIRT | ASKS_GUESTFS,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
