/* SPDX-License-Identifier: Apache-2.0 */
/* shared_storage: whether the disks that a domain writes are where both hosts can reach them. */
#include "checks/shared_storage.h"

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define DISKS	"/domain/devices/disk[source and not(readonly)]"
#define FILES	DISKS "/source/@file"
#define DEVICES DISKS "[@type='block']/source/@dev"
#define VOLUMES DISKS "[@type='volume' and source/@pool and source/@volume]/source"
#define OTHERS                                                                                     \
	DISKS "[not(@type='network' or @type='file' or @type='block' or @type='volume')]/@type"
/* What a pool of the network is made of, in libvirt's own form. */
#define POOL_SOURCE "/pool/source/*[not(self::auth)]"

static const char *const roles[] = { "source", "destination" };

/* What each host is asked of a file, a device, a pool. */
static const struct question {
	const char *name, *argv[6]; /* then comes the path */
} kind_of = { "disk", { "stat", "-f", "-c", "%T" } },
  number_of = { "number", { "stat", "-c", "%i" } },
  device_of = { "device", { "lsblk", "-d", "-n", "-P", "-o", "WWN,SERIAL" } };

/* Of the source what was asked first keeps its old name. */
static const char *item_name(const struct question *q, size_t i, const char *path,
			     struct arena *arena)
{
	if (!i && q == &kind_of)
		return arena_printf(arena, "disk %s", path);
	return arena_printf(arena, "%s %s %s", roles[i], q->name, path);
}

static const char *pool_name(size_t i, const char *request, const char *pool, struct arena *arena)
{
	return arena_printf(arena, "%s %s %s", roles[i], request, pool);
}

static int ask(struct collector *c, const struct question *q, const char *path, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		const char *argv[ARRAY_SIZE(q->argv) + 2] = { 0 };
		const char *name = item_name(q, i, path, c->arena);
		size_t n = 0;

		while (n < ARRAY_SIZE(q->argv) && q->argv[n]) {
			argv[n] = q->argv[n];
			n++;
		}
		argv[n] = path;
		if (!evidence_find(c->ev, name) &&
		    collect_command_on(c, name, roles[i], argv, err) < 0)
			return -1;
	}
	return 0;
}

static int collect_paths(struct collector *c, const struct question *q, const struct strings *paths,
			 struct err *err)
{
	for (size_t i = 0; i < paths->n; i++)
		if (ask(c, q, paths->v[i], err) < 0)
			return -1;
	return 0;
}

/* Of both what the pool is, of the destination whether it is active. 0 also when libvirt cannot
 * tell. */
static int collect_pool(struct collector *c, const char *pool, struct err *err)
{
	static const struct {
		size_t role;
		const char *request;
	} requests[] = { { 0, "pool-xml" }, { 1, "pool" }, { 1, "pool-xml" } };

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		const char *const request[] = { requests[i].request, pool, NULL };
		const char *name = pool_name(requests[i].role, requests[i].request, pool, c->arena);

		if (!evidence_find(c->ev, name) &&
		    collect_libvirt(c, name, roles[requests[i].role], request, err) < 0)
			return -1;
	}
	return 0;
}

/* The pool as host i has it; NULL when that is not known. */
static struct xml *read_pool(const struct evidence *ev, size_t i, const char *pool,
			     struct arena *arena)
{
	const struct evidence_item *item = evidence_find(ev, pool_name(i, "pool-xml", pool, arena));
	struct xml *x = NULL;
	struct err err;

	return libvirt_answered(item) && libvirt_xml(item, pool, &x, &err) == 0 ? x : NULL;
}

/* Where the source's pool keeps a volume as a file; NULL when it does not, or is not known. */
static const char *volume_path(const struct evidence *ev, const char *pool, const char *volume,
			       struct arena *arena)
{
	_cleanup_xml_ struct xml *x = read_pool(ev, 0, pool, arena);
	const char *folder;

	if (!x ||
	    !xml_is(x, "/pool[@type='dir' or @type='fs' or @type='netfs' or @type='vstorage']"))
		return NULL;
	folder = xml_string(x, "/pool/target/path", arena);
	return folder ? arena_printf(arena, "%s/%s", folder, volume) : NULL;
}

static int collect_file_on_both(struct collector *c, const char *path, struct err *err)
{
	return ask(c, &kind_of, path, err) < 0 ? -1 : ask(c, &number_of, path, err);
}

static int collect_volume(struct collector *c, const char *pool, const char *volume,
			  struct err *err)
{
	const char *path;

	if (collect_pool(c, pool, err) < 0)
		return -1;
	path = volume_path(c->ev, pool, volume, c->arena);
	return path ? collect_file_on_both(c, path, err) : 0;
}

int collect_shared_storage(struct collector *c, const struct xml *x, struct err *err)
{
	struct strings files = xml_list(x, FILES, c->arena);
	struct strings devices = xml_list(x, DEVICES, c->arena);
	struct strings pools = xml_list(x, VOLUMES "/@pool", c->arena);
	struct strings volumes = xml_list(x, VOLUMES "/@volume", c->arena);

	if (collect_paths(c, &kind_of, &files, err) < 0 ||
	    collect_paths(c, &number_of, &files, err) < 0 ||
	    collect_paths(c, &device_of, &devices, err) < 0)
		return -1;
	for (size_t i = 0; i < pools.n && i < volumes.n; i++)
		if (collect_volume(c, pools.v[i], volumes.v[i], err) < 0)
			return -1;
	return 0;
}

static struct held_by unknown(const char *words)
{
	return (struct held_by){ HELD_UNKNOWN, words };
}

static struct held_by lacking(const char *words)
{
	return (struct held_by){ HELD_NO, words };
}

/* What libvirt takes for shared, virFileIsSharedFSType, in the names of stat -f. */
static bool is_shared(const char *filesystem)
{
	static const char *const names[] = { "nfs",   "nfs4",	  "gfs/gfs2", "ocfs2",	"afs",
					     "smb",   "smb2",	  "cifs",     "ceph",	"gpfs",
					     "acfs",  "gfs2",	  "beegfs",   "lustre", "vxfs",
					     "fhgfs", "glusterfs" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(filesystem, names[i]))
			return true;
	return false;
}

/* A host's answer about a path; NULL when it gave none, with words. */
static const char *answer(const struct evidence *ev, const struct question *q, size_t i,
			  const char *path, struct arena *arena, const char **ret_words)
{
	const struct evidence_item *item = evidence_find(ev, item_name(q, i, path, arena));

	if (item && item->end == END_EXITED && !item->status)
		return held_line(&item->out, arena);
	*ret_words =
		arena_printf(arena, "%s: %s", roles[i], item ? held_complaint(item, arena) : path);
	return NULL;
}

/* FUSE says 'fuseblk' whatever it is: a disk of this host, or one of the network. */
static struct held_by measure_kind(const char *kind, size_t i, const char *path,
				   struct arena *arena)
{
	const char *words = arena_printf(arena, "%s: %s: %s", roles[i], path, kind);

	if (is_shared(kind))
		return (struct held_by){ HELD_YES, NULL };
	return strncmp(kind, "fuse", 4) ? lacking(words) : unknown(words);
}

static bool is_absent(const char *words)
{
	return strstr(words, "No such file or directory");
}

/* The source has it on a file system that others may mount; has the destination the same? */
static struct held_by measure_other_side(const struct evidence *ev, const char *path,
					 struct arena *arena)
{
	const char *words = path;
	const char *kind = answer(ev, &kind_of, 1, path, arena, &words), *here, *there;
	struct held_by seen;

	if (!kind)
		return is_absent(words) ? lacking(words) : unknown(words);
	seen = measure_kind(kind, 1, path, arena);
	if (seen.held != HELD_YES)
		return seen;
	here = answer(ev, &number_of, 0, path, arena, &words);
	there = answer(ev, &number_of, 1, path, arena, &words);
	if (!here || !there)
		return unknown(words);
	if (!strcmp(here, there))
		return seen;
	return lacking(arena_printf(arena, _("%s: another file on each host"), path));
}

static struct held_by measure_file(const struct evidence *ev, const char *path, struct arena *arena)
{
	const char *words = path, *kind = answer(ev, &kind_of, 0, path, arena, &words);
	struct held_by seen;

	if (!kind)
		return unknown(words);
	seen = measure_kind(kind, 0, path, arena);
	return seen.held == HELD_YES ? measure_other_side(ev, path, arena) : seen;
}

/* 'WWN="0x5000..." SERIAL="..."': a device without either cannot be told from another. */
static struct held_by measure_device(const struct evidence *ev, const char *path,
				     struct arena *arena)
{
	const char *words = path, *here = answer(ev, &device_of, 0, path, arena, &words);
	const char *there = here ? answer(ev, &device_of, 1, path, arena, &words) : NULL;

	if (here && !there && strstr(words, "not a block device"))
		return lacking(words);
	if (!here || !there)
		return unknown(words);
	words = arena_printf(arena, "%s: %s | %s", path, here, there);
	if (!strcmp(here, "WWN=\"\" SERIAL=\"\"") || !strcmp(there, "WWN=\"\" SERIAL=\"\""))
		return unknown(words);
	return strcmp(here, there) ? lacking(words) : (struct held_by){ HELD_YES, NULL };
}

/* A pool that keeps no files: of the network, and the same on both, or not to be told. */
static struct held_by measure_pool(const struct evidence *ev, const char *pool, struct arena *arena)
{
	_cleanup_xml_ struct xml *s = read_pool(ev, 0, pool, arena);
	_cleanup_xml_ struct xml *d = read_pool(ev, 1, pool, arena);
	const char *type = s ? xml_string(s, "string(/pool/@type)", arena) : "?";

	if (s && d &&
	    xml_is(s, "/pool[@type='iscsi' or @type='iscsi-direct' or @type='rbd' or "
		      "@type='gluster' or @type='sheepdog']") &&
	    !strcmp(type, xml_string(d, "string(/pool/@type)", arena)) &&
	    !strcmp(xml_copy(s, POOL_SOURCE, arena), xml_copy(d, POOL_SOURCE, arena)))
		return (struct held_by){ HELD_YES, NULL };
	return unknown(arena_printf(arena, _("pool '%s' of type '%s'"), pool, type));
}

static struct held_by measure_volume(const struct evidence *ev, const char *pool,
				     const char *volume, struct arena *arena)
{
	const struct evidence_item *there = evidence_find(ev, pool_name(1, "pool", pool, arena));
	const char *path = volume_path(ev, pool, volume, arena);

	if (libvirt_has_none(there))
		return lacking(held_line(&there->err, arena));
	if (!libvirt_answered(there))
		return unknown(there ? held_complaint(there, arena) : pool);
	if (!libvirt_says_yes(there, "active", arena))
		return lacking(
			arena_printf(arena, _("destination: pool '%s' is not active"), pool));
	return path ? measure_file(ev, path, arena) : measure_pool(ev, pool, arena);
}

struct held_by storage_measure(const struct evidence *ev, const struct xml *x, struct arena *arena)
{
	struct strings files = xml_list(x, FILES, arena);
	struct strings devices = xml_list(x, DEVICES, arena);
	struct strings pools = xml_list(x, VOLUMES "/@pool", arena);
	struct strings volumes = xml_list(x, VOLUMES "/@volume", arena);
	struct strings others = xml_list(x, OTHERS, arena);
	struct held_by all = { HELD_YES, NULL };

	for (size_t i = 0; i < files.n; i++)
		held_and(&all, measure_file(ev, files.v[i], arena));
	for (size_t i = 0; i < devices.n; i++)
		held_and(&all, measure_device(ev, devices.v[i], arena));
	for (size_t i = 0; i < pools.n && i < volumes.n; i++)
		held_and(&all, measure_volume(ev, pools.v[i], volumes.v[i], arena));
	for (size_t i = 0; i < others.n; i++)
		held_and(&all, unknown(arena_printf(arena, _("disk of type '%s'"), others.v[i])));
	return all;
}
