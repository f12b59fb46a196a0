/* SPDX-License-Identifier: Apache-2.0 */
/* lab: what is needed of a loaded lab beside reading its members. */
#include "runner/model/lab.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/i18n.h"

const char *const sandbox_differences[] = { "lesser-cpu", "no-shared-storage", "no-trust",
					    "other-network", NULL };

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

const struct choice *choice_find(const struct choices *choices, const char *id)
{
	for (size_t i = 0; id && i < choices->n; i++)
		if (!strcmp(choices->v[i].id, id))
			return &choices->v[i];
	return NULL;
}

const char *change_kind_name(enum change_kind kind)
{
	static const char *const names[CHANGE_KIND_COUNT] = {
		[CHANGE_MODULE] = N_("module"),	      [CHANGE_FILE] = N_("file"),
		[CHANGE_DOMAIN] = N_("domain"),	      [CHANGE_NETWORK] = N_("network"),
		[CHANGE_POOL] = N_("pool"),	      [CHANGE_VOLUME] = N_("volume"),
		[CHANGE_DIRECTORY] = N_("directory"),
	};

	return kind == CHANGE_CLEANUP ? N_("clean-up") : names[kind];
}

bool change_has_uuid(enum change_kind kind)
{
	return kind == CHANGE_DOMAIN || kind == CHANGE_NETWORK || kind == CHANGE_POOL;
}
