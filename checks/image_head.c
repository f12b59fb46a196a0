/* SPDX-License-Identifier: Apache-2.0 */
/* image_head: recognises formats by their first bytes and reads qcow2 headers, bounded. */
#include "checks/image_head.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"

#define V2_LENGTH	 72
#define V3_LENGTH	 104
#define CLUSTER_BITS_MIN 9
#define CLUSTER_BITS_MAX 21
#define NAME_MAX_BYTES	 1023

#define INCOMPATIBLE_DATA_FILE (1u << 2)

#define EXTENSION_END		 0
#define EXTENSION_BACKING_FORMAT 0xe2792acau
#define EXTENSION_DATA_FILE	 0x44415441u

static const struct {
	const char *format;
	size_t offset, len;
	const char *bytes;
} magics[] = {
	{ "qed", 0, 4, "QED\0" },
	{ "vmdk", 0, 4, "KDMV" },
	{ "vmdk", 0, 4, "COWD" },
	{ "vmdk", 0, 21, "# Disk DescriptorFile" },
	{ "vdi", 64, 4, "\x7f\x10\xda\xbe" },
	{ "vpc", 0, 8, "conectix" },
	{ "vhdx", 0, 8, "vhdxfile" },
	{ "luks", 0, 6, "LUKS\xba\xbe" },
	{ "parallels", 0, 16, "WithoutFreeSpace" },
	{ "parallels", 0, 16, "WithouFreSpacExt" },
	{ "bochs", 0, 16, "Bochs Virtual HD" },
};

struct reader {
	const unsigned char *bytes;
	size_t len;
	struct arena *arena;
};

static uint64_t number(const struct reader *r, size_t offset, size_t size)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < size; i++)
		ret = ret << 8 | r->bytes[offset + i];
	return ret;
}

const char *image_name(const unsigned char *bytes, size_t len, struct arena *arena)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] < ' ' || bytes[i] == 0x7f)
			return NULL;
	return len ? arena_memdup(arena, bytes, len) : NULL;
}

static const char *name_at(const struct reader *r, size_t offset, size_t len,
			   struct image_head *head)
{
	const char *name = image_name(r->bytes + offset, len, r->arena);

	if (!name)
		head->malformed = "name";
	return name;
}

/* Type, length and data, padded to 8 bytes, until one of type 0. */
static void read_extensions(const struct reader *r, size_t at, size_t end, struct image_head *head)
{
	while (at + 8 <= end) {
		uint64_t type = number(r, at, 4), len = number(r, at + 4, 4);

		at += 8;
		if (type == EXTENSION_END)
			return;
		if (len > end - at) {
			head->malformed = "extension";
			return;
		}
		if (type == EXTENSION_BACKING_FORMAT)
			head->backing_format = name_at(r, at, len, head);
		else if (type == EXTENSION_DATA_FILE)
			head->data_file = name_at(r, at, len, head);
		at += (len + 7) / 8 * 8;
	}
}

static void read_backing(const struct reader *r, uint64_t cluster, struct image_head *head)
{
	uint64_t offset = number(r, 8, 8), size = number(r, 16, 4);

	if (!offset)
		return;
	head->name_offset = offset;
	head->name_size = (uint32_t)size;
	if (!size || size > NAME_MAX_BYTES || offset > cluster || size > cluster - offset)
		head->malformed = "backing file";
	else if (offset + size <= r->len)
		head->backing = name_at(r, offset, size, head);
}

static void read_v3(const struct reader *r, size_t *ret_length, struct image_head *head)
{
	if (r->len < V3_LENGTH) {
		head->malformed = "length";
		return;
	}
	*ret_length = number(r, 100, 4);
	head->has_data_file = number(r, 72, 8) & INCOMPATIBLE_DATA_FILE;
}

static void read_qcow2(const struct reader *r, struct image_head *head)
{
	uint64_t bits, cluster;
	size_t length = V2_LENGTH, end;

	if (r->len < V2_LENGTH) {
		head->malformed = "length";
		return;
	}
	bits = number(r, 20, 4);
	head->virtual_bytes = number(r, 24, 8);
	if (bits < CLUSTER_BITS_MIN || bits > CLUSTER_BITS_MAX) {
		head->malformed = "cluster size";
		return;
	}
	cluster = 1ull << bits;
	if (number(r, 4, 4) >= 3)
		read_v3(r, &length, head);
	if (length > cluster || (number(r, 4, 4) >= 3 && length < V3_LENGTH))
		head->malformed = "length";
	if (head->malformed)
		return;
	read_backing(r, cluster, head);
	/* The names stand behind the extensions. */
	end = head->name_offset ? head->name_offset : cluster;
	read_extensions(r, length, end < r->len ? end : r->len, head);
}

void image_head_read(const unsigned char *bytes, size_t len, struct arena *arena,
		     struct image_head *ret)
{
	const struct reader r = { bytes, len, arena };

	*ret = (struct image_head){ .format = "raw" };
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (len >= magics[i].offset + magics[i].len &&
		    !memcmp(bytes + magics[i].offset, magics[i].bytes, magics[i].len))
			ret->format = magics[i].format;
	if (len < 8 || memcmp(bytes, "QFI\xfb", 4) != 0)
		return;
	ret->format = number(&r, 4, 4) == 1 ? "qcow" : "qcow2";
	if (number(&r, 4, 4) != 1)
		read_qcow2(&r, ret);
}

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct dump {
	unsigned char *bytes;
	size_t n, cap;
	uint64_t start; /* where the first byte stood */
	size_t line;	/* bytes of the last line */
	bool repeats;	/* a '*' stood below it */
};

/* The last line again and again, until what comes next stands at that place. */
static bool repeat(struct dump *d, uint64_t until)
{
	if (!d->line || until < d->start + d->n || until - d->start > d->cap)
		return false;
	for (; d->n < until - d->start; d->n++)
		d->bytes[d->n] = d->bytes[d->n - d->line];
	d->repeats = false;
	return true;
}

/* Behind its address, up to 16 bytes. */
static bool read_bytes(struct dump *d, const char *p, const char *end)
{
	size_t before = d->n;

	for (; p + 3 <= end && d->n < d->cap; p += 3) {
		if (*p != ' ' || digit(p[1]) < 0 || digit(p[2]) < 0)
			return false;
		d->bytes[d->n++] = (unsigned char)(digit(p[1]) << 4 | digit(p[2]));
	}
	if (d->n > before)
		d->line = d->n - before;
	return p == end;
}

static bool read_line(struct dump *d, const char *line, const char *end)
{
	char *p;
	uint64_t at;

	if (*line == '*') {
		d->repeats = true;
		return end == line + 1;
	}
	if (!isdigit((unsigned char)*line))
		return false;
	at = strtoull(line, &p, 10);
	if (!d->n)
		d->start = at;
	if (d->repeats && !repeat(d, at))
		return false;
	return at == d->start + d->n && read_bytes(d, p, end);
}

const unsigned char *image_bytes(const struct output *od, size_t max, struct arena *arena,
				 size_t *ret_len)
{
	struct dump d = { .bytes = arena_alloc(arena, max + 1), .cap = max };
	const char *p = od->kept, *end = p + od->kept_len;

	if (output_is_truncated(od))
		return NULL;
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		if (!newline || !read_line(&d, p, newline))
			return NULL;
		p = newline + 1;
	}
	*ret_len = d.n;
	return d.bytes;
}
