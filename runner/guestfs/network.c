/* SPDX-License-Identifier: Apache-2.0 */
/* network: which files configure a guest's network, and the MAC addresses that they insist on. */
#include <ctype.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/guestfs/guest.h"

#define MAC_LEN 17

static const char *const places[] = {
	"/etc/netplan/*.yaml",
	"/etc/network/interfaces",
	"/etc/network/interfaces.d/*",
	"/etc/systemd/network/*.network",
	"/etc/systemd/network/*.link",
	"/etc/NetworkManager/system-connections/*",
	"/etc/sysconfig/network-scripts/ifcfg-*",
	"/etc/udev/rules.d/70-persistent-net.rules",
};

/* xx:xx:xx:xx:xx:xx, and no more of it on either side. */
static bool is_mac(const char *p, const char *begin)
{
	for (size_t i = 0; i < MAC_LEN; i++)
		if (i % 3 == 2 ? p[i] != ':' : !isxdigit((unsigned char)p[i]))
			return false;
	return !isxdigit((unsigned char)p[MAC_LEN]) && p[MAC_LEN] != ':' &&
	       (p == begin || (!isxdigit((unsigned char)p[-1]) && p[-1] != ':'));
}

static void print_macs(struct guest *guest, const char *text)
{
	for (const char *p = text; p && *p; p++)
		if (is_mac(p, text)) {
			guest_print(guest, "network_mac", "%.*s", MAC_LEN, p);
			p += MAC_LEN - 1;
		}
}

void guest_network(struct guest *guest)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		for (const char *const *path = guest_glob(guest, places[i]); *path; path++) {
			const char *text = guest_read(guest, *path);

			if (!text)
				continue;
			guest_print(guest, "network_file", "%s", *path);
			print_macs(guest, text);
		}
}
