/* SPDX-License-Identifier: Apache-2.0 */
/* look: reads files and directories bounded and without ever waiting for anybody. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/host/kinds.h"

#define CHUNK (64u * 1024u)

void host_output_set(struct output *out, const char *text, size_t len, struct arena *arena)
{
	out->kept = arena_memdup(arena, text, len);
	out->kept_len = out->head_len = len;
	out->total = len;
	crypto_hash_sha256(out->sha256, (const unsigned char *)text, len);
}

/* 0 when the thing is just not there, else -1 with words. */
static int not_seen(struct evidence_item *item, int errnum, struct err *err)
{
	item->error = errnum;
	item->out.kept = "";
	if (errnum == ENOENT || errnum == ENOTDIR)
		return 0;
	return err_errno(err, ERR_ENV, errnum, _("cannot look at '%s'"), item->where);
}

static ssize_t read_again(int fd, void *to, size_t n)
{
	ssize_t got;

	do
		got = read(fd, to, n);
	while (got < 0 && errno == EINTR);
	return got;
}

/* A file that says its size and fits: one read, straight into the arena. 1: it was longer. */
static int read_small(int fd, size_t size, struct arena *arena, struct output *out)
{
	char *to = arena_alloc(arena, size + 2);
	size_t have = 0;
	ssize_t got;

	while (have <= size) {
		got = read_again(fd, to + have, size + 1 - have);
		if (got < 0)
			return -1;
		have += (size_t)got;
		if (!got || have == size)
			break;
	}
	if (have > size)
		return 1;
	to[have] = 0;
	out->kept = to;
	out->kept_len = out->head_len = have;
	out->total = have;
	crypto_hash_sha256(out->sha256, (const unsigned char *)to, have);
	return 0;
}

/* Any other file: keeps the first bytes, goes on hashing. */
static int read_long(int fd, size_t keep, struct arena *arena, struct output *out)
{
	_cleanup_free_ char *chunk = mem_alloc(CHUNK);
	_cleanup_buf_ struct buf kept = { 0 };
	crypto_hash_sha256_state hash;
	ssize_t got;

	crypto_hash_sha256_init(&hash);
	out->total = 0;
	while (out->total < HOST_FILE_MAX && (got = read_again(fd, chunk, CHUNK)) != 0) {
		size_t room = keep - kept.len;

		if (got < 0)
			return -1;
		crypto_hash_sha256_update(&hash, (unsigned char *)chunk, (size_t)got);
		buf_add(&kept, chunk, (size_t)got < room ? (size_t)got : room);
		out->total += (size_t)got;
	}
	crypto_hash_sha256_final(&hash, out->sha256);
	out->kept = arena_memdup(arena, buf_str(&kept), kept.len);
	out->kept_len = out->head_len = kept.len;
	return 0;
}

/* Opens without waiting for a FIFO's writer; what is no regular file is not read at all. */
static int open_regular(const char *path, off_t *size)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int saved;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*size = st.st_size;
		return fd;
	}
	saved = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	close(fd);
	errno = saved;
	return -1;
}

const char *host_file_kind(unsigned mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "regular";
	case S_IFDIR:
		return "directory";
	case S_IFCHR:
		return "character";
	case S_IFBLK:
		return "block";
	default:
		return "other";
	}
}

int host_read_path(const char *path, const char *shown, struct arena *arena,
		   struct evidence_item *item, struct err *err)
{
	_cleanup_fd_ int fd = -1;
	off_t size = 0;
	int rc = 1;

	item->kind = EVIDENCE_FILE;
	item->where = arena_strdup(arena, shown);
	item->when_ms = clock_unix_ms();
	fd = open_regular(path, &size);
	if (fd < 0 && errno == EINVAL) {
		item->error = EINVAL;
		item->out.kept = "";
		return err_set(err, ERR_ENV, NULL, _("'%s' is not a regular file"), shown);
	}
	if (fd < 0)
		return not_seen(item, errno, err);
	if (size > 0 && size <= (off_t)HOST_FILE_KEEP)
		rc = read_small(fd, (size_t)size, arena, &item->out);
	if (rc > 0 && lseek(fd, 0, SEEK_SET) == 0)
		rc = read_long(fd, size ? HOST_FILE_KEEP : HOST_PROC_KEEP, arena, &item->out);
	return rc ? not_seen(item, errno, err) : 0;
}

static int keep_name(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int host_list_path(const char *path, const char *shown, struct arena *arena,
		   struct evidence_item *item, struct err *err)
{
	_cleanup_buf_ struct buf names = { 0 };
	struct dirent **entries = NULL;
	int n;

	item->kind = EVIDENCE_DIR;
	item->where = arena_strdup(arena, shown);
	item->when_ms = clock_unix_ms();
	n = scandir(path, &entries, keep_name, by_name);
	if (n < 0)
		return not_seen(item, errno, err);
	for (int i = 0; i < n; i++) {
		buf_puts(&names, entries[i]->d_name);
		buf_putc(&names, '\n');
		free(entries[i]);
	}
	free(entries);
	host_output_set(&item->out, buf_str(&names), names.len, arena);
	if (names.len > HOST_FILE_KEEP)
		item->out.kept_len = item->out.head_len = HOST_FILE_KEEP;
	return 0;
}

const char *host_command_line(const char *const *argv, struct arena *arena)
{
	_cleanup_buf_ struct buf line = { 0 };

	for (; *argv; argv++) {
		if (line.len)
			buf_putc(&line, ' ');
		buf_shell_word(&line, *argv);
	}
	return arena_strdup(arena, buf_str(&line));
}
