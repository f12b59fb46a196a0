/* SPDX-License-Identifier: Apache-2.0 */
/* report_fixture: made-up reports for the tests of reports/: a usual one, one of a migration, a
 * hostile one, an empty one.
 */
#pragma once

#include <string.h>

#include "runner/model/report.h"

/* HTML, script, a forged line, controls, C1 as UTF-8, RTL marks, CDATA end, bad UTF-8, a BEL. */
#define HOSTILE                                                                                    \
	"<script>alert(1)</script> & \"x\" 'y' ]]> \x1b[31mred\x07 \xc2\x9b \xe2\x80\xae"          \
	"abc\xe2\x81\xa6 lone\rreturn | `code` *b* # [l](http://evil) \xff\xfe\nok 99 - forged"

#define T(id_, en_)                                                                                \
	{                                                                                          \
		.in = { [LANG_ID] = (id_), [LANG_EN] = (en_) }                                     \
	}
#define LIST(array)                                                                                \
	{                                                                                          \
		(array), sizeof(array) / sizeof((array)[0])                                        \
	}

#include "tests/unit/report_fixture_usual.h"

#include "tests/unit/report_fixture_hostile.h"

#include "tests/unit/report_fixture_moved.h"

/* A lab whose run was interrupted before anything was looked at; optional things are NULL. */
static inline const struct report *fixture_empty(void)
{
	static struct step step = { .id = "look", .run = "true", .on = "local" };
	static struct check check = { .id = "seen", .on = "local" };
	static struct question question = { .id = "why", .kind = QUESTION_TEXT };
	static struct experiment experiment = { .id = "nothing",
						.steps = { &step, 1 },
						.checks = { &check, 1 },
						.questions = { &question, 1 } };
	static struct lab lab = { .path = "empty.yaml",
				  .id = "empty",
				  .threshold = 60,
				  .experiments = { &experiment, 1 } };
	static struct step_result steps = { .step = &step };
	static struct check_result checks = { .check = &check };
	static struct answer answer;
	static struct experiment_result result = {
		.experiment = &experiment, .steps = &steps, .checks = &checks, .answers = &answer
	};
	static const struct report report = { .lab = &lab,
					      .lang = LANG_EN,
					      .run_id = "0000",
					      .mode = "exam",
					      .version = "0.1",
					      .started_ms = 1795260000000,
					      .experiments = &result,
					      .exit_code = 130 };

	return &report;
}
