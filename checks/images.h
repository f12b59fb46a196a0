/* SPDX-License-Identifier: Apache-2.0 */
/*
 * images: disk images of a host and what they are built on. Of a file just its first bytes are
 * read. What an image names is looked at only when it is a plain file beside it or in a storage
 * pool, in the format that the image declares; all else is reported and left alone.
 */
#pragma once

#include "checks/collector.h"
#include "checks/image_head.h"
#include "runner/base/field.h"

enum image_problem {
	IMAGE_LIES,	  /* its first bytes are of another format than the declared one */
	IMAGE_MALFORMED,  /* a header that no program would write */
	IMAGE_HUGE,	  /* larger than a file can be */
	IMAGE_OUTSIDE,	  /* names a file that is not where images are */
	IMAGE_DEVICE,	  /* names a device or something else that is no file */
	IMAGE_REMOTE,	  /* names a URL or a JSON text */
	IMAGE_UNDECLARED, /* does not say of which format the file is that it names */
	IMAGE_DATA_FILE,  /* keeps its data in another file */
	IMAGE_LOOP,	  /* is built on itself */
	IMAGE_MISSING,	  /* names a file that is not there */
	IMAGE_DEEP,	  /* stands on too many others */
	IMAGE_UNREAD,	  /* its format can name other files, and is not read here */
	IMAGE_PROBLEMS,
};

/* As measures show them: 'outside'. */
extern const char *const image_problem_names[];

struct image {
	const char *path;     /* absolute, as it was named */
	const char *real;     /* without symbolic links */
	const char *declared; /* format; NULL: nobody said one */
	bool exists;
	bool is_block;	/* a block device; else a regular file */
	const char *id; /* the same for every name of one file; NULL when it does not exist */
	int64_t file_bytes, actual_bytes;
	struct image_head head;		   /* format is NULL when it does not exist */
	struct image *backing;		   /* NULL: none, or it was left alone */
	const char *names_backing;	   /* as it stands in the header; NULL: none */
	const char *names_real;		   /* where that is; NULL: no path */
	unsigned problems;		   /* bits 1 << enum image_problem */
	const char *words[IMAGE_PROBLEMS]; /* the details, or NULL */
	bool is_in_progress;
};

#define IMAGES_MAX	256
#define IMAGES_DEEP_MAX 16

/* Start with ev and arena; c NULL: nothing is run, ev has it all. */
struct images {
	struct collector *c;
	const struct evidence *ev;
	struct arena *arena;
	struct strings places; /* directories that hold images */
	struct image *v[IMAGES_MAX];
	size_t n;
};

/*
 * Looks at an image and at what it is built on; with a collector it runs stat, readlink and od on
 * the check's host, as root where the user may not look. An image is looked at once.
 */
int images_look(struct images *g, const char *path, const char *declared, struct image **ret,
		struct err *err);

/* Free space of the file system of an image that exists, for users other than root. */
int images_free_bytes(struct images *g, const struct image *image, int64_t *ret, struct err *err);
/* Something is there that is neither a file nor a block device; it was not opened. */
bool image_is_other(const struct image *image);
/* The format in which it is used: the declared one, else what its first bytes say. */
const char *image_format(const struct image *image);
/* What the guest sees, or -1. */
int64_t image_virtual_bytes(const struct image *image);
/* One file, whatever its names. */
bool image_is_same(const struct image *a, const struct image *b);
/* Whether base is image or below it. */
bool image_stands_on(const struct image *image, const struct image *base);
/* The problems of it and of all below, as bits. */
unsigned image_problems(const struct image *image);
/* What is wrong, in words: 'PATH: ...', one for each problem. */
struct strings image_complaints(const struct image *image, struct arena *arena);
