/* SPDX-License-Identifier: Apache-2.0 */
/* value: typed values, printed and compared. */
#include "runner/model/value.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/i18n.h"

static const char *const type_names[] = {
	[VALUE_UNKNOWN] = "unknown", [VALUE_BOOL] = "bool",	[VALUE_INT] = "int",
	[VALUE_NUMBER] = "number",   [VALUE_STRING] = "string", [VALUE_LIST] = "list",
};

const char *value_type_name(enum value_type type)
{
	return type_names[type];
}

/* Shortest of up to 6 significant digits; the locale's decimal point is put back to '.'. */
static void print_number(struct buf *out, double d)
{
	char text[40], *p;
	const char *point = localeconv()->decimal_point;

	snprintf(text, sizeof(text), "%.6g", d);
	p = strcmp(point, ".") ? strstr(text, point) : NULL;
	if (p) {
		*p = '.';
		memmove(p + 1, p + strlen(point), strlen(p + strlen(point)) + 1);
	}
	buf_puts(out, text);
}

static void print_list(struct buf *out, const struct strings *list)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			buf_puts(out, ", ");
		buf_puts(out, list->v[i]);
	}
	buf_putc(out, ']');
}

void value_print(struct buf *out, const struct value *v)
{
	switch (v->type) {
	case VALUE_UNKNOWN:
		buf_puts(out, _("(nothing seen)"));
		break;
	case VALUE_BOOL:
		buf_puts(out, v->b ? "true" : "false");
		break;
	case VALUE_INT:
		buf_printf(out, "%lld", (long long)v->i);
		break;
	case VALUE_NUMBER:
		print_number(out, v->d);
		break;
	case VALUE_STRING:
		buf_puts(out, v->s);
		break;
	case VALUE_LIST:
		print_list(out, &v->list);
		break;
	}
}

bool value_is_number(const struct value *v)
{
	return v->type == VALUE_INT || v->type == VALUE_NUMBER;
}

double value_number(const struct value *v)
{
	return v->type == VALUE_INT ? (double)v->i : v->d;
}

static bool lists_equal(const struct strings *a, const struct strings *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->v[i], b->v[i]))
			return false;
	return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->type == VALUE_INT && b->type == VALUE_INT)
		return a->i == b->i;
	if (value_is_number(a) && value_is_number(b))
		return value_number(a) == value_number(b);
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case VALUE_BOOL:
		return a->b == b->b;
	case VALUE_STRING:
		return !strcmp(a->s, b->s);
	case VALUE_LIST:
		return lists_equal(&a->list, &b->list);
	default:
		return true;
	}
}
