/* SPDX-License-Identifier: Apache-2.0 */
/* host: the table of kinds of hosts, chosen by the scheme of a URI. */
#include "runner/host/host.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/host/kinds.h"

/* open (NULL: nothing to do) checks what stands behind the scheme. */
struct host_kind {
	const struct host_ops *ops;
	int (*open)(struct host *h, struct err *err);
};

static const struct host_kind kinds[] = {
	{ &host_local, NULL },
	{ &host_recorded, host_recorded_open },
	{ &host_ssh, host_ssh_open },
	{ &host_qemu_ssh, host_ssh_open },
};

static bool is_of_kind(const char *uri, const char *scheme)
{
	size_t len = strlen(scheme);

	return !strncmp(uri, scheme, len) && (!uri[len] || uri[len] == ':');
}

int host_open(const char *role, const char *uri, struct process_group *group, struct host **ret,
	      struct err *err)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct host *h;

		if (!is_of_kind(uri, kinds[i].ops->scheme))
			continue;
		h = mem_alloc(sizeof(*h));
		*h = (struct host){ .role = role, .uri = uri, .ops = kinds[i].ops, .group = group };
		if (kinds[i].open && kinds[i].open(h, err) < 0) {
			free(h);
			return -1;
		}
		*ret = h;
		return 0;
	}
	return err_set(err, ERR_USAGE, NULL,
		       _("unknown kind of host '%s': expected 'local', 'sandbox', "
			 "'ssh://user@host' or 'qemu+ssh://user@host/system'"),
		       uri);
}

void host_close(struct host *h)
{
	if (!h)
		return;
	if (h->ops->close)
		h->ops->close(h);
	free(h);
}
