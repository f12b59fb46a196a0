/* SPDX-License-Identifier: Apache-2.0 */
/* ping_record: a ping's record as text and back. */
#include "runner/model/ping_record.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

enum kind { KIND_NUMBER, KIND_STRING, KIND_LATER /* a number that older records lack */ };

/* The head of the text in its order; the last one is the number of lines that follow. */
static const struct {
	const char *key;
	enum kind kind;
	size_t offset;
} keys[] = {
	{ "target", KIND_STRING, offsetof(struct ping_record, target) },
	{ "socket", KIND_STRING, offsetof(struct ping_record, socket) },
	{ "interval_ms", KIND_NUMBER, offsetof(struct ping_record, interval_ms) },
	{ "started_unix_ms", KIND_NUMBER, offsetof(struct ping_record, started_unix_ms) },
	{ "ended_us", KIND_NUMBER, offsetof(struct ping_record, ended_us) },
	{ "ended_unix_ms", KIND_LATER, offsetof(struct ping_record, ended_unix_ms) },
	{ "duplicates", KIND_NUMBER, offsetof(struct ping_record, duplicates) },
	{ "out_of_order", KIND_NUMBER, offsetof(struct ping_record, out_of_order) },
	{ "send_errors", KIND_NUMBER, offsetof(struct ping_record, send_errors) },
	{ "echoes", KIND_NUMBER, offsetof(struct ping_record, n) },
};

_Static_assert(sizeof(size_t) == sizeof(int64_t), "all numbers of a record are read alike");

void ping_record_write(const struct ping_record *r, struct buf *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *at = (const char *)r + keys[i].offset;

		if (keys[i].kind == KIND_STRING)
			buf_printf(ret, "%s=%s\n", keys[i].key,
				   *(const char *const *)(const void *)at);
		else
			buf_printf(ret, "%s=%" PRId64 "\n", keys[i].key,
				   *(const int64_t *)(const void *)at);
	}
	for (size_t i = 0; i < r->n; i++)
		buf_printf(ret, "%" PRId64 " %" PRId64 "\n", r->echoes[i].sent_us,
			   r->echoes[i].answered_us);
}

/* Reads a number that ends with one of the given character; moves *p behind it. */
static int read_number(const char **p, char end, int64_t least, int64_t *ret)
{
	char *behind;

	errno = 0;
	*ret = strtoll(*p, &behind, 10);
	if (behind == *p || errno || *behind != end || *ret < least)
		return -1;
	*p = behind + 1;
	return 0;
}

static int read_head(const char **p, struct arena *arena, struct ping_record *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		size_t len = strlen(keys[i].key), line;
		char *at = (char *)ret + keys[i].offset;

		if (strncmp(*p, keys[i].key, len) || (*p)[len] != '=') {
			if (keys[i].kind == KIND_LATER)
				continue;
			return -1;
		}
		*p += len + 1;
		line = strcspn(*p, "\n");
		if (keys[i].kind == KIND_STRING) {
			*(const char **)(void *)at = arena_memdup(arena, *p, line);
			*p += line + ((*p)[line] == '\n');
		} else if (read_number(p, '\n', 0, (int64_t *)(void *)at) < 0) {
			return -1;
		}
	}
	return ret->interval_ms >= PING_INTERVAL_MIN && ret->interval_ms <= PING_INTERVAL_MAX ? 0
											      : -1;
}

/* In the order of sending; none is answered before it was sent. */
static int read_echo(const char **p, int64_t least, struct ping_echo *ret)
{
	if (read_number(p, ' ', least, &ret->sent_us) < 0 ||
	    read_number(p, '\n', -1, &ret->answered_us) < 0)
		return -1;
	return ret->answered_us >= 0 && ret->answered_us < ret->sent_us ? -1 : 0;
}

int ping_record_read(const struct output *o, struct arena *arena, struct ping_record *ret,
		     struct err *err)
{
	const char *p = o->kept;
	struct ping_record r = { 0 };
	int64_t sent = 0;

	if (!p || output_is_truncated(o))
		return err_set(err, ERR_ENV, NULL, _("the record of the ping is not whole"));
	/* A line is at least four bytes: no more memory than the text is worth. */
	if (read_head(&p, arena, &r) < 0 || r.n > o->kept_len / 4)
		return err_set(err, ERR_ENV, NULL, _("this is no record of a ping"));
	r.echoes = arena_array(arena, struct ping_echo, r.n);
	for (size_t i = 0; i < r.n; i++) {
		if (read_echo(&p, sent, &r.echoes[i]) < 0)
			return err_set(err, ERR_ENV, NULL,
				       _("echo %zu in the record of the ping makes no sense"),
				       i + 1);
		sent = r.echoes[i].sent_us;
	}
	if (*p)
		return err_set(err, ERR_ENV, NULL,
			       _("the record of the ping goes on behind its end"));
	*ret = r;
	return 0;
}
