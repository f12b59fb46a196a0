/* SPDX-License-Identifier: Apache-2.0 */
/* missing: which step a check reads that was not done. */
#include <string.h>

#include "checks/checker.h"
#include "runner/run/clauses.h"

int check_index(const struct experiment *x, const char *id)
{
	for (size_t i = 0; i < x->checks.n; i++)
		if (!strcmp(x->checks.v[i].id, id))
			return (int)i;
	return -1;
}

/* Checks tend to stand in the order of their steps: the search begins at one's own index. */
size_t step_index(const struct experiment *x, const char *id, size_t from)
{
	for (size_t k = 0; k < x->steps.n; k++) {
		size_t i = (from + k) % x->steps.n;

		if (!strcmp(x->steps.v[i].id, id))
			return i;
	}
	return x->steps.n;
}

const struct step_result *missing_step(const struct experiment_result *x,
				       const struct check_result *r)
{
	const struct checker *checker = r->check->checker;

	for (const struct field *f = checker ? checker->fields : NULL; f && f->name; f++) {
		const char *id;
		size_t i;

		if (f->type != FIELD_STEP)
			continue;
		memcpy(&id, (const char *)r->check->params + f->offset, sizeof(id));
		if (!id)
			continue;
		i = step_index(x->experiment, id, (size_t)(r - x->checks));
		if (i < x->experiment->steps.n && !x->steps[i].evidence)
			return &x->steps[i];
	}
	return NULL;
}
