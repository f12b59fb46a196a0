/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt_program: where kvmlab-libvirt is, beside this program or where 'make install' puts it. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/host.h"

#define NAME "kvmlab-libvirt"

const char *host_libvirt_uri(const struct host *h)
{
	return h->libvirt_uri ? h->libvirt_uri : "qemu:///system";
}

const char *host_libvirt_program(struct arena *arena)
{
	static const char *const places[] = { "%s/" NAME, "%s/../libexec/kvmlab/" NAME };
	const char *chosen = getenv("KVMLAB_LIBVIRT");
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
		path = arena_printf(arena, places[i], own);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NAME;
}
