/* SPDX-License-Identifier: Apache-2.0 */
/* probe: the one table of all probes, sorted by name. */
#include "checks/probe.h"

#include <string.h>

extern const struct probe probe_events;
extern const struct probe probe_ping;

const struct probe *const probes[] = {
	&probe_events,
	&probe_ping,
	NULL,
};

const struct probe *probe_find(const char *name)
{
	for (const struct probe *const *p = probes; *p; p++)
		if (!strcmp((*p)->name, name))
			return *p;
	return NULL;
}
