/* SPDX-License-Identifier: Apache-2.0 */
/* seed_fields: the keys of a step that writes a NoCloud seed. */
#pragma once

#include "runner/load/cloud_text.h"
#include "runner/load/fields.h"

extern const struct field seed_fields[];
/* Of user_data and network_config where they are no text. */
extern const struct field seed_text_fields[];

/* Readers of FIELD_CUSTOM rows. */
void seed_read(struct load *load, const struct node *node, void *dst);
void seed_text_read(struct load *load, const struct node *node, void *dst);

/* The lab's parameters, then what the seed fills in by itself, without values. */
struct cloud_values seed_values(const struct lab *lab, const struct seed *seed,
				struct arena *arena);
