/* SPDX-License-Identifier: Apache-2.0 */
/* regex: PCRE2 with a total budget of steps and time, so that no pattern can hang a lab. */
#include "runner/base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/clock.h"
#include "runner/base/i18n.h"

#define MATCH_LIMIT	100000u		    /* backtracks from one start offset */
#define HEAP_LIMIT_KIB	(16u * 1024u)	    /* bytes for backtracking */
#define STEPS_MAX	10000000u	    /* callouts in one search, from all start offsets */
#define CLOCK_EVERY	1000u		    /* callouts between two looks at the clock, at most */
#define DEADLINE_NS	(200 * 1000000ll)   /* for one search */
#define BYTES_PER_CLOCK (4u * 1024u * 1024) /* one callout may scan the whole subject */
#define COMPILE_FROM	(8u * 1024u)	    /* bytes of a subject for which machine code pays */
#define PATTERN_MAX	(64u * 1024u)	    /* bytes of a pattern */

#define OPTIONS (PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT)

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	uint32_t steps, next_clock, clock_every;
	int64_t deadline_ns;
	bool has_tried_jit;
};

/*
 * Called before every item of the pattern. The match limit of PCRE2 starts anew at each start
 * offset; this count does not.
 */
static int spend(pcre2_callout_block *block, void *data)
{
	struct regex *re = data;

	(void)block;
	if (++re->steps < re->next_clock)
		return 0;
	if (re->steps >= STEPS_MAX || clock_ns() >= re->deadline_ns)
		return PCRE2_ERROR_CALLOUT;
	re->next_clock = re->steps + re->clock_every;
	return 0;
}

static int complain(int code, size_t at, struct err *err)
{
	PCRE2_UCHAR words[256];

	if (pcre2_get_error_message(code, words, sizeof(words)) < 0)
		words[0] = 0;
	return err_set(err, ERR_LAB, NULL, _("invalid pattern: %s at character %zu"),
		       (const char *)words, at + 1);
}

static void *demand(void *p)
{
	if (!p)
		abort();
	return p;
}

int regex_compile(const char *pattern, bool caseless, struct regex **ret, size_t *offset,
		  struct err *err)
{
	size_t len = strlen(pattern), at = 0;
	struct regex *re;
	pcre2_code *code;
	int number;

	if (offset)
		*offset = 0;
	if (len > PATTERN_MAX)
		return err_set(err, ERR_LAB, NULL, _("invalid pattern: longer than %u bytes"),
			       PATTERN_MAX);
	code = pcre2_compile((PCRE2_SPTR)pattern, len, OPTIONS | (caseless ? PCRE2_CASELESS : 0),
			     &number, &at, NULL);
	if (!code) {
		if (offset)
			*offset = at;
		return complain(number, at, err);
	}
	re = mem_alloc(sizeof(*re));
	*re = (struct regex){ .code = code };
	re->data = demand(pcre2_match_data_create_from_pattern(code, NULL));
	re->context = demand(pcre2_match_context_create(NULL));
	pcre2_set_match_limit(re->context, MATCH_LIMIT);
	pcre2_set_heap_limit(re->context, HEAP_LIMIT_KIB);
	pcre2_set_callout(re->context, spend, re);
	*ret = re;
	return 0;
}

void regex_free(struct regex *re)
{
	if (!re)
		return;
	pcre2_match_context_free(re->context);
	pcre2_match_data_free(re->data);
	pcre2_code_free(re->code);
	free(re);
}

/* The table of names: each entry is the group's number in two bytes, then its name. */
struct names {
	uint32_t count, size;
	PCRE2_SPTR table;
};

static struct names look_up_names(const struct regex *re)
{
	struct names n = { 0 };

	pcre2_pattern_info(re->code, PCRE2_INFO_NAMECOUNT, &n.count);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMEENTRYSIZE, &n.size);
	pcre2_pattern_info(re->code, PCRE2_INFO_NAMETABLE, &n.table);
	return n;
}

static int entry_number(const struct names *n, uint32_t i)
{
	const unsigned char *p = n->table + (size_t)i * n->size;

	return p[0] << 8 | p[1];
}

static const char *entry_name(const struct names *n, uint32_t i)
{
	return (const char *)n->table + (size_t)i * n->size + 2;
}

int regex_names(const struct regex *re, struct arena *arena, struct strings *ret)
{
	struct names n = look_up_names(re);
	size_t groups = regex_span_count(re);

	ret->v = arena_array(arena, const char *, n.count + 1);
	ret->n = 0;
	for (size_t group = 1; group < groups && ret->n < n.count; group++)
		for (uint32_t i = 0; i < n.count; i++)
			if (entry_number(&n, i) == (int)group)
				ret->v[ret->n++] = arena_strdup(arena, entry_name(&n, i));
	return 0;
}

int regex_group(const struct regex *re, const char *name)
{
	struct names n = look_up_names(re);

	for (uint32_t i = 0; i < n.count; i++)
		if (!strcmp(entry_name(&n, i), name))
			return entry_number(&n, i);
	return -1;
}

size_t regex_span_count(const struct regex *re)
{
	return pcre2_get_ovector_count(re->data);
}

static void copy_spans(const struct regex *re, struct regex_span *spans)
{
	const PCRE2_SIZE *v = pcre2_get_ovector_pointer(re->data);
	size_t n = regex_span_count(re);

	for (size_t i = 0; i < n; i++) {
		bool took_part = v[2 * i] != PCRE2_UNSET && v[2 * i] <= v[2 * i + 1];

		spans[i].start = took_part ? v[2 * i] : SIZE_MAX;
		spans[i].end = took_part ? v[2 * i + 1] : SIZE_MAX;
	}
}

static void reset_budget(struct regex *re, size_t len)
{
	size_t every = BYTES_PER_CLOCK / (len + 1);

	re->clock_every = every > CLOCK_EVERY ? CLOCK_EVERY : every < 1 ? 1 : (uint32_t)every;
	re->next_clock = re->clock_every;
	re->steps = 0;
	re->deadline_ns = clock_ns() + DEADLINE_NS;
}

/*
 * Machine code calls out just as the interpreter does, so that the budget holds there, too. Its
 * stack is small: what does not fit is searched again by the interpreter. A host may forbid it
 * altogether.
 */
static int match(struct regex *re, const char *subject, size_t len)
{
	int rc;

	if (len >= COMPILE_FROM && !re->has_tried_jit) {
		re->has_tried_jit = true;
		pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
	}
	reset_budget(re, len);
	rc = pcre2_match(re->code, (PCRE2_SPTR)subject, len, 0, 0, re->data, re->context);
	if (rc != PCRE2_ERROR_JIT_STACKLIMIT)
		return rc;
	return pcre2_match(re->code, (PCRE2_SPTR)subject, len, 0, PCRE2_NO_JIT, re->data,
			   re->context);
}

enum regex_result regex_search(struct regex *re, const char *subject, size_t len,
			       struct regex_span *spans)
{
	int rc = match(re, subject ? subject : "", len);

	if (rc == PCRE2_ERROR_NOMATCH)
		return REGEX_NO_MATCH;
	if (rc < 0)
		return REGEX_BUDGET;
	if (spans)
		copy_spans(re, spans);
	return REGEX_MATCH;
}
