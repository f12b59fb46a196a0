/* SPDX-License-Identifier: Apache-2.0 */
/* progress: picks the best finished run and the latest unfinished one. */
#include "runner/progress.h"

#include <string.h>

int progress_read(struct arena *arena, struct run_row **ret, size_t *ret_n, struct err *err)
{
	struct store *store;
	int rc;

	*ret_n = 0;
	if (!store_is_there())
		return 0;
	if (store_open_to_read(&store, err) < 0)
		return -1;
	rc = store_run_list(store, arena, ret, ret_n, err);
	store_close(store);
	return rc;
}

/* Closed by 'kvmlab clean': it was never graded. */
static bool is_closed(const struct run_row *r)
{
	return r->exit_code == err_exit_code(ERR_INTERRUPT);
}

static bool is_better(const struct run_row *r, const struct progress *p)
{
	return !p->best || r->earned * p->possible > p->earned * r->possible;
}

struct progress progress_of(const struct run_row *rows, size_t n, const char *lab)
{
	struct progress ret = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct run_row *r = &rows[i];

		if (strcmp(r->lab, lab) != 0)
			continue;
		ret.runs++;
		if (!r->finished_ms) {
			ret.unfinished = r->id;
		} else if (!is_closed(r) && r->possible > 0 && is_better(r, &ret)) {
			ret.best = r->id;
			ret.earned = r->earned;
			ret.possible = r->possible;
		}
	}
	return ret;
}
