/* SPDX-License-Identifier: Apache-2.0 */
/* host: versions, names and capabilities of a libvirt host. */
#include <stdlib.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/libvirt/request.h"

/* libvirt writes 7.2.19 as 7002019. */
static void print_version(struct buf *out, const char *key, unsigned long v)
{
	buf_printf(out, "%s=%lu.%lu.%lu\n", key, v / 1000000, v / 1000 % 1000, v % 1000);
}

int request_host(struct request_context *c, struct err *err)
{
	const char *type = virConnectGetType(c->connection);
	_cleanup_free_ char *name = virConnectGetHostname(c->connection);
	unsigned long hypervisor, library;
	virNodeInfo node;

	if (!type || !name || virConnectGetLibVersion(c->connection, &library) < 0 ||
	    virConnectGetVersion(c->connection, &hypervisor) < 0 ||
	    virNodeGetInfo(c->connection, &node) < 0)
		return request_failed(err, _("cannot ask the host"));
	buf_printf(c->out, "hostname=%s\nhypervisor=%s\n", name, type);
	print_version(c->out, "hypervisor_version", hypervisor);
	print_version(c->out, "libvirt_version", library);
	print_version(c->out, "client_version", LIBVIR_VERSION_NUMBER);
	buf_printf(c->out, "cpus=%u\nmemory_kib=%lu\narch=%s\n", node.cpus, node.memory,
		   node.model);
	return 0;
}

/* Prints and frees text. */
static int print(struct request_context *c, char *text, struct err *err)
{
	if (!text)
		return request_failed(err, _("cannot ask the host"));
	buf_puts(c->out, text);
	free(text);
	return 0;
}

int request_capabilities(struct request_context *c, struct err *err)
{
	return print(c, virConnectGetCapabilities(c->connection), err);
}

int request_domcapabilities(struct request_context *c, struct err *err)
{
	return print(c, virConnectGetDomainCapabilities(c->connection, NULL, NULL, NULL, NULL, 0),
		     err);
}

int request_sysinfo(struct request_context *c, struct err *err)
{
	return print(c, virConnectGetSysinfo(c->connection, 0), err);
}
