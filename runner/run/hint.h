/* SPDX-License-Identifier: Apache-2.0 */
/* hint: the hints of the question that is being asked; only files of runner/run/ use it. */
#pragma once

#include "runner/run/run.h"

struct hinting {
	struct run *run;
	const struct question *question;
	struct place at;
	struct answer *answer; /* its hints, and what the student says of them, as they are taken */
};

/* ui_help.show: the next hint; after the last one asks, once, what they told. data: hinting. */
int hint_show(void *data, struct err *err);
/* In a run that was taken up again: shows what was taken before, and asks what is still open. */
int hints_recall(struct hinting *h, struct err *err);
