/* SPDX-License-Identifier: Apache-2.0 */
/* free_space: is there room on a file system, also for copies of these disk images? */
#include <stdio.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "checks/images.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *path;
	int64_t at_least;
	struct strings images;
};

static const struct field fields[] = {
	{ .name = "path",
	  .type = FIELD_PATH,
	  .required = true,
	  .text = N_("Anything on the file system; what is not there yet counts as the directory "
		     "that it would be in."),
	  .example = "path: /var/lib/libvirt/images",
	  .offset = offsetof(struct params, path) },
	{ .name = "at_least",
	  .type = FIELD_SIZE,
	  .text = N_("How much is needed, beside the images."),
	  .example = "at_least: 2GiB",
	  .offset = offsetof(struct params, at_least) },
	{ .name = "for",
	  .type = FIELD_STRINGS,
	  .text = N_("Disk images that are to be copied there."),
	  .example = "for: [/var/lib/libvirt/images/base.qcow2]",
	  .offset = offsetof(struct params, images) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "free_bytes", VALUE_INT, "bytes", N_("What a user who is not root may still write.") },
	{ "total_bytes", VALUE_INT, "bytes", N_("Size of the file system.") },
	{ "needed_bytes", VALUE_INT, "bytes",
	  N_("at_least, and what the images and those below them take.") },
	{ "needed_when_full", VALUE_INT, "bytes",
	  N_("The same when the guests have written all that they may; nothing when an image's "
	     "size is not known.") },
	{ "enough", VALUE_BOOL, NULL,
	  N_("What is needed fits; nothing when an image is missing.") },
	{ "enough_when_full", VALUE_BOOL, NULL, N_("It fits also then.") },
	{ "missing", VALUE_LIST, NULL, N_("Images that are not there.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("There is room for a copy of a template."),
	  "with: {path: /var/lib/libvirt/images, for: [/var/lib/libvirt/images/base.qcow2]}\n"
	  "expect: {enough: true}\n" },
	{ N_("2 GiB are free."), "with: {path: /var/lib/libvirt/images, at_least: 2GiB}\n"
				 "expect: {enough: true}\n" },
	{ 0 },
};

/* A directory that is yet to be made will be on the file system of the next one that is there. */
static const char script[] = "p=$1; until [ -e \"$p\" ] || [ \"$p\" = / ]; do p=${p%/*}; "
			     "p=${p:-/}; done; exec stat -f -c '%a %b %S' -- \"$p\"";

static int look_at_images(const struct params *p, struct images *g, struct image **ret,
			  struct err *err)
{
	for (size_t i = 0; i < p->images.n; i++)
		if (images_look(g, p->images.v[i], NULL, &ret[i], err) < 0)
			return -1;
	return 0;
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;
	const char *const argv[] = { "sh", "-c", script, "sh", p->path, NULL };
	struct images images = { .c = c, .ev = c->ev, .arena = c->arena };
	struct image **seen = arena_array(c->arena, struct image *, p->images.n);

	if (collect_permitted(c, "room", argv, err) < 0)
		return -1;
	return look_at_images(p, &images, seen, err);
}

struct room {
	long long free, total, unit;
};

static int read_room(const struct evidence_item *item, const struct params *p, struct room *ret,
		     struct err *err)
{
	if (item && item->end == END_EXITED && !item->status &&
	    sscanf(item->out.kept, "%lld %lld %lld", &ret->free, &ret->total, &ret->unit) == 3 &&
	    ret->free >= 0 && ret->total >= 0 && ret->unit > 0)
		return 0;
	return err_set(err, ERR_ENV, NULL, _("the file system of '%s' did not tell its size"),
		       p->path);
}

/* What a copy takes at once: also what the image is built on, at most. */
static int64_t taken(const struct image *image)
{
	int64_t ret = 0;

	for (; image; image = image->backing)
		ret += image->actual_bytes;
	return ret;
}

static void set_needed(const struct params *p, struct image **images, int64_t room,
		       struct measures *ret)
{
	int64_t now = p->at_least, full = p->at_least;
	bool is_known = true, is_there = true;

	measures_set_empty(ret, "missing");
	for (size_t i = 0; i < p->images.n; i++) {
		int64_t virtual;

		if (!images[i]->exists) {
			measures_add(ret, "missing", p->images.v[i]);
			is_there = false;
			continue;
		}
		virtual = image_virtual_bytes(images[i]);
		now += taken(images[i]);
		full += virtual;
		is_known &= virtual >= 0;
	}
	if (!is_there)
		return;
	measures_set_int(ret, "needed_bytes", now);
	measures_set_bool(ret, "enough", now <= room);
	if (!is_known)
		return;
	measures_set_int(ret, "needed_when_full", full);
	measures_set_bool(ret, "enough_when_full", full <= room);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	struct images images = { .ev = ev, .arena = ret->arena };
	struct image **seen = arena_array(ret->arena, struct image *, p->images.n);
	struct room room;

	if (read_room(evidence_find(ev, "room"), p, &room, err) < 0 ||
	    look_at_images(p, &images, seen, err) < 0)
		return -1;
	measures_set_int(ret, "free_bytes", room.free * room.unit);
	measures_set_int(ret, "total_bytes", room.total * room.unit);
	set_needed(p, seen, room.free * room.unit, ret);
	return 0;
}

const struct checker checker_free_space = {
	.name = "free_space",
	.summary = N_("There is room on a file system, also for copies of disk images."),
	.why = N_("A copy that fills the file system stops every guest that writes there: QEMU "
		  "pauses it with an I/O error. Images that are not full yet promise more than "
		  "they take."),
	.source = "statfs(2), stat(1) --file-system; https://www.qemu.org/docs/master/interop/"
		  "qcow2.html",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
