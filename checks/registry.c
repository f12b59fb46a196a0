/* SPDX-License-Identifier: Apache-2.0 */
/* registry: the one table of all checkers, sorted by name. */
#include <string.h>

#include "checks/checker.h"

/* The list: one line per checker, sorted. clang-format leaves it alone. */
/* clang-format off */
#define CHECKERS(X) \
	X(cloud_init) \
	X(cloud_seed) \
	X(command_present) \
	X(cpu_compatible) \
	X(cpu_virtualization) \
	X(disk_image) \
	X(domain) \
	X(domain_identity) \
	X(domain_location) \
	X(file) \
	X(free_space) \
	X(guest_identities) \
	X(guest_identity) \
	X(hypervisor_versions) \
	X(kernel_module) \
	X(kvm_device) \
	X(migration_job) \
	X(migration_ready) \
	X(network) \
	X(os_release) \
	X(overcommit) \
	X(ping_outage) \
	X(same_boot) \
	X(step_output) \
	X(storage_pool)
/* clang-format on */

#define DECLARE(name) extern const struct checker checker_##name;
CHECKERS(DECLARE)

#define ROW(name) &checker_##name,
const struct checker *const checkers[] = { CHECKERS(ROW) NULL };

const struct checker *checker_find(const char *name)
{
	for (const struct checker *const *c = checkers; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}
