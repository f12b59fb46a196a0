/* SPDX-License-Identifier: Apache-2.0 */
/* local: this machine. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/kinds.h"
#include "runner/host/kvm.h"
#include "runner/host/pty.h"

static int read_file(struct host *h, const char *path, struct arena *arena,
		     struct evidence_item *item, struct err *err)
{
	(void)h;
	return host_read_path(path, path, arena, item, err);
}

static int list_dir(struct host *h, const char *path, struct arena *arena,
		    struct evidence_item *item, struct err *err)
{
	(void)h;
	return host_list_path(path, path, arena, item, err);
}

static int run(struct host *h, const struct process_spec *spec, struct arena *arena,
	       struct evidence_item *item, struct err *err)
{
	struct process_result result;

	item->kind = EVIDENCE_COMMAND;
	item->where = host_command_line(spec->argv, arena);
	item->when_ms = clock_unix_ms();
	if (process_run(h->group, spec, arena, &result, err) < 0)
		return -1;
	item->end = result.end;
	item->status = result.status;
	item->ms = (result.us + 500) / 1000;
	item->out = result.out;
	item->err = result.err;
	if (result.end == END_NOT_RUN)
		item->error = result.status;
	return 0;
}

static void print_stat(struct buf *out, const struct stat *st)
{
	buf_printf(out, "type=%s\nsize=%lld\nmode=%04o\nuid=%u\ngid=%u\nmtime=%lld\n",
		   host_file_kind(st->st_mode), (long long)st->st_size, st->st_mode & 07777,
		   st->st_uid, st->st_gid, (long long)st->st_mtime);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		buf_printf(out, "device=%u:%u\n", major(st->st_rdev), minor(st->st_rdev));
}

static int look_stat(struct host *h, const char *path, struct arena *arena,
		     struct evidence_item *item, struct err *err)
{
	_cleanup_buf_ struct buf out = { 0 };
	struct stat st;

	(void)h;
	item->kind = EVIDENCE_PROBE;
	item->where = arena_strdup(arena, path);
	item->when_ms = clock_unix_ms();
	if (stat(path, &st) == 0) {
		print_stat(&out, &st);
		host_output_set(&item->out, buf_str(&out), out.len, arena);
		return 0;
	}
	item->error = errno;
	item->out.kept = "";
	if (errno == ENOENT || errno == ENOTDIR)
		return 0;
	return err_errno(err, ERR_ENV, errno, _("cannot look at '%s'"), path);
}

static int kvm(struct host *h, struct arena *arena, struct evidence_item *item, struct err *err)
{
	_cleanup_buf_ struct buf out = { 0 };

	(void)h;
	item->kind = EVIDENCE_PROBE;
	item->where = KVM_DEVICE;
	item->when_ms = clock_unix_ms();
	if (kvm_probe(KVM_DEVICE, KVM_DEADLINE_MS, &out, err) < 0)
		return -1;
	item->ms = clock_unix_ms() - item->when_ms;
	host_output_set(&item->out, buf_str(&out), out.len, arena);
	return 0;
}

/* The student's own settings stay out: the same shell everywhere. */
static int shell(struct host *h, const struct shell_spec *spec, struct arena *arena,
		 struct process_spec *process, const char **argv, struct err *err)
{
	static const char *const bash[] = { "/bin/bash", "--noprofile", "--norc", "-i", NULL };
	static const char *const sh[] = { "/bin/sh", "-i", NULL };
	const char *const *from = access(bash[0], X_OK) == 0 ? bash : sh;

	(void)h;
	(void)err;
	process->env = shell_environment(spec, arena);
	process->root = spec->root;
	while (*from)
		*argv++ = *from++;
	*argv = NULL;
	return 0;
}

const struct host_ops host_local = {
	.scheme = "local",
	.read_file = read_file,
	.list_dir = list_dir,
	.run = run,
	.stat = look_stat,
	.kvm = kvm,
	.shell = shell,
};
