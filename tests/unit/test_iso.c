/* SPDX-License-Identifier: Apache-2.0 */
/* test_iso: images of the same files are the same bytes; images from anybody are read with care. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/iso.h"

#define SECTOR 2048u

static const struct iso_file files[] = {
	{ "user-data", "#cloud-config\n", 14 },
	{ "meta-data", "instance-id: x\n", 15 },
};

static void make(struct buf *ret)
{
	struct err err = { 0 };

	if (iso_write("cidata", files, 2, ret, &err) < 0)
		fail_msg("%s", err.msg);
}

static const char *why_not(const char *data, size_t len)
{
	static char why[1024];
	_cleanup_arena_ struct arena arena = { 0 };
	struct iso iso;
	struct err err = { 0 };

	if (iso_read(data, len, &arena, &iso, &err) == 0)
		return NULL;
	memccpy(why, err.msg, '\0', sizeof(why));
	return why;
}

static void test_iso__reads_what_it_wrote(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	_cleanup_buf_ struct buf image = { 0 };
	struct iso iso = { 0 };
	struct err err = { 0 };

	(void)state;
	make(&image);
	if (iso_read(image.data, image.len, &arena, &iso, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(iso.label, "cidata");
	assert_true(iso.joliet);
	assert_int_equal(iso.n, 2);
	for (size_t i = 0; i < iso.n; i++)
		for (size_t k = 0; k < 2; k++)
			if (!strcmp(iso.files[i].name, files[k].name))
				assert_string_equal(iso.files[i].data, files[k].data);
}

/* The bytes of 2026-11-21, as root: other days and other users make no others. */
static void test_iso__same_files_same_bytes(void **state)
{
	_cleanup_buf_ struct buf image = { 0 };
	unsigned char sha256[32];
	char hex[65];

	(void)state;
	make(&image);
	crypto_hash_sha256(sha256, (unsigned char *)image.data, image.len);
	sodium_bin2hex(hex, sizeof(hex), sha256, sizeof(sha256));
	assert_string_equal(hex,
			    "182bc60553f4a3f383d16b626f345c47964ab266ab7efb7e961dec177c39c59d");
}

static void test_iso__a_label_too_long_is_refused(void **state)
{
	_cleanup_buf_ struct buf image = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(iso_write("012345678901234567890123456789012", files, 2, &image, &err),
			 -1);
	assert_int_equal(image.len, 0);
}

static void test_iso__what_is_none_is_refused(void **state)
{
	_cleanup_buf_ struct buf image = { 0 };

	(void)state;
	make(&image);
	assert_non_null(strstr(why_not("", 0), "no ISO 9660 volume"));
	assert_non_null(strstr(why_not(image.data, 17 * SECTOR - 1), "no ISO 9660 volume"));
	image.data[16 * SECTOR + 1] = 'X';
	assert_non_null(strstr(why_not(image.data, image.len), "no ISO 9660 volume"));
}

static void test_iso__a_short_one_is_damaged(void **state)
{
	_cleanup_buf_ struct buf image = { 0 };

	(void)state;
	make(&image);
	assert_non_null(strstr(why_not(image.data, 19 * SECTOR), "damaged"));
	assert_non_null(strstr(why_not(image.data, image.len - SECTOR), "damaged"));
	/* The root directory is said to be longer than the image. */
	image.data[16 * SECTOR + 156 + 12] = '\x7f';
	assert_non_null(strstr(why_not(image.data, image.len), "damaged"));
}

static void test_iso__a_file_that_claims_much_is_refused(void **state)
{
	_cleanup_buf_ struct buf image = { 0 }, big = { 0 };
	char zeros[65536] = { 0 };
	struct iso_file large = { "user-data", NULL, 0 };
	struct err err = { 0 };

	(void)state;
	while (big.len <= ISO_FILE_MAX)
		buf_add(&big, zeros, sizeof(zeros));
	large.data = big.data;
	large.len = big.len;
	assert_int_equal(iso_write("cidata", &large, 1, &image, &err), 0);
	assert_non_null(strstr(why_not(image.data, image.len), "larger than 1 MiB"));
}

/* Nothing that a changed byte says makes the reader do anything but read or refuse. */
static void test_iso__every_changed_byte_is_survived(void **state)
{
	_cleanup_buf_ struct buf image = { 0 };
	size_t read = 0, refused = 0;

	(void)state;
	make(&image);
	for (size_t i = 16 * SECTOR; i < image.len; i++) {
		char was = image.data[i];

		if (!was && i % 7)
			continue;
		image.data[i] = (char)~was;
		if (why_not(image.data, image.len))
			refused++;
		else
			read++;
		image.data[i] = was;
	}
	assert_true(read > 0);
	assert_true(refused > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iso__reads_what_it_wrote),
		cmocka_unit_test(test_iso__same_files_same_bytes),
		cmocka_unit_test(test_iso__a_label_too_long_is_refused),
		cmocka_unit_test(test_iso__what_is_none_is_refused),
		cmocka_unit_test(test_iso__a_short_one_is_damaged),
		cmocka_unit_test(test_iso__a_file_that_claims_much_is_refused),
		cmocka_unit_test(test_iso__every_changed_byte_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
