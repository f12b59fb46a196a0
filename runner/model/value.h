/* SPDX-License-Identifier: Apache-2.0 */
/* value: a typed value, of a measure or of a matcher's right side. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "runner/base/buf.h"
#include "runner/base/field.h"

enum value_type {
	VALUE_UNKNOWN, /* looked, and there was nothing to see: 'exists: false' holds */
	VALUE_BOOL,
	VALUE_INT,
	VALUE_NUMBER,
	VALUE_STRING,
	VALUE_LIST, /* of strings */
};

struct value {
	enum value_type type;
	union {
		bool b;
		int64_t i;
		double d;
		const char *s;
		struct strings list;
	};
};

/* 'bool', 'int', 'number', 'string', 'list', 'unknown' */
const char *value_type_name(enum value_type type);
/* As YAML would write it: true, 12, 1.25, vmx, [a, b]; unknown is '(nothing seen)'. '.' in every
 * locale. */
void value_print(struct buf *out, const struct value *v);
bool value_is_number(const struct value *v);
/* Of VALUE_INT and VALUE_NUMBER. */
double value_number(const struct value *v);
bool value_equal(const struct value *a, const struct value *b);
