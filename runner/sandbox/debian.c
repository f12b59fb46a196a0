/* SPDX-License-Identifier: Apache-2.0 */
/* debian: the Debian image of the labs, built once from packages by fixtures/guest-debian/build.sh.
 */
#include "runner/sandbox/debian.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/sandbox/files.h"
#include "runner/sandbox/recipe.h"
#include "runner/sandbox/up.h"

#define IMAGES	 SANDBOX_CACHE "/images"
#define PART	 IMAGES "/part" /* where one is built; only under the lock */
#define LOCK	 IMAGES "/lock"
#define GROUP	 "sandbox-image"
#define BUILD_MS (60 * 60 * 1000)
#define ROOM	 (1536LL << 20) /* bytes that a build needs at its fullest */
#define WAIT_US	 200000

/* The build, and what its lines on standard output have said so far. */
struct build {
	struct sandbox s;
	struct buf line;
};

/* POSIX locks end with their process, whatever it has started. 0, or -1 with errno. */
static int try_lock(int fd)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_SETLK, &all);
}

static int open_lock(struct err *err)
{
	int fd;

	if (file_make_dirs(IMAGES, 0755, err) < 0)
		return -1;
	fd = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		err_errno(err, ERR_IO, errno, _("cannot write '%s'"), LOCK);
	return fd;
}

/* Somebody else may be building the same image. */
static int await_lock(const struct sandbox *s, int fd, struct err *err)
{
	bool said = false;

	while (try_lock(fd) < 0) {
		if (errno != EACCES && errno != EAGAIN)
			return err_errno(err, ERR_IO, errno, _("cannot lock '%s'"), LOCK);
		if (!said)
			sandbox_say(s, _("waiting: another kvmlab is building the image"));
		said = true;
		if (s->watch && s->watch->cancel && *s->watch->cancel)
			return err_set(err, ERR_INTERRUPT, NULL, _("interrupted"));
		usleep(WAIT_US);
	}
	return 0;
}

static int check_machine(struct err *err)
{
	struct utsname name;

	if (uname(&name) < 0 || strcmp(name.machine, "x86_64") != 0)
		return err_set(err, ERR_ENV, NULL,
			       _("the image is one of x86_64, which this machine is not; labs take "
				 "another by --set image=PATH"));
	return needs_check_image(err);
}

static int check_room(struct err *err)
{
	struct statvfs fs;
	long long room;

	if (statvfs(IMAGES, &fs) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot look at '%s'"), IMAGES);
	room = (long long)fs.f_bavail * (long long)fs.f_frsize;
	if (room >= ROOM)
		return 0;
	return err_set(err, ERR_ENV, NULL,
		       _("building the image needs %lld MiB in '%s', where %lld are free"),
		       ROOM >> 20, SANDBOX_CACHE, room >> 20);
}

static void tell(const struct build *b, const char *line)
{
	static const struct {
		const char *name, *text;
	} steps[] = {
		{ "step packages", N_("installing Debian's packages; most of the time goes here") },
		{ "step disk", N_("making the file system and the boot loader") },
		{ "step image", N_("writing the image") },
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (!strcmp(line, steps[i].name))
			sandbox_say(&b->s, _(steps[i].text));
}

static void hear(void *data, int stream, const char *bytes, size_t len)
{
	struct build *b = data;

	for (size_t i = 0; stream == 1 && i < len; i++) {
		if (bytes[i] != '\n') {
			buf_putc(&b->line, bytes[i]);
			continue;
		}
		tell(b, buf_str(&b->line));
		buf_reset(&b->line);
	}
}

static const char **environment(struct arena *arena)
{
	static const char *const names[] = { "KVMLAB_MIRROR", "http_proxy", "https_proxy" };
	const char **ret = arena_array(arena, const char *, ARRAY_SIZE(names) + 1);
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			ret[n++] = arena_printf(arena, "%s=%s", names[i], value);
	}
	return ret;
}

/* In a mount namespace of its own: what is mounted in it goes with it. */
static int run_build(struct build *b, const char *recipe, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char *argv[] = { "unshare", "-m", "--propagation",
			       "private", "--", arena_printf(&arena, "%s/build.sh", recipe),
			       PART,	  NULL };
	struct process_spec spec = {
		.argv = argv,
		.env = environment(&arena),
		.timeout_ms = BUILD_MS,
		.cancel = b->s.watch ? b->s.watch->cancel : NULL,
		.output = hear,
		.output_data = b,
	};
	struct process_result result;

	if (process_run(b->s.group, &spec, &arena, &result, err) < 0)
		return -1;
	if (result.end == END_EXITED && result.status == 0)
		return 0;
	return sandbox_explain((const char *[]){ "build.sh", PART, NULL }, &result, err);
}

/* The image gets its name when all of it is on the disk. */
static int keep(const char *path, struct err *err)
{
	_cleanup_fd_ int fd = open(PART "/disk.qcow2", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fchmod(fd, 0644) < 0 || fsync(fd) < 0 || rename(PART "/disk.qcow2", path) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), path);
	return 0;
}

static int build(struct build *b, const char *recipe, const char *path, struct err *err)
{
	struct err ignored;
	int rc = -1;

	if (check_room(err) < 0 || process_group_open(GROUP, RUNG_CGROUP, &b->s.group, err) < 0)
		return -1;
	if (file_remove_tree(PART, err) == 0 && file_make_dirs(PART, 0755, err) == 0 &&
	    run_build(b, recipe, err) == 0)
		rc = keep(path, err);
	process_group_close(b->s.group);
	file_remove_tree(PART, &ignored);
	return rc;
}

/* SANDBOX_IMAGE is a link, so that an image that guests stand on is never changed below them. */
static int point_to(const char *name, struct err *err)
{
	static const char link[] = SANDBOX_IMAGE ".new";
	char now[PATH_MAX];
	ssize_t n = readlink(SANDBOX_IMAGE, now, sizeof(now) - 1);

	if (n >= 0) {
		now[n] = '\0';
		if (!strcmp(now, name))
			return 0;
	}
	unlink(link);
	if (symlink(name, link) < 0 || rename(link, SANDBOX_IMAGE) < 0)
		return err_errno(err, ERR_IO, errno, _("cannot write '%s'"), SANDBOX_IMAGE);
	return 0;
}

int sandbox_image(const struct sandbox_watch *watch, bool *ret_new, struct err *err)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct build b = { .s.watch = watch };
	_cleanup_fd_ int lock = -1;
	const char *recipe, *hash, *name, *path;
	int rc;

	if (needs_check_root("image", err) < 0 || recipe_find(&arena, &recipe, err) < 0 ||
	    recipe_hash(recipe, &arena, &hash, err) < 0)
		return -1;
	/* Others than us read it, whatever the user's umask is. */
	umask(022);
	name = arena_printf(&arena, "debian-%.12s.qcow2", hash);
	path = arena_printf(&arena, IMAGES "/%s", name);
	lock = open_lock(err);
	if (lock < 0 || await_lock(&b.s, lock, err) < 0)
		return -1;
	*ret_new = access(path, F_OK) < 0;
	rc = *ret_new && (check_machine(err) < 0 || build(&b, recipe, path, err) < 0) ? -1 : 0;
	buf_done(&b.line);
	return rc < 0 ? -1 : point_to(name, err);
}

int debian_purge(struct err *err)
{
	_cleanup_fd_ int lock = open(LOCK, O_RDWR | O_CLOEXEC);
	struct process_group *group;

	if (lock < 0)
		return 0;
	if (try_lock(lock) < 0)
		return err_set(err, ERR_LOCKED, NULL,
			       _("the image in '%s' is being built: end that first"), IMAGES);
	if (process_group_open(GROUP, RUNG_CGROUP, &group, err) < 0)
		return -1;
	process_group_close(group);
	return file_remove_tree(IMAGES, err);
}
