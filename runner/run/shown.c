/* SPDX-License-Identifier: Apache-2.0 */
/* shown: a step's command as the student sees it, with values in the place of variables. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/run/plan.h"

static bool is_named(const char *name, const char *p, size_t n)
{
	return strlen(name) == n && !strncmp(name, p, n);
}

static const char *value_of(const struct lab *lab, const struct settings *uuids, const char *p,
			    size_t n)
{
	for (size_t i = 0; i < lab->params.n; i++)
		if (is_named(lab->params.v[i].name, p, n))
			return lab->params.v[i].value;
	for (size_t i = 0; uuids && i < uuids->n; i++)
		if (is_named(uuids->v[i].name, p, n))
			return uuids->v[i].value;
	return NULL;
}

/* The value that p, just behind a '$', names; *len is what the name takes with its braces. */
static const char *value_at(const struct lab *lab, const struct settings *uuids, const char *p,
			    size_t *len)
{
	size_t brace = *p == '{';
	size_t n = strspn(p + brace,
			  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	if (brace && p[brace + n] != '}')
		return NULL;
	*len = n + 2 * brace;
	return value_of(lab, uuids, p + brace, n);
}

const char *step_shown(const struct step *step, const struct lab *lab, const struct settings *uuids,
		       struct arena *arena)
{
	_cleanup_buf_ struct buf out = { 0 };
	const char *p = step->run;
	size_t len;

	if (step->probe)
		return probe_shown(step, arena);
	if (step->seed)
		return seed_shown(step->seed, lab, arena);
	if ((!lab->params.n && !uuids) || !strchr(p, '$'))
		return step->run;
	while (*p) {
		size_t plain = strcspn(p, "$");
		const char *value;

		buf_add(&out, p, plain);
		p += plain;
		if (!*p)
			break;
		value = value_at(lab, uuids, p + 1, &len);
		if (value) {
			buf_shell_word(&out, value);
			p += 1 + len;
		} else {
			buf_putc(&out, *p++);
		}
	}
	return arena_strdup(arena, buf_str(&out));
}
