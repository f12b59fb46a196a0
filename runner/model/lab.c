/* SPDX-License-Identifier: Apache-2.0 */
/* lab: what is needed of a loaded lab beside reading its members. */
#include "runner/model/lab.h"

#include <stdlib.h>
#include <string.h>

void lab_free(struct lab *lab)
{
	struct arena arena;

	if (!lab)
		return;
	/* The lab itself lives in its arena. */
	arena = lab->arena;
	arena_done(&arena);
}

const struct experiment *lab_experiment(const struct lab *lab, const char *id)
{
	for (size_t i = 0; i < lab->experiments.n; i++)
		if (!strcmp(lab->experiments.v[i].id, id))
			return &lab->experiments.v[i];
	return NULL;
}
