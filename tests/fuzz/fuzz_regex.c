/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_regex: any pattern on any bytes ends in time, and step_output measures it or says why not.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "checks/checker.h"
#include "runner/base/cleanup.h"
#include "runner/base/regex.h"

#define LATE_S 5 /* 200 ms, and as much again for sanitizers and a busy machine */

/* As the checker's own parameters begin: see checks/step_output.c. */
struct step_params {
	const char *step;
	int stream;
	const char *pattern;
	struct strings numbers;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void search(const char *pattern, const char *subject, size_t len)
{
	struct regex *re = NULL;
	struct regex_span *spans;
	struct err err;

	if (regex_compile(pattern, len & 1, &re, NULL, &err) < 0)
		return;
	spans = mem_alloc(regex_span_count(re) * sizeof(*spans));
	if (regex_search(re, subject, len, spans) == REGEX_MATCH)
		for (size_t i = 0; i < regex_span_count(re); i++)
			if (spans[i].start != SIZE_MAX &&
			    (spans[i].start > spans[i].end || spans[i].end > len))
				abort();
	free(spans);
	regex_free(re);
}

/* Joins the checker's specs as the loader does, then measures the subject as a step's output. */
static void measure(const char *pattern, const char *subject, size_t len)
{
	const struct checker *c = checker_find("step_output");
	_cleanup_arena_ struct arena arena = { 0 };
	struct step_params params = { "s", 2, pattern, { 0 } };
	const struct measure_spec *more = NULL;
	size_t a = measure_count(c->measures), b;
	struct measure_spec *specs;
	struct evidence_item item = { .name = "step", .kind = EVIDENCE_STEP };
	struct evidence ev = { &item, 1, 1 };
	struct measures m;
	struct err err;

	if (c->params_size != sizeof(params))
		abort();
	if (c->more_measures(&params, &arena, &more, &err) < 0)
		return;
	b = measure_count(more);
	specs = arena_array(&arena, struct measure_spec, a + b + 1);
	memcpy(specs, c->measures, a * sizeof(*specs));
	memcpy(specs + a, more, b * sizeof(*specs));
	item.out = (struct output){
		.kept = subject, .kept_len = len, .head_len = len / 2, .total = len + (len & 2)
	};
	item.err =
		(struct output){ .kept = subject, .kept_len = len, .head_len = len, .total = len };
	measures_init(&m, specs, a + b, &arena);
	c->measure(&ev, &params, &m, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_alloc(size + 1);
	struct timespec began, ended;
	size_t pattern;

	memcpy(text, data, size);
	text[size] = 0;
	for (pattern = 0; pattern < size && text[pattern] && text[pattern] != '\n'; pattern++)
		;
	text[pattern] = 0;
	clock_gettime(CLOCK_MONOTONIC, &began);
	if (pattern < size)
		pattern++;
	search(text, text + pattern, size - pattern);
	measure(text, text + pattern, size - pattern);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	if (ended.tv_sec - began.tv_sec > LATE_S)
		abort();
	free(text);
	return 0;
}
