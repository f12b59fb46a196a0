/* SPDX-License-Identifier: Apache-2.0 */
/* iso: libarchive writes and reads; what depends on the moment and the user is then made fixed. */
#include "runner/base/iso.h"

#include <string.h>

#include "runner/base/archive_calls.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/iso_fixed.h"

#define FILES_MAX   32
#define READ_CHUNK  65536
#define SPACE_FIXED (512u * 1024u) /* beside the files: descriptors, tables, directories */

static int fail(const struct archive_calls *calls, struct archive *a, struct err *err)
{
	const char *why = calls->error_string(a);

	return err_set(err, ERR_ENV, NULL, _("the ISO image cannot be made: %s"),
		       why ? why : _("without a word"));
}

static int add_file(const struct archive_calls *calls, struct archive *a, const struct iso_file *f)
{
	struct archive_entry *e = calls->entry_new();
	int rc;

	calls->entry_set_pathname(e, f->name);
	calls->entry_set_filetype(e, AE_IFREG);
	calls->entry_set_perm(e, 0644);
	calls->entry_set_size(e, (la_int64_t)f->len);
	calls->entry_set_mtime(e, 0, 0);
	calls->entry_set_atime(e, 0, 0);
	calls->entry_set_ctime(e, 0, 0);
	calls->entry_set_birthtime(e, 0, 0);
	rc = calls->write_header(a, e);
	calls->entry_free(e);
	if (rc == ARCHIVE_OK && calls->write_data(a, f->data, f->len) != (la_ssize_t)f->len)
		rc = ARCHIVE_FATAL;
	return rc == ARCHIVE_OK ? 0 : -1;
}

static int write_all(const struct archive_calls *calls, struct archive *a,
		     const struct iso_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (add_file(calls, a, &files[i]) < 0)
			return -1;
	return calls->write_close(a) == ARCHIVE_OK ? 0 : -1;
}

int iso_write(const char *volume_id, const struct iso_file *files, size_t n, struct buf *ret,
	      struct err *err)
{
	struct archive_calls calls;
	_cleanup_buf_ struct buf options = { 0 };
	_cleanup_free_ char *image = NULL;
	size_t space = SPACE_FIXED, used = 0;
	struct archive *a;
	int rc = -1;

	if (archive_calls_load(&calls, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		space += files[i].len + 4096;
	image = mem_alloc(space);
	buf_printf(&options, "iso9660:volume-id=%s,iso9660:!pad", volume_id);
	a = calls.write_new();
	if (calls.write_set_format_iso9660(a) == ARCHIVE_OK &&
	    calls.write_set_options(a, buf_str(&options)) == ARCHIVE_OK &&
	    calls.write_open_memory(a, image, space, &used) == ARCHIVE_OK)
		rc = write_all(&calls, a, files, n);
	if (rc < 0)
		fail(&calls, a, err);
	calls.write_free(a);
	if (rc == 0 && iso_make_fixed(image, used, volume_id) < 0)
		rc = err_set(err, ERR_ENV, NULL, _("the ISO image cannot be made: %s"),
			     _("libarchive wrote no ISO 9660 directory"));
	if (rc == 0)
		buf_add(ret, image, used);
	return rc;
}

static int refuse(const char *why, struct err *err)
{
	return err_set(err, ERR_IO, NULL, _("the ISO image cannot be read: %s"), why);
}

static bool is_taken(const struct iso *iso, const char *name)
{
	for (size_t i = 0; i < iso->n; i++)
		if (!strcmp(iso->files[i].name, name))
			return true;
	return false;
}

static int read_data(const struct archive_calls *calls, struct archive *a, struct buf *ret,
		     struct err *err)
{
	_cleanup_free_ char *chunk = mem_alloc(READ_CHUNK);
	la_ssize_t got;

	while ((got = calls->read_data(a, chunk, READ_CHUNK)) > 0) {
		if (ret->len + (size_t)got > ISO_FILE_MAX)
			return refuse(_("a file in it is larger than 1 MiB"), err);
		buf_add(ret, chunk, (size_t)got);
	}
	return got < 0 ? refuse(_("it is damaged"), err) : 0;
}

static int read_entry(const struct archive_calls *calls, struct archive *a, struct archive_entry *e,
		      struct arena *arena, struct iso *iso, struct err *err)
{
	const char *name = calls->entry_pathname(e);
	_cleanup_buf_ struct buf data = { 0 };

	if (!name)
		return refuse(_("a name in it is no text"), err);
	if (calls->entry_filetype(e) == AE_IFDIR)
		return 0;
	if (calls->entry_filetype(e) != AE_IFREG || calls->entry_symlink(e) ||
	    calls->entry_hardlink(e))
		return refuse(_("it holds something that is neither file nor directory"), err);
	if (is_taken(iso, name))
		return refuse(_("two files in it have one name"), err);
	if (iso->n == FILES_MAX)
		return refuse(_("it holds more than 32 files"), err);
	if (read_data(calls, a, &data, err) < 0)
		return -1;
	iso->files[iso->n++] =
		(struct iso_file){ arena_strdup(arena, name),
				   arena_memdup(arena, buf_str(&data), data.len), data.len };
	return 0;
}

static int read_all(const struct archive_calls *calls, struct archive *a, struct arena *arena,
		    struct iso *iso, struct err *err)
{
	struct archive_entry *e;
	int rc;

	while ((rc = calls->read_next_header(a, &e)) == ARCHIVE_OK)
		if (read_entry(calls, a, e, arena, iso, err) < 0)
			return -1;
	if (rc != ARCHIVE_EOF)
		return refuse(_("it is damaged"), err);
	return calls->filter_count(a) == 1 ? 0 : refuse(_("it is packed"), err);
}

int iso_read(const char *data, size_t len, struct arena *arena, struct iso *ret, struct err *err)
{
	struct archive_calls calls;
	struct iso iso = { .files = arena_array(arena, struct iso_file, FILES_MAX) };
	struct archive *a;
	int rc;

	if (iso_read_label(data, len, &iso) < 0)
		return refuse(_("it has no ISO 9660 volume"), err);
	if (archive_calls_load(&calls, err) < 0)
		return -1;
	a = calls.read_new();
	if (calls.read_support_format_iso9660(a) != ARCHIVE_OK ||
	    calls.read_open_memory(a, data, len) != ARCHIVE_OK)
		rc = refuse(_("it is damaged"), err);
	else
		rc = read_all(&calls, a, arena, &iso, err);
	calls.read_free(a);
	if (rc == 0)
		*ret = iso;
	return rc;
}
