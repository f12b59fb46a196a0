/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's image: modules in the order in which they must be loaded, and the archive they are
 * in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "runner/base/cleanup.h"
#include "runner/sandbox/cpio.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/kernel.h"

static const char modules_dep[] =
	"kernel/drivers/net/virtio_net.ko.xz: kernel/drivers/net/net_failover.ko.xz "
	"kernel/net/core/failover.ko.xz kernel/drivers/virtio/virtio.ko.xz\n"
	"kernel/net/core/failover.ko.xz:\n"
	"kernel/drivers/virtio/virtio-pci.ko: kernel/drivers/virtio/virtio.ko.xz\n"
	"kernel/drivers/virtio/virtio.ko.xz:\n"
	"kernel/drivers/net/virtio_net_like.ko:\n";

static int setup(void **state)
{
	static char folder[32];
	char path[64];

	snprintf(folder, sizeof(folder), "/tmp/kvmlab-image-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	*state = folder;
	snprintf(path, sizeof(path), "%s/modules.dep", folder);
	assert_int_equal(0, file_write(path, modules_dep, 0600, NULL));
	snprintf(path, sizeof(path), "%s/modules.builtin", folder);
	return file_write(path, "kernel/drivers/block/virtio_blk.ko\n", 0600, NULL);
}

static int teardown(void **state)
{
	return file_remove_tree(*state, NULL);
}

static void test_kernel__orders_modules_by_need(void **state)
{
	static const char *const wanted[] = { "virtio_pci", "virtio_net", "virtio_blk", NULL };
	static const char *const expected[] = { "virtio/virtio.ko.xz", "virtio/virtio-pci.ko",
						"core/failover.ko.xz", "net/net_failover.ko.xz",
						"net/virtio_net.ko.xz" };
	_cleanup_arena_ struct arena arena = { 0 };
	struct kernel kernel = { .modules = *state };
	struct kernel_modules m;

	assert_int_equal(0, kernel_resolve(&kernel, wanted, &arena, &m, NULL));
	assert_int_equal(ARRAY_SIZE(expected), m.n);
	for (size_t i = 0; i < m.n; i++)
		assert_non_null(strstr(m.path[i], expected[i]));
}

static void test_kernel__refuses_a_module_it_lacks(void **state)
{
	static const char *const bad[] = { "virtio", "virtio_ne", "net", "virtio_net_lik" };
	_cleanup_arena_ struct arena arena = { 0 };
	struct kernel kernel = { .modules = *state };
	struct kernel_modules m;

	/* The first is there: the control. */
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *const wanted[] = { bad[i], NULL };

		assert_int_equal(i ? -1 : 0, kernel_resolve(&kernel, wanted, &arena, &m, NULL));
	}
}

/* Another program reads what we wrote; names and contents of all lengths modulo 4. */
static void test_cpio__is_read_by_cpio(void **state)
{
	static const char *const names[] = { "a", "ab", "abc", "abcd", "abcde" };
	_cleanup_arena_ struct arena arena = { 0 };
	char *path = arena_printf(&arena, "%s/initrd", (char *)*state);
	const char *argv[] = { "cpio", "-i", "--quiet", "-F", path, NULL };
	struct process_spec spec = { .argv = argv, .directory = *state };
	struct process_result result;
	struct process_group *group;
	struct cpio c = { .f = fopen(path, "w") };

	assert_non_null(c.f);
	cpio_dir(&c, "bin", 0755);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		cpio_bytes(&c, names[i], 0644, "12345", i);
	assert_int_equal(0, cpio_end(&c, NULL));
	fclose(c.f);
	assert_int_equal(0, process_group_open("test-cpio", RUNG_GROUP, &group, NULL));
	assert_int_equal(0, process_run(group, &spec, &arena, &result, NULL));
	process_group_close(group);
	assert_int_equal(END_EXITED, result.end);
	assert_int_equal(0, result.status);
	assert_int_equal(0, result.err.total);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct stat st;

		assert_int_equal(
			0, stat(arena_printf(&arena, "%s/%s", (char *)*state, names[i]), &st));
		assert_int_equal(i, st.st_size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kernel__orders_modules_by_need, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_kernel__refuses_a_module_it_lacks, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_cpio__is_read_by_cpio, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
