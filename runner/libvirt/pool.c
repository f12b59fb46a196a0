/* SPDX-License-Identifier: Apache-2.0 */
/* pool: what libvirt knows of its storage pools and their volumes. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/names.h"
#include "runner/libvirt/request.h"

static void print_line(struct buf *out, virStoragePoolPtr p)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "-";
	virStoragePoolInfo info = { .state = -1 };

	virStoragePoolGetInfo(p, &info);
	virStoragePoolGetUUIDString(p, uuid);
	buf_printf(out, "%s %s %s %s\n", uuid, name_of_pool_state(info.state),
		   virStoragePoolIsPersistent(p) == 1 ? "persistent" : "transient",
		   virStoragePoolGetName(p));
}

/* libvirt's own order is that of a hash, and another one each time. */
static int by_name(const void *a, const void *b)
{
	return strcmp(virStoragePoolGetName(*(const virStoragePoolPtr *)a),
		      virStoragePoolGetName(*(const virStoragePoolPtr *)b));
}

static int by_volume_name(const void *a, const void *b)
{
	return strcmp(virStorageVolGetName(*(const virStorageVolPtr *)a),
		      virStorageVolGetName(*(const virStorageVolPtr *)b));
}

int request_pools(struct request_context *c, struct err *err)
{
	virStoragePoolPtr *list = NULL;
	int n = virConnectListAllStoragePools(c->connection, &list, 0);

	if (n < 0)
		return request_failed(err, _("cannot list storage pools"));
	qsort(list, (size_t)n, sizeof(*list), by_name);
	for (int i = 0; i < n; i++) {
		print_line(c->out, list[i]);
		virStoragePoolFree(list[i]);
	}
	free(list);
	return 0;
}

static virStoragePoolPtr find(struct request_context *c, int *ret_status, struct err *err)
{
	virStoragePoolPtr p = virStoragePoolLookupByName(c->connection, c->args[0]);

	if (!p)
		*ret_status = request_failed(err, _("no storage pool '%s'"), c->args[0]);
	return p;
}

int request_pool(struct request_context *c, struct err *err)
{
	_cleanup_pool_ virStoragePoolPtr p = NULL;
	char uuid[VIR_UUID_STRING_BUFLEN];
	int autostart = 0, status = 0;
	virStoragePoolInfo info;

	p = find(c, &status, err);
	if (!p)
		return status;
	if (virStoragePoolGetInfo(p, &info) < 0 || virStoragePoolGetUUIDString(p, uuid) < 0)
		return request_failed(err, _("cannot ask for storage pool '%s'"), c->args[0]);
	/* A transient pool has none. */
	if (virStoragePoolGetAutostart(p, &autostart) < 0)
		autostart = 0;
	buf_printf(c->out, "name=%s\nuuid=%s\nstate=%s\n", virStoragePoolGetName(p), uuid,
		   name_of_pool_state(info.state));
	buf_printf(c->out, "active=%s\npersistent=%s\nautostart=%s\n",
		   yes_or_no(virStoragePoolIsActive(p)), yes_or_no(virStoragePoolIsPersistent(p)),
		   yes_or_no(autostart));
	buf_printf(c->out, "capacity=%llu\nallocation=%llu\navailable=%llu\n", info.capacity,
		   info.allocation, info.available);
	return 0;
}

int request_pool_xml(struct request_context *c, struct err *err)
{
	_cleanup_pool_ virStoragePoolPtr p = NULL;
	_cleanup_free_ char *text = NULL;
	int status = 0;

	p = find(c, &status, err);
	if (!p)
		return status;
	text = virStoragePoolGetXMLDesc(p, 0);
	if (!text)
		return request_failed(err, _("cannot ask for storage pool '%s'"), c->args[0]);
	buf_puts(c->out, text);
	return 0;
}

/* A volume may go while it is looked at: then it is left out. */
static void print_volumes(struct buf *out, virStorageVolPtr *list, int n)
{
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *text = virStorageVolGetXMLDesc(list[i], 0);

		if (text)
			buf_puts(out, text);
		virStorageVolFree(list[i]);
	}
	free(list);
}

int request_volumes(struct request_context *c, struct err *err)
{
	_cleanup_pool_ virStoragePoolPtr p = NULL;
	virStorageVolPtr *list = NULL;
	int n = 0, status = 0;

	p = find(c, &status, err);
	if (!p)
		return status;
	/* libvirt knows no volumes of a pool that is not active. */
	if (virStoragePoolIsActive(p) != 0)
		n = virStoragePoolListAllVolumes(p, &list, 0);
	if (n < 0)
		return request_failed(err, _("cannot list the volumes of '%s'"), c->args[0]);
	if (n)
		qsort(list, (size_t)n, sizeof(virStorageVolPtr), by_volume_name);
	buf_puts(c->out, "<volumes>\n");
	print_volumes(c->out, list, n);
	buf_puts(c->out, "</volumes>\n");
	return 0;
}
