/* SPDX-License-Identifier: Apache-2.0 */
/* promises: the lines of kvmlab-libvirt's request 'promises'. Part of overcommit. */
#pragma once

#include "checks/lines.h"

/* One line of 'promises' that begins with 'disk', with the 'volume' that may follow it. */
struct promised_disk {
	const char *name; /* domain:target */
	const char *path; /* or the name of what is no file */
	bool is_known, is_file, is_based, is_again;
	double capacity, used;
};

struct promised_image {
	const char *path;
	double used;
};

struct promises {
	struct arena *arena;
	struct promised_disk *disks;
	size_t n;
	int64_t domains, running, vcpus, running_vcpus;
	double memory, running_memory; /* bytes */
	struct promised_image *images; /* what disks are based on, each once */
	size_t images_n;
};

/* Everything that is promised; strings from arena. */
void promises_read(const struct evidence_item *item, struct arena *arena, struct promises *ret);
/* The first disk at that path, or NULL. */
const struct promised_disk *promises_find(const struct promises *p, const char *path);
/* A number in decimal; 0 for NULL. */
double promises_number(const char *word);
/* What follows the n-th word to the line's end: names have blanks. */
const char *promises_rest(const struct line *line, size_t n, struct arena *arena);
