/* SPDX-License-Identifier: Apache-2.0 */
/* promises: reads what kvmlab-libvirt says all domains were promised. */
#include "checks/promises.h"

#include <stdlib.h>
#include <string.h>

double promises_number(const char *word)
{
	return word ? strtod(word, NULL) : 0;
}

const char *promises_rest(const struct line *line, size_t n, struct arena *arena)
{
	size_t i = 0;

	for (; n && i < line->len; i++)
		n -= line->text[i] == ' ';
	return arena_memdup(arena, line->text + i, line->len - i);
}

static bool has_image(const struct promises *p, const char *path)
{
	for (size_t i = 0; i < p->images_n; i++)
		if (!strcmp(p->images[i].path, path))
			return true;
	return false;
}

/* 'domain active|inactive VCPUS KIB NAME' */
static const char *read_domain(struct promises *t, const struct line *line)
{
	const char *state = line_word(line, 1, t->arena);
	double vcpus = promises_number(line_word(line, 2, t->arena));
	double memory = promises_number(line_word(line, 3, t->arena)) * 1024;

	t->domains++;
	t->vcpus += (int64_t)vcpus;
	t->memory += memory;
	if (state && !strcmp(state, "active")) {
		t->running++;
		t->running_vcpus += (int64_t)vcpus;
		t->running_memory += memory;
	}
	return promises_rest(line, 4, t->arena);
}

/* 'disk TARGET CAPACITY ALLOCATION PHYSICAL SOURCE' */
static void read_disk(struct promises *t, const struct line *line, const char *domain)
{
	struct promised_disk *d = &t->disks[t->n];

	d->name = arena_printf(t->arena, "%s:%s", domain, line_word(line, 1, t->arena));
	d->path = promises_rest(line, 5, t->arena);
	d->is_file = *d->path == '/' && strncmp(d->path, "/dev/", 5) != 0;
	d->is_known = strcmp(line_word(line, 2, t->arena), "-") != 0;
	d->capacity = promises_number(line_word(line, 2, t->arena));
	/* While it runs, libvirt's allocation is the highest byte written. */
	d->used = promises_number(line_word(line, 4, t->arena));
	for (size_t i = 0; i < t->n; i++)
		d->is_again |= strcmp(d->path, "-") && !strcmp(t->disks[i].path, d->path);
	t->n++;
}

/* 'volume FORMAT CAPACITY ALLOCATION PATH': of the disk before itself, or what it is based on. */
static void read_volume(struct promises *t, const struct line *line)
{
	struct promised_disk *d = &t->disks[t->n - 1];
	const char *path = promises_rest(line, 4, t->arena);
	double used = promises_number(line_word(line, 3, t->arena));

	if (!strcmp(path, d->path)) {
		d->used = used;
		return;
	}
	d->is_based = true;
	if (!has_image(t, path))
		t->images[t->images_n++] = (struct promised_image){ path, used };
}

void promises_read(const struct evidence_item *item, struct arena *arena, struct promises *ret)
{
	struct line line = { 0 };
	const char *domain = "";
	size_t lines = 0;

	while (lines_next(&item->out, &line))
		lines++;
	*ret = (struct promises){ .arena = arena };
	ret->disks = arena_array(arena, struct promised_disk, lines + 1);
	ret->images = arena_array(arena, struct promised_image, lines + 1);
	line = (struct line){ 0 };
	while (lines_next(&item->out, &line)) {
		const char *word = line_word(&line, 0, arena);

		if (word && !strcmp(word, "domain"))
			domain = read_domain(ret, &line);
		else if (word && !strcmp(word, "disk") && line_word(&line, 5, arena))
			read_disk(ret, &line, domain);
		else if (word && !strcmp(word, "volume") && ret->n)
			read_volume(ret, &line);
	}
}

const struct promised_disk *promises_find(const struct promises *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->disks[i].path, path))
			return &t->disks[i];
	return NULL;
}
