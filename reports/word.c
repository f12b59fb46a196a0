/* SPDX-License-Identifier: Apache-2.0 */
/* word: tables of words, and small look-ups in the report model. */
#include "reports/word.h"

#include <string.h>

const char *word_phase(enum phase_kind kind)
{
	static const char *const words[PHASE_KIND_COUNT] = {
		[PHASE_PREPARE] = "prepare",	     [PHASE_COPY] = "copy",
		[PHASE_BEFORE] = "prepare-and-copy", [PHASE_STILL] = "still",
		[PHASE_FINISH] = "finish",
	};

	return words[kind];
}

const char *word_evidence_kind(enum evidence_kind kind)
{
	static const char *const words[] = {
		[EVIDENCE_FILE] = "file",	[EVIDENCE_DIR] = "dir",
		[EVIDENCE_COMMAND] = "command", [EVIDENCE_PROBE] = "probe",
		[EVIDENCE_STEP] = "step",
	};

	return words[kind];
}

const char *word_evidence_end(enum evidence_end end)
{
	static const char *const words[] = {
		[END_EXITED] = "exited",	 [END_SIGNALLED] = "signalled",
		[END_TIMED_OUT] = "timed-out",	 [END_CANCELLED] = "cancelled",
		[END_UNKILLABLE] = "unkillable", [END_NOT_RUN] = "not-run",
	};

	return words[end];
}

const char *word_step_state(enum step_state state)
{
	static const char *const words[] = {
		[STEP_NOT_RUN] = "not-run",
		[STEP_STARTED] = "started",
		[STEP_DONE] = "done",
		[STEP_SKIPPED] = "skipped",
	};

	return words[state];
}

const char *word_grade_part(enum grade_part part)
{
	static const char *const words[GRADE_PART_COUNT] = {
		[GRADE_PREDICT] = "predict",
		[GRADE_EXECUTE] = "execute",
		[GRADE_OBSERVE] = "observe",
		[GRADE_EXPLAIN] = "explain",
	};

	return words[part];
}

const char *word_question_part(int part)
{
	return part == PART_EXPLAIN ? "explain" : "observe";
}

const char *word_question_kind(int kind)
{
	static const char *const words[] = {
		[QUESTION_CHOICE] = "choice",
		[QUESTION_NUMBER] = "number",
		[QUESTION_TEXT] = "text",
	};

	return words[kind];
}

const char *word_change_state(int state)
{
	static const char *const words[] = {
		[HOST_UNDONE] = "undone",
		[HOST_UNDO_FAILED] = "undo-failed",
		[HOST_UNDECLARED] = "undeclared",
		[HOST_STANDING] = "standing",
		[HOST_LEFT] = "left",
		[HOST_UNSEEN] = "unseen",
	};

	return words[state];
}

bool evidence_is_process(const struct evidence_item *item)
{
	return item->kind == EVIDENCE_COMMAND || item->kind == EVIDENCE_STEP;
}

const struct value *answer_measured(const struct experiment_result *r, const struct question *q)
{
	const struct measures *m;

	if (!q->answer_is_measure || q->answer_check >= r->experiment->checks.n)
		return NULL;
	m = &r->checks[q->answer_check].measures;
	return m->values && q->answer_measure < m->n ? &m->values[q->answer_measure] : NULL;
}

const struct value *answer_right(const struct experiment_result *r, const struct question *q)
{
	if (q->answer_is_measure)
		return answer_measured(r, q);
	return q->answer.type == VALUE_UNKNOWN ? NULL : &q->answer;
}

bool report_shows_answers(const struct report *report)
{
	return report->mode && !strcmp(report->mode, "practice");
}
