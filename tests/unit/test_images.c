/* SPDX-License-Identifier: Apache-2.0 */
/* test_images: images that lie are reported, and nothing that they name is opened. */
#include "image_fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/base/cleanup.h"

#define FOUND(p, words) assert_string_equal(image_found(p), words)

static void test_images__read_a_chain(void **state)
{
	struct image_place *p = *state;

	image_write(image_at(p, "pool/base.img"), "\0\0\0\0", 4);
	image_make(p, "pool/mid.qcow2",
		   &(struct made){ .backing = "base.img", .backing_format = "raw" });
	image_make(p, "top.qcow2",
		   &(struct made){ .backing = image_at(p, "pool/mid.qcow2"),
				   .backing_format = "qcow2",
				   .virtual_bytes = 2 * GIB });
	image_look(p, "top.qcow2", "qcow2");
	FOUND(p, "");
	assert_int_equal(image_virtual_bytes(p->image), 2 * GIB);
	assert_string_equal(p->image->backing->path, image_at(p, "pool/mid.qcow2"));
	assert_string_equal(p->image->backing->backing->path, image_at(p, "pool/base.img"));
	assert_null(p->image->backing->backing->backing);
	assert_int_equal(image_virtual_bytes(p->image->backing->backing), 4);
}

static void test_images__see_one_file_behind_two_names(void **state)
{
	struct image_place *p = *state;
	struct image *first;

	image_make(p, "a.qcow2", &(struct made){ 0 });
	assert_int_equal(symlink("a.qcow2", image_at(p, "b.qcow2")), 0);
	image_look(p, "a.qcow2", "qcow2");
	first = p->image;
	image_look(p, "b.qcow2", "qcow2");
	assert_true(image_is_same(first, p->image));
	assert_string_equal(first->real, p->image->real);
}

/* The guest of a raw disk writes a header; whoever probes would take the secret for its disk. */
static void test_images__do_not_believe_a_raw_disk(void **state)
{
	struct image_place *p = *state;

	image_make(p, "a.img", &(struct made){ .backing = p->secret, .backing_format = "raw" });
	image_look(p, "a.img", "raw");
	FOUND(p, "format");
	assert_null(p->image->backing);
	assert_null(p->image->names_backing);
	assert_non_null(strstr(image_complaints(p->image, &p->arena).v[0], p->secret));
	assert_int_equal(image_virtual_bytes(p->image), IMAGE_HEAD_BYTES);
}

static void test_images__see_what_is_no_qcow2(void **state)
{
	struct image_place *p = *state;

	image_write(image_at(p, "a.qcow2"), "nothing of the kind", 19);
	image_look(p, "a.qcow2", "qcow2");
	FOUND(p, "format");
	assert_int_equal(image_virtual_bytes(p->image), -1);
	image_write(image_at(p, "empty.img"), "", 0);
	image_look(p, "empty.img", "raw");
	FOUND(p, "");
	assert_int_equal(image_virtual_bytes(p->image), 0);
}

static void test_images__leave_files_elsewhere_alone(void **state)
{
	struct image_place *p = *state;
	static const char *const names[] = { "/etc/shadow", "elsewhere/secret",
					     "pool/../elsewhere/secret", "link" };

	assert_int_equal(symlink(p->secret, image_at(p, "link")), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		image_make(p, "a.qcow2",
			   &(struct made){ .backing = names[i], .backing_format = "raw" });
		evidence_done(&p->ev);
		image_look(p, "a.qcow2", "qcow2");
		FOUND(p, "outside");
		assert_null(p->image->backing);
		assert_string_equal(p->image->names_backing, names[i]);
	}
}

/* The control: the same file, asked for by name, is opened, and the watch sees it. */
static void test_images__would_be_seen_to_open_the_secret(void **state)
{
	struct image_place *p = *state;
	struct image *image;
	char event[512];

	p->c = (struct collector){ .host = p->host, .ev = &p->ev, .arena = &p->arena };
	p->images = (struct images){ .c = &p->c, .ev = &p->ev, .arena = &p->arena };
	assert_int_equal(images_look(&p->images, p->secret, NULL, &image, &p->err), 0);
	assert_true(read(p->watch, event, sizeof(event)) > 0);
}

static void test_images__leave_devices_and_pipes_alone(void **state)
{
	struct image_place *p = *state;

	assert_int_equal(mkfifo(image_at(p, "pipe"), 0600), 0);
	image_make(p, "a.qcow2", &(struct made){ .backing = "pipe", .backing_format = "raw" });
	image_look(p, "a.qcow2", "qcow2");
	FOUND(p, "device");
	assert_null(p->image->backing);
	image_look(p, "pipe", "raw");
	assert_true(image_is_other(p->image));
	image_make(p, "b.qcow2", &(struct made){ .backing = "/dev/zero", .backing_format = "raw" });
	image_look(p, "b.qcow2", "qcow2");
	FOUND(p, "outside");
}

static void test_images__leave_what_is_elsewhere_alone(void **state)
{
	struct image_place *p = *state;
	static const char *const names[] = {
		"nbd://192.0.2.1/x", "json:{\"driver\":\"file\",\"filename\":\"/etc/shadow\"}",
		"nbd:unix:/run/x",   "fat:rw:/etc",
		"https://192.0.2.1", "file:/etc/shadow",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		image_make(p, "a.qcow2",
			   &(struct made){ .backing = names[i], .backing_format = "raw" });
		evidence_done(&p->ev);
		image_look(p, "a.qcow2", "qcow2");
		FOUND(p, "remote");
		assert_null(p->image->backing);
	}
}

static void test_images__see_a_data_file(void **state)
{
	struct image_place *p = *state;

	image_make(p, "a.qcow2", &(struct made){ .data_file = p->secret });
	image_look(p, "a.qcow2", "qcow2");
	FOUND(p, "data-file");
	assert_non_null(strstr(image_complaints(p->image, &p->arena).v[0], p->secret));
}

static void test_images__see_sizes_that_cannot_be(void **state)
{
	struct image_place *p = *state;
	static const uint64_t sizes[] = { (uint64_t)GIB << 15, INT64_MAX, UINT64_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		image_make(p, "a.qcow2", &(struct made){ .virtual_bytes = sizes[i] });
		evidence_done(&p->ev);
		image_look(p, "a.qcow2", "qcow2");
		FOUND(p, "size");
	}
	image_make(p, "a.qcow2", &(struct made){ .virtual_bytes = (uint64_t)GIB << 14 });
	evidence_done(&p->ev);
	image_look(p, "a.qcow2", "qcow2");
	FOUND(p, "");
}

static void test_images__see_loops(void **state)
{
	struct image_place *p = *state;

	image_make(p, "self", &(struct made){ .backing = "self", .backing_format = "qcow2" });
	image_look(p, "self", "qcow2");
	FOUND(p, "loop");
	image_make(p, "a", &(struct made){ .backing = "b", .backing_format = "qcow2" });
	image_make(p, "b", &(struct made){ .backing = "c", .backing_format = "qcow2" });
	assert_int_equal(symlink("a", image_at(p, "c")), 0);
	image_look(p, "a", "qcow2");
	FOUND(p, "loop");
	assert_string_equal(p->image->backing->path, image_at(p, "b"));
	assert_null(p->image->backing->backing);
	/* Nobody said a format: still the same file. */
	evidence_done(&p->ev);
	image_look(p, "self", NULL);
	FOUND(p, "loop");
}

static void test_images__end_with_a_chain_that_does_not(void **state)
{
	struct image_place *p = *state;

	for (int i = 0; i < 40; i++)
		image_make(p, arena_printf(&p->arena, "%d", i),
			   &(struct made){ .backing = arena_printf(&p->arena, "%d", i + 1),
					   .backing_format = "qcow2" });
	image_look(p, "0", "qcow2");
	FOUND(p, "deep");
	assert_true(p->images.n <= IMAGES_DEEP_MAX + 1);
}

static void test_images__see_what_is_missing_or_not_said(void **state)
{
	struct image_place *p = *state;

	image_make(p, "a", &(struct made){ .backing = "gone", .backing_format = "raw" });
	image_look(p, "a", "qcow2");
	FOUND(p, "missing");
	image_write(image_at(p, "base"), "\0", 1);
	image_make(p, "b", &(struct made){ .backing = "base" });
	image_look(p, "b", "qcow2");
	FOUND(p, "undeclared");
	image_look(p, "nowhere", "qcow2");
	assert_false(p->image->exists);
	FOUND(p, "");
}

static void test_images__see_formats_that_they_do_not_read(void **state)
{
	struct image_place *p = *state;

	image_write(image_at(p, "a.vmdk"), "# Disk DescriptorFile\nRW 1 FLAT \"/etc/shadow\" 0\n",
		    49);
	image_look(p, "a.vmdk", "vmdk");
	FOUND(p, "unread");
	assert_string_equal(p->image->head.format, "vmdk");
	image_look(p, "a.vmdk", "raw");
	FOUND(p, "format");
}

static void test_images__see_headers_that_make_no_sense(void **state)
{
	struct image_place *p = *state;
	const struct made headers[] = {
		{ .cluster_bits = 64 },
		{ .cluster_bits = 8 },
		{ .backing = "x", .name_size = 4000 },
		{ .backing = "x", .name_size = UINT32_MAX },
		{ .backing = "x", .name_offset = 1 << 16 },
		{ .backing = "a\nb" },
		{ .backing_format = "q\1" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		image_make(p, "a", &headers[i]);
		evidence_done(&p->ev);
		image_look(p, "a", "qcow2");
		FOUND(p, "header");
		assert_null(p->image->names_backing);
	}
}

/* The name may stand anywhere in the first cluster. */
static void test_images__read_a_name_far_behind(void **state)
{
	struct image_place *p = *state;

	image_make(p, "a",
		   &(struct made){
			   .backing = "pool/b", .backing_format = "qcow2", .name_offset = 60000 });
	image_make(p, "pool/b", &(struct made){ 0 });
	image_look(p, "a", "qcow2");
	FOUND(p, "");
	assert_string_equal(p->image->backing->path, image_at(p, "pool/b"));
}

static void test_images__do_not_read_a_name_behind_the_end(void **state)
{
	struct image_place *p = *state;
	unsigned char bytes[IMAGE_HEAD_BYTES] = { 0 };

	image_build(bytes, &(struct made){ .backing = "b", .name_offset = 50000 });
	image_write(image_at(p, "a"), bytes, sizeof(bytes));
	image_look(p, "a", "qcow2");
	FOUND(p, "header");
}

/* Whatever is cut off or changed: an answer within the bounds; ASan watches. */
static void test_images__survive_any_header(void **state)
{
	struct image_place *p = *state;
	unsigned char bytes[IMAGE_HEAD_BYTES] = { 0 };
	const struct made full = { .backing = "base",
				   .backing_format = "qcow2",
				   .data_file = "data" };
	size_t len = image_build(bytes, &full);
	struct image_head head;

	for (size_t cut = 0; cut <= len; cut++) {
		unsigned char *copy = mem_alloc(cut ? cut : 1);

		memcpy(copy, bytes, cut);
		image_head_read(copy, cut, &p->arena, &head);
		free(copy);
	}
	for (size_t at = 4; at < len; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			bytes[at] ^= 1u << bit;
			image_head_read(bytes, len, &p->arena, &head);
			bytes[at] ^= 1u << bit;
		}
	image_head_read(bytes, len, &p->arena, &head);
	assert_string_equal(head.backing, "base");
	assert_string_equal(head.data_file, "data");
	assert_null(head.malformed);
}

/* What was seen once is judged again from the record, without a host. */
static void test_images__judge_the_record_alike(void **state)
{
	struct image_place *p = *state;
	struct images again = { .ev = &p->ev, .arena = &p->arena };

	image_make(p, "b", &(struct made){ .backing = "/etc/shadow", .backing_format = "raw" });
	image_make(p, "a", &(struct made){ .backing = "b", .backing_format = "qcow2" });
	image_look(p, "a", "qcow2");
	again.places = p->images.places;
	assert_int_equal(images_look(&again, image_at(p, "a"), "qcow2", &p->image, &p->err), 0);
	FOUND(p, "outside");
	assert_string_equal(p->image->backing->path, image_at(p, "b"));
	assert_int_equal(images_look(&again, image_at(p, "c"), "qcow2", &p->image, &p->err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IMAGE_TEST(test_images__read_a_chain),
		IMAGE_TEST(test_images__see_one_file_behind_two_names),
		IMAGE_TEST(test_images__do_not_believe_a_raw_disk),
		IMAGE_TEST(test_images__see_what_is_no_qcow2),
		IMAGE_TEST(test_images__leave_files_elsewhere_alone),
		IMAGE_TEST(test_images__would_be_seen_to_open_the_secret),
		IMAGE_TEST(test_images__leave_devices_and_pipes_alone),
		IMAGE_TEST(test_images__leave_what_is_elsewhere_alone),
		IMAGE_TEST(test_images__see_a_data_file),
		IMAGE_TEST(test_images__see_sizes_that_cannot_be),
		IMAGE_TEST(test_images__see_loops),
		IMAGE_TEST(test_images__end_with_a_chain_that_does_not),
		IMAGE_TEST(test_images__see_what_is_missing_or_not_said),
		IMAGE_TEST(test_images__see_formats_that_they_do_not_read),
		IMAGE_TEST(test_images__see_headers_that_make_no_sense),
		IMAGE_TEST(test_images__read_a_name_far_behind),
		IMAGE_TEST(test_images__do_not_read_a_name_behind_the_end),
		IMAGE_TEST(test_images__survive_any_header),
		IMAGE_TEST(test_images__judge_the_record_alike),
	};

	return cmocka_run_group_tests_name("images", tests, NULL, NULL);
}
