/* SPDX-License-Identifier: Apache-2.0 */
/* inventory: every domain, network and pool with what would show that somebody changed it. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/names.h"
#include "runner/libvirt/request.h"
#include "runner/libvirt/tag.h"

/* One line: KIND UUID STATE PERSISTENCE AUTOSTART TAG DEFINITION NAME. */
struct thing {
	const char *kind, *state, *tag, *name;
	char uuid[VIR_UUID_STRING_BUFLEN];
	int persistent, autostart;
	const struct buf *definition;
};

static void print_thing(struct buf *out, const struct thing *t)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)buf_str(t->definition), t->definition->len);
	buf_printf(out, "%s %s %s %s %s %s ", t->kind, t->uuid, t->state,
		   t->persistent == 1 ? "persistent" : "transient",
		   t->autostart == 1 ? "autostart" : "manual", t->tag ? t->tag : "-");
	for (size_t i = 0; i < sizeof(hash) / 2; i++)
		buf_printf(out, "%02x", hash[i]);
	buf_printf(out, " %s\n", t->name);
}

/* Snapshots belong to what somebody could miss, and are not in the definition. */
static void add_snapshots(struct buf *definition, virDomainPtr d)
{
	virDomainSnapshotPtr *list = NULL;
	int n = virDomainListAllSnapshots(d, &list, 0);

	for (int i = 0; i < n; i++) {
		buf_printf(definition, "snapshot %s\n", virDomainSnapshotGetName(list[i]));
		virDomainSnapshotFree(list[i]);
	}
	free(list);
}

/* What goes while it is looked at is not there. */
static void add_domain(struct request_context *c, virDomainPtr d)
{
	_cleanup_free_ char *text = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_INACTIVE);
	_cleanup_buf_ struct buf definition = { 0 };
	int state, reason;
	struct thing t = {
		.kind = "domain",
		.name = virDomainGetName(d),
		.persistent = virDomainIsPersistent(d),
		.definition = &definition,
	};

	if (!text || virDomainGetState(d, &state, &reason, 0) < 0 ||
	    virDomainGetUUIDString(d, t.uuid) < 0)
		return;
	buf_printf(&definition, "%s\nmanaged-save %d\n", text, virDomainHasManagedSaveImage(d, 0));
	add_snapshots(&definition, d);
	virDomainGetAutostart(d, &t.autostart);
	t.state = name_of_state(state);
	t.tag = tag_read(d, c->arena);
	print_thing(c->out, &t);
}

static int add_domains(struct request_context *c, struct err *err)
{
	virDomainPtr *list = NULL;
	int n = virConnectListAllDomains(c->connection, &list, 0);

	if (n < 0)
		return request_failed(err, _("cannot list domains"));
	for (int i = 0; i < n; i++) {
		add_domain(c, list[i]);
		virDomainFree(list[i]);
	}
	free(list);
	return 0;
}

/* Not every driver tells a definition from what is active. */
static char *network_definition(virNetworkPtr n)
{
	char *text = virNetworkGetXMLDesc(n, VIR_NETWORK_XML_INACTIVE);

	return text ? text : virNetworkGetXMLDesc(n, 0);
}

static char *pool_definition(virStoragePoolPtr p)
{
	char *text = virStoragePoolGetXMLDesc(p, VIR_STORAGE_XML_INACTIVE);

	return text ? text : virStoragePoolGetXMLDesc(p, 0);
}

static void add_network(struct request_context *c, virNetworkPtr n)
{
	_cleanup_free_ char *text = network_definition(n);
	_cleanup_buf_ struct buf definition = { 0 };
	struct thing t = {
		.kind = "network",
		.name = virNetworkGetName(n),
		.state = virNetworkIsActive(n) == 1 ? "active" : "inactive",
		.persistent = virNetworkIsPersistent(n),
		.definition = &definition,
	};

	if (!text || virNetworkGetUUIDString(n, t.uuid) < 0)
		return;
	buf_puts(&definition, text);
	virNetworkGetAutostart(n, &t.autostart);
	print_thing(c->out, &t);
}

static int add_networks(struct request_context *c, struct err *err)
{
	virNetworkPtr *list = NULL;
	int n = virConnectListAllNetworks(c->connection, &list, 0);

	/* A host may have no network driver. */
	if (n < 0)
		return virGetLastErrorCode() == VIR_ERR_NO_SUPPORT
			       ? 0
			       : request_failed(err, _("cannot list networks"));
	for (int i = 0; i < n; i++) {
		add_network(c, list[i]);
		virNetworkFree(list[i]);
	}
	free(list);
	return 0;
}

static bool starts(const char *line, const char *const *words)
{
	line += strspn(line, " ");
	for (; *words; words++)
		if (!strncmp(line, *words, strlen(*words)))
			return true;
	return false;
}

/* Without how full it is, and without the permissions that libvirt fills in while it looks. */
static void add_stable(struct buf *definition, const char *text)
{
	static const char *const full[] = { "<capacity ", "<allocation ", "<available ", NULL };
	static const char *const first[] = { "<permissions>", NULL };
	static const char *const last[] = { "</permissions>", NULL };
	bool skips = false;

	while (*text) {
		size_t len = strcspn(text, "\n");

		skips |= starts(text, first);
		if (!skips && !starts(text, full)) {
			buf_add(definition, text, len);
			buf_putc(definition, '\n');
		}
		skips &= !starts(text, last);
		text += len + (text[len] == '\n');
	}
}

static void add_pool(struct request_context *c, virStoragePoolPtr p)
{
	_cleanup_free_ char *text = pool_definition(p);
	_cleanup_buf_ struct buf definition = { 0 };
	struct thing t = {
		.kind = "pool",
		.name = virStoragePoolGetName(p),
		.state = virStoragePoolIsActive(p) == 1 ? "active" : "inactive",
		.persistent = virStoragePoolIsPersistent(p),
		.definition = &definition,
	};

	if (!text || virStoragePoolGetUUIDString(p, t.uuid) < 0)
		return;
	add_stable(&definition, text);
	virStoragePoolGetAutostart(p, &t.autostart);
	print_thing(c->out, &t);
}

static int add_pools(struct request_context *c, struct err *err)
{
	virStoragePoolPtr *list = NULL;
	int n = virConnectListAllStoragePools(c->connection, &list, 0);

	if (n < 0)
		return virGetLastErrorCode() == VIR_ERR_NO_SUPPORT
			       ? 0
			       : request_failed(err, _("cannot list storage pools"));
	for (int i = 0; i < n; i++) {
		add_pool(c, list[i]);
		virStoragePoolFree(list[i]);
	}
	free(list);
	return 0;
}

int request_inventory(struct request_context *c, struct err *err)
{
	int status = add_domains(c, err);

	if (!status)
		status = add_networks(c, err);
	return status ? status : add_pools(c, err);
}
