/* SPDX-License-Identifier: Apache-2.0 */
/* kernel: a kernel of this distribution for the guest: an installed one, or one that apt gets. */
#include "runner/sandbox/kernel.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"

#define GET_TIMEOUT_MS	  300000
#define UNPACK_TIMEOUT_MS 60000

/* What a guest under libvirt must have, so a kernel without it will not do. */
static const char *const must_have[] = { "virtio_pci", "virtio_net", "virtio_blk", NULL };

/* Small ones first: Debian's, Ubuntu's, then the general ones. */
static const char *const metas[] = { "linux-image-cloud-amd64", "linux-image-virtual",
				     "linux-image-amd64", "linux-image-generic" };

static bool will_do(const struct kernel *kernel, struct arena *arena)
{
	struct kernel_modules modules;

	return access(kernel->vmlinuz, R_OK) == 0 &&
	       kernel_resolve(kernel, must_have, arena, &modules, NULL) == 0;
}

/* Looks at the kernels below root ('' is this machine), the newest name last. */
static bool find_below(const char *root, struct arena *arena, struct kernel *ret)
{
	glob_t found;
	bool good = false;

	if (glob(arena_printf(arena, "%s/boot/vmlinuz-*", root), 0, NULL, &found))
		return false;
	for (size_t i = found.gl_pathc; i > 0 && !good; i--) {
		const char *path = found.gl_pathv[i - 1];
		const char *version = strrchr(path, '/') + strlen("/vmlinuz-");

		*ret = (struct kernel){
			.vmlinuz = arena_strdup(arena, path),
			.modules = arena_printf(arena, "%s/lib/modules/%s", root, version),
		};
		good = will_do(ret, arena);
	}
	globfree(&found);
	return good;
}

/* The first package that name depends on and that starts with prefix; NULL when there is none. */
static const char *dependency(struct sandbox *s, const char *name, const char *prefix,
			      struct arena *arena)
{
	const char *argv[] = { "apt-cache", "depends", "--no-recommends", name, NULL };
	_cleanup_buf_ struct buf out = { 0 };
	const char *at;

	if (sandbox_run(s,
			&(struct sandbox_command){
				.argv = argv, .out = &out, .timeout_ms = UNPACK_TIMEOUT_MS },
			NULL) < 0)
		return NULL;
	for (at = buf_str(&out); (at = strstr(at, "Depends: ")); at++) {
		const char *package = at + strlen("Depends: ");
		size_t len = strcspn(package, " \n");

		if (!strncmp(package, prefix, strlen(prefix)) && len > strlen(prefix) &&
		    package[strlen(prefix)] >= '0' && package[strlen(prefix)] <= '9')
			return arena_memdup(arena, package, len);
	}
	return NULL;
}

static const char *choose(struct sandbox *s, struct arena *arena)
{
	const char *package = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(metas) && !package; i++)
		package = dependency(s, metas[i], "linux-image-", arena);
	return package;
}

static int unpack_all(struct sandbox *s, const char *work, const char *to, struct err *err)
{
	_cleanup_buf_ struct buf pattern = { 0 };
	glob_t debs;
	int failed = 0;

	buf_printf(&pattern, "%s/*.deb", work);
	if (glob(buf_str(&pattern), 0, NULL, &debs))
		return err_set(err, ERR_ENV, NULL, _("apt left no package in '%s'"), work);
	for (size_t i = 0; i < debs.gl_pathc && !failed; i++) {
		const char *argv[] = { "dpkg-deb", "-x", debs.gl_pathv[i], to, NULL };

		failed = sandbox_run(
			s,
			&(struct sandbox_command){ .argv = argv, .timeout_ms = UNPACK_TIMEOUT_MS },
			err);
	}
	globfree(&debs);
	return failed;
}

/* Kernel packages come without modules.dep: it is made where they are installed. */
static int make_dep(struct sandbox *s, const char *tree, struct arena *arena, struct err *err)
{
	glob_t found;
	int failed = -1;

	/* Since the merge of /usr, packages bring usr/lib/modules. */
	if (glob(arena_printf(arena, "%s/usr/lib/modules", tree), 0, NULL, &found) == 0) {
		globfree(&found);
		if (symlink("usr/lib", arena_printf(arena, "%s/lib", tree)) < 0 && errno != EEXIST)
			return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), tree);
	}
	if (glob(arena_printf(arena, "%s/lib/modules/*", tree), 0, NULL, &found))
		return err_set(err, ERR_ENV, NULL, _("the kernel package has no modules"));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *argv[] = { "depmod", "-b", tree, strrchr(found.gl_pathv[i], '/') + 1,
				       NULL };

		failed = sandbox_run(
			s,
			&(struct sandbox_command){ .argv = argv, .timeout_ms = UNPACK_TIMEOUT_MS },
			err);
	}
	globfree(&found);
	return failed;
}

static int download(struct sandbox *s, const char *work, struct arena *arena, struct err *err)
{
	const char *image = choose(s, arena), *modules;
	const char *argv[] = { "apt-get",  "-q",  "-o", "APT::Sandbox::User=root",
			       "download", image, NULL, NULL };

	if (!image)
		return err_set(err, ERR_ENV, NULL,
			       _("apt knows no kernel package; 'apt update' may make it so"));
	modules = dependency(s, image, "linux-modules-", arena);
	argv[6] = modules;
	return sandbox_run(s,
			   &(struct sandbox_command){
				   .argv = argv, .directory = work, .timeout_ms = GET_TIMEOUT_MS },
			   err);
}

int kernel_find(struct sandbox *s, const char *work, struct arena *arena, struct kernel *ret,
		struct err *err)
{
	const char *tree = arena_printf(arena, "%s/kernel", work);

	if (find_below("", arena, ret))
		return 0;
	sandbox_say(s, _("getting a kernel for the guest"));
	if (download(s, work, arena, err) < 0 || file_make_dirs(tree, 0755, err) < 0 ||
	    unpack_all(s, work, tree, err) < 0 || make_dep(s, tree, arena, err) < 0)
		return -1;
	if (!find_below(tree, arena, ret))
		return err_set(err, ERR_ENV, NULL,
			       _("the distribution's kernel has no virtio for the guest"));
	return 0;
}
