/* SPDX-License-Identifier: Apache-2.0 */
/* remove_storage: takes away networks, pools and volumes that are on record and that nobody uses.
 */
#include <poll.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/xml.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/users.h"

/* libvirt goes on with a copy whose client has died; within kvmlab's patience for one request. */
#define BUSY_MS	 25000
#define PAUSE_MS 200

static int check_name(const char *found, const char *name, struct err *err)
{
	if (!strcmp(found, name))
		return 0;
	err_set(err, ERR_LIBVIRT, NULL, _("it is called '%s' now, not '%s'"), found, name);
	return REQUEST_REFUSED;
}

static int take_network(struct request_context *c, virNetworkPtr n, struct err *err)
{
	const struct use use = { USES_NETWORK, c->args[1], NULL, true };
	int status = check_name(virNetworkGetName(n), c->args[1], err);
	bool persistent = virNetworkIsPersistent(n) == 1;

	/* An inactive one may go: a domain that wants it does not start then, and says so. */
	if (!status)
		status = users_none(c, &use, err);
	if (status)
		return status;
	if (virNetworkIsActive(n) == 1 && virNetworkDestroy(n) < 0)
		return request_failed(err, _("cannot stop network '%s'"), c->args[1]);
	if (persistent && virNetworkUndefine(n) < 0)
		return request_failed(err, _("cannot undefine network '%s'"), c->args[1]);
	return 0;
}

int request_remove_network(struct request_context *c, struct err *err)
{
	_cleanup_network_ virNetworkPtr n = virNetworkLookupByUUIDString(c->connection, c->args[0]);

	if (!n)
		return request_failed(err, _("no network '%s'"), c->args[0]);
	return take_network(c, n, err);
}

/* Its volumes stay: those that steps made are on record themselves. */
static int take_pool(struct request_context *c, virStoragePoolPtr p, struct err *err)
{
	const struct use use = { USES_POOL, c->args[1], NULL, false };
	int status = check_name(virStoragePoolGetName(p), c->args[1], err);
	bool persistent = virStoragePoolIsPersistent(p) == 1;

	if (!status)
		status = users_none(c, &use, err);
	if (status)
		return status;
	if (virStoragePoolIsActive(p) == 1 && virStoragePoolDestroy(p) < 0)
		return request_failed(err, _("cannot stop storage pool '%s'"), c->args[1]);
	if (persistent && virStoragePoolUndefine(p) < 0)
		return request_failed(err, _("cannot undefine storage pool '%s'"), c->args[1]);
	return 0;
}

int request_remove_pool(struct request_context *c, struct err *err)
{
	_cleanup_pool_ virStoragePoolPtr p =
		virStoragePoolLookupByUUIDString(c->connection, c->args[0]);

	if (!p)
		return request_failed(err, _("no storage pool '%s'"), c->args[0]);
	return take_pool(c, p, err);
}

/* Where a volume of that name is, or would be, in a pool of directories. */
static const char *place_in(struct request_context *c, virStoragePoolPtr p)
{
	_cleanup_free_ char *text = virStoragePoolGetXMLDesc(p, 0);
	const char *target = NULL;
	struct xml *xml;
	struct err err;

	if (!text || xml_parse(text, strlen(text), "pool", &xml, &err) < 0)
		return NULL;
	if (xml_is(xml, "/pool[@type='dir' or @type='fs' or @type='netfs']"))
		target = xml_string(xml, "/pool/target/path", c->arena);
	xml_free(xml);
	return target ? arena_printf(c->arena, "%s/%s", target, c->args[1]) : NULL;
}

int request_locate(struct request_context *c, struct err *err)
{
	_cleanup_pool_ virStoragePoolPtr p = virStoragePoolLookupByName(c->connection, c->args[0]);
	virStorageVolPtr v = p ? virStorageVolLookupByName(p, c->args[1]) : NULL;
	_cleanup_free_ char *known = v ? virStorageVolGetPath(v) : NULL;
	const char *path;

	if (!p)
		return request_failed(err, _("no storage pool '%s'"), c->args[0]);
	if (v)
		virStorageVolFree(v);
	path = known ? known : place_in(c, p);
	if (path)
		buf_printf(c->out, "path=%s\n", path);
	return 0;
}

static bool is_busy(void)
{
	return virGetLastErrorCode() == VIR_ERR_OPERATION_INVALID;
}

/* 0 also when libvirt does not know it any more. */
static int take_volume(struct request_context *c, const char *path, struct err *err)
{
	for (int waited = 0;; waited += PAUSE_MS) {
		virStorageVolPtr v = virStorageVolLookupByPath(c->connection, path);
		int done;

		if (!v)
			return 0;
		done = virStorageVolDelete(v, 0);
		virStorageVolFree(v);
		if (done == 0)
			return 0;
		if (!is_busy() || waited >= BUSY_MS)
			return request_failed(err, _("cannot remove volume '%s'"), path);
		poll(NULL, 0, PAUSE_MS);
	}
}

int request_remove_volume(struct request_context *c, struct err *err)
{
	const struct use use = { USES_FILE, c->args[0], NULL, false };
	virStorageVolPtr v;
	int status = users_none(c, &use, err);

	if (status)
		return status;
	v = virStorageVolLookupByPath(c->connection, c->args[0]);
	if (!v)
		return request_failed(err, _("no volume '%s'"), c->args[0]);
	virStorageVolFree(v);
	return take_volume(c, c->args[0], err);
}
