/* SPDX-License-Identifier: Apache-2.0 */
/* things: modules, files, volumes and directories on any host; libvirt's things next door. */
#include "runner/run/things.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/steps.h"

struct thing_ops {
	int (*look)(struct thing *t, struct err *err);
	int (*remove)(struct thing *t, struct err *err);
};

static int look_module(struct thing *t, struct err *err)
{
	struct evidence_item item = { .name = "modules" };

	if (t->host->ops->read_file(t->host, "/proc/modules", t->arena, &item, err) < 0)
		return -1;
	t->found =
		(struct found){ .exists = !item.error && modules_have(item.out.kept, t->row->name),
				.name = t->row->name };
	return 0;
}

static bool begins(const struct evidence_item *item, const char *words)
{
	return item->err.kept && strstr(item->err.kept, words);
}

static int run_stat(struct thing *t, const char *path, bool root, struct evidence_item *item,
		    struct err *err)
{
	const char *const argv[] = { "stat", "-c", "%d %i %.9W", "--", path, NULL };
	struct process_spec spec = { .argv = argv, .root = root };

	*item = (struct evidence_item){ .name = "stat" };
	return t->host->ops->run(t->host, &spec, t->arena, item, err);
}

/*
 * Inode and birth are the same after a reboot, when a device may have another number; without a
 * birth an inode soon belongs to the next file, so the device has to do. A symbolic link is a thing
 * of its own, wherever it points.
 */
static const char *read_identity(const char *text, struct arena *arena)
{
	unsigned long long device, inode, seconds = 0, nanoseconds = 0;

	if (sscanf(text, "%llu %llu %llu.%llu", &device, &inode, &seconds, &nanoseconds) < 2)
		return NULL;
	if (!seconds)
		return arena_printf(arena, "%llu:%llu", device, inode);
	return arena_printf(arena, "%llu@%llu.%09llu", inode, seconds, nanoseconds);
}

static int look_path(struct thing *t, const char *path, struct err *err)
{
	struct evidence_item item;

	t->found = (struct found){ .name = t->row->name, .path = path };
	if (run_stat(t, path, false, &item, err) < 0)
		return -1;
	if (item.end == END_EXITED && item.status && begins(&item, "Permission denied") &&
	    run_stat(t, path, true, &item, err) < 0)
		return -1;
	if (item.end == END_EXITED && !item.status)
		t->found.identity = read_identity(item.out.kept, t->arena);
	t->found.exists = t->found.identity;
	if (t->found.exists || begins(&item, "No such file") || begins(&item, "Not a directory"))
		return 0;
	return err_set(err, ERR_ENV, NULL, _("cannot look at '%s'"), path);
}

static int look_file(struct thing *t, struct err *err)
{
	return look_path(t, t->row->name, err);
}

/* Where its pool says, or said when its step had ended: the pool may be gone. */
static int look_volume(struct thing *t, struct err *err)
{
	const char *path = NULL;

	if (t->row->name[0] == '/')
		return look_path(t, t->row->name, err);
	if (libvirt_locate(t, &path, err) < 0 && !t->row->path)
		return -1;
	if (!path)
		path = t->row->path;
	if (path)
		return look_path(t, path, err);
	t->found = (struct found){ .name = t->row->name };
	return 0;
}

static const char *const remove_module[] = { "rmmod", NULL };
static const char *const remove_file[] = { "rm", "-f", "--", NULL };
static const char *const remove_directory[] = { "rmdir", "--", NULL };

static int run_command(struct thing *t, const char *const *command, const char *name,
		       struct err *err)
{
	const char *argv[8] = { NULL };
	struct process_spec spec = { .argv = argv, .root = true };
	struct evidence_item item = { .name = "undo" };
	size_t n = 0;

	for (; *command; command++)
		argv[n++] = *command;
	argv[n] = name;
	if (t->host->ops->run(t->host, &spec, t->arena, &item, err) < 0)
		return -1;
	if (item.end == END_EXITED && item.status == 0)
		return 0;
	if (item.end == END_NOT_RUN)
		return err_errno(err, ERR_ENV, item.error, _("cannot run '%s'"), argv[0]);
	return err_set(err, ERR_ENV, NULL, "%.*s", (int)strcspn(item.err.kept, "\n"),
		       item.err.kept);
}

static int unload(struct thing *t, struct err *err)
{
	return run_command(t, remove_module, t->row->name, err);
}

/*
 * A libvirt that knows the file as a volume would go on listing it, were it not asked to; and it
 * says whether a guest uses it, so where there was one nothing goes behind its back.
 */
static int delete_file(struct thing *t, struct err *err)
{
	int rc = 0;

	if (bystanders_had_libvirt(t->run, t->host)) {
		if (!inventory_of(t->run, t->host, err))
			return -1;
		rc = libvirt_remove_volume(t, err);
	}
	if (rc)
		return rc < 0 ? -1 : 0;
	return run_command(t, remove_file, t->found.path, err);
}

/* What somebody else put into it stays, and it with that. */
static int delete_directory(struct thing *t, struct err *err)
{
	return run_command(t, remove_directory, t->found.path, err);
}

static const struct thing_ops kinds[CHANGE_KIND_COUNT] = {
	[CHANGE_MODULE] = { look_module, unload },
	[CHANGE_FILE] = { look_file, delete_file },
	[CHANGE_DOMAIN] = { libvirt_look, libvirt_remove },
	[CHANGE_NETWORK] = { libvirt_look, libvirt_remove },
	[CHANGE_POOL] = { libvirt_look, libvirt_remove },
	[CHANGE_VOLUME] = { look_volume, delete_file },
	[CHANGE_DIRECTORY] = { look_file, delete_directory },
};

int thing_look(struct thing *t, struct err *err)
{
	return kinds[t->row->kind].look(t, err);
}

int thing_remove(struct thing *t, struct err *err)
{
	return kinds[t->row->kind].remove(t, err);
}
