/* SPDX-License-Identifier: Apache-2.0 */
/* image: the guest's kernel and initramfs, built once from what the distribution has. */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/cpio.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/kernel.h"

#define BUILD	 SANDBOX_ROOT "/build"
#define KEPT	 SANDBOX_CACHE "/guest"
#define PART	 SANDBOX_CACHE "/guest.part"
#define FNV_SEED 14695981039346656037ULL
#define FNV_STEP 1099511628211ULL

/* The guest answers ping at the address on its command line and writes to its disk each second. */
static const char init_text[] =
	"#!/bin/busybox sh\n"
	"/bin/busybox --install -s /bin\n"
	"export PATH=/bin HOME=/\n"
	"mount -t proc proc /proc\n"
	"mount -t sysfs sys /sys\n"
	"mount -t devtmpfs dev /dev\n"
	"while read -r module; do insmod \"/m/$module\"; done </m/order\n"
	"for word in $(cat /proc/cmdline); do\n"
	"\tcase $word in kvmlab.address=*) address=${word#*=} ;; esac\n"
	"done\n"
	"hostname db01\n"
	"ip link set lo up\n"
	"ip address add \"$address\" dev eth0\n"
	"ip link set eth0 up\n"
	"acpid -d >/dev/null 2>&1 &\n"
	"(n=0; while :; do\n"
	"\tn=$((n + 1))\n"
	"\techo \"db01 $n\" | dd of=/dev/vda bs=512 conv=sync,fsync 2>/dev/null\n"
	"\tsleep 1\n"
	"done) &\n"
	"echo \"db01 is up: $address\"\n"
	"while :; do setsid cttyhack sh; done\n";

static const char power_text[] = "#!/bin/sh\npoweroff -f\n";

static const char *const wanted[] = { "virtio_pci", "virtio_net", "virtio_blk", NULL };
/* For 'virsh shutdown', where the kernel has them. */
static const char *const wished[] = { "button", "evdev", NULL };

static const char *find_busybox(void)
{
	static const char *const paths[] = { "/bin/busybox", "/usr/bin/busybox" };

	return access(paths[0], X_OK) == 0 ? paths[0] : paths[1];
}

/* A program that names a loader cannot start alone in an initramfs. */
static int check_static(const char *path, struct err *err)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	Elf64_Ehdr header;
	Elf64_Phdr part;

	if (!f || fread(&header, sizeof(header), 1, f) != 1 ||
	    fseek(f, (long)header.e_phoff, SEEK_SET) < 0)
		return err_set(err, ERR_ENV, NULL, _("'%s' cannot be read"), path);
	for (int i = 0; i < header.e_phnum && fread(&part, sizeof(part), 1, f) == 1; i++)
		if (part.p_type == PT_INTERP)
			return err_set(err, ERR_ENV, NULL,
				       _("'%s' is not statically linked; 'apt install "
					 "busybox-static' gives one that is"),
				       path);
	return 0;
}

/* busybox's insmod reads plain modules only. */
static int expand(struct sandbox *s, const char *path, struct err *err)
{
	static const char *const tools[][2] = { { ".xz", "xz" },
						{ ".zst", "zstd" },
						{ ".gz", "gzip" } };
	const char *ending = strrchr(path, '.');

	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		const char *argv[] = { tools[i][1], "-d", "-q", "-f", path, NULL };

		if (!strcmp(ending, tools[i][0]))
			return sandbox_run(s, &(struct sandbox_command){ .argv = argv }, err);
	}
	return 0;
}

static int add_module(struct sandbox *s, struct cpio *c, const char *from, const char *name,
		      struct err *err)
{
	_cleanup_buf_ struct buf path = { 0 }, entry = { 0 };
	size_t plain = (size_t)(strstr(name, ".ko") - name) + strlen(".ko");

	buf_printf(&path, BUILD "/m/%s", name);
	buf_printf(&entry, "m/%.*s", (int)plain, name);
	if (file_copy(from, buf_str(&path), 0644, err) < 0 || expand(s, buf_str(&path), err) < 0)
		return -1;
	buf_reset(&path);
	buf_printf(&path, BUILD "/m/%.*s", (int)plain, name);
	return cpio_file(c, buf_str(&entry), 0644, buf_str(&path), err);
}

static int add_modules(struct sandbox *s, struct cpio *c, const struct kernel *kernel,
		       const struct kernel_modules *modules, struct err *err)
{
	_cleanup_buf_ struct buf order = { 0 }, from = { 0 };

	cpio_dir(c, "m", 0755);
	if (file_make_dirs(BUILD "/m", 0755, err) < 0)
		return -1;
	for (size_t i = 0; i < modules->n; i++) {
		const char *name = strrchr(modules->path[i], '/') + 1;

		buf_reset(&from);
		buf_printf(&from, "%s/%s", kernel->modules, modules->path[i]);
		if (add_module(s, c, buf_str(&from), name, err) < 0)
			return -1;
		buf_printf(&order, "%.*s.ko\n", (int)(strstr(name, ".ko") - name), name);
	}
	cpio_bytes(c, "m/order", 0644, buf_str(&order), order.len);
	return 0;
}

static void resolve(const struct kernel *kernel, struct arena *arena,
		    struct kernel_modules *modules)
{
	const char *all[] = { wanted[0], wanted[1], wanted[2], wished[0], wished[1], NULL };

	if (kernel_resolve(kernel, all, arena, modules, NULL) < 0)
		kernel_resolve(kernel, wanted, arena, modules, NULL);
}

static int write_initrd(struct sandbox *s, const struct kernel *kernel, struct arena *arena,
			struct err *err)
{
	_cleanup_file_ FILE *f = fopen(PART "/initrd", "we");
	struct cpio c = { .f = f };
	struct kernel_modules modules;
	static const char *const dirs[] = { "bin", "proc",     "sys",	       "dev",
					    "etc", "etc/acpi", "etc/acpi/PWRF" };

	if (!f)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), PART);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		cpio_dir(&c, dirs[i], 0755);
	cpio_bytes(&c, "init", 0755, init_text, strlen(init_text));
	cpio_bytes(&c, "etc/acpi/PWRF/00000080", 0755, power_text, strlen(power_text));
	resolve(kernel, arena, &modules);
	if (cpio_file(&c, "bin/busybox", 0755, find_busybox(), err) < 0 ||
	    add_modules(s, &c, kernel, &modules, err) < 0)
		return -1;
	return cpio_end(&c, err);
}

static void hash_add(uint64_t *hash, const void *data, size_t len)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < len; i++)
		*hash = (*hash ^ bytes[i]) * FNV_STEP;
}

/* What the image is made of, so that another recipe or busybox makes it anew. */
static void write_recipe(struct buf *ret)
{
	uint64_t hash = FNV_SEED;
	struct stat st;

	hash_add(&hash, init_text, sizeof(init_text));
	hash_add(&hash, power_text, sizeof(power_text));
	if (stat(find_busybox(), &st) == 0) {
		hash_add(&hash, &st.st_size, sizeof(st.st_size));
		hash_add(&hash, &st.st_mtim, sizeof(st.st_mtim));
	}
	buf_printf(ret, "%016llx", (unsigned long long)hash);
}

static bool is_kept(const char *recipe)
{
	_cleanup_file_ FILE *f = fopen(KEPT "/recipe", "re");
	char text[32];

	return f && fscanf(f, "%31s", text) == 1 && !strcmp(text, recipe);
}

static int build(struct sandbox *s, const char *recipe, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct kernel kernel;

	sandbox_say(s, _("building the guest's image, once"));
	if (check_static(find_busybox(), err) < 0 || file_remove_tree(PART, err) < 0 ||
	    file_make_dirs(BUILD, 0755, err) < 0 || file_make_dirs(PART, 0755, err) < 0 ||
	    kernel_find(s, BUILD, &arena, &kernel, err) < 0 ||
	    file_copy(kernel.vmlinuz, PART "/vmlinuz", 0644, err) < 0 ||
	    write_initrd(s, &kernel, &arena, err) < 0 ||
	    file_write(PART "/recipe", recipe, 0644, err) < 0 || file_remove_tree(KEPT, err) < 0)
		return -1;
	if (rename(PART, KEPT) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), KEPT);
	return file_remove_tree(BUILD, err);
}

int image_provide(struct sandbox *s, struct err *err)
{
	_cleanup_buf_ struct buf recipe = { 0 };

	write_recipe(&recipe);
	if (!is_kept(buf_str(&recipe)) && build(s, buf_str(&recipe), err) < 0)
		return -1;
	if (file_make_dirs(SANDBOX_BOOT, 0755, err) < 0 ||
	    file_copy(KEPT "/vmlinuz", SANDBOX_BOOT "/vmlinuz", 0644, err) < 0)
		return -1;
	return file_copy(KEPT "/initrd", SANDBOX_BOOT "/initrd", 0644, err);
}
