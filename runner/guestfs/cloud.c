/* SPDX-License-Identifier: Apache-2.0 */
/* cloud: how far cloud-init has come in a guest, and for which instance. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/guestfs/guest.h"

#define STATE "/var/lib/cloud"

static bool is_there(struct guest *guest, const char *path)
{
	return guestfs_exists(guest->g, path) == 1;
}

/* /var/lib/cloud/instance points at instances/ID. */
static void print_instance(struct guest *guest)
{
	_cleanup_free_ char *link = NULL;
	const char *slash;

	if (guestfs_is_symlink(guest->g, STATE "/instance") != 1)
		return;
	link = guestfs_readlink(guest->g, STATE "/instance");
	slash = link ? strrchr(link, '/') : NULL;
	if (link)
		guest_print(guest, "cloud_instance", "%s", slash ? slash + 1 : link);
}

void guest_cloud(struct guest *guest)
{
	const char *state = "absent";

	if (is_there(guest, STATE "/instance/boot-finished"))
		state = "finished";
	else if (is_there(guest, STATE "/instance"))
		state = "started";
	else if (is_there(guest, "/usr/bin/cloud-init"))
		state = "installed";
	guest_print(guest, "cloud_init", "%s", state);
	print_instance(guest);
}
