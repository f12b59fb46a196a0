/* SPDX-License-Identifier: Apache-2.0 */
/* network: what libvirt knows of its networks. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/names.h"
#include "runner/libvirt/request.h"

static void print_line(struct buf *out, virNetworkPtr n)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "-";

	virNetworkGetUUIDString(n, uuid);
	buf_printf(out, "%s %s %s %s\n", uuid, virNetworkIsActive(n) == 1 ? "active" : "inactive",
		   virNetworkIsPersistent(n) == 1 ? "persistent" : "transient",
		   virNetworkGetName(n));
}

/* libvirt's own order is that of a hash, and another one each time. */
static int by_name(const void *a, const void *b)
{
	return strcmp(virNetworkGetName(*(const virNetworkPtr *)a),
		      virNetworkGetName(*(const virNetworkPtr *)b));
}

int request_networks(struct request_context *c, struct err *err)
{
	virNetworkPtr *list = NULL;
	int n = virConnectListAllNetworks(c->connection, &list, 0);

	if (n < 0)
		return request_failed(err, _("cannot list networks"));
	qsort(list, (size_t)n, sizeof(*list), by_name);
	for (int i = 0; i < n; i++) {
		print_line(c->out, list[i]);
		virNetworkFree(list[i]);
	}
	free(list);
	return 0;
}

static virNetworkPtr find(struct request_context *c, int *ret_status, struct err *err)
{
	virNetworkPtr n = virNetworkLookupByName(c->connection, c->args[0]);

	if (!n)
		*ret_status = request_failed(err, _("no network '%s'"), c->args[0]);
	return n;
}

int request_network(struct request_context *c, struct err *err)
{
	_cleanup_network_ virNetworkPtr n = NULL;
	_cleanup_free_ char *bridge = NULL;
	char uuid[VIR_UUID_STRING_BUFLEN];
	int autostart = 0, status = 0;

	n = find(c, &status, err);
	if (!n)
		return status;
	if (virNetworkGetUUIDString(n, uuid) < 0)
		return request_failed(err, _("cannot ask for network '%s'"), c->args[0]);
	/* A transient network has none. */
	if (virNetworkGetAutostart(n, &autostart) < 0)
		autostart = 0;
	/* A network of a physical device has none. */
	bridge = virNetworkGetBridgeName(n);
	buf_printf(c->out, "name=%s\nuuid=%s\n", virNetworkGetName(n), uuid);
	buf_printf(c->out, "active=%s\npersistent=%s\nautostart=%s\n",
		   yes_or_no(virNetworkIsActive(n)), yes_or_no(virNetworkIsPersistent(n)),
		   yes_or_no(autostart));
	if (bridge)
		buf_printf(c->out, "bridge=%s\n", bridge);
	return 0;
}

int request_network_xml(struct request_context *c, struct err *err)
{
	_cleanup_network_ virNetworkPtr n = NULL;
	_cleanup_free_ char *text = NULL;
	int status = 0;

	n = find(c, &status, err);
	if (!n)
		return status;
	text = virNetworkGetXMLDesc(n, 0);
	if (!text)
		return request_failed(err, _("cannot ask for network '%s'"), c->args[0]);
	buf_puts(c->out, text);
	return 0;
}

static void print_lease(struct buf *out, const virNetworkDHCPLease *lease)
{
	buf_printf(out, "%s %s/%u %lld %s\n", lease->mac ? lease->mac : "-", lease->ipaddr,
		   lease->prefix, (long long)lease->expirytime,
		   lease->hostname && *lease->hostname ? lease->hostname : "-");
}

int request_leases(struct request_context *c, struct err *err)
{
	_cleanup_network_ virNetworkPtr n = NULL;
	virNetworkDHCPLeasePtr *list = NULL;
	int count, status = 0;

	n = find(c, &status, err);
	if (!n)
		return status;
	count = virNetworkGetDHCPLeases(n, NULL, &list, 0);
	if (count < 0)
		return request_failed(err, _("cannot ask for the leases of '%s'"), c->args[0]);
	for (int i = 0; i < count; i++) {
		print_lease(c->out, list[i]);
		virNetworkDHCPLeaseFree(list[i]);
	}
	free(list);
	return 0;
}
