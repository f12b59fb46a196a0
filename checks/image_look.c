/* SPDX-License-Identifier: Apache-2.0 */
/* image_look: asks the host for one image: where it is, what it is, its first bytes. */
#include "checks/image_look.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/i18n.h"

/* What the command said: run now, or on record. */
static int ask(struct images *g, const char *name, const char *const argv[],
	       const struct evidence_item **ret, struct err *err)
{
	const struct evidence_item *item = evidence_find(g->ev, name);

	if (!item && g->c) {
		if (collect_permitted(g->c, name, argv, err) < 0)
			return -1;
		item = evidence_find(g->ev, name);
	}
	if (!item)
		return err_set(err, ERR_ENV, NULL, _("'%s' was not looked at"), name);
	*ret = item;
	return 0;
}

static int fail(const struct evidence_item *item, const char *path, struct err *err)
{
	if (item->error)
		return err_errno(err, ERR_ENV, item->error, _("cannot run '%s'"), item->where);
	return err_set(err, ERR_ENV, NULL, _("cannot look at '%s': %.*s"), path,
		       (int)strcspn(item->err.kept, "\n"), item->err.kept);
}

static bool succeeded(const struct evidence_item *item)
{
	return item->end == END_EXITED && !item->status && !item->error;
}

/* The path without symbolic links, whether anything is there or not. */
int image_find_real(struct images *g, const char *path, const char **ret, struct err *err)
{
	const char *const argv[] = { "readlink", "-m", "--", path, NULL };
	const char *name = arena_printf(g->arena, "real %s", path);
	const struct evidence_item *item;
	size_t len;

	if (ask(g, name, argv, &item, err) < 0)
		return -1;
	len = item->out.kept_len;
	if (!succeeded(item) || len < 2 || item->out.kept[0] != '/')
		return fail(item, path, err);
	*ret = arena_memdup(g->arena, item->out.kept, len - 1);
	return 0;
}

/*
 * '81a4 2049 1234 0:0 65536 8 512': mode, device, inode, the device that it is itself, size,
 * blocks, bytes of a block. Nodes of one block device are one.
 */
static int read_stat(struct image *image, const char *text, struct arena *arena, struct err *err)
{
	unsigned mode, major, minor;
	unsigned long long device, inode;
	long long size, blocks, unit;

	if (sscanf(text, "%x %llu %llu %x:%x %lld %lld %lld", &mode, &device, &inode, &major,
		   &minor, &size, &blocks, &unit) != 8)
		return err_set(err, ERR_ENV, NULL, _("'stat' said nothing of '%s'"), image->path);
	image->exists = S_ISREG(mode) || S_ISBLK(mode);
	image->is_block = S_ISBLK(mode);
	image->id = image->is_block ? arena_printf(arena, "block %x:%x", major, minor)
				    : arena_printf(arena, "%llu %llu", device, inode);
	image->file_bytes = size;
	image->actual_bytes = blocks * unit;
	return 0;
}

int image_look_at_file(struct images *g, struct image *image, struct err *err)
{
	const char *const argv[] = { "stat", "-c",	  "%f %d %i %t:%T %s %b %B",
				     "--",   image->real, NULL };
	const char *name = arena_printf(g->arena, "file %s", image->path);
	const struct evidence_item *item;

	if (ask(g, name, argv, &item, err) < 0)
		return -1;
	if (succeeded(item))
		return read_stat(image, item->out.kept, g->arena, err);
	if (strstr(item->err.kept, "No such file") || strstr(item->err.kept, "Not a directory"))
		return 0;
	return fail(item, image->path, err);
}

/* Bytes of the image; its name says where, so that one who asks twice gets both. */
static int read_bytes(struct images *g, const struct image *image, uint64_t offset, uint64_t size,
		      const unsigned char **ret, size_t *ret_len, struct err *err)
{
	const char *at = arena_printf(g->arena, "%llu", (unsigned long long)offset);
	const char *count = arena_printf(g->arena, "%llu", (unsigned long long)size);
	const char *const argv[] = { "od", "-A", "d",	"-t", "x1",	   "-j",
				     at,   "-N", count, "--", image->real, NULL };
	const char *name = arena_printf(g->arena, "%s %s", offset ? "name" : "head", image->path);
	const struct evidence_item *item;

	if (ask(g, name, argv, &item, err) < 0)
		return -1;
	if (!succeeded(item))
		return fail(item, image->path, err);
	*ret = image_bytes(&item->out, size, g->arena, ret_len);
	if (!*ret)
		return err_set(err, ERR_ENV, NULL, _("'od' did not show '%s'"), image->path);
	return 0;
}

/* A name that stands further behind is read on its own; within the first cluster, it is short. */
static int read_far_name(struct images *g, struct image *image, struct err *err)
{
	struct image_head *h = &image->head;
	const unsigned char *bytes;
	size_t len;

	if (!h->name_offset || h->backing || h->malformed)
		return 0;
	if (!image->is_block && h->name_offset + h->name_size > (uint64_t)image->file_bytes) {
		h->malformed = "backing file";
		return 0;
	}
	if (read_bytes(g, image, h->name_offset, h->name_size, &bytes, &len, err) < 0)
		return -1;
	h->backing = len == h->name_size ? image_name(bytes, len, g->arena) : NULL;
	if (!h->backing)
		h->malformed = "backing file";
	return 0;
}

int image_read_head(struct images *g, struct image *image, struct err *err)
{
	const unsigned char *bytes;
	size_t len;

	if (read_bytes(g, image, 0, IMAGE_HEAD_BYTES, &bytes, &len, err) < 0)
		return -1;
	image_head_read(bytes, len, g->arena, &image->head);
	return read_far_name(g, image, err);
}

int images_free_bytes(struct images *g, const struct image *image, int64_t *ret, struct err *err)
{
	const char *const argv[] = { "stat", "-f", "-c", "%a %S", "--", image->real, NULL };
	const char *name = arena_printf(g->arena, "room %s", image->path);
	const struct evidence_item *item;
	long long blocks, unit;

	if (ask(g, name, argv, &item, err) < 0)
		return -1;
	if (!succeeded(item) || sscanf(item->out.kept, "%lld %lld", &blocks, &unit) != 2)
		return fail(item, image->path, err);
	*ret = blocks * unit;
	return 0;
}
