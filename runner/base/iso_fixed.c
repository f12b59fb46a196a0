/* SPDX-License-Identifier: Apache-2.0 */
/* iso_fixed: walks the volume descriptors and directory records of ISO 9660 (ECMA-119, RRIP 1.12).
 */
#include "runner/base/iso_fixed.h"

#include <string.h>

#define SECTOR	       2048u
#define FIRST	       16u /* sectors before the descriptors */
#define PRIMARY	       1
#define SUPPLEMENTARY  2
#define TERMINATOR     255
#define VOLUME_ID      40u /* offsets in a descriptor; lengths in bytes */
#define VOLUME_ID_LEN  32u
#define ESCAPES	       88u
#define ROOT_RECORD    156u
#define PROGRAMS       318u /* publisher, data preparer, application */
#define PROGRAMS_LEN   384u
#define TIMES	       813u /* four, of 17 bytes each */
#define RECORD_EXTENT  2u   /* offsets in a directory record */
#define RECORD_SIZE    10u
#define RECORD_TIME    18u
#define RECORD_NAMELEN 32u
#define RECORD_NAME    33u

static const char record_time[7] = { 70, 1, 1, 0, 0, 0, 0 };
static const char volume_time[17] = "1970010100000000"; /* and the zone, 0 */

static unsigned little_endian(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8 | (unsigned)p[2] << 16 | (unsigned)p[3] << 24;
}

/* A descriptor of that index, or NULL at the end or when there is none. */
static unsigned char *descriptor(const char *image, size_t len, size_t i)
{
	unsigned char *p = (unsigned char *)image + (FIRST + i) * SECTOR;

	if (len < (FIRST + i + 1) * SECTOR || memcmp(p + 1, "CD001", 5) != 0)
		return NULL;
	return *p == TERMINATOR ? NULL : p;
}

/* System use entries: two letters, length, version, data. */
static void fix_system_use(unsigned char *p, size_t len)
{
	for (size_t n; len >= 5 && (n = p[2]) >= 5 && n <= len; p += n, len -= n) {
		if (!memcmp(p, "TF", 2))
			for (size_t at = 5; at + sizeof(record_time) <= n;
			     at += sizeof(record_time))
				memcpy(p + at, record_time, sizeof(record_time));
		/* Owner and group, each in both byte orders. */
		if (!memcmp(p, "PX", 2) && n >= 36)
			memset(p + 20, 0, 16);
	}
}

static void fix_record(unsigned char *record)
{
	size_t used = RECORD_NAME + record[RECORD_NAMELEN];

	memcpy(record + RECORD_TIME, record_time, sizeof(record_time));
	used += used % 2;
	if (used < record[0])
		fix_system_use(record + used, record[0] - used);
}

static int fix_directory(char *image, size_t len, const unsigned char *root)
{
	size_t at = (size_t)little_endian(root + RECORD_EXTENT) * SECTOR;
	size_t size = little_endian(root + RECORD_SIZE);

	if (at > len || size > len - at)
		return -1;
	for (size_t i = 0; i < size;) {
		unsigned char *record = (unsigned char *)image + at + i;
		size_t n = record[0];

		/* The rest of a sector is empty; a record never crosses its end. */
		if (!n) {
			i = (i / SECTOR + 1) * SECTOR;
			continue;
		}
		if (n <= RECORD_NAME || i % SECTOR + n > SECTOR || i + n > size)
			return -1;
		fix_record(record);
		i += n;
	}
	return 0;
}

static void fix_descriptor(unsigned char *d, const char *volume_id)
{
	bool joliet = *d == SUPPLEMENTARY;

	for (size_t i = 0; i < PROGRAMS_LEN; i++)
		d[PROGRAMS + i] = joliet && i % 2 == 0 ? 0 : ' ';
	for (int i = 0; i < 4; i++)
		memcpy(d + TIMES + (size_t)i * sizeof(volume_time), volume_time,
		       sizeof(volume_time));
	fix_record(d + ROOT_RECORD);
	if (joliet)
		return;
	memset(d + VOLUME_ID, ' ', VOLUME_ID_LEN);
	memcpy(d + VOLUME_ID, volume_id, strlen(volume_id));
}

int iso_make_fixed(char *image, size_t len, const char *volume_id)
{
	unsigned char *d;
	size_t i = 0;

	if (strlen(volume_id) > VOLUME_ID_LEN)
		return -1;
	for (; (d = descriptor(image, len, i)); i++) {
		fix_descriptor(d, volume_id);
		if (fix_directory(image, len, d + ROOT_RECORD) < 0)
			return -1;
	}
	/* Behind the terminator libarchive says when and how it made the image. */
	d = (unsigned char *)image + (FIRST + i + 1) * SECTOR;
	if (len >= (FIRST + i + 2) * SECTOR && !memcmp(d, "INFO", 4))
		memset(d, 0, SECTOR);
	return i ? 0 : -1;
}

int iso_read_label(const char *image, size_t len, struct iso *ret)
{
	const unsigned char *d = descriptor(image, len, 0);
	size_t n = VOLUME_ID_LEN;

	if (!d || *d != PRIMARY)
		return -1;
	memcpy(ret->label, d + VOLUME_ID, n);
	while (n && (ret->label[n - 1] == ' ' || !ret->label[n - 1]))
		n--;
	ret->label[n] = '\0';
	for (size_t i = 1; i < FIRST && (d = descriptor(image, len, i)); i++)
		ret->joliet |= *d == SUPPLEMENTARY && !memcmp(d + ESCAPES, "%/", 2);
	return 0;
}
