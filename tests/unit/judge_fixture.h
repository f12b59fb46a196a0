/* SPDX-License-Identifier: Apache-2.0 */
/* judge_fixture: experiments made by hand, with checks that have measured what a test wants. */
#pragma once

#include "runner/run/judge.h"

#define FIXTURE_MAX 16

/* The measures of every check of a fixture, in this order. */
enum { HAS_YES, HAS_N, HAS_S, HAS_LIST, HAS_D, HAS_COUNT };
extern const struct measure_spec fixture_specs[];

struct fixture {
	struct arena arena;
	struct weights weights;
	struct lab lab;
	struct experiment experiment;
	struct predict predict;
	struct experiment_result result;
	struct report report;
};

/* Default weights, no prediction, nothing in it. */
void fixture_init(struct fixture *f);
void fixture_done(struct fixture *f);
/* A check that has measured n; its id is 'c0', 'c1', ... */
struct check_result *fixture_check(struct fixture *f, int64_t points, enum verdict verdict,
				   int64_t n);
/* Adds what check i needs. */
void fixture_needs(struct fixture *f, size_t i, size_t need);
/* 'cN: {n: {op: right}}' */
struct condition fixture_when(struct fixture *f, size_t check, enum matcher_op op, int64_t right);
/* A choice 'p0', 'p1', ... of the prediction. */
struct choice *fixture_choice(struct fixture *f, struct condition right_if);
/* A question of points, 'q0', 'q1', ..., with a literal answer 204. */
struct question *fixture_question(struct fixture *f, enum question_part part,
				  enum question_kind kind, int64_t points);
void fixture_answer(struct fixture *f, size_t question, const char *text);
/* Adds a row to the rubric of a question. */
struct rubric_row *fixture_rubric(struct fixture *f, struct question *q, int64_t points,
				  const char *pattern);
/* What takes the row's points away. */
void fixture_denial(struct fixture *f, struct rubric_row *row, const char *pattern);
/* Judges, grades and sums. */
const struct grade *fixture_grade(struct fixture *f);
/* NULL when there is none. */
const struct grade_line *fixture_line(const struct fixture *f, const char *id);
