/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_image: any bytes as the head of a disk image, and as what 'od' printed of one. */
#include <stdlib.h>
#include <string.h>

#include "checks/image_head.h"
#include "runner/base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const char *name)
{
	for (; name && *name; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f)
			abort();
}

static void check_head(const struct image_head *h)
{
	if (!h->format)
		abort();
	check_name(h->backing);
	check_name(h->backing_format);
	check_name(h->data_file);
	if (h->backing && strlen(h->backing) != h->name_size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct image_head head;
	struct output od = { .kept = arena_memdup(&arena, data, size),
			     .kept_len = size,
			     .head_len = size,
			     .total = size };
	const unsigned char *bytes;
	size_t len;

	image_head_read(data, size, &arena, &head);
	check_head(&head);
	bytes = image_bytes(&od, IMAGE_HEAD_BYTES, &arena, &len);
	if (!bytes)
		return 0;
	if (len > IMAGE_HEAD_BYTES)
		abort();
	image_head_read(bytes, len, &arena, &head);
	check_head(&head);
	return 0;
}
