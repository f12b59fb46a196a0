/* SPDX-License-Identifier: Apache-2.0 */
/* grading: what the parts of a grade share; grade.c, grade_question.c and root.c use it. */
#pragma once

#include "runner/run/judge.h"

/*
 * What each check comes to when SKIPs are followed to where they began: NA, FAIL, SKIP (a step was
 * not done), BROKEN or NONE (not looked at); its own verdict when it was not skipped.
 */
struct roots {
	const struct experiment_result *r;
	enum verdict *v;
	bool *known;
};

struct grading {
	struct experiment_result *r;
	const struct weights *weights;
	struct arena *arena;
	enum lang lang;
	struct roots roots;
};

/* Splits total in proportion to points; the parts sum exactly to it unless all points are 0. */
void grading_split(int64_t total, const int64_t *points, size_t n, int64_t *ret);
struct grade_line *grading_add(struct grading *g, enum grade_part part, const char *id,
			       const char *text);
/* Appends to why how the line's possible points came about: '; 2 of 5 shares of 50.00 = 20.00'. */
void grading_tell_share(struct grading *g, struct grade_line *line, int64_t points, int64_t all,
			int64_t total);
/* Fills g->roots. */
void grading_find_roots(struct grading *g);
/* The same for a condition whose truth is unknown; PASS when it is known. */
enum verdict grading_open(struct grading *g, const struct condition *c);
/* Whether a line that hangs on such a verdict counts and is graded; nothing is earned. */
void grading_settle(struct grade_line *line, enum verdict root);
/* Lines for the questions of one part. */
void grading_questions(struct grading *g, enum question_part part);
