/* SPDX-License-Identifier: Apache-2.0 */
/* disks: the disks of every domain, and the directories of the storage pools. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/escape.h"
#include "runner/base/i18n.h"
#include "runner/base/xml.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/names.h"
#include "runner/libvirt/request.h"

#define DISKS "/domain/devices/disk"

static void print_attribute(FILE *f, const char *name, const char *value)
{
	fprintf(f, " %s='", name);
	escape_xml(f, value, strlen(value));
	fputc('\'', f);
}

/* Where a volume of a pool is; an inactive pool does not tell. */
static void print_volume(struct request_context *c, FILE *f, const char *pool, const char *name)
{
	virStoragePoolPtr p = virStoragePoolLookupByName(c->connection, pool);
	virStorageVolPtr v = p ? virStorageVolLookupByName(p, name) : NULL;
	_cleanup_free_ char *path = v ? virStorageVolGetPath(v) : NULL;

	fputs("<volume", f);
	print_attribute(f, "pool", pool);
	print_attribute(f, "name", name);
	if (path)
		print_attribute(f, "path", path);
	fputs("/>\n", f);
	if (v)
		virStorageVolFree(v);
	if (p)
		virStoragePoolFree(p);
}

static int print_disks(struct request_context *c, FILE *f, virDomainPtr d, unsigned flags,
		       struct err *err)
{
	_cleanup_free_ char *text = virDomainGetXMLDesc(d, flags);
	struct strings pools, names;
	struct xml *x = NULL;

	/* It may have gone since it was listed. */
	if (!text)
		return 0;
	if (xml_parse(text, strlen(text), _("the domain"), &x, err) < 0)
		return REQUEST_FAILED;
	fprintf(f, "<%s>\n%s\n", flags ? "definition" : "now", xml_copy(x, DISKS, c->arena));
	pools = xml_list(x, DISKS "/source[@pool and @volume]/@pool", c->arena);
	names = xml_list(x, DISKS "/source[@pool and @volume]/@volume", c->arena);
	for (size_t i = 0; i < pools.n; i++)
		print_volume(c, f, pools.v[i], names.v[i]);
	fprintf(f, "</%s>\n", flags ? "definition" : "now");
	xml_free(x);
	return 0;
}

static int print_domain(struct request_context *c, FILE *f, virDomainPtr d, struct err *err)
{
	bool active = virDomainIsActive(d) == 1;
	int state = -1, reason = 0, status = 0;

	virDomainGetState(d, &state, &reason, 0);
	fputs("<domain", f);
	print_attribute(f, "name", virDomainGetName(d));
	print_attribute(f, "state", name_of_state(state));
	print_attribute(f, "active", active ? "yes" : "no");
	fputs(">\n", f);
	if (active)
		status = print_disks(c, f, d, 0, err);
	if (!status)
		status = print_disks(c, f, d, VIR_DOMAIN_XML_INACTIVE, err);
	fputs("</domain>\n", f);
	return status;
}

static int print_domains(struct request_context *c, FILE *f, struct err *err)
{
	virDomainPtr *list = NULL;
	int n = virConnectListAllDomains(c->connection, &list, 0), status = 0;

	if (n < 0)
		return request_failed(err, _("cannot list domains"));
	for (int i = 0; i < n; i++) {
		if (!status)
			status = print_domain(c, f, list[i], err);
		virDomainFree(list[i]);
	}
	free(list);
	return status;
}

/* Of pools that are directories; that of the others is /dev. */
static int print_place(struct request_context *c, FILE *f, virStoragePoolPtr pool, struct err *err)
{
	_cleanup_free_ char *text = virStoragePoolGetXMLDesc(pool, 0);
	struct xml *x = NULL;
	const char *path;

	if (!text)
		return 0;
	if (xml_parse(text, strlen(text), _("the storage pool"), &x, err) < 0)
		return REQUEST_FAILED;
	path = xml_string(x,
			  "/pool[@type='dir' or @type='fs' or @type='netfs' or @type='gluster']"
			  "/target/path",
			  c->arena);
	if (path) {
		fputs("<place", f);
		print_attribute(f, "path", path);
		fputs("/>\n", f);
	}
	xml_free(x);
	return 0;
}

/* A libvirt that has no storage driver has no pools. */
static int print_places(struct request_context *c, FILE *f, struct err *err)
{
	virStoragePoolPtr *list = NULL;
	int n = virConnectListAllStoragePools(c->connection, &list, 0), status = 0;

	for (int i = 0; i < n; i++) {
		if (!status)
			status = print_place(c, f, list[i], err);
		virStoragePoolFree(list[i]);
	}
	free(list);
	return status;
}

int request_disks(struct request_context *c, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int status;

	if (!f)
		abort();
	fputs("<disks>\n", f);
	status = print_places(c, f, err);
	if (!status)
		status = print_domains(c, f, err);
	fputs("</disks>\n", f);
	if (fclose(f))
		abort();
	buf_add(c->out, text, len);
	return status;
}
