/* SPDX-License-Identifier: Apache-2.0 */
/* grade: finds lines in a grade. */
#include <string.h>

#include "runner/model/report.h"

const struct grade_line *grade_line_find(const struct grade *grade, enum grade_part part,
					 const char *id)
{
	for (size_t i = 0; i < grade->n; i++)
		if (grade->lines[i].part == part && !strcmp(grade->lines[i].id, id))
			return &grade->lines[i];
	return NULL;
}

enum grade_part question_grade_part(const struct question *question)
{
	return question->part == PART_EXPLAIN ? GRADE_EXPLAIN : GRADE_OBSERVE;
}
