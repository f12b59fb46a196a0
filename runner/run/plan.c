/* SPDX-License-Identifier: Apache-2.0 */
/* plan: what a walk through a lab would do, in words; nothing is run. */
#include "runner/run/plan.h"

#include <inttypes.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/probe.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/judge.h"

static void add_strings(struct buf *b, const struct strings *list)
{
	for (size_t i = 0; i < list->n; i++)
		buf_printf(b, "%s%s", i ? " " : "", list->v[i]);
}

/* False when the field holds nothing worth showing. */
static bool add_value(struct buf *b, const struct field *f, const void *at)
{
	switch (f->type) {
	case FIELD_BOOL:
		buf_puts(b, *(const bool *)at ? "true" : "false");
		return true;
	case FIELD_INT:
		buf_printf(b, "%" PRId64, *(const int64_t *)at);
		return true;
	case FIELD_DURATION:
		buf_printf(b, "%" PRId64 "ms", *(const int64_t *)at);
		return true;
	case FIELD_SIZE:
		buf_printf(b, "%" PRId64 " bytes", *(const int64_t *)at);
		return *(const int64_t *)at;
	case FIELD_ENUM:
		buf_puts(b, f->enum_values[*(const int *)at]);
		return true;
	case FIELD_STRING:
	case FIELD_NAME:
	case FIELD_PATH:
	case FIELD_REGEX:
	case FIELD_STEP:
	case FIELD_HOST:
		buf_puts(b, *(const char *const *)at ? *(const char *const *)at : "");
		return *(const char *const *)at;
	case FIELD_NAMES:
	case FIELD_STRINGS:
		add_strings(b, at);
		return ((const struct strings *)at)->n > 0;
	default:
		return false;
	}
}

static const char *params_shown(const struct field *f, const void *params, struct arena *arena)
{
	_cleanup_buf_ struct buf all = { 0 }, one = { 0 };

	for (; f && f->name; f++) {
		buf_reset(&one);
		if (add_value(&one, f, (const char *)params + f->offset))
			buf_printf(&all, "%s%s: %s", all.len ? ", " : "", f->name, buf_str(&one));
	}
	return arena_strdup(arena, buf_str(&all));
}

const char *check_shown(const struct check *check, struct arena *arena)
{
	return params_shown(check->checker->fields, check->params, arena);
}

const char *probe_shown(const struct step *step, struct arena *arena)
{
	return arena_printf(arena, "probe %s, %s", step->probe->name,
			    params_shown(step->probe->fields, step->probe_params, arena));
}

const char *check_expectation(const struct check *check, struct arena *arena)
{
	_cleanup_buf_ struct buf all = { 0 };

	for (size_t i = 0; i < check->expect.n; i++) {
		const struct matcher *m = &check->expect.v[i];

		buf_printf(&all, "%s%s", i ? ", " : "",
			   matcher_describe(m, &check->specs[m->measure], arena));
	}
	return arena_strdup(arena, buf_str(&all));
}

const char *changes_shown(const struct changes *changes, struct arena *arena)
{
	_cleanup_buf_ struct buf all = { 0 };

	for (size_t i = 0; i < changes->n; i++) {
		const struct change *c = &changes->v[i];

		buf_printf(&all, "%s%s %s", i ? ", " : "", _(change_kind_name(c->kind)), c->name);
		if (c->uuid)
			buf_printf(&all, _(" (its UUID in $%s)"), c->uuid);
	}
	return arena_strdup(arena, buf_str(&all));
}
