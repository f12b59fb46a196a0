/* SPDX-License-Identifier: Apache-2.0 */
/* matcher: 'measure: MATCHER', type-checked against the table of what the checker measures. */
#include <string.h>

#include "checks/checker.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

const char *const matcher_ops[] = {
	[MATCH_EQ] = "eq",	   [MATCH_NE] = "ne",		[MATCH_LT] = "lt",
	[MATCH_LE] = "le",	   [MATCH_GT] = "gt",		[MATCH_GE] = "ge",
	[MATCH_IN] = "in",	   [MATCH_MATCHES] = "matches", [MATCH_CONTAINS] = "contains",
	[MATCH_EXISTS] = "exists", [MATCH_COUNT] = NULL,
};

const char *const matcher_texts[] = {
	[MATCH_EQ] = N_("equal to the value; a value alone means this"),
	[MATCH_NE] = N_("not equal to the value"),
	[MATCH_LT] = N_("below the value"),
	[MATCH_LE] = N_("at most the value"),
	[MATCH_GT] = N_("above the value"),
	[MATCH_GE] = N_("at least the value"),
	[MATCH_IN] = N_("one of the list; a list alone means this"),
	[MATCH_MATCHES] = N_("matches the PCRE2 pattern; of a list, any element does"),
	[MATCH_CONTAINS] = N_("a text holds the value; a list has it as an element"),
	[MATCH_EXISTS] = N_("true: something was seen; false: nothing was"),
};

#define BIT(op) (1u << (op))
#define SAME	(BIT(MATCH_EQ) | BIT(MATCH_NE) | BIT(MATCH_EXISTS))
#define ORDERED (BIT(MATCH_LT) | BIT(MATCH_LE) | BIT(MATCH_GT) | BIT(MATCH_GE) | BIT(MATCH_IN))
#define TEXTUAL (BIT(MATCH_MATCHES) | BIT(MATCH_CONTAINS))

static const unsigned fits[] = {
	[VALUE_BOOL] = SAME,
	[VALUE_INT] = SAME | ORDERED,
	[VALUE_NUMBER] = SAME | ORDERED,
	[VALUE_STRING] = SAME | TEXTUAL | BIT(MATCH_IN),
	[VALUE_LIST] = SAME | TEXTUAL,
};

bool matcher_fits(enum matcher_op op, enum value_type type)
{
	return fits[type] & BIT(op);
}

/* The operators that compare a type, for messages. */
static struct strings fitting(struct load *load, enum value_type type)
{
	struct strings ret = { .v = arena_array(load->tree, const char *, MATCH_COUNT) };

	for (enum matcher_op op = 0; op < MATCH_COUNT; op++)
		if (matcher_fits(op, type))
			ret.v[ret.n++] = matcher_ops[op];
	return ret;
}

int measure_find(struct load *load, const struct node *at, const struct check *check,
		 const char *name)
{
	struct strings known = { 0 };
	int i;

	if (!check->specs)
		return -1;
	i = measure_index(check->specs, check->spec_count, name);
	if (i >= 0)
		return i;
	if (complain_silently(load))
		return -1;
	known.v = arena_array(load->tree, const char *, check->spec_count);
	for (; known.n < check->spec_count; known.n++)
		known.v[known.n] = check->specs[known.n].name;
	complain_unknown(load, at, name, &known, _("'%s' does not measure '%s'"),
			 check->checker->name, shown(load, name));
	return -1;
}

/* Milliseconds may be written as a duration. */
static int parse_whole(const struct measure_spec *spec, const char *s, int64_t *ret)
{
	if (!parse_int(s, ret))
		return 0;
	if (spec->unit && !strcmp(spec->unit, "ms"))
		return parse_duration(s, ret);
	return -1;
}

static int convert(const struct measure_spec *spec, enum value_type type, const struct scalar *s,
		   struct value *ret)
{
	*ret = (struct value){ .type = type };
	switch (type) {
	case VALUE_BOOL:
		return s->quoted ? -1 : parse_bool(s->s, &ret->b);
	case VALUE_INT:
		return s->quoted ? -1 : parse_whole(spec, s->s, &ret->i);
	case VALUE_NUMBER:
		return s->quoted ? -1 : parse_number(s->s, &ret->d);
	default:
		ret->s = s->s;
		return 0;
	}
}

static const char *type_words(enum value_type type)
{
	static const char *const words[] = {
		[VALUE_BOOL] = N_("true or false"), [VALUE_INT] = N_("a whole number"),
		[VALUE_NUMBER] = N_("a number"),    [VALUE_STRING] = N_("a text"),
		[VALUE_LIST] = N_("a list"),
	};

	return _(words[type]);
}

/* One right side of a type. */
static int read_value(struct load *load, const struct node *node, const struct measure_spec *spec,
		      enum value_type type, struct value *ret)
{
	struct scalar s;

	if (scalar_read(load, node, spec->name, &s) < 0)
		return -1;
	if (!convert(spec, type, &s, ret))
		return 0;
	if (s.sample) { /* of another type: the run will have a real value to complain about */
		*ret = (struct value){ .type = type };
		return 0;
	}
	complain(load, node, _("'%s' is compared with %s, not %s'%s'"), spec->name,
		 type_words(type), s.quoted ? _("the text ") : "", shown(load, s.s));
	return -1;
}

/* A list of right sides; kept as the texts that value_print gives. */
static int read_values(struct load *load, const struct node *node, const struct measure_spec *spec,
		       enum value_type type, struct value *ret)
{
	_cleanup_buf_ struct buf b = { 0 };
	struct value one;

	*ret = (struct value){ .type = VALUE_LIST };
	if (!node_expect(load, node, NODE_SEQUENCE, spec->name))
		return -1;
	ret->list.v = arena_array(load->arena, const char *, node->n);
	for (const struct node *c = node_first(node); c; c = c->next) {
		if (read_value(load, c, spec, type, &one) < 0)
			return -1;
		buf_reset(&b);
		value_print(&b, &one);
		ret->list.v[ret->list.n++] = arena_strdup(load->arena, buf_str(&b));
	}
	return 0;
}

static int read_right(struct load *load, const struct node *node, const struct measure_spec *spec,
		      enum matcher_op op, struct value *ret)
{
	switch (op) {
	case MATCH_EXISTS:
		return read_value(load, node, spec, VALUE_BOOL, ret);
	case MATCH_IN:
		return read_values(load, node, spec, spec->type, ret);
	case MATCH_CONTAINS:
		return read_value(load, node, spec, VALUE_STRING, ret);
	case MATCH_MATCHES:
		if (read_value(load, node, spec, VALUE_STRING, ret) < 0)
			return -1;
		return pattern_check(load, node, ret->s, false);
	default:
		if (spec->type == VALUE_LIST)
			return read_values(load, node, spec, VALUE_STRING, ret);
		return read_value(load, node, spec, spec->type, ret);
	}
}

/* One comparison; 0 when it was right and is in ret. */
static int read_one(struct load *load, const struct node *node, const struct check *check,
		    struct matcher *ret)
{
	const struct measure_spec *spec = &check->specs[ret->measure];
	struct strings known;

	if (node->bad)
		return -1;
	ret->loc = place_of(load, node);
	if (matcher_fits(ret->op, spec->type))
		return read_right(load, node, spec, ret->op, &ret->right);
	known = fitting(load, spec->type);
	complain_unknown(load, node_key(node), "", &known,
			 _("'%s' is %s, which '%s' cannot compare"), spec->name,
			 type_words(spec->type), matcher_ops[ret->op]);
	return -1;
}

static int find_op(struct load *load, const struct node *node, const struct measure_spec *spec)
{
	struct strings known;

	for (int op = 0; op < MATCH_COUNT; op++)
		if (!strcmp(node->key, matcher_ops[op]))
			return op;
	known = fitting(load, spec->type);
	complain_unknown(load, node_key(node), node->key, &known,
			 _("there is no comparison '%s' in '%s'"), shown(load, node->key),
			 spec->name);
	return -1;
}

/* MATCHER of one measure: a value, a list, or a mapping of operators. */
static size_t read_measure(struct load *load, const struct node *node, const struct check *check,
			   struct matcher *ret)
{
	int measure = measure_find(load, node_key(node), check, node->key), op;
	const struct measure_spec *spec;
	size_t n = 0;

	if (measure < 0 || node->bad)
		return 0;
	spec = &check->specs[measure];
	ret[0] = (struct matcher){ .measure = (size_t)measure, .op = MATCH_EQ };
	if (node->kind == NODE_SEQUENCE && spec->type != VALUE_LIST)
		ret[0].op = MATCH_IN;
	if (node->kind == NODE_SCALAR && spec->type == VALUE_LIST)
		ret[0].op = MATCH_CONTAINS;
	if (node->kind != NODE_MAPPING)
		return !read_one(load, node, check, ret);
	if (!node->n)
		complain(load, node, _("'%s' is compared with nothing"), spec->name);
	for (const struct node *c = node_first(node); c; c = c->next) {
		op = find_op(load, c, spec);
		ret[n] = (struct matcher){ .measure = (size_t)measure, .op = (enum matcher_op)op };
		n += op >= 0 && !read_one(load, c, check, &ret[n]);
	}
	return n;
}

size_t matchers_count(const struct node *map)
{
	size_t n = 0;

	for (const struct node *c = node_first(map); c; c = c->next)
		n += c->kind == NODE_MAPPING ? c->n + 1 : 1;
	return n;
}

size_t matchers_read(struct load *load, const struct node *map, const struct check *check,
		     struct matcher *ret)
{
	bool before = load->substitutes;
	size_t n = 0;

	load->substitutes = true;
	for (const struct node *c = node_first(map); c; c = c->next)
		n += read_measure(load, c, check, ret + n);
	load->substitutes = before;
	return n;
}
