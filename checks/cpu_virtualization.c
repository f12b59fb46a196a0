/* SPDX-License-Identifier: Apache-2.0 */
/* cpu_virtualization: does every CPU have the flag vmx or svm? */
#include <ctype.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "checks/lines.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	char unused;
};

static const struct field fields[] = { { 0 } };

static const struct measure_spec measures[] = {
	{ "arch", VALUE_STRING, NULL, N_("The machine's architecture: x86_64, aarch64.") },
	{ "vendor", VALUE_STRING, NULL, N_("Who made the processor: intel, amd, hygon, zhaoxin.") },
	{ "model", VALUE_STRING, NULL, N_("The processor's name as it gives it.") },
	{ "flag", VALUE_STRING, NULL, N_("vmx (Intel VT-x), svm (AMD-V) or none.") },
	{ "cpus", VALUE_INT, NULL, N_("How many CPUs the kernel lists.") },
	{ "cpus_with_flag", VALUE_INT, NULL, N_("How many of them have the flag.") },
	{ "on_every_cpu", VALUE_BOOL, NULL, N_("All of them have it.") },
	{ "hypervisor", VALUE_BOOL, NULL,
	  N_("The CPU says that it is a virtual one: this host is itself a guest.") },
	{ "lscpu", VALUE_STRING, NULL,
	  N_("What lscpu calls it: VT-x or AMD-V; nothing when it has no such line.") },
	{ "hypervisor_vendor", VALUE_STRING, NULL,
	  N_("Which hypervisor lscpu recognises outside: KVM, VMware, Microsoft.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("Every CPU can run virtual machines in hardware."),
	  "expect: {flag: {in: [vmx, svm]}, on_every_cpu: true}\n" },
	{ N_("This host is a guest to which nested virtualization is not passed on."),
	  "expect: {hypervisor: true, flag: none}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	static const char *const lscpu[] = { "lscpu", NULL };

	(void)params;
	if (collect_file(c, "cpuinfo", "/proc/cpuinfo", REQUIRED, err) < 0 ||
	    collect_file(c, "arch", "/proc/sys/kernel/arch", OPTIONAL, err) < 0)
		return -1;
	return collect_command(c, "lscpu", lscpu, OPTIONAL, err);
}

static const char *find_arch(const struct evidence *ev, struct arena *arena)
{
	const struct evidence_item *arch = evidence_find(ev, "arch");
	const struct evidence_item *lscpu = evidence_find(ev, "lscpu");
	const struct evidence_item *cpuinfo = evidence_find(ev, "cpuinfo");
	const char *found;

	if (arch && !arch->error)
		return arena_memdup(arena, arch->out.kept, strcspn(arch->out.kept, "\n"));
	found = lscpu ? lines_value(&lscpu->out, "Architecture", arena) : NULL;
	if (found)
		return found;
	return lines_value(&cpuinfo->out, "vendor_id", arena) ? "x86" : "unknown";
}

static bool is_x86(const char *arch)
{
	return !strcmp(arch, "x86_64") || !strcmp(arch, "x86") ||
	       (strlen(arch) == 4 && arch[0] == 'i' && !strcmp(arch + 2, "86"));
}

static const char *name_vendor(const char *id, struct arena *arena)
{
	static const char *const names[][2] = {
		{ "GenuineIntel", "intel" }, { "AuthenticAMD", "amd" },
		{ "HygonGenuine", "hygon" }, { "CentaurHauls", "centaur" },
		{ "Shanghai", "zhaoxin" },
	};
	char *lower;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(id, names[i][0]))
			return names[i][1];
	lower = arena_strdup(arena, id);
	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return lower;
}

struct count {
	int64_t cpus, vmx, svm;
	bool hypervisor;
};

static void count_cpus(const struct output *cpuinfo, struct count *ret)
{
	struct line line = { 0 };

	while (lines_next(cpuinfo, &line)) {
		if (line_is(&line, "processor"))
			ret->cpus++;
		if (!line_is(&line, "flags"))
			continue;
		ret->vmx += line_has_word(&line, "vmx");
		ret->svm += line_has_word(&line, "svm");
		ret->hypervisor = ret->hypervisor || line_has_word(&line, "hypervisor");
	}
}

static void measure_flag(const struct count *n, struct measures *ret)
{
	int64_t with = n->vmx > n->svm ? n->vmx : n->svm;

	measures_set_string(ret, "flag", n->vmx ? "vmx" : n->svm ? "svm" : "none");
	measures_set_int(ret, "cpus", n->cpus);
	measures_set_int(ret, "cpus_with_flag", with);
	measures_set_bool(ret, "on_every_cpu", with == n->cpus);
	measures_set_bool(ret, "hypervisor", n->hypervisor);
}

static void set_value(struct measures *ret, const char *name, const struct output *o,
		      const char *key)
{
	const char *value = lines_value(o, key, ret->arena);

	if (value)
		measures_set_string(ret, name, value);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct evidence_item *cpuinfo = evidence_find(ev, "cpuinfo");
	const struct evidence_item *lscpu = evidence_find(ev, "lscpu");
	struct count n = { 0 };
	const char *arch, *vendor;

	(void)params;
	if (!cpuinfo || output_is_truncated(&cpuinfo->out))
		return err_set(err, ERR_ENV, NULL, _("'/proc/cpuinfo' was not read to its end"));
	arch = find_arch(ev, ret->arena);
	measures_set_string(ret, "arch", arch);
	if (!is_x86(arch))
		return measures_na(
			ret, _("the flags vmx and svm exist on x86 only, and this is %s"), arch);
	count_cpus(&cpuinfo->out, &n);
	if (!n.cpus)
		return err_set(err, ERR_ENV, NULL, _("'/proc/cpuinfo' lists no processor"));
	measure_flag(&n, ret);
	vendor = lines_value(&cpuinfo->out, "vendor_id", ret->arena);
	measures_set_string(ret, "vendor", vendor ? name_vendor(vendor, ret->arena) : "unknown");
	set_value(ret, "model", &cpuinfo->out, "model name");
	if (!lscpu || lscpu->end != END_EXITED || lscpu->status)
		return 0;
	set_value(ret, "lscpu", &lscpu->out, "Virtualization");
	set_value(ret, "hypervisor_vendor", &lscpu->out, "Hypervisor vendor");
	return 0;
}

const struct checker checker_cpu_virtualization = {
	.name = "cpu_virtualization",
	.summary = N_("The processor's flag for hardware virtualization, on every CPU."),
	.why = N_("KVM needs VT-x or AMD-V. The flag is missing when the processor lacks it, when "
		  "the "
		  "firmware disables it, or when the hypervisor outside does not pass it on."),
	.source = "proc(5) /proc/cpuinfo, lscpu(1), Linux arch/x86/kernel/cpu/feat_ctl.c",
	.asks = ASKS_X86,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
