/* SPDX-License-Identifier: Apache-2.0 */
/* progress: how far this student is with each lab, from the journal. */
#pragma once

#include "runner/store/store.h"

struct progress {
	int64_t runs;		  /* begun */
	int64_t best;		  /* the run with the best share; 0: none is finished */
	int64_t earned, possible; /* of that, in hundredths */
	int64_t unfinished;	  /* the latest run that can be resumed; 0: none */
};

/* All runs, for progress_of; none where there is no journal yet. -1 when it cannot be read. */
int progress_read(struct arena *arena, struct run_row **ret, size_t *ret_n, struct err *err);
struct progress progress_of(const struct run_row *rows, size_t n, const char *lab);
