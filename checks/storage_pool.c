/* SPDX-License-Identifier: Apache-2.0 */
/* storage_pool: a storage pool of libvirt, the volumes in it, and one of them looked at closely. */
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define MIB (1024 * 1024)

struct params {
	const char *name, *volume;
};

static const struct field fields[] = {
	{ .name = "name",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("Name of the storage pool, as virsh pool-list --all shows it."),
	  .example = "name: default",
	  .offset = offsetof(struct params, name) },
	{ .name = "volume",
	  .type = FIELD_NAME,
	  .text = N_("Name of a volume in it, for the measures that begin with volume_."),
	  .example = "volume: base.qcow2",
	  .offset = offsetof(struct params, volume) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "exists", VALUE_BOOL, NULL, N_("libvirt knows it, active or not.") },
	{ "uuid", VALUE_STRING, NULL, N_("Its UUID.") },
	{ "type", VALUE_STRING, NULL,
	  N_("What it is made of: dir, fs, netfs, logical, disk, iscsi, rbd.") },
	{ "path", VALUE_STRING, NULL, N_("Where its volumes are on the host.") },
	{ "source", VALUE_STRING, NULL,
	  N_("Where they come from: a device, a directory, a volume group or a name.") },
	{ "source_host", VALUE_STRING, NULL, N_("The machine that serves them, if it is one.") },
	{ "state", VALUE_STRING, NULL,
	  N_("running, inactive, building, degraded or inaccessible.") },
	{ "active", VALUE_BOOL, NULL, N_("It was started: libvirt knows its volumes.") },
	{ "persistent", VALUE_BOOL, NULL,
	  N_("It has a definition, so it is still there after it was stopped.") },
	{ "autostart", VALUE_BOOL, NULL, N_("It starts with libvirt.") },
	{ "capacity_mib", VALUE_INT, "MiB", N_("How much it holds at most; when active.") },
	{ "allocated_mib", VALUE_INT, "MiB", N_("How much of that is taken; when active.") },
	{ "available_mib", VALUE_INT, "MiB", N_("How much of that is free; when active.") },
	{ "target_exists", VALUE_BOOL, NULL, N_("The host has that path now.") },
	{ "target_type", VALUE_STRING, NULL, N_("What that path is: directory, block, regular.") },
	{ "volumes", VALUE_INT, NULL,
	  N_("How many volumes libvirt knows in it; virsh pool-refresh looks anew.") },
	{ "volume_names", VALUE_LIST, NULL, N_("Their names.") },
	{ "promised_mib", VALUE_INT, "MiB",
	  N_("The sum of the sizes that the guests of these volumes see.") },
	{ "volume_exists", VALUE_BOOL, NULL, N_("The volume asked for is in it.") },
	{ "volume_path", VALUE_STRING, NULL, N_("Where that volume is.") },
	{ "volume_format", VALUE_STRING, NULL, N_("Its format: qcow2, raw.") },
	{ "volume_capacity_mib", VALUE_INT, "MiB", N_("The size that a guest sees.") },
	{ "volume_allocated_mib", VALUE_INT, "MiB", N_("What it takes on the host now.") },
	{ "volume_backing", VALUE_STRING, NULL, N_("The image that it is based on, if any.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The pool is there, started, and will be after the next boot."),
	  "with: {name: default}\n"
	  "expect: {type: dir, active: true, autostart: true, target_exists: true}\n" },
	{ N_("A thin image of 10 GiB is in it."),
	  "with: {name: default, volume: base.qcow2}\n"
	  "expect: {volume_format: qcow2, volume_capacity_mib: 10240, volume_allocated_mib: {lt: "
	  "1024}}\n" },
	{ 0 },
};

static int ask(struct collector *c, const char *request, const char *name, struct err *err)
{
	return collect_libvirt_domain(c, NULL, request, name, err);
}

static int collect_target(struct collector *c, struct err *err)
{
	_cleanup_xml_ struct xml *x = NULL;
	const char *path;

	if (libvirt_xml(evidence_find(c->ev, "pool-xml"), _("the storage pool"), &x, err) < 0)
		return -1;
	path = xml_string(x, "/pool/target/path", c->arena);
	return path ? collect_stat(c, "target", path, err) : 0;
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	if (ask(c, "pool", p->name, err) < 0)
		return -1;
	if (!libvirt_answered(evidence_find(c->ev, "pool")))
		return 0;
	if (ask(c, "pool-xml", p->name, err) < 0 || ask(c, "volumes", p->name, err) < 0)
		return -1;
	return collect_target(c, err);
}

static void set_string(struct measures *ret, const char *name, const char *value)
{
	if (value && *value)
		measures_set_string(ret, name, value);
}

static void measure_state(const struct evidence_item *pool, struct measures *ret)
{
	static const char *const bools[] = { "active", "persistent", "autostart" };
	static const struct {
		const char *measure, *key;
	} sizes[] = { { "capacity_mib", "capacity" },
		      { "allocated_mib", "allocation" },
		      { "available_mib", "available" } };
	bool is_active = libvirt_says_yes(pool, "active", ret->arena);
	int64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(bools); i++)
		measures_set_bool(ret, bools[i], libvirt_says_yes(pool, bools[i], ret->arena));
	for (size_t i = 0; is_active && i < ARRAY_SIZE(sizes); i++)
		if (libvirt_number(pool, sizes[i].key, ret->arena, &n))
			measures_set_int(ret, sizes[i].measure, n / MIB);
	set_string(ret, "uuid", evidence_key(pool, "uuid", ret->arena));
	set_string(ret, "state", evidence_key(pool, "state", ret->arena));
}

static void measure_source(const struct xml *x, struct measures *ret)
{
	static const struct {
		const char *measure, *path;
	} strings[] = {
		{ "type", "/pool/@type" },
		{ "path", "/pool/target/path" },
		{ "source", "(/pool/source/dir/@path | /pool/source/device/@path | "
			    "/pool/source/name)[1]" },
		{ "source_host", "/pool/source/host/@name" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		set_string(ret, strings[i].measure, xml_string(x, strings[i].path, ret->arena));
}

static void measure_target(const struct evidence_item *target, struct measures *ret)
{
	if (!target)
		return;
	measures_set_bool(ret, "target_exists", !target->error);
	set_string(ret, "target_type", evidence_key(target, "type", ret->arena));
}

/* 0 when nothing is there. libvirt writes sizes in bytes. */
static int64_t to_mib(const char *bytes)
{
	return bytes ? strtoll(bytes, NULL, 10) / MIB : 0;
}

static void measure_volume(const struct xml *x, size_t i, struct measures *ret)
{
	struct arena *a = ret->arena;
	const char *v = arena_printf(a, "/volumes/volume[%zu]", i);
	const char *format = xml_string(x, arena_printf(a, "%s/target/format/@type", v), a);
	const char *path = xml_string(x, arena_printf(a, "%s/target/path", v), a);
	const char *backing = xml_string(x, arena_printf(a, "%s/backingStore/path", v), a);

	measures_set_bool(ret, "volume_exists", true);
	set_string(ret, "volume_path", path);
	set_string(ret, "volume_format", format);
	set_string(ret, "volume_backing", backing);
	measures_set_int(ret, "volume_capacity_mib",
			 to_mib(xml_string(x, arena_printf(a, "%s/capacity", v), a)));
	measures_set_int(ret, "volume_allocated_mib",
			 to_mib(xml_string(x, arena_printf(a, "%s/allocation", v), a)));
}

static void measure_volumes(const struct xml *x, const struct params *p, struct measures *ret)
{
	struct strings names = xml_list(x, "/volumes/volume/name", ret->arena);
	struct strings sizes = xml_list(x, "/volumes/volume/capacity", ret->arena);
	int64_t promised = 0;

	for (size_t i = 0; i < sizes.n; i++)
		promised += to_mib(sizes.v[i]);
	measures_set_int(ret, "volumes", (int64_t)names.n);
	measures_set_int(ret, "promised_mib", promised);
	measures_set_empty(ret, "volume_names");
	if (p->volume)
		measures_set_bool(ret, "volume_exists", false);
	for (size_t i = 0; i < names.n; i++) {
		measures_add(ret, "volume_names", names.v[i]);
		if (p->volume && !strcmp(names.v[i], p->volume))
			measure_volume(x, i + 1, ret);
	}
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *pool = evidence_find(ev, "pool");
	_cleanup_xml_ struct xml *x = NULL, *volumes = NULL;

	if (!libvirt_answered(pool) && !libvirt_has_none(pool))
		return err_set(err, ERR_LIBVIRT, NULL,
			       _("this libvirt cannot tell of storage pool '%s'"), p->name);
	measures_set_bool(ret, "exists", libvirt_answered(pool));
	if (!libvirt_answered(pool))
		return 0;
	if (libvirt_xml(evidence_find(ev, "pool-xml"), _("the storage pool"), &x, err) < 0 ||
	    libvirt_xml(evidence_find(ev, "volumes"), _("the volumes"), &volumes, err) < 0)
		return -1;
	measure_state(pool, ret);
	measure_source(x, ret);
	measure_target(evidence_find(ev, "target"), ret);
	measure_volumes(volumes, p, ret);
	return 0;
}

const struct checker checker_storage_pool = {
	.name = "storage_pool",
	.summary = N_("A storage pool of libvirt: its place, its room, the volumes in it."),
	.why = N_("A pool is libvirt's view of a directory or device: it may be defined and not "
		  "started, point to where nothing is, or not know a file that was put there "
		  "behind its back."),
	.source = "libvirt formatstorage.html, virsh(1) pool-info and vol-list, libvirt-storage.h",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
