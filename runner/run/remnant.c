/* SPDX-License-Identifier: Apache-2.0 */
/* remnant: the bridge and the DHCP server of a network that a libvirt had begun to start when it
 * was killed. */
#include <string.h>

#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/things.h"

/*
 * libvirt notes that a network is active when its bridge and dnsmasq run already: killed in between
 * it knows of neither, and the network cannot be started any more. $1 is the bridge, $2 its MAC,
 * which libvirt chose when the network was defined: so it is this network's. $3 is the network.
 */
static const char script[] =
	"dev=/sys/class/net/$1\n"
	"[ -d \"$dev/bridge\" ] && [ \"$(cat \"$dev/address\")\" = \"$2\" ] || exit 0\n"
	"[ -z \"$(ls \"$dev/brif\")\" ] || { echo \"bridge '$1' has ports\" >&2; exit 1; }\n"
	"for f in $(grep -lsF -e \"--conf-file=/var/lib/libvirt/dnsmasq/$3.conf\" "
	"/proc/[0-9]*/cmdline); do\n"
	"	p=${f%/cmdline}\n"
	"	[ \"$(cat \"$p/comm\" 2>/dev/null)\" != dnsmasq ] || kill \"${p#/proc/}\"\n"
	"done\n"
	"rm -f -- \"/run/libvirt/network/$3.pid\"\n"
	"ip link delete \"$1\"\n";

static int run_script(struct thing *t, const char *bridge, const char *mac, struct err *err)
{
	const char *const argv[] = { "/bin/sh", "-e",	"-u", "-c",	     script,
				     "sh",	bridge, mac,  t->found.name, NULL };
	struct process_spec spec = { .argv = argv, .root = true };
	struct evidence_item item = { .name = "remnant" };

	if (t->host->ops->run(t->host, &spec, t->arena, &item, err) < 0)
		return -1;
	if (item.end == END_EXITED && item.status == 0)
		return 0;
	return err_set(err, ERR_ENV, NULL, _("its bridge '%s' cannot be removed: %.*s"), bridge,
		       item.err.kept ? (int)strcspn(item.err.kept, "\n") : 0, item.err.kept);
}

int network_remnant_remove(struct thing *t, const struct evidence_item *definition, struct err *err)
{
	_cleanup_xml_ struct xml *xml = NULL;
	const char *uuid, *bridge, *mac;

	if (!libvirt_answered(definition))
		return 0;
	if (libvirt_xml(definition, "network", &xml, err) < 0)
		return -1;
	uuid = xml_string(xml, "/network/uuid", t->arena);
	bridge = xml_string(xml, "/network/bridge/@name", t->arena);
	mac = xml_string(xml, "/network/mac/@address", t->arena);
	if (!uuid || strcmp(uuid, t->found.identity) != 0 || !bridge || !mac)
		return 0;
	return run_script(t, bridge, mac, err);
}
