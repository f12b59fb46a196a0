/* SPDX-License-Identifier: Apache-2.0 */
/* images: follows what images are built on, as far as that is safe. */
#include "checks/images.h"

#include <string.h>

#include "checks/image_look.h"
#include "runner/base/i18n.h"

/* The largest file of ext4 with blocks of 4 KiB. */
#define FILE_BYTES_MAX (16ll << 40)

const char *const image_problem_names[] = {
	[IMAGE_LIES] = "format",
	[IMAGE_MALFORMED] = "header",
	[IMAGE_HUGE] = "size",
	[IMAGE_OUTSIDE] = "outside",
	[IMAGE_DEVICE] = "device",
	[IMAGE_REMOTE] = "remote",
	[IMAGE_UNDECLARED] = "undeclared",
	[IMAGE_DATA_FILE] = "data-file",
	[IMAGE_LOOP] = "loop",
	[IMAGE_MISSING] = "missing",
	[IMAGE_DEEP] = "deep",
	[IMAGE_UNREAD] = "unread",
};

static const char *const problem_texts[] = {
	[IMAGE_LIES] = N_("its first bytes are of another format"),
	[IMAGE_MALFORMED] = N_("its header makes no sense"),
	[IMAGE_HUGE] = N_("it claims to be larger than a file can be"),
	[IMAGE_OUTSIDE] = N_("it names a file that is neither beside it nor in a storage pool"),
	[IMAGE_DEVICE] = N_("it names something that is no file"),
	[IMAGE_REMOTE] = N_("it names something elsewhere"),
	[IMAGE_UNDECLARED] = N_("it does not say of which format the file is that it names"),
	[IMAGE_DATA_FILE] = N_("it keeps its data in another file"),
	[IMAGE_LOOP] = N_("it is built on itself"),
	[IMAGE_MISSING] = N_("the file that it names is not there"),
	[IMAGE_DEEP] = N_("it stands on too many others"),
	[IMAGE_UNREAD] = N_("its format may name other files, and was not looked into"),
};

static void blame(struct image *image, enum image_problem problem, const char *words)
{
	image->problems |= 1u << problem;
	image->words[problem] = words;
}

const char *image_format(const struct image *image)
{
	return image->declared ? image->declared : image->head.format;
}

static bool is_format(const struct image *image, const char *format)
{
	const char *found = image_format(image);

	return found && !strcmp(found, format);
}

int64_t image_virtual_bytes(const struct image *image)
{
	if (!image->exists)
		return -1;
	if (is_format(image, "qcow2") && !strcmp(image->head.format, "qcow2"))
		return image->head.virtual_bytes <= INT64_MAX ? (int64_t)image->head.virtual_bytes
							      : INT64_MAX;
	return is_format(image, "raw") && !image->is_block ? image->file_bytes : -1;
}

static const char *claim(const struct image_head *h, struct arena *arena)
{
	if (h->backing)
		return arena_printf(arena, _("header of '%s', which names '%s'"), h->format,
				    h->backing);
	return arena_printf(arena, _("header of '%s'"), h->format);
}

static void judge_head(struct images *g, struct image *image)
{
	struct image_head *h = &image->head;
	struct arena *a = g->arena;

	if (image->declared && strcmp(image->declared, h->format) != 0)
		blame(image, IMAGE_LIES,
		      arena_printf(a, _("declared '%s', found: %s"), image->declared, claim(h, a)));
	if (h->malformed)
		blame(image, IMAGE_MALFORMED, h->malformed);
	if (image_virtual_bytes(image) > FILE_BYTES_MAX)
		blame(image, IMAGE_HUGE,
		      arena_printf(a, _("%lld bytes"), (long long)image_virtual_bytes(image)));
	if (!is_format(image, "qcow2")) {
		if (!is_format(image, "raw"))
			blame(image, IMAGE_UNREAD, image_format(image));
		return;
	}
	image->names_backing = h->malformed ? NULL : h->backing;
	if (h->has_data_file || h->data_file)
		blame(image, IMAGE_DATA_FILE, h->data_file);
}

/* As QEMU tells 'nbd://host' from a path: a ':' before the first '/'. */
static bool has_protocol(const char *name)
{
	return name[strcspn(name, ":/")] == ':';
}

static const char *directory(const char *path, struct arena *arena)
{
	size_t len = (size_t)(strrchr(path, '/') - path);

	return arena_memdup(arena, path, len ? len : 1);
}

static bool is_below(const char *path, const char *place)
{
	size_t len = strlen(place);

	return !strncmp(path, place, len) && path[len] == '/';
}

/* Beside the image that names it, or in a storage pool. 1 yes, 0 no, -1. */
static int is_allowed(struct images *g, const struct image *image, struct err *err)
{
	const char *real = image->names_real, *place;

	if (!strcmp(directory(real, g->arena), directory(image->real, g->arena)))
		return 1;
	for (size_t i = 0; i < g->places.n; i++) {
		if (image_find_real(g, g->places.v[i], &place, err) < 0)
			return -1;
		if (is_below(real, place))
			return 1;
	}
	return 0;
}

/* Whether what the image names may be looked at: 1, 0 with the image blamed, -1. */
static int check_name(struct images *g, struct image *image, const char **ret_path, struct err *err)
{
	const char *name = image->names_backing;
	int allowed;

	if (has_protocol(name)) {
		blame(image, IMAGE_REMOTE, name);
		return 0;
	}
	*ret_path = *name == '/' ? name
				 : arena_printf(g->arena, "%s/%s", directory(image->path, g->arena),
						name);
	if (image_find_real(g, *ret_path, &image->names_real, err) < 0)
		return -1;
	allowed = is_allowed(g, image, err);
	if (!allowed)
		blame(image, IMAGE_OUTSIDE, *ret_path);
	return allowed;
}

static int look(struct images *g, const char *path, const char *declared, unsigned depth,
		struct image **ret, struct err *err);

/* What image names becomes its backing image, or image is to blame. */
static int follow(struct images *g, struct image *image, unsigned depth, struct err *err)
{
	const char *path, *format = image->head.backing_format;
	struct image *backing;
	int rc;

	if (!image->names_backing)
		return 0;
	if (depth >= IMAGES_DEEP_MAX) {
		blame(image, IMAGE_DEEP, NULL);
		return 0;
	}
	rc = check_name(g, image, &path, err);
	if (rc <= 0)
		return rc;
	/* Whoever probed it would believe what the guest that wrote it says. */
	if (!format)
		blame(image, IMAGE_UNDECLARED, path);
	if (look(g, path, format, depth + 1, &backing, err) < 0)
		return -1;
	if (backing->is_in_progress)
		blame(image, IMAGE_LOOP, path);
	else if (image_is_other(backing) || backing->is_block)
		blame(image, IMAGE_DEVICE, path);
	else if (!backing->exists)
		blame(image, IMAGE_MISSING, path);
	else
		image->backing = backing;
	return 0;
}

static struct image *find(struct images *g, const char *path, const char *declared)
{
	for (size_t i = 0; i < g->n; i++) {
		struct image *image = g->v[i];
		bool same = declared && image->declared ? !strcmp(declared, image->declared)
							: declared == image->declared;

		if (same && !strcmp(image->path, path))
			return image;
	}
	return NULL;
}

/* The image being followed that is this file by another name, or NULL. */
static struct image *find_above(struct images *g, const struct image *image)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i] != image && g->v[i]->is_in_progress && image_is_same(g->v[i], image))
			return g->v[i];
	return NULL;
}

/* A device is opened only when it is asked for, never because an image names it. */
static int open_up(struct images *g, struct image *image, unsigned depth, struct err *err)
{
	int rc;

	if (!image->exists || image->head.format || (depth && image->is_block))
		return 0;
	image->is_in_progress = true;
	rc = image_read_head(g, image, err);
	if (rc == 0) {
		judge_head(g, image);
		rc = follow(g, image, depth, err);
	}
	image->is_in_progress = false;
	return rc;
}

static int add(struct images *g, struct image *image, struct image **ret, struct err *err)
{
	struct image *above;

	if (image_find_real(g, image->path, &image->real, err) < 0 ||
	    image_look_at_file(g, image, err) < 0)
		return -1;
	above = find_above(g, image);
	*ret = above ? above : image;
	if (above)
		return 0;
	if (g->n == IMAGES_MAX)
		return err_set(err, ERR_ENV, NULL, _("more than %d disk images"), IMAGES_MAX);
	g->v[g->n++] = image;
	return 0;
}

static int look(struct images *g, const char *path, const char *declared, unsigned depth,
		struct image **ret, struct err *err)
{
	struct image *image = find(g, path, declared);

	if (!image) {
		image = arena_alloc(g->arena, sizeof(*image));
		image->path = path;
		image->declared = declared;
		if (add(g, image, &image, err) < 0)
			return -1;
	}
	*ret = image;
	return image->is_in_progress ? 0 : open_up(g, image, depth, err);
}

int images_look(struct images *g, const char *path, const char *declared, struct image **ret,
		struct err *err)
{
	return look(g, path, declared, 0, ret, err);
}

bool image_is_other(const struct image *image)
{
	return image->id && !image->exists;
}

bool image_is_same(const struct image *a, const struct image *b)
{
	return a->id && b->id ? !strcmp(a->id, b->id) : !strcmp(a->real, b->real);
}

bool image_stands_on(const struct image *image, const struct image *base)
{
	const struct image *last = image;

	for (; image; image = image->backing) {
		if (image_is_same(image, base))
			return true;
		last = image;
	}
	/* What was left alone has a name at least. */
	return last->names_real && !strcmp(last->names_real, base->real);
}

unsigned image_problems(const struct image *image)
{
	unsigned ret = 0;

	for (; image; image = image->backing)
		ret |= image->problems;
	return ret;
}

static const char *complain_of(const struct image *image, enum image_problem problem,
			       struct arena *arena)
{
	const char *words = image->words[problem];

	return arena_printf(arena, "%s: %s%s%s", image->path, _(problem_texts[problem]),
			    words ? ": " : "", words ? words : "");
}

struct strings image_complaints(const struct image *image, struct arena *arena)
{
	struct strings ret = { 0 };

	ret.v = arena_array(arena, const char *, IMAGE_PROBLEMS *(IMAGES_DEEP_MAX + 1));
	for (; image; image = image->backing)
		for (enum image_problem p = 0; p < IMAGE_PROBLEMS; p++)
			if (image->problems & 1u << p)
				ret.v[ret.n++] = complain_of(image, p, arena);
	return ret;
}
