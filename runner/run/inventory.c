/* SPDX-License-Identifier: Apache-2.0 */
/* inventory: reads what kvmlab-libvirt has listed and compares it. */
#include "runner/run/inventory.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define WORDS 7 /* the name comes last and may have blanks */

static bool kind_of(const char *word, enum change_kind *ret)
{
	static const enum change_kind kinds[] = { CHANGE_DOMAIN, CHANGE_NETWORK, CHANGE_POOL };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(change_kind_name(kinds[i]), word)) {
			*ret = kinds[i];
			return true;
		}
	return false;
}

static bool parse_line(char *line, struct inventory_entry *ret)
{
	const char *words[WORDS];
	char *end;

	for (size_t i = 0; i < WORDS; i++, line = end + 1) {
		words[i] = line;
		end = strchr(line, ' ');
		if (!end)
			return false;
		*end = '\0';
	}
	*ret = (struct inventory_entry){
		.uuid = words[1],
		.state = words[2],
		.persistence = words[3],
		.autostart = words[4],
		.tag = strcmp(words[5], "-") != 0 ? words[5] : NULL,
		.definition = words[6],
		.name = line,
	};
	return *line && kind_of(words[0], &ret->kind);
}

void inventory_parse(const char *text, struct arena *arena, struct inventory *ret)
{
	char *copy = arena_strdup(arena, text), *next;
	size_t lines = 0;

	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	ret->v = arena_array(arena, struct inventory_entry, lines + 1);
	ret->n = 0;
	for (char *line = copy; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (parse_line(line, &ret->v[ret->n]))
			ret->n++;
	}
}

const struct inventory_entry *inventory_by_name(const struct inventory *i, enum change_kind kind,
						const char *name)
{
	for (size_t k = 0; k < i->n; k++)
		if (i->v[k].kind == kind && !strcmp(i->v[k].name, name))
			return &i->v[k];
	return NULL;
}

const struct inventory_entry *inventory_by_uuid(const struct inventory *i, enum change_kind kind,
						const char *uuid)
{
	for (size_t k = 0; k < i->n; k++)
		if (i->v[k].kind == kind && !strcmp(i->v[k].uuid, uuid))
			return &i->v[k];
	return NULL;
}

static void add_word(struct buf *out, const char *before, const char *now)
{
	if (strcmp(before, now) != 0)
		buf_printf(out, _("%swas %s, is %s"), out->len ? "; " : "", before, now);
}

const char *inventory_difference(const struct inventory_entry *before,
				 const struct inventory_entry *now, struct arena *arena)
{
	_cleanup_buf_ struct buf out = { 0 };

	if (strcmp(before->definition, now->definition) != 0)
		buf_puts(&out, _("its definition or its snapshots are others than before"));
	add_word(&out, before->state, now->state);
	add_word(&out, before->persistence, now->persistence);
	add_word(&out, before->autostart, now->autostart);
	if (strcmp(before->name, now->name) != 0)
		buf_printf(&out, _("%sis called '%s' now"), out.len ? "; " : "", now->name);
	return out.len ? arena_strdup(arena, buf_str(&out)) : NULL;
}
