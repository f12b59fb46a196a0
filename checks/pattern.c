/* SPDX-License-Identifier: Apache-2.0 */
/* pattern: a PCRE2 pattern over output, whose named groups become measures. */
#include "checks/pattern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/regex.h"

static void free_regex(struct regex **re)
{
	regex_free(*re);
}

#define _cleanup_regex_ __attribute__((cleanup(free_regex)))

static bool has_name(const struct strings *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], name))
			return true;
	return false;
}

static int check_numbers(const struct pattern *p, const struct strings *groups, struct err *err)
{
	for (size_t i = 0; i < p->numbers.n; i++)
		if (!has_name(groups, p->numbers.v[i]))
			return err_set(err, ERR_LAB, NULL,
				       _("'numbers' names '%s', which is no named group of the "
					 "pattern: (?<%s>...)"),
				       p->numbers.v[i], p->numbers.v[i]);
	return 0;
}

int pattern_specs(const struct pattern *p, const struct measure_spec *taken, struct arena *arena,
		  const struct measure_spec **ret, struct err *err)
{
	_cleanup_regex_ struct regex *re = NULL;
	struct strings groups = { 0 };
	struct measure_spec *specs;

	if (p->text) {
		if (regex_compile(p->text, false, &re, NULL, err) < 0)
			return -1;
		regex_names(re, arena, &groups);
	}
	if (check_numbers(p, &groups, err) < 0)
		return -1;
	specs = arena_array(arena, struct measure_spec, groups.n + 1);
	for (size_t i = 0; i < groups.n; i++) {
		bool number = has_name(&p->numbers, groups.v[i]);

		if (measure_index(taken, measure_count(taken), groups.v[i]) >= 0)
			return err_set(err, ERR_LAB, NULL,
				       _("group '%s' has the name of a measure: choose another"),
				       groups.v[i]);
		specs[i] = (struct measure_spec){ groups.v[i], number ? VALUE_INT : VALUE_STRING,
						  NULL, N_("A named group of the pattern.") };
	}
	*ret = specs;
	return 0;
}

/* A group that is no whole number, or too great a one, stays unknown. */
static void set_number(struct measures *ret, const char *name, const char *text)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (end != text && !*end && !errno)
		measures_set_int(ret, name, v);
}

static void set_groups(const struct pattern *p, const struct regex *re, const char *subject,
		       const struct regex_span *spans, struct measures *ret)
{
	struct strings names;

	regex_names(re, ret->arena, &names);
	for (size_t i = 0; i < names.n; i++) {
		const struct regex_span *s = &spans[regex_group(re, names.v[i])];
		const char *text;

		if (s->start == SIZE_MAX)
			continue;
		text = arena_memdup(ret->arena, subject + s->start, s->end - s->start);
		if (has_name(&p->numbers, names.v[i]))
			set_number(ret, names.v[i], text);
		else
			measures_set_string(ret, names.v[i], text);
	}
}

static int search(const struct pattern *p, struct regex *re, const char *subject, size_t len,
		  struct measures *ret)
{
	struct regex_span *spans = arena_array(ret->arena, struct regex_span, regex_span_count(re));
	enum regex_result r = regex_search(re, subject, len, spans);

	if (r == REGEX_MATCH)
		set_groups(p, re, subject, spans, ret);
	return r;
}

/* The head of an output, then its tail when the middle was dropped. */
static int search_output(const struct pattern *p, struct regex *re, const struct output *o,
			 struct measures *ret)
{
	size_t head = output_is_truncated(o) ? o->head_len : o->kept_len;
	int r = search(p, re, o->kept, head, ret);

	if (r == REGEX_NO_MATCH && o->kept_len > head)
		r = search(p, re, o->kept + head, o->kept_len - head, ret);
	return r;
}

int pattern_measure(const struct pattern *p, const struct output *const *outputs, size_t n,
		    struct measures *ret, struct err *err)
{
	_cleanup_regex_ struct regex *re = NULL;
	uint64_t dropped = 0;
	int r = REGEX_NO_MATCH;

	if (!p->text)
		return 0;
	if (regex_compile(p->text, false, &re, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < n && r == REGEX_NO_MATCH; i++) {
		r = search_output(p, re, outputs[i], ret);
		dropped += outputs[i]->total - outputs[i]->kept_len;
	}
	if (r == REGEX_BUDGET)
		return err_set(
			err, ERR_LAB, NULL,
			_("pattern '%.200s' took too many steps: the lab's fault, not yours"),
			p->text);
	if (r == REGEX_NO_MATCH && dropped)
		return err_set(err, ERR_ENV, NULL,
			       _("no match in what was kept, but %llu bytes were not kept"),
			       (unsigned long long)dropped);
	measures_set_bool(ret, "matched", r == REGEX_MATCH);
	return 0;
}
