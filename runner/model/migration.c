/* SPDX-License-Identifier: Apache-2.0 */
/* migration: follows each guest through the marks of all hosts in the order of time. */
#include "runner/model/migration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"

#define MARKS_MAX 512 /* of one host; a migration leaves two */

/* A NULL detail is any; the first that fits. */
static const struct {
	const char *event, *detail;
	enum mark_kind kind;
} kinds[] = {
	{ "started", "migrated", MARK_ARRIVED },   { "suspended", "migrated", MARK_PAUSED },
	{ "suspended", "post-copy", MARK_PAUSED }, { "resumed", "migrated", MARK_RESUMED },
	{ "resumed", "post-copy", MARK_RESUMED },  { "stopped", "migrated", MARK_LEFT },
	{ "stopped", NULL, MARK_STOPPED },	   { "crashed", NULL, MARK_STOPPED },
};

enum { WORD_TIME, WORD_EVENT, WORD_DETAIL, WORD_UUID, WORD_NAME, WORD_COUNT };

/* 'MILLISECONDS EVENT DETAIL UUID NAME', cut in place; the name is all that is left. */
static bool split(char *line, char *words[WORD_COUNT])
{
	for (int i = 0; i < WORD_COUNT; i++) {
		words[i] = line;
		if (i == WORD_NAME)
			return *line != '\0';
		line = strchr(line, ' ');
		if (!line)
			return false;
		*line++ = '\0';
	}
	return true;
}

static bool read_mark(char *line, struct marks *m, struct mark *ret)
{
	char *words[WORD_COUNT], *end;

	if (!split(line, words))
		return false;
	m->is_cut |= !strcmp(words[WORD_EVENT], "disconnected");
	errno = 0;
	ret->at_ms = strtoll(words[WORD_TIME], &end, 10);
	if (errno || *end || ret->at_ms <= 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(words[WORD_EVENT], kinds[i].event) ||
		    (kinds[i].detail && strcmp(words[WORD_DETAIL], kinds[i].detail)))
			continue;
		ret->kind = kinds[i].kind;
		ret->uuid = words[WORD_UUID];
		ret->name = words[WORD_NAME];
		return true;
	}
	return false;
}

static void read_lines(char *text, struct marks *m)
{
	char *newline;

	for (; (newline = strchr(text, '\n')); text = newline + 1) {
		*newline = '\0';
		if (m->n == MARKS_MAX)
			m->is_cut = true;
		else
			m->n += read_mark(text, m, &m->v[m->n]);
	}
}

/* What was dropped between head and tail leaves half a line on either side. */
static void read_output(const struct output *o, struct arena *arena, struct marks *m)
{
	char *head = arena_memdup(arena, o->kept, o->head_len);
	char *tail = arena_memdup(arena, o->kept + o->head_len, o->kept_len - o->head_len);

	read_lines(head, m);
	if (!output_is_truncated(o))
		return;
	m->is_cut = true;
	tail = strchr(tail, '\n');
	if (tail)
		read_lines(tail + 1, m);
}

const struct marks *marks_read(const struct evidence_item *item, struct arena *arena)
{
	struct marks *m;

	if (item->kind != EVIDENCE_PROBE || strcmp(item->name, "events") != 0 || !item->out.kept)
		return NULL;
	m = arena_alloc(arena, sizeof(*m));
	*m = (struct marks){ .role = arena_strdup(arena, item->host ? item->host : ""),
			     .v = arena_array(arena, struct mark, MARKS_MAX) };
	read_output(&item->out, arena, m);
	return m;
}

/* The next mark of all hosts in the order of time; at: how many of each have been taken. */
static const struct mark *next(const struct marks *const *hosts, size_t n, size_t *at,
			       const char **role)
{
	const struct mark *first = NULL;
	size_t which = 0;

	for (size_t i = 0; i < n; i++) {
		const struct mark *m = &hosts[i]->v[at[i]];

		if (at[i] == hosts[i]->n || (first && m->at_ms >= first->at_ms))
			continue;
		first = m;
		which = i;
	}
	if (!first)
		return NULL;
	at[which]++;
	*role = hosts[which]->role;
	return first;
}

static bool is_role(const char *role, const char *other)
{
	return role && other && !strcmp(role, other);
}

/* The one that this guest is in. */
static struct migration *find_last(struct migration *all, size_t n, const char *uuid)
{
	while (n-- > 0)
		if (!strcmp(all[n].uuid, uuid))
			return &all[n];
	return NULL;
}

/* Whether this mark can only be the beginning of another migration. */
static bool begins(const struct migration *m, const struct mark *mark, const char *role)
{
	if (mark->kind == MARK_ARRIVED)
		return !m || m->to || m->left_ms || m->failed_ms || is_role(m->from, role);
	if (mark->kind == MARK_PAUSED)
		return !m || m->paused_ms || m->left_ms || m->failed_ms;
	return false;
}

/* Going on where it was is how one ends that failed. */
static void resume(struct migration *m, int64_t at_ms, const char *role)
{
	if (m->resumed_ms || (m->failed_ms && !m->paused_ms))
		return;
	m->resumed_ms = at_ms;
	if (!is_role(m->to, role) && (is_role(m->from, role) || m->to) && !m->failed_ms)
		m->failed_ms = at_ms;
}

static void apply(struct migration *m, const struct mark *mark, const char *role)
{
	switch (mark->kind) {
	case MARK_ARRIVED:
		m->to = role;
		m->arrived_ms = mark->at_ms;
		break;
	case MARK_PAUSED:
		m->from = role;
		m->paused_ms = mark->at_ms;
		break;
	case MARK_RESUMED:
		resume(m, mark->at_ms, role);
		break;
	case MARK_LEFT:
		m->from = role;
		m->left_ms = mark->at_ms;
		break;
	case MARK_STOPPED:
		if (is_role(m->to, role) && !m->resumed_ms && !m->failed_ms)
			m->failed_ms = mark->at_ms;
		break;
	}
}

size_t migrations_find(const struct marks *const *hosts, size_t n,
		       struct migration ret[MIGRATIONS_MAX])
{
	_cleanup_arena_ struct arena scratch = { 0 };
	size_t *at = arena_array(&scratch, size_t, n), found = 0;
	const struct mark *mark;
	const char *role;

	while ((mark = next(hosts, n, at, &role))) {
		struct migration *m = find_last(ret, found, mark->uuid);

		if (begins(m, mark, role)) {
			if (found == MIGRATIONS_MAX)
				return found;
			m = &ret[found++];
			*m = (struct migration){ .uuid = mark->uuid, .name = mark->name };
		}
		if (m)
			apply(m, mark, role);
	}
	return found;
}
