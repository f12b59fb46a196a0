/* SPDX-License-Identifier: Apache-2.0 */
/* word: the words of machine formats (never translated) and questions asked of the report model. */
#pragma once

#include <stdbool.h>

#include "runner/model/report.h"

/* 'prepare', 'copy'... */
const char *word_phase(enum phase_kind kind);
/* 'file', 'command'... */
const char *word_evidence_kind(enum evidence_kind kind);
/* 'exited', 'signalled'... */
const char *word_evidence_end(enum evidence_end end);
/* 'done', 'skipped'... */
const char *word_step_state(enum step_state state);
/* 'predict', 'execute'... */
const char *word_grade_part(enum grade_part part);
/* 'observe', 'explain' */
const char *word_question_part(int part);
/* 'choice', 'number', 'text' */
const char *word_question_kind(int kind);
/* 'undone', 'undo-failed', 'undeclared', 'standing' */
const char *word_change_state(int state);

/* Whether this evidence is a process with an end, a status and two outputs. */
bool evidence_is_process(const struct evidence_item *item);
/* The measured value that answers the question; NULL: literal, or its check measured nothing. */
const struct value *answer_measured(const struct experiment_result *r, const struct question *q);
/* What this question's right answer is, measured or literal; NULL: nothing known. */
const struct value *answer_right(const struct experiment_result *r, const struct question *q);
/* Model answers, rubrics and right answers are shown: practice mode only. */
bool report_shows_answers(const struct report *report);
