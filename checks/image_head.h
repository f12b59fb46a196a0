/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_head: what the first bytes of a disk image say of it. Reads bytes only; whatever they name
 * stays a name. qcow2 after docs/interop/qcow2.txt of QEMU; of other formats just which they are.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/base/arena.h"
#include "runner/model/evidence.h"

#define IMAGE_HEAD_BYTES 4096

struct image_head {
	const char *format; /* 'qcow2', 'vmdk', ...; 'raw' when they say nothing */
	/* The rest is of qcow2; names are NULL when there are none. */
	const char *malformed; /* what no program would write: 'cluster size'; NULL: nothing */
	uint64_t virtual_bytes;
	uint64_t name_offset; /* where the backing file's name stands, name_size bytes; 0: none */
	uint32_t name_size;
	const char *backing; /* NULL also when the name stands behind what was read */
	const char *backing_format;
	bool has_data_file; /* the guest's data is in another file */
	const char *data_file;
};

/* Strings come from the arena. len is at most IMAGE_HEAD_BYTES or the file's length. */
void image_head_read(const unsigned char *bytes, size_t len, struct arena *arena,
		     struct image_head *ret);
/* A name found in an image, or NULL when it has bytes that are no part of a name. */
const char *image_name(const unsigned char *bytes, size_t len, struct arena *arena);
/*
 * The bytes that 'od -A d -t x1' printed, lines that repeat as '*'; at most max. *ret_len is how
 * many. NULL: it printed something else.
 */
const unsigned char *image_bytes(const struct output *od, size_t max, struct arena *arena,
				 size_t *ret_len);
