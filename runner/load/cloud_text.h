/* SPDX-License-Identifier: Apache-2.0 */
/* cloud_text: texts for cloud-init: values filled in as data, and read as cloud-init will. */
#pragma once

#include "runner/base/arena.h"
#include "runner/base/err.h"

/* What ${name} stands for; value NULL: known only when the step runs. */
struct cloud_value {
	const char *name, *value;
};

struct cloud_values {
	struct cloud_value *v;
	size_t n;
	int lines_before; /* of the file in which the text stands, for messages that name a line */
};

enum cloud_kind { CLOUD_USER_DATA, CLOUD_NETWORK_CONFIG };

/* 'user_data', 'network_config' */
extern const char *const cloud_kind_names[];

/*
 * Fills the values into text and checks the result. user-data begins with a line that cloud-init
 * knows; '#cloud-config' and network-config are YAML. Only into YAML is anything filled, and a
 * value never becomes more than the text that it is: one that would add a key or end a quotation is
 * a mistake. '$${' stands for '${'. Values that are not known stay as they are. Mistakes go to out
 * with their line and column in text; then -1.
 */
int cloud_text_fill(enum cloud_kind kind, const char *text, const struct cloud_values *values,
		    struct arena *arena, const char **ret, struct complaints *out);
/* Checks a text that a student wrote: nothing is filled in. */
int cloud_text_check(enum cloud_kind kind, const char *text, struct complaints *out);
