/* SPDX-License-Identifier: Apache-2.0 */
/* registry: the one table of all checkers, sorted by name. */
#include <string.h>

#include "checks/checker.h"

extern const struct checker checker_command_present;
extern const struct checker checker_cpu_virtualization;
extern const struct checker checker_file;
extern const struct checker checker_kernel_module;
extern const struct checker checker_kvm_device;
extern const struct checker checker_os_release;
extern const struct checker checker_step_output;

const struct checker *const checkers[] = {
	&checker_command_present,
	&checker_cpu_virtualization,
	&checker_file,
	&checker_kernel_module,
	&checker_kvm_device,
	&checker_os_release,
	&checker_step_output,
	NULL,
};

const struct checker *checker_find(const char *name)
{
	for (const struct checker *const *c = checkers; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}
