/* SPDX-License-Identifier: Apache-2.0 */
/* promises: what all domains were promised, and of their disks, what libvirt's pools know it to be
 * based on. */
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/xml.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/request.h"

#define CHAIN_MAX 16
#define DISK	  "/domain/devices/disk[not(@device='cdrom' or @device='floppy')]"
#define SOURCE	  "source/@*[name()='file' or name()='dev' or name()='name']"

/* A word to the line's end, whatever is in it. */
static void print_rest(struct buf *out, const char *text)
{
	for (const char *p = text && *text ? text : "-"; *p; p++)
		buf_putc(out, (unsigned char)*p < ' ' ? '?' : *p);
	buf_putc(out, '\n');
}

/* 'volume FORMAT CAPACITY ALLOCATION PATH'; what it is based on, or NULL. */
static const char *print_volume(struct request_context *c, const char *path)
{
	virStorageVolPtr v = virStorageVolLookupByPath(c->connection, path);
	_cleanup_free_ char *text = v ? virStorageVolGetXMLDesc(v, 0) : NULL;
	const char *format, *backing = NULL;
	struct xml *x = NULL;
	struct err ignored;

	if (v)
		virStorageVolFree(v);
	if (!text || xml_parse(text, strlen(text), path, &x, &ignored) < 0)
		return NULL;
	format = xml_string(x, "/volume/target/format/@type", c->arena);
	buf_printf(c->out, "volume %s %s %s ", format ? format : "-",
		   xml_string(x, "string(/volume/capacity)", c->arena),
		   xml_string(x, "string(/volume/allocation)", c->arena));
	print_rest(c->out, path);
	backing = xml_string(x, "/volume/backingStore/path", c->arena);
	xml_free(x);
	return backing;
}

/* Goes down a chain by what libvirt already knows; opens no image, and ends where one is a loop. */
static void print_chain(struct request_context *c, const char *path)
{
	for (int i = 0; path && *path == '/' && i < CHAIN_MAX; i++)
		path = print_volume(c, path);
}

/* 'disk TARGET CAPACITY ALLOCATION PHYSICAL SOURCE', '-' for what cannot be known now. */
static void print_disk(struct request_context *c, virDomainPtr d, const char *target,
		       const char *source)
{
	virDomainBlockInfo info;

	if (virDomainGetBlockInfo(d, target, &info, 0) == 0)
		buf_printf(c->out, "disk %s %llu %llu %llu ", target, info.capacity,
			   info.allocation, info.physical);
	else
		buf_printf(c->out, "disk %s - - - ", target);
	print_rest(c->out, source);
	print_chain(c, source);
}

static const char *of_disk(const struct xml *x, size_t i, const char *what, struct arena *arena)
{
	return xml_string(x, arena_printf(arena, "(" DISK ")[%zu]/%s", i, what), arena);
}

static void print_disks(struct request_context *c, virDomainPtr d, const struct xml *x)
{
	size_t n = xml_list(x, DISK, c->arena).n;

	for (size_t i = 1; i <= n; i++) {
		const char *target = of_disk(x, i, "target/@dev", c->arena);

		if (target)
			print_disk(c, d, target, of_disk(x, i, SOURCE, c->arena));
	}
}

/* 'domain active|inactive VCPUS KIB NAME', then its disks. */
static void print_domain(struct request_context *c, virDomainPtr d)
{
	_cleanup_free_ char *text = virDomainGetXMLDesc(d, 0);
	struct xml *x = NULL;
	virDomainInfo info;
	struct err ignored;

	/* It went while it was looked at. */
	if (!text || virDomainGetInfo(d, &info) < 0 ||
	    xml_parse(text, strlen(text), "domain", &x, &ignored) < 0)
		return;
	buf_printf(c->out, "domain %s %u %lu ", virDomainIsActive(d) == 1 ? "active" : "inactive",
		   info.nrVirtCpu, info.maxMem);
	print_rest(c->out, virDomainGetName(d));
	print_disks(c, d, x);
	xml_free(x);
}

/* libvirt's own order is that of a hash, and another one each time. */
static int by_name(const void *a, const void *b)
{
	return strcmp(virDomainGetName(*(const virDomainPtr *)a),
		      virDomainGetName(*(const virDomainPtr *)b));
}

int request_promises(struct request_context *c, struct err *err)
{
	virDomainPtr *list = NULL;
	int n = virConnectListAllDomains(c->connection, &list, 0);

	if (n < 0)
		return request_failed(err, _("cannot list domains"));
	qsort(list, (size_t)n, sizeof(*list), by_name);
	for (int i = 0; i < n; i++) {
		print_domain(c, list[i]);
		virDomainFree(list[i]);
	}
	free(list);
	return 0;
}
