/* SPDX-License-Identifier: Apache-2.0 */
/* grading: what the parts of a grade share; only grade.c and grade_question.c use it. */
#pragma once

#include "runner/run/judge.h"

struct grading {
	struct experiment_result *r;
	const struct weights *weights;
	struct arena *arena;
	enum lang lang;
};

/* Splits total in proportion to points; the parts sum exactly to it unless all points are 0. */
void grading_split(int64_t total, const int64_t *points, size_t n, int64_t *ret);
struct grade_line *grading_add(struct grading *g, enum grade_part part, const char *id,
			       const char *text);
/* The verdict at the root of a SKIP; depth starts at 0. */
enum verdict grading_root(const struct experiment_result *r, size_t check, size_t depth);
/* Lines for the questions of one part. */
void grading_questions(struct grading *g, enum question_part part);
