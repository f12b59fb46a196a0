/* SPDX-License-Identifier: Apache-2.0 */
/* cpu_trial: whether a guest with a domain's CPU starts on the destination, and if not, why. */
#include "checks/cpu_trial.h"

#include <string.h>

#include "checks/libvirt.h"
#include "runner/base/cleanup.h"

int collect_cpu_trial(struct collector *c, const char *domain, struct err *err)
{
	const char *const request[] = { "cpu-try", libvirt_uri(c, "source", err), domain, NULL };

	return request[1] ? collect_libvirt(c, "trial", "destination", request, err) : -1;
}

/*
 * How libvirt (src/qemu/qemu_process.c, qemu_validate.c, src/cpu) and QEMU say that it is the CPU.
 * A guest that does not start has many other reasons.
 */
static bool is_about_cpu(const char *words)
{
	static const char *const sayings[] = {
		"guest CPU doesn't match specification",
		"CPU are not compatible",
		"CPU is incompatible",
		"host doesn't support requested feature",
		"does not provide required features",
		"nable to find CPU model",
		"CPU model ",
		"CPU mode ",
		"CPU feature",
	};

	for (size_t i = 0; i < ARRAY_SIZE(sayings); i++)
		if (strstr(words, sayings[i]))
			return true;
	return false;
}

enum cpu_trial cpu_trial_read(const struct evidence_item *trial, struct arena *arena,
			      const char **ret_words)
{
	const char *started =
		libvirt_answered(trial) ? evidence_key(trial, "started", arena) : NULL;
	const char *words = started ? evidence_key(trial, "words", arena) : NULL;

	*ret_words = words;
	if (!started)
		return TRIAL_NONE;
	if (!strcmp(started, "unknown"))
		return TRIAL_NOT_ASKED;
	if (!strcmp(started, "yes"))
		return TRIAL_STARTED;
	return words && is_about_cpu(words) ? TRIAL_REFUSED : TRIAL_FAILED;
}
