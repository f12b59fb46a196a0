/* SPDX-License-Identifier: Apache-2.0 */
/* shared_storage: whether the disks that a domain writes are where both hosts can reach them. */
#include "checks/shared_storage.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define DISKS	"/domain/devices/disk[source and not(readonly)]"
#define VOLUMES DISKS "[@type='volume' and source/@pool and source/@volume]/source"

/* Of the source what the pool is, of the destination whether it is there. */
static const char *const requests[][2] = { { "source", "pool-xml" }, { "destination", "pool" } };

static const char *item_name(size_t i, const char *pool, struct arena *arena)
{
	return arena_printf(arena, "%s %s %s", requests[i][0], requests[i][1], pool);
}

/* 0 also when libvirt cannot tell. */
static int collect_pool(struct collector *c, const char *pool, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		const char *const request[] = { requests[i][1], pool, NULL };
		const char *name = item_name(i, pool, c->arena);

		if (!evidence_find(c->ev, name) &&
		    collect_libvirt(c, name, requests[i][0], request, err) < 0)
			return -1;
	}
	return 0;
}

/* Where a pool keeps its volumes as files; NULL when it does not, or is not known. */
static const char *folder_of(const struct evidence *ev, const char *pool, struct arena *arena)
{
	const struct evidence_item *item = evidence_find(ev, item_name(0, pool, arena));
	_cleanup_xml_ struct xml *x = NULL;
	struct err err;

	if (!libvirt_answered(item) || libvirt_xml(item, pool, &x, &err) < 0 ||
	    !xml_is(x, "/pool[@type='dir' or @type='fs' or @type='netfs' or @type='vstorage']"))
		return NULL;
	return xml_string(x, "/pool/target/path", arena);
}

static const char *volume_path(const struct evidence *ev, const char *pool, const char *volume,
			       struct arena *arena)
{
	const char *folder = folder_of(ev, pool, arena);

	return folder ? arena_printf(arena, "%s/%s", folder, volume) : NULL;
}

/* The kind of the file system that a file is on. */
static int collect_filesystem(struct collector *c, const char *file, struct err *err)
{
	const char *stat[] = { "stat", "-f", "-c", "%T", file, NULL };

	return collect_command_on(c, arena_printf(c->arena, "disk %s", file), "source", stat, err);
}

static int collect_volume(struct collector *c, const char *pool, const char *volume,
			  struct err *err)
{
	const char *path;

	if (collect_pool(c, pool, err) < 0)
		return -1;
	path = volume_path(c->ev, pool, volume, c->arena);
	return path ? collect_filesystem(c, path, err) : 0;
}

int collect_shared_storage(struct collector *c, const struct xml *x, struct err *err)
{
	struct strings files = xml_list(x, DISKS "/source/@file", c->arena);
	struct strings pools = xml_list(x, VOLUMES "/@pool", c->arena);
	struct strings volumes = xml_list(x, VOLUMES "/@volume", c->arena);

	for (size_t i = 0; i < files.n; i++)
		if (collect_filesystem(c, files.v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < pools.n && i < volumes.n; i++)
		if (collect_volume(c, pools.v[i], volumes.v[i], err) < 0)
			return -1;
	return 0;
}

/* What libvirt takes for shared, virFileIsSharedFSType, in the names of stat -f. */
static bool is_shared(const char *filesystem)
{
	static const char *const names[] = { "nfs",   "nfs4",	"gfs/gfs2", "ocfs2",  "afs",
					     "smb",   "smb2",	"cifs",	    "ceph",   "gpfs",
					     "acfs",  "beegfs", "fuseblk",  "lustre", "vxfs",
					     "fhgfs", "gfs2",	"glusterfs" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(filesystem, names[i]))
			return true;
	return false;
}

static const char *first_line(const struct output *o, struct arena *arena)
{
	return o->kept ? arena_memdup(arena, o->kept, strcspn(o->kept, "\r\n")) : "";
}

static enum storage_verdict measure_file(const struct evidence *ev, const char *file,
					 struct arena *arena, const char **ret_words)
{
	const struct evidence_item *item = evidence_find(ev, arena_printf(arena, "disk %s", file));
	const char *kind = item ? first_line(&item->out, arena) : "";

	if (is_shared(kind))
		return STORAGE_SHARED;
	*ret_words = arena_printf(arena, "%s: %s", file, kind);
	return STORAGE_LOCAL;
}

static enum storage_verdict measure_volume(const struct evidence *ev, const char *pool,
					   const char *volume, struct arena *arena,
					   const char **ret_words)
{
	const struct evidence_item *here = evidence_find(ev, item_name(0, pool, arena));
	const struct evidence_item *there = evidence_find(ev, item_name(1, pool, arena));
	const char *path = volume_path(ev, pool, volume, arena);

	if (libvirt_has_no_domain(there)) {
		*ret_words = first_line(&there->err, arena);
		return STORAGE_LOCAL;
	}
	if (!libvirt_answered(here) || !libvirt_answered(there))
		return STORAGE_UNKNOWN;
	if (!libvirt_says_yes(there, "active", arena)) {
		*ret_words = arena_printf(arena, _("destination: pool '%s' is not active"), pool);
		return STORAGE_LOCAL;
	}
	return path ? measure_file(ev, path, arena, ret_words) : STORAGE_SHARED;
}

enum storage_verdict storage_measure(const struct evidence *ev, const struct xml *x,
				     struct arena *arena, const char **ret_words)
{
	struct strings files = xml_list(x, DISKS "/source/@file", arena);
	struct strings pools = xml_list(x, VOLUMES "/@pool", arena);
	struct strings volumes = xml_list(x, VOLUMES "/@volume", arena);
	enum storage_verdict verdict, worst = STORAGE_SHARED;

	for (size_t i = 0; i < files.n; i++)
		if (measure_file(ev, files.v[i], arena, ret_words) != STORAGE_SHARED)
			return STORAGE_LOCAL;
	for (size_t i = 0; i < pools.n && i < volumes.n; i++) {
		verdict = measure_volume(ev, pools.v[i], volumes.v[i], arena, ret_words);
		if (verdict == STORAGE_LOCAL)
			return STORAGE_LOCAL;
		if (verdict == STORAGE_UNKNOWN)
			worst = STORAGE_UNKNOWN;
	}
	return worst;
}
