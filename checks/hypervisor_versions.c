/* SPDX-License-Identifier: Apache-2.0 */
/* hypervisor_versions: which libvirt and QEMU a host has, and whether another has the same. */
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/libvirt.h"
#include "checks/versions.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *other;
};

static const struct field fields[] = {
	{ .name = "other",
	  .type = FIELD_HOST,
	  .text = N_("Role of another host to compare with: destination."),
	  .example = "other: destination",
	  .offset = offsetof(struct params, other) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "hostname", VALUE_STRING, NULL, N_("The host's own name.") },
	{ "hypervisor", VALUE_STRING, NULL, N_("What libvirt drives here: QEMU.") },
	{ "version", VALUE_STRING, NULL, N_("The hypervisor's version: 7.2.22.") },
	{ "libvirt", VALUE_STRING, NULL, N_("libvirt's version: 9.0.0.") },
	{ "other_hostname", VALUE_STRING, NULL, N_("The other host's own name.") },
	{ "other_version", VALUE_STRING, NULL, N_("The other host's hypervisor's version.") },
	{ "other_libvirt", VALUE_STRING, NULL, N_("The other host's libvirt's version.") },
	{ "same", VALUE_BOOL, NULL, N_("Both have the same hypervisor and libvirt.") },
	{ "other_not_older", VALUE_BOOL, NULL,
	  N_("Neither the hypervisor nor libvirt is older on the other host, so that guests can "
	     "move "
	     "there.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("libvirt drives QEMU."), "expect: {hypervisor: QEMU}\n" },
	{ N_("Guests can move to the destination: nothing is older there."),
	  "with: {other: destination}\n"
	  "expect: {other_not_older: true}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	if (collect_libvirt_host(c, "host", NULL, "host", err) < 0)
		return -1;
	return p->other ? collect_libvirt_host(c, "other", p->other, "host", err) : 0;
}

int versions_compare(const char *a, const char *b)
{
	for (;;) {
		char *end_a, *end_b;
		long x = strtol(a, &end_a, 10), y = strtol(b, &end_b, 10);

		if (x != y)
			return x < y ? -1 : 1;
		if (*end_a != '.' || *end_b != '.')
			return (*end_a == '.') - (*end_b == '.');
		a = end_a + 1;
		b = end_b + 1;
	}
}

int versions_read(const struct evidence_item *item, struct arena *arena, struct versions *ret,
		  struct err *err)
{
	if (!libvirt_answered(item))
		return err_set(err, ERR_LIBVIRT, NULL, _("libvirt did not tell its version"));
	ret->hostname = evidence_key(item, "hostname", arena);
	ret->hypervisor = evidence_key(item, "hypervisor", arena);
	ret->version = evidence_key(item, "hypervisor_version", arena);
	ret->libvirt = evidence_key(item, "libvirt_version", arena);
	if (!ret->hostname || !ret->hypervisor || !ret->version || !ret->libvirt)
		return err_set(err, ERR_LIBVIRT, NULL, _("libvirt did not tell its version"));
	return 0;
}

bool versions_not_older(const struct versions *v, const struct versions *than)
{
	return !strcmp(v->hypervisor, than->hypervisor) &&
	       versions_compare(v->version, than->version) >= 0 &&
	       versions_compare(v->libvirt, than->libvirt) >= 0;
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	struct versions here, there;

	if (versions_read(evidence_find(ev, "host"), ret->arena, &here, err) < 0)
		return -1;
	measures_set_string(ret, "hostname", here.hostname);
	measures_set_string(ret, "hypervisor", here.hypervisor);
	measures_set_string(ret, "version", here.version);
	measures_set_string(ret, "libvirt", here.libvirt);
	if (!p->other)
		return 0;
	if (versions_read(evidence_find(ev, "other"), ret->arena, &there, err) < 0)
		return -1;
	measures_set_string(ret, "other_hostname", there.hostname);
	measures_set_string(ret, "other_version", there.version);
	measures_set_string(ret, "other_libvirt", there.libvirt);
	measures_set_bool(ret, "other_not_older", versions_not_older(&there, &here));
	measures_set_bool(ret, "same",
			  versions_not_older(&there, &here) && versions_not_older(&here, &there));
	return 0;
}

const struct checker checker_hypervisor_versions = {
	.name = "hypervisor_versions",
	.summary = N_("The versions of libvirt and the hypervisor, of one host or two."),
	.why = N_("A guest can move to the same or a newer QEMU; to an older one only by luck, for "
		  "its machine type or a device's state may be unknown there."),
	.source = "virsh(1) version, libvirt-host.h virConnectGetVersion, QEMU migration "
		  "compatibility documentation",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
