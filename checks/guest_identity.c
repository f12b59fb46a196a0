/* SPDX-License-Identifier: Apache-2.0 */
/* guest_identity: who a guest says it is, and what it keeps of its past, read from its disk. */
#include <string.h>

#include "checks/checker.h"
#include "checks/guest.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *domain, *path, *format;
};

static const struct field fields[] = {
	{ .name = "domain",
	  .type = FIELD_NAME,
	  .text = N_("The domain whose disks are looked into."),
	  .example = "domain: db01",
	  .offset = offsetof(struct params, domain) },
	{ .name = "path",
	  .type = FIELD_PATH,
	  .text = N_("An image to look into instead."),
	  .example = "path: /var/lib/libvirt/images/base.qcow2",
	  .offset = offsetof(struct params, path) },
	{ .name = "format",
	  .type = FIELD_NAME,
	  .text = N_("Format of that image; without it what its first bytes say."),
	  .example = "format: qcow2",
	  .offset = offsetof(struct params, format) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "exists", VALUE_BOOL, NULL, N_("The domain has a disk, or the image is there.") },
	{ "os_found", VALUE_BOOL, NULL,
	  N_("There is an operating system; without one nothing else is measured.") },
	{ "os", VALUE_STRING, NULL, N_("Its ID in /etc/os-release: debian.") },
	{ "os_version", VALUE_STRING, NULL, N_("Its VERSION_ID in /etc/os-release: 12.") },
	{ "hostname", VALUE_STRING, NULL, N_("Its host name, in /etc/hostname.") },
	{ "machine_id", VALUE_STRING, NULL, N_("Its ID, in /etc/machine-id.") },
	{ "machine_id_state", VALUE_STRING, NULL,
	  N_("present; or empty, uninitialized, absent: the next boot makes a new one.") },
	{ "host_keys", VALUE_LIST, NULL,
	  N_("Fingerprints of its SSH host keys, as ssh-keygen -l shows them.") },
	{ "private_keys", VALUE_INT, NULL, N_("How many private SSH host keys it has.") },
	{ "users", VALUE_LIST, NULL, N_("Accounts of people, from UID 1000: [budi 1000].") },
	{ "network_files", VALUE_LIST, NULL, N_("Files that configure its network.") },
	{ "network_macs", VALUE_LIST, NULL,
	  N_("MAC addresses that stand in these files: with another one they do not work.") },
	{ "logs", VALUE_INT, NULL, N_("How many files below /var/log have something in them.") },
	{ "log_bytes", VALUE_INT, "bytes", N_("How much that is.") },
	{ "histories", VALUE_LIST, NULL, N_("Shell histories with something in them.") },
	{ "leases", VALUE_LIST, NULL, N_("Files with DHCP leases that it remembers.") },
	{ "random_seed", VALUE_BOOL, NULL, N_("A random seed was kept for its next boot.") },
	{ "cloud_init", VALUE_STRING, NULL,
	  N_("How far cloud-init has come: absent, installed, started or finished.") },
	{ "instance_id", VALUE_STRING, NULL, N_("For which instance cloud-init has run.") },
	{ "filesystem_uuid", VALUE_STRING, NULL, N_("UUID of its root file system.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("A template that was cleaned: no keys, no logs, no histories."),
	  "with: {domain: base}\n"
	  "expect: {host_keys: {eq: []}, private_keys: 0, logs: 0, histories: {eq: []}}\n" },
	{ N_("The clone took the name that it was given."),
	  "with: {domain: web01}\n"
	  "expect: {hostname: web01, cloud_init: finished}\n" },
	{ 0 },
};

static int place_of(const struct params *p, struct guest_place *ret, struct err *err)
{
	if (!p->domain == !p->path)
		return err_set(err, ERR_LAB, NULL,
			       _("'guest_identity' needs either 'domain' or 'path'"));
	*ret = (struct guest_place){ p->domain, p->path, p->format };
	return 0;
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	struct guest_looker l = { .images = { .c = c, .ev = c->ev, .arena = c->arena } };
	struct guest_place place;

	if (place_of(params, &place, err) < 0 || guest_prepare(&l, err) < 0)
		return -1;
	return collect_guest(&l, &place, err);
}

static void set_strings(const struct guest_facts *f, struct measures *ret)
{
	const struct {
		const char *name, *value;
	} strings[] = {
		{ "os", f->os },
		{ "os_version", f->os_version },
		{ "hostname", f->hostname },
		{ "machine_id", f->machine_id },
		{ "machine_id_state", f->machine_id_state },
		{ "cloud_init", f->cloud_init },
		{ "instance_id", f->cloud_instance },
		{ "filesystem_uuid", f->root_uuid },
	};

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		if (strings[i].value)
			measures_set_string(ret, strings[i].name, strings[i].value);
}

static void set_lists(const struct guest_facts *f, struct measures *ret)
{
	const struct {
		const char *name;
		const struct strings *list;
	} lists[] = {
		{ "host_keys", &f->host_keys },		{ "users", &f->users },
		{ "network_files", &f->network_files }, { "network_macs", &f->network_macs },
		{ "histories", &f->histories },		{ "leases", &f->leases },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		measures_set_empty(ret, lists[i].name);
		for (size_t j = 0; j < lists[i].list->n; j++)
			measures_add(ret, lists[i].name, lists[i].list->v[j]);
	}
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	struct guest_looker l = { .images = { .ev = ev, .arena = ret->arena } };
	struct guest_place place;
	struct guest_facts f;

	if (place_of(params, &place, err) < 0 || guest_prepare(&l, err) < 0 ||
	    guest_read(&l, &place, &f, err) < 0)
		return -1;
	measures_set_bool(ret, "exists", f.exists);
	if (f.exists)
		measures_set_bool(ret, "os_found", f.os_found);
	if (!f.os_found)
		return 0;
	set_strings(&f, ret);
	set_lists(&f, ret);
	measures_set_int(ret, "private_keys", (int64_t)f.host_keys_private.n);
	measures_set_int(ret, "logs", f.log_count);
	measures_set_int(ret, "log_bytes", f.log_bytes);
	measures_set_bool(ret, "random_seed", f.random_seeds.n);
	return 0;
}

const struct checker checker_guest_identity = {
	.name = "guest_identity",
	.summary = N_("Who a guest says it is and what it keeps of its past, read from its disk."),
	.why = N_("A copy of a disk is a copy of the name, the machine-id, the SSH host keys and "
		  "the logs in it. Only a look inside tells what a clean-up has left; it needs "
		  "the guest to be shut down."),
	.source = "machine-id(5), hostname(5), ssh-keygen(1), cloud-init documentation, guestfs(3)",
	.asks = ASKS_LIBVIRT | ASKS_GUESTFS,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
