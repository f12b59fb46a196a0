/* SPDX-License-Identifier: Apache-2.0 */
/* own_program: where kvmlab's other programs are, beside this one or where 'make install' puts
 * them. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/host.h"

const char *host_libvirt_uri(const struct host *h)
{
	return h->libvirt_uri ? h->libvirt_uri : "qemu:///system";
}

static const char *find(const char *name, const char *chosen, struct arena *arena)
{
	static const char *const places[] = { "%s/%s", "%s/../libexec/kvmlab/%s" };
	char own[4096];
	ssize_t len = readlink("/proc/self/exe", own, sizeof(own) - 1);
	char *slash;

	if (chosen && *chosen)
		return arena_strdup(arena, chosen);
	own[len > 0 ? len : 0] = 0;
	slash = strrchr(own, '/');
	for (size_t i = 0; slash && i < ARRAY_SIZE(places); i++) {
		const char *path;

		*slash = 0;
		path = arena_printf(arena, places[i], own, name);
		if (access(path, X_OK) == 0)
			return path;
	}
	return name;
}

const char *host_libvirt_program(struct arena *arena)
{
	return find("kvmlab-libvirt", getenv("KVMLAB_LIBVIRT"), arena);
}

const char *host_guestfs_program(struct arena *arena)
{
	return find("kvmlab-guestfs", getenv("KVMLAB_GUESTFS"), arena);
}
