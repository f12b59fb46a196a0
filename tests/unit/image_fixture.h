/* SPDX-License-Identifier: Apache-2.0 */
/* image_fixture: a directory of tiny disk images, written byte by byte, and a look at them. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/images.h"
#include "runner/host/process.h"

#define GIB (1ll << 30)

/* A qcow2 image; zeros mean none. */
struct made {
	const char *backing, *backing_format, *data_file;
	uint64_t virtual_bytes; /* 0: 1 GiB */
	unsigned version;	/* 0: 3 */
	unsigned cluster_bits;	/* 0: 16 */
	uint64_t name_offset;	/* 0: behind the extensions */
	uint32_t name_size;	/* 0: as long as backing */
};

struct image_place {
	char dir[64], pool[96], secret[96]; /* pool is a place, secret is in neither */
	int watch;			    /* inotify: whoever opens the secret */
	struct process_group *group;
	struct host *host;
	struct arena arena;
	struct evidence ev;
	struct collector c;
	struct images images;
	struct image *image; /* of the last look */
	struct err err;
};

int image_place_open(void **state);
int image_place_close(void **state);

/* dir/name, arena-owned. */
const char *image_at(struct image_place *p, const char *name);
void image_write(const char *path, const void *bytes, size_t len);
void image_make(struct image_place *p, const char *name, const struct made *made);
/* Bytes of a header, at most 4096; the rest of the buffer is zero. */
size_t image_build(unsigned char *to, const struct made *made);

/* Looks with a real host; fails the test when that is an error. Sees that nobody opened secret. */
void image_look(struct image_place *p, const char *name, const char *declared);
/* The problems as a list: 'outside undeclared'. */
const char *image_found(struct image_place *p);

#define IMAGE_TEST(fn) cmocka_unit_test_setup_teardown(fn, image_place_open, image_place_close)
