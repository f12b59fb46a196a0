/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_module: is this module in the kernel, and if not, was it refused and why? */
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "checks/lines.h"
#include "checks/refusal.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *module, *step;
};

static const struct field fields[] = {
	{ .name = "module",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("Name as the first column of lsmod(8) shows it."),
	  .example = "module: kvm_intel",
	  .offset = offsetof(struct params, module) },
	{ .name = "step",
	  .type = FIELD_STEP,
	  .text = N_("The step that tried to load it: its output is read for a refusal, too. Worth "
		     "giving where only root may read the kernel's log."),
	  .example = "step: look",
	  .offset = offsetof(struct params, step) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "present", VALUE_BOOL, NULL, N_("Loaded as a module or built into the kernel.") },
	{ "loaded", VALUE_BOOL, NULL, N_("Loaded as a module, so lsmod lists it.") },
	{ "builtin", VALUE_BOOL, NULL,
	  N_("Built into the kernel, so lsmod does not list it and nobody can unload it.") },
	{ "available", VALUE_BOOL, NULL,
	  N_("This kernel comes with it, as a file or built in; nothing when that cannot be "
	     "told.") },
	{ "modules_supported", VALUE_BOOL, NULL,
	  N_("The kernel can load modules at all: /proc/modules exists.") },
	{ "in_use_by", VALUE_INT, NULL, N_("How many users it has, when it is loaded.") },
	{ "nested", VALUE_BOOL, NULL,
	  N_("Its parameter 'nested' is on: guests can run guests; nothing when it has none.") },
	{ "refused", VALUE_BOOL, NULL,
	  N_("It is available, not present, and something says that it was or will be turned "
	     "away; nothing when the kernel's log cannot be read.") },
	{ "refused_why", VALUE_STRING, NULL,
	  N_("no-cpu-support, firmware, blacklisted, signature or unknown.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("KVM for Intel processors is in the kernel, loaded or built in."),
	  "with: {module: kvm_intel}\n"
	  "expect: {present: true}\n" },
	{ N_("The firmware has locked virtualization, so the module was refused."),
	  "with: {module: kvm_amd}\n"
	  "expect: {refused: true, refused_why: firmware}\n" },
	{ 0 },
};

/* The kernel's log, from wherever this user may read it. */
static int collect_log(struct collector *c, struct err *err)
{
	static const char *const dmesg[] = { "dmesg", NULL };
	static const char *const journal[] = { "journalctl", "-k", "-b",  "-q",
					       "--no-pager", "-o", "cat", NULL };
	const struct evidence_item *item;

	if (collect_command(c, "log", dmesg, OPTIONAL, err) < 0)
		return -1;
	item = evidence_find(c->ev, "log");
	if (item->end == END_EXITED && !item->status)
		return 0;
	return collect_command(c, "journal", journal, OPTIONAL, err);
}

/* What this kernel comes with. */
static int collect_files(struct collector *c, const char *module, struct err *err)
{
	const char *modinfo[] = { "modinfo", "-F", "filename", module, NULL };
	const struct evidence_item *release;
	const char *directory;

	if (collect_file(c, "release", "/proc/sys/kernel/osrelease", REQUIRED, err) < 0)
		return -1;
	release = evidence_find(c->ev, "release");
	directory = arena_printf(c->arena, "/lib/modules/%.*s",
				 (int)strcspn(release->out.kept, "\n"), release->out.kept);
	if (collect_file(c, "builtins", arena_printf(c->arena, "%s/modules.builtin", directory),
			 OPTIONAL, err) < 0 ||
	    collect_command(c, "modinfo", modinfo, OPTIONAL, err) < 0)
		return -1;
	if (evidence_find(c->ev, "modinfo")->end != END_NOT_RUN)
		return 0;
	return collect_file(c, "files", arena_printf(c->arena, "%s/modules.dep", directory),
			    OPTIONAL, err);
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	static const char *const config[] = { "modprobe", "--showconfig", NULL };
	const struct params *p = params;

	if (collect_file(c, "modules", "/proc/modules", OPTIONAL, err) < 0 ||
	    collect_dir(c, "sysfs", "/sys/module", p->module, OPTIONAL, err) < 0 ||
	    collect_file(c, "nested",
			 arena_printf(c->arena, "/sys/module/%s/parameters/nested", p->module),
			 OPTIONAL, err) < 0 ||
	    collect_files(c, p->module, err) < 0 ||
	    collect_file(c, "cpuinfo", "/proc/cpuinfo", OPTIONAL, err) < 0 ||
	    collect_command(c, "config", config, OPTIONAL, err) < 0 || collect_log(c, err) < 0)
		return -1;
	return p->step ? collect_step(c, "step", p->step, err) : 0;
}

/* Whether 'kernel/arch/x86/kvm/kvm-amd.ko.xz:' is the file of module. */
static bool is_file_of(const char *path, const char *module)
{
	const char *base = strrchr(path, '/');
	size_t len = strlen(module);

	base = base ? base + 1 : path;
	for (size_t i = 0; i < len; i++)
		if (base[i] != module[i] && !(base[i] == '-' && module[i] == '_'))
			return false;
	return !strncmp(base + len, ".ko", 3);
}

/* Whether the first word of a line of the list is the file of module. */
static bool list_has(const struct evidence_item *list, const char *module, struct arena *arena)
{
	struct line line = { 0 };

	while (list && !list->error && lines_next(&list->out, &line)) {
		const char *path = line_word(&line, 0, arena);

		if (path && is_file_of(path, module))
			return true;
	}
	return false;
}

static bool has_entry(const struct evidence_item *directory, const char *name)
{
	struct line line = { 0 };

	while (directory && !directory->error && lines_next(&directory->out, &line))
		if (line.len == strlen(name) && !memcmp(line.text, name, line.len))
			return true;
	return false;
}

/* Finds the module's line of /proc/modules: the whole first word, for 'kvm' begins 'kvm_intel'. */
static bool find_loaded(const struct evidence_item *modules, const char *module,
			struct arena *arena, struct line *line)
{
	*line = (struct line){ 0 };
	while (modules && !modules->error && lines_next(&modules->out, line)) {
		const char *name = line_word(line, 0, arena);

		if (name && !strcmp(name, module))
			return true;
	}
	return false;
}

static void measure_presence(const struct evidence *ev, const char *module, struct measures *ret)
{
	const struct evidence_item *modules = evidence_find(ev, "modules");
	const struct evidence_item *sysfs = evidence_find(ev, "sysfs");
	struct line line;
	bool listed = find_loaded(modules, module, ret->arena, &line);
	bool loaded = listed || has_entry(sysfs, "initstate");
	bool builtin = !loaded && ((sysfs && !sysfs->error) ||
				   list_has(evidence_find(ev, "builtins"), module, ret->arena));
	const char *users = listed ? line_word(&line, 2, ret->arena) : NULL;

	measures_set_bool(ret, "modules_supported", modules && !modules->error);
	measures_set_bool(ret, "loaded", loaded);
	measures_set_bool(ret, "builtin", builtin);
	measures_set_bool(ret, "present", loaded || builtin);
	if (users && *users >= '0' && *users <= '9')
		measures_set_int(ret, "in_use_by", strtol(users, NULL, 10));
}

static void measure_nested(const struct evidence_item *nested, struct measures *ret)
{
	if (nested && !nested->error && nested->out.kept_len)
		measures_set_bool(ret, "nested",
				  nested->out.kept[0] == 'Y' || nested->out.kept[0] == '1');
}

static bool read_bool(const struct measures *m, const char *name)
{
	return m->values[measure_index(m->specs, m->n, name)].b;
}

/* modinfo printed a path or '(builtin)'; busybox puts 'filename:' before it. */
static bool names_file(const struct output *o, struct arena *arena)
{
	struct line line = { 0 };

	while (lines_next(o, &line))
		for (size_t i = 0; i < 2; i++) {
			const char *word = line_word(&line, i, arena);

			if (word && (*word == '/' || !strcmp(word, "(builtin)")))
				return true;
		}
	return false;
}

/* Sets 'available' unless it cannot be told. */
static void measure_available(const struct evidence *ev, const char *module, struct measures *ret)
{
	const struct evidence_item *modinfo = evidence_find(ev, "modinfo");
	const struct evidence_item *files = evidence_find(ev, "files");

	if (read_bool(ret, "present"))
		measures_set_bool(ret, "available", true);
	else if (modinfo && modinfo->end == END_EXITED)
		measures_set_bool(ret, "available", names_file(&modinfo->out, ret->arena));
	else if (files && (files->error || !output_is_truncated(&files->out)))
		measures_set_bool(ret, "available", list_has(files, module, ret->arena));
	else if (list_has(files, module, ret->arena))
		measures_set_bool(ret, "available", true);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const char *why;

	if (!evidence_find(ev, "modules") || !evidence_find(ev, "sysfs"))
		return err_set(err, ERR_ENV, NULL, _("module '%s' was not looked for"), p->module);
	measure_presence(ev, p->module, ret);
	measure_nested(evidence_find(ev, "nested"), ret);
	measure_available(ev, p->module, ret);
	if (read_bool(ret, "present") || !read_bool(ret, "available")) {
		measures_set_bool(ret, "refused", false);
		return 0;
	}
	why = refusal_find(ev, p->module, ret->arena);
	if (why) {
		measures_set_bool(ret, "refused", true);
		measures_set_string(ret, "refused_why", why);
	} else if (refusal_log(ev) || evidence_find(ev, "step")) {
		measures_set_bool(ret, "refused", false);
	}
	return 0;
}

const struct checker checker_kernel_module = {
	.name = "kernel_module",
	.summary = N_("A kernel module is present, or why it is not."),
	.why = N_(
		"kvm and kvm_intel or kvm_amd are what makes Linux a hypervisor. lsmod alone does "
		"not tell: built in, they are not listed; refused, the log says why."),
	.source = "proc(5) /proc/modules, sysfs /sys/module, modinfo(8), modprobe.d(5), dmesg(1), "
		  "Linux arch/x86/kvm/{x86.c,vmx/vmx.c,svm/svm.c}",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
