/* SPDX-License-Identifier: Apache-2.0 */
/* match: one comparison of one measured value, and the words for it. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/regex.h"
#include "runner/run/judge.h"

static enum truth truth(bool b)
{
	return b ? TRUTH_YES : TRUTH_NO;
}

static enum truth search(struct regex *re, const char *s)
{
	switch (regex_search(re, s, strlen(s), NULL)) {
	case REGEX_MATCH:
		return TRUTH_YES;
	case REGEX_NO_MATCH:
		return TRUTH_NO;
	default:
		return TRUTH_UNKNOWN;
	}
}

static enum truth matches(const char *pattern, const struct value *found)
{
	enum truth ret = TRUTH_NO, one;
	struct regex *re;

	/* Compiled once already, when the lab was loaded. */
	if (regex_compile(pattern, false, &re, NULL, NULL) < 0)
		return TRUTH_UNKNOWN;
	if (found->type == VALUE_STRING)
		ret = search(re, found->s);
	for (size_t i = 0; found->type == VALUE_LIST && i < found->list.n && ret != TRUTH_YES;
	     i++) {
		one = search(re, found->list.v[i]);
		ret = one == TRUTH_NO ? ret : one;
	}
	regex_free(re);
	return ret;
}

static bool list_has(const struct strings *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], s))
			return true;
	return false;
}

static bool contains(const struct value *right, const struct value *found)
{
	if (right->type != VALUE_STRING)
		return false;
	if (found->type == VALUE_STRING)
		return strstr(found->s, right->s);
	return found->type == VALUE_LIST && list_has(&found->list, right->s);
}

/* The loader keeps 'in' to lists of strings; numbers and booleans are compared as they would be
 * written. */
static bool is_in(const struct strings *list, const struct value *found)
{
	_cleanup_buf_ struct buf text = { 0 };

	value_print(&text, found);
	return list_has(list, buf_str(&text));
}

static bool compares(enum matcher_op op, double found, double right)
{
	switch (op) {
	case MATCH_LT:
		return found < right;
	case MATCH_LE:
		return found <= right;
	case MATCH_GT:
		return found > right;
	default:
		return found >= right;
	}
}

enum truth matcher_holds(const struct matcher *m, const struct value *found)
{
	if (m->op == MATCH_EXISTS)
		return truth((found->type != VALUE_UNKNOWN) == m->right.b);
	if (found->type == VALUE_UNKNOWN)
		return TRUTH_NO;
	switch (m->op) {
	case MATCH_EQ:
		return truth(value_equal(found, &m->right));
	case MATCH_NE:
		return truth(!value_equal(found, &m->right));
	case MATCH_IN:
		return truth(is_in(&m->right.list, found));
	case MATCH_MATCHES:
		return matches(m->right.s, found);
	case MATCH_CONTAINS:
		return truth(contains(&m->right, found));
	default:
		return truth(value_is_number(found) && value_is_number(&m->right) &&
			     compares(m->op, value_number(found), value_number(&m->right)));
	}
}

static const char *const words[MATCH_COUNT] = {
	[MATCH_EQ] = N_("is"),
	[MATCH_NE] = N_("is not"),
	[MATCH_LT] = N_("is below"),
	[MATCH_LE] = N_("is at most"),
	[MATCH_GT] = N_("is above"),
	[MATCH_GE] = N_("is at least"),
	[MATCH_IN] = N_("is one of"),
	[MATCH_MATCHES] = N_("matches"),
	[MATCH_CONTAINS] = N_("contains"),
};

const char *matcher_describe(const struct matcher *m, const struct measure_spec *spec,
			     struct arena *arena)
{
	_cleanup_buf_ struct buf value = { 0 };

	if (m->op == MATCH_EXISTS)
		return arena_printf(arena, m->right.b ? _("%s was seen") : _("%s was not seen"),
				    spec->name);
	value_print(&value, &m->right);
	return arena_printf(arena, "%s %s %s%s%s", spec->name, _(words[m->op]), buf_str(&value),
			    spec->unit ? " " : "", spec->unit ? spec->unit : "");
}
