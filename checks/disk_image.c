/* SPDX-License-Identifier: Apache-2.0 */
/* disk_image: what a disk image is and what it claims, and which domains use it. */
#include <string.h>

#include "checks/checker.h"
#include "checks/disks.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *path, *format, *domain, *target;
};

static const struct field fields[] = {
	{ .name = "path",
	  .type = FIELD_PATH,
	  .text = N_("The image. Without it, that of the domain's disk."),
	  .example = "path: /var/lib/libvirt/images/db01.qcow2",
	  .offset = offsetof(struct params, path) },
	{ .name = "format",
	  .type = FIELD_NAME,
	  .text = N_("The format in which it is used; without it what the domain declares."),
	  .example = "format: qcow2",
	  .offset = offsetof(struct params, format) },
	{ .name = "domain",
	  .type = FIELD_NAME,
	  .text = N_("The domain whose disk it is, or is to be."),
	  .example = "domain: db01",
	  .offset = offsetof(struct params, domain) },
	{ .name = "target",
	  .type = FIELD_NAME,
	  .text = N_("Which disk of the domain; without it the first."),
	  .example = "target: vda",
	  .offset = offsetof(struct params, target) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "exists", VALUE_BOOL, NULL, N_("The image is there.") },
	{ "path", VALUE_STRING, NULL, N_("Where it is, symbolic links resolved.") },
	{ "format", VALUE_STRING, NULL,
	  N_("What its first bytes say: qcow2, vmdk; raw when they say nothing.") },
	{ "declared_format", VALUE_STRING, NULL,
	  N_("The format in which it is used, as the check or the domain says.") },
	{ "virtual_bytes", VALUE_INT, "bytes", N_("How large the guest sees it.") },
	{ "actual_bytes", VALUE_INT, "bytes", N_("How much of the host's disk it takes.") },
	{ "file_bytes", VALUE_INT, "bytes", N_("How long the file is, holes included.") },
	{ "backing", VALUE_LIST, NULL,
	  N_("The images below it, the next one first; a name that was not followed stands as "
	     "the image has it.") },
	{ "suspicious", VALUE_LIST, NULL,
	  N_("What is wrong with it or below it: format, header, size, outside, device, remote, "
	     "undeclared, data-file, loop, missing, deep, unread.") },
	{ "words", VALUE_LIST, NULL, N_("The same in words, with names.") },
	{ "used_by", VALUE_LIST, NULL,
	  N_("Domains that have it as a disk or that build on it, running or not.") },
	{ "other_users", VALUE_LIST, NULL, N_("Those of them that are not the domain named.") },
	{ "running_users", VALUE_LIST, NULL,
	  N_("Those of them that have a QEMU process which has it open.") },
	{ "written_by", VALUE_LIST, NULL,
	  N_("Those of the running ones that write to it, not to an image above it.") },
	{ "free_bytes", VALUE_INT, "bytes", N_("Free space of the file system that it is on.") },
	{ "copy_fits", VALUE_BOOL, NULL,
	  N_("A copy of what it and the images below it take fits beside it.") },
	{ "can_grow", VALUE_BOOL, NULL,
	  N_("There is room for all that the guest may write; nothing when its size is not "
	     "known.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The image is what it claims, and nobody but its own domain uses it."),
	  "with: {domain: db01}\n"
	  "expect: {suspicious: {eq: []}, other_users: {eq: []}}\n" },
	{ N_("An overlay of 10 GiB on a template."),
	  "with: {path: /var/lib/libvirt/images/web01.qcow2, format: qcow2}\n"
	  "expect: {virtual_bytes: 10737418240, backing: {contains: "
	  "/var/lib/libvirt/images/base.qcow2}}\n" },
	{ 0 },
};

/* What both collect and measure go through: the second finds everything on record. */
struct seen {
	struct images images;
	struct disks disks;
	struct disk *own;    /* NULL: no domain was named, or there is no such disk */
	struct image *image; /* NULL: there is no such disk */
};

static const char *find_path(const struct params *p, const struct seen *seen)
{
	return p->path ? p->path : seen->own ? seen->own->path : NULL;
}

static int check_own(const struct params *p, const struct seen *seen, struct err *err)
{
	const struct disk *own = seen->own;

	if (!p->path && own && !own->path)
		return err_set(err, ERR_ENV, NULL,
			       _("disk '%s' of domain '%s' is of type '%s': no file to look at"),
			       own->target, p->domain, own->type);
	return 0;
}

/* The domain's declaration counts for its own disk. */
static const char *find_format(const struct params *p, const struct seen *seen)
{
	const struct disk *own = seen->own;

	if (p->format || !own || !own->path || (p->path && strcmp(p->path, own->path) != 0))
		return p->format;
	return own->format;
}

static int look(const struct params *p, struct seen *seen, struct err *err)
{
	const char *path;

	if (!p->path && !p->domain)
		return err_set(err, ERR_LAB, NULL, _("'disk_image' needs 'path' or 'domain'"));
	if (disks_read(seen->images.ev, seen->images.arena, &seen->disks, err) < 0)
		return -1;
	seen->own = p->domain ? disks_find(&seen->disks, p->domain, p->target) : NULL;
	if (check_own(p, seen, err) < 0)
		return -1;
	path = find_path(p, seen);
	if (!path)
		return 0;
	if (disks_look(&seen->disks, &seen->images, NULL, err) < 0)
		return -1;
	if (images_look(&seen->images, path, find_format(p, seen), &seen->image, err) < 0)
		return -1;
	if (image_is_other(seen->image))
		return err_set(err, ERR_ENV, NULL, _("'%s' is neither a file nor a block device"),
			       path);
	return 0;
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	struct seen seen = { .images = { .c = c, .ev = c->ev, .arena = c->arena } };
	int64_t room;

	if (collect_disks(c, err) < 0 || look(params, &seen, err) < 0)
		return -1;
	if (!seen.image || !seen.image->exists || seen.image->is_block)
		return 0;
	return images_free_bytes(&seen.images, seen.image, &room, err);
}

static void set_users(const struct params *p, const struct seen *seen, struct measures *ret)
{
	static const char *const lists[] = { "used_by", "other_users", "running_users",
					     "written_by" };
	struct users users = disks_users(&seen->disks, seen->image, ret->arena);

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		measures_set_empty(ret, lists[i]);
	for (size_t i = 0; i < users.n; i++) {
		const struct user *u = &users.v[i];

		measures_add(ret, "used_by", u->domain);
		if (!p->domain || strcmp(p->domain, u->domain) != 0)
			measures_add(ret, "other_users", u->domain);
		if (u->has_open)
			measures_add(ret, "running_users", u->domain);
		if (u->writes)
			measures_add(ret, "written_by", u->domain);
	}
}

static void set_sizes(const struct image *image, struct measures *ret)
{
	int64_t virtual = image_virtual_bytes(image);

	if (virtual >= 0)
		measures_set_int(ret, "virtual_bytes", virtual);
	measures_set_int(ret, "actual_bytes", image->actual_bytes);
	if (!image->is_block)
		measures_set_int(ret, "file_bytes", image->file_bytes);
}

static void set_claims(const struct image *image, struct measures *ret)
{
	struct strings words = image_complaints(image, ret->arena);
	unsigned problems = image_problems(image);
	const struct image *i;

	measures_set_empty(ret, "backing");
	for (i = image; i->backing; i = i->backing)
		measures_add(ret, "backing", i->backing->real);
	if (i->names_backing)
		measures_add(ret, "backing", i->names_backing);
	measures_set_empty(ret, "suspicious");
	for (enum image_problem p = 0; p < IMAGE_PROBLEMS; p++)
		if (problems & 1u << p)
			measures_add(ret, "suspicious", image_problem_names[p]);
	measures_set_empty(ret, "words");
	for (size_t w = 0; w < words.n; w++)
		measures_add(ret, "words", words.v[w]);
}

static int set_space(struct seen *seen, struct measures *ret, struct err *err)
{
	int64_t all = 0, room, virtual = image_virtual_bytes(seen->image);

	if (images_free_bytes(&seen->images, seen->image, &room, err) < 0)
		return -1;
	for (const struct image *i = seen->image; i; i = i->backing)
		all += i->actual_bytes;
	measures_set_int(ret, "free_bytes", room);
	measures_set_bool(ret, "copy_fits", all <= room);
	if (virtual >= 0)
		measures_set_bool(ret, "can_grow", virtual - seen->image->actual_bytes <= room);
	return 0;
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	struct seen seen = { .images = { .ev = ev, .arena = ret->arena } };
	const struct image *image;

	if (look(params, &seen, err) < 0)
		return -1;
	image = seen.image;
	measures_set_bool(ret, "exists", image && image->exists);
	if (!image)
		return 0;
	measures_set_string(ret, "path", image->real);
	set_users(params, &seen, ret);
	if (!image->exists)
		return 0;
	measures_set_string(ret, "format", image->head.format);
	if (image->declared)
		measures_set_string(ret, "declared_format", image->declared);
	set_sizes(image, ret);
	set_claims(image, ret);
	return image->is_block ? 0 : set_space(&seen, ret, err);
}

const struct checker checker_disk_image = {
	.name = "disk_image",
	.summary = N_("A disk image: what it is, what it is built on, and who uses it."),
	.why = N_("The first bytes of an image say what it is and which other file it continues, "
		  "and a guest can write them. Whoever believes them opens what they name; whoever "
		  "writes to an image that another one is built on ruins that one."),
	.source = "https://www.qemu.org/docs/master/interop/qcow2.html, libvirt formatdomain.html",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
