/* SPDX-License-Identifier: Apache-2.0 */
/* events_fixture: what two hosts' libvirt said of guests that moved, and what is found in it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/host/kinds.h"
#include "runner/model/timeline.h"

#define UUID  " af6d2894-01f3-4f1d-95e0-598cef3bd89d db01\n"
#define OTHER " c63b7114-f0e2-4242-8d1c-6c9dd8f2a2ec web 01\n"

/* What two hosts said, and what is found in it. */
struct fixture {
	struct arena arena;
	const struct marks *hosts[2];
	struct migration found[MIGRATIONS_MAX];
	size_t n;
};

static inline const struct marks *marks_of(struct fixture *f, const char *role, const char *text)
{
	struct evidence_item item = { .name = "events", .kind = EVIDENCE_PROBE, .host = role };

	host_output_set(&item.out, text, strlen(text), &f->arena);
	return marks_read(&item, &f->arena);
}

static inline void find(struct fixture *f, const char *source, const char *destination)
{
	f->hosts[0] = marks_of(f, "source", source);
	f->hosts[1] = marks_of(f, "destination", destination);
	f->n = migrations_find(f->hosts, 2, f->found);
}

static const char live_source[] =
	"100 connected - - qemu+ssh://source/system\n"
	"101 found running" UUID "1868 suspended migrated" UUID "2464 stopped migrated" UUID;
static const char live_destination[] = "146 connected - - qemu+ssh://destination/system\n"
				       "1750 started migrated" UUID "2246 resumed migrated" UUID;
