/* SPDX-License-Identifier: Apache-2.0 */
/* registry: the one table of all checkers, sorted by name. */
#include <string.h>

#include "checks/checker.h"

extern const struct checker checker_command_present;
extern const struct checker checker_cpu_compatible;
extern const struct checker checker_cpu_virtualization;
extern const struct checker checker_domain;
extern const struct checker checker_domain_location;
extern const struct checker checker_file;
extern const struct checker checker_hypervisor_versions;
extern const struct checker checker_kernel_module;
extern const struct checker checker_kvm_device;
extern const struct checker checker_migration_job;
extern const struct checker checker_migration_ready;
extern const struct checker checker_os_release;
extern const struct checker checker_ping_outage;
extern const struct checker checker_same_boot;
extern const struct checker checker_step_output;

const struct checker *const checkers[] = {
	&checker_command_present,     &checker_cpu_compatible,
	&checker_cpu_virtualization,  &checker_domain,
	&checker_domain_location,     &checker_file,
	&checker_hypervisor_versions, &checker_kernel_module,
	&checker_kvm_device,	      &checker_migration_job,
	&checker_migration_ready,     &checker_os_release,
	&checker_ping_outage,	      &checker_same_boot,
	&checker_step_output,	      NULL,
};

const struct checker *checker_find(const char *name)
{
	for (const struct checker *const *c = checkers; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}
