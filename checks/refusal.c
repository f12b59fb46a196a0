/* SPDX-License-Identifier: Apache-2.0 */
/* refusal: why a module was turned away. */
#include "checks/refusal.h"

#include <string.h>
#include <strings.h>

#include "checks/lines.h"
#include "runner/base/cleanup.h"

#define FIRMWARE    "firmware"
#define NO_CPU	    "no-cpu-support"
#define SIGNATURE   "signature"
#define BLACKLISTED "blacklisted"
#define UNKNOWN	    "unknown"

/* A sentence of the kernel, and what it means for which module. */
struct saying {
	const char *text;
	const char *module; /* NULL: either of KVM's two */
	const char *why;
	bool at_end; /* nothing may follow */
};

/*
 * Linux 5.10 to 6.12 and before: arch/x86/kvm/{x86.c,vmx/vmx.c,svm/svm.c} and
 * arch/x86/kernel/cpu/{feat_ctl.c,amd.c}. Up to 5.17 the kernel did not name the module; since 5.6
 * (Intel) and 6.5 (AMD) it also takes the flag out of /proc/cpuinfo, so the firmware's sentence
 * weighs more than "not supported".
 */
static const struct saying log_sayings[] = {
	{ "VMX (outside TXT) disabled by BIOS", "kvm_intel", FIRMWARE, false },
	{ "VMX (inside TXT) disabled by BIOS", "kvm_intel", FIRMWARE, false },
	{ "VMX not enabled (by BIOS)", "kvm_intel", FIRMWARE, false },
	{ "VMX not fully enabled", "kvm_intel", FIRMWARE, false },
	{ "SVM disabled (by BIOS)", "kvm_amd", FIRMWARE, false },
	{ "support for 'kvm_intel' disabled by bios", "kvm_intel", FIRMWARE, false },
	{ "support for 'kvm_amd' disabled by bios", "kvm_amd", FIRMWARE, false },
	{ "kvm: disabled by bios", NULL, FIRMWARE, true },
	{ "no hardware support for 'kvm_intel'", "kvm_intel", NO_CPU, false },
	{ "no hardware support for 'kvm_amd'", "kvm_amd", NO_CPU, false },
	{ "kvm: no hardware support", NULL, NO_CPU, true },
	{ "VMX not supported by CPU", "kvm_intel", NO_CPU, false },
	{ "CPU doesn't support VMX", "kvm_intel", NO_CPU, false },
	{ "SVM not supported", "kvm_amd", NO_CPU, false },
	{ "has_svm:", "kvm_amd", NO_CPU, false },
	{ "KVM is unsupported when running as an SEV guest", "kvm_amd", NO_CPU, false },
};

/* Of kmod and the shell, in LC_ALL=C. */
static const struct saying step_sayings[] = {
	{ "Key was rejected by service", NULL, SIGNATURE, false },
	{ "Required key not available", NULL, SIGNATURE, false },
	{ "Operation not supported", NULL, NO_CPU, false },
	{ "Input/output error", NULL, NO_CPU, false },
	{ "could not insert", NULL, UNKNOWN, false },
	{ "can't load module", NULL, UNKNOWN, false },
};

static bool is_kvm_vendor(const char *module)
{
	return !strcmp(module, "kvm_intel") || !strcmp(module, "kvm_amd");
}

static bool ends_with(const struct line *line, const char *text)
{
	size_t len = strlen(text);

	return line->len >= len && !strncasecmp(line->text + line->len - len, text, len);
}

static bool says(const struct line *line, const struct saying *s)
{
	return s->at_end ? ends_with(line, s->text) : line_contains(line, s->text);
}

static bool output_says(const struct output *o, const struct saying *s)
{
	struct line line = { 0 };

	while (lines_next(o, &line))
		if (says(&line, s))
			return true;
	return false;
}

static bool ended_well(const struct evidence_item *item)
{
	return item && item->end == END_EXITED && !item->status;
}

const struct evidence_item *refusal_log(const struct evidence *ev)
{
	const struct evidence_item *log = evidence_find(ev, "log");
	const struct evidence_item *journal = evidence_find(ev, "journal");

	if (ended_well(log))
		return log;
	/* journalctl ends well with nothing when this user may not read it */
	return ended_well(journal) && journal->out.total ? journal : NULL;
}

/* The first saying of the table that stands anywhere in the log: the table's order is the weight.
 */
static const char *ask_log(const struct evidence *ev, const char *module)
{
	const struct evidence_item *log = refusal_log(ev);

	for (size_t i = 0; log && i < ARRAY_SIZE(log_sayings); i++) {
		const struct saying *s = &log_sayings[i];

		if (s->module ? strcmp(s->module, module) != 0 : !is_kvm_vendor(module))
			continue;
		if (output_says(&log->out, s))
			return s->why;
	}
	return NULL;
}

/* 'blacklist NAME', or 'install NAME /bin/false'; modprobe writes '_' for '-'. */
static const char *ask_config(const struct evidence *ev, const char *module, struct arena *arena)
{
	const struct evidence_item *config = evidence_find(ev, "config");
	struct line line = { 0 };

	if (!config || config->end != END_EXITED)
		return NULL;
	while (lines_next(&config->out, &line)) {
		const char *verb, *name, *command, *base;

		if (!line_contains(&line, module))
			continue;
		verb = line_word(&line, 0, arena);
		name = line_word(&line, 1, arena);
		if (!name || strcmp(name, module))
			continue;
		if (!strcmp(verb, "blacklist"))
			return BLACKLISTED;
		command = line_word(&line, 2, arena);
		base = command ? strrchr(command, '/') : NULL;
		if (!strcmp(verb, "install") && base &&
		    (!strcmp(base, "/false") || !strcmp(base, "/true")))
			return BLACKLISTED;
	}
	return NULL;
}

static bool has_flag(const struct evidence *ev, const char *module)
{
	const struct evidence_item *cpuinfo = evidence_find(ev, "cpuinfo");
	struct line line = { 0 };

	while (cpuinfo && !cpuinfo->error && lines_next(&cpuinfo->out, &line))
		if (line_is(&line, "flags"))
			return line_has_word(&line, strcmp(module, "kvm_amd") ? "vmx" : "svm");
	return false;
}

/* A refusal by the processor's side is the firmware's doing when the flag is there. */
static const char *weigh(const struct evidence *ev, const char *module, const char *why)
{
	if (strcmp(why, NO_CPU) != 0)
		return why;
	if (!is_kvm_vendor(module))
		return UNKNOWN;
	return has_flag(ev, module) ? FIRMWARE : NO_CPU;
}

/* Whether a line that names the module says it; 'kvm' alone would be named by 'kvm_intel', too. */
static bool step_says(const struct output *o, const char *module, const struct saying *s,
		      struct arena *arena)
{
	const char *quoted = arena_printf(arena, "'%s'", module);
	const char *bare = arena_printf(arena, " %s:", module);
	struct line line = { 0 };

	while (lines_next(o, &line))
		if (says(&line, s) && (line_contains(&line, quoted) || line_contains(&line, bare)))
			return true;
	return false;
}

static const char *ask_step(const struct evidence *ev, const char *module, struct arena *arena)
{
	const struct evidence_item *step = evidence_find(ev, "step");

	for (size_t i = 0; step && i < ARRAY_SIZE(step_sayings); i++)
		if (step_says(&step->err, module, &step_sayings[i], arena) ||
		    step_says(&step->out, module, &step_sayings[i], arena))
			return weigh(ev, module, step_sayings[i].why);
	return NULL;
}

const char *refusal_find(const struct evidence *ev, const char *module, struct arena *arena)
{
	const char *why = ask_log(ev, module);

	if (!why)
		why = ask_config(ev, module, arena);
	return why ? why : ask_step(ev, module, arena);
}
