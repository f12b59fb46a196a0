/* SPDX-License-Identifier: Apache-2.0 */
/* domain: a virtual machine as libvirt knows it: its state, and what it is made of. */
#include <string.h>

#include "checks/checker.h"
#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *name;
};

static const struct field fields[] = {
	{ .name = "name",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("Name of the domain, as virsh list --all shows it."),
	  .example = "name: db01",
	  .offset = offsetof(struct params, name) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "exists", VALUE_BOOL, NULL, N_("libvirt knows it, running or not.") },
	{ "state", VALUE_STRING, NULL,
	  N_("running, paused, shut-off, in-shutdown, crashed or pm-suspended.") },
	{ "reason", VALUE_STRING, NULL, N_("Why it is in that state: booted, migrated, user.") },
	{ "active", VALUE_BOOL, NULL, N_("It has a QEMU process, be it paused.") },
	{ "persistent", VALUE_BOOL, NULL,
	  N_("It has a definition, so it is still there after it was shut off.") },
	{ "autostart", VALUE_BOOL, NULL, N_("It starts with the host.") },
	{ "managed_save", VALUE_BOOL, NULL,
	  N_("Its memory was saved, to go on at the next start.") },
	{ "uuid", VALUE_STRING, NULL, N_("Its UUID.") },
	{ "type", VALUE_STRING, NULL, N_("kvm, or qemu: emulated in software.") },
	{ "arch", VALUE_STRING, NULL, N_("Its architecture: x86_64.") },
	{ "machine", VALUE_STRING, NULL, N_("Its machine type: pc-q35-7.2.") },
	{ "vcpus", VALUE_INT, NULL, N_("How many virtual CPUs it has now.") },
	{ "memory_mib", VALUE_INT, "MiB", N_("Memory that it has now.") },
	{ "max_memory_mib", VALUE_INT, "MiB",
	  N_("Memory that it can be given without a restart.") },
	{ "cpu_mode", VALUE_STRING, NULL,
	  N_("custom, host-model, host-passthrough or maximum, as its definition says; nothing "
	     "when "
	     "it says nothing.") },
	{ "cpu_model", VALUE_STRING, NULL, N_("The CPU model that it has, if one is named.") },
	{ "cpu_features", VALUE_LIST, NULL, N_("CPU features that it requires beside the model.") },
	{ "disks", VALUE_INT, NULL,
	  N_("How many disks it has, without CD-ROM and floppy drives.") },
	{ "disk_buses", VALUE_LIST, NULL, N_("The bus of each disk: [virtio].") },
	{ "disk_types", VALUE_LIST, NULL, N_("Where each disk is: file, block, network, volume.") },
	{ "disk_sources", VALUE_LIST, NULL, N_("File, device, volume or target of each disk.") },
	{ "interfaces", VALUE_INT, NULL, N_("How many network interfaces it has.") },
	{ "interface_models", VALUE_LIST, NULL, N_("The model of each interface: [virtio].") },
	{ "networks", VALUE_LIST, NULL, N_("The network or bridge of each interface.") },
	{ "macs", VALUE_LIST, NULL, N_("The MAC address of each interface.") },
	{ "all_virtio", VALUE_BOOL, NULL, N_("Every disk and every interface is virtio.") },
	{ "emulated", VALUE_LIST, NULL,
	  N_("The disks and interfaces that are not, with bus or model: [sda sata].") },
	{ "balloon", VALUE_STRING, NULL,
	  N_("How it can give memory back while it runs: virtio; or none.") },
	{ "rng", VALUE_BOOL, NULL, N_("It has a virtio random number generator.") },
	{ "guest_agent", VALUE_BOOL, NULL, N_("It has a channel for the QEMU guest agent.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The guest runs and will still be there after it was shut off."),
	  "with: {name: db01}\n"
	  "expect: {state: running, persistent: true}\n" },
	{ N_("All its devices are virtio, its memory is what was asked for."),
	  "with: {name: db01}\n"
	  "expect: {all_virtio: true, memory_mib: 2048}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	if (collect_libvirt_domain(c, NULL, "domain", p->name, err) < 0)
		return -1;
	if (libvirt_has_no_domain(evidence_find(c->ev, "domain")))
		return 0;
	if (collect_libvirt_domain(c, NULL, "domain-xml", p->name, err) < 0)
		return -1;
	return collect_libvirt_domain(c, NULL, "definition", p->name, err);
}

static void set_string(struct measures *ret, const char *name, const char *value)
{
	if (value)
		measures_set_string(ret, name, value);
}

static void measure_state(const struct evidence_item *domain, struct measures *ret)
{
	static const char *const strings[] = { "state", "reason", "uuid" };
	static const char *const bools[] = { "active", "persistent", "autostart", "managed_save" };
	static const struct {
		const char *measure, *key;
		int64_t divisor;
	} numbers[] = { { "vcpus", "vcpus", 1 },
			{ "memory_mib", "memory_kib", 1024 },
			{ "max_memory_mib", "max_memory_kib", 1024 } };
	int64_t n;

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		set_string(ret, strings[i], evidence_key(domain, strings[i], ret->arena));
	for (size_t i = 0; i < ARRAY_SIZE(bools); i++)
		measures_set_bool(ret, bools[i], libvirt_says_yes(domain, bools[i], ret->arena));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (libvirt_number(domain, numbers[i].key, ret->arena, &n))
			measures_set_int(ret, numbers[i].measure, n / numbers[i].divisor);
}

#define DISKS "/domain/devices/disk[not(@device='cdrom' or @device='floppy')]"
#define NICS  "/domain/devices/interface"

#define EMULATED_DISKS                                                                             \
	DISKS "[not(target/@bus='virtio' or (target/@bus='scsi' and /domain/devices/controller"    \
	      "[@type='scsi']/@model='virtio-scsi'))]"
#define EMULATED_NICS NICS "[not(starts-with(model/@type, 'virtio'))]"

/* What is named by the one path, and by the other inside it how it is emulated. */
static void add_emulated(const struct xml *x, const char *devices, const char *name,
			 const char *kind, struct measures *ret)
{
	struct arena *a = ret->arena;
	size_t n = xml_list(x, devices, a).n;

	for (size_t i = 1; i <= n; i++) {
		const char *at = arena_printf(a, "(%s)[%zu]", devices, i);
		const char *of = xml_string(x, arena_printf(a, "%s/%s", at, name), a);
		const char *as = xml_string(x, arena_printf(a, "%s/%s", at, kind), a);

		measures_add(ret, "emulated",
			     arena_printf(a, "%s %s", of ? of : "?", as ? as : "?"));
	}
}

static void measure_virtio(const struct xml *x, struct measures *ret)
{
	const char *balloon = xml_string(x, "/domain/devices/memballoon/@model", ret->arena);

	measures_set_empty(ret, "emulated");
	add_emulated(x, EMULATED_DISKS, "target/@dev", "target/@bus", ret);
	add_emulated(x, EMULATED_NICS, "mac/@address", "model/@type", ret);
	measures_set_bool(ret, "all_virtio", !xml_is(x, EMULATED_DISKS "|" EMULATED_NICS));
	measures_set_string(ret, "balloon",
			    balloon && !strncmp(balloon, "virtio", 6) ? "virtio" : "none");
	measures_set_bool(ret, "rng",
			  xml_is(x, "/domain/devices/rng[starts-with(@model, 'virtio')]"));
	measures_set_bool(ret, "guest_agent",
			  xml_is(x, "/domain/devices/channel/target"
				    "[@name='org.qemu.guest_agent.0']"));
}

static void measure_devices(const struct xml *x, struct measures *ret)
{
	static const struct {
		const char *measure, *path;
	} lists[] = {
		{ "cpu_features", "/domain/cpu/feature[@policy='require']/@name" },
		{ "disk_buses", DISKS "/target/@bus" },
		{ "disk_types", DISKS "/@type" },
		{ "disk_sources", DISKS "/source/@*[name()='file' or name()='dev' or name()='name' "
					"or name()='volume']" },
		{ "interface_models", NICS "/model/@type" },
		{ "networks", NICS "/source/@*[name()='network' or name()='bridge']" },
		{ "macs", NICS "/mac/@address" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct strings found = xml_list(x, lists[i].path, ret->arena);

		measures_set_empty(ret, lists[i].measure);
		for (size_t j = 0; j < found.n; j++)
			measures_add(ret, lists[i].measure, found.v[j]);
	}
	measures_set_int(ret, "disks", (int64_t)xml_list(x, DISKS, ret->arena).n);
	measures_set_int(ret, "interfaces", (int64_t)xml_list(x, NICS, ret->arena).n);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *domain = evidence_find(ev, "domain");
	_cleanup_xml_ struct xml *now = NULL, *defined = NULL;

	if (!libvirt_answered(domain) && !libvirt_has_no_domain(domain))
		return err_set(err, ERR_LIBVIRT, NULL, _("domain '%s' was not asked for"), p->name);
	measures_set_bool(ret, "exists", libvirt_answered(domain));
	if (!libvirt_answered(domain))
		return 0;
	if (libvirt_xml(evidence_find(ev, "domain-xml"), _("the domain"), &now, err) < 0 ||
	    libvirt_xml(evidence_find(ev, "definition"), _("the domain's definition"), &defined,
			err) < 0)
		return -1;
	measure_state(domain, ret);
	set_string(ret, "type", xml_string(now, "/domain/@type", ret->arena));
	set_string(ret, "arch", xml_string(now, "/domain/os/type/@arch", ret->arena));
	set_string(ret, "machine", xml_string(now, "/domain/os/type/@machine", ret->arena));
	set_string(ret, "cpu_mode", xml_string(defined, "/domain/cpu/@mode", ret->arena));
	set_string(ret, "cpu_model", xml_string(now, "/domain/cpu/model", ret->arena));
	measure_devices(now, ret);
	measure_virtio(now, ret);
	return 0;
}

const struct checker checker_domain = {
	.name = "domain",
	.summary = N_("A virtual machine, its state and what it is made of."),
	.why = N_("A guest that runs may still have no definition, emulated hardware where virtio "
		  "would be faster, or another CPU than was meant; its XML tells."),
	.source = "libvirt formatdomain.html, virsh(1) dominfo and dumpxml, libvirt-domain.h",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
