/* SPDX-License-Identifier: Apache-2.0 */
/* scalar: single values become typed members, or complaints. */
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/base/regex.h"
#include "runner/load/lab_fields.h"
#include "runner/load/param.h"

int scalar_read(struct load *load, const struct node *node, const char *name, struct scalar *ret)
{
	if (!node_expect(load, node, NODE_SCALAR, name))
		return -1;
	*ret = (struct scalar){ .s = node->text, .quoted = node->quoted };
	if (!node->quoted && (!*ret->s || !strcmp(ret->s, "~") || !strcmp(ret->s, "null"))) {
		if (*ret->s)
			complain(load, node,
				 _("'%s' has no value: %s without quotes is nothing in YAML; quote "
				   "it"),
				 name, ret->s);
		else
			complain(load, node, _("'%s' has no value"), name);
		return -1;
	}
	return load->substitutes ? param_substitute(load, node, ret) : 0;
}

/* What a message says was found: a quoted scalar is a string whatever it looks like. */
static const char *found(struct load *load, const struct scalar *s)
{
	return arena_printf(load->tree, s->quoted ? _("the text '%s'") : "'%s'", shown(load, s->s));
}

static void complain_bool(struct load *load, const struct field *f, const struct node *node,
			  const struct scalar *s)
{
	static const char *const others[] = { "yes", "no", "on", "off", "y", "n" };
	const char *hint = "";

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]) && !s->quoted; i++)
		if (!strcasecmp(s->s, others[i]))
			hint = _("; yes, no, on and off are not read as true or false");
	complain(load, node, _("'%s' must be true or false, not %s%s"), f->name, found(load, s),
		 hint);
}

static void read_bool(struct load *load, const struct field *f, const struct node *node,
		      const struct scalar *s, void *dst)
{
	if (s->quoted || parse_bool(s->s, dst) < 0)
		complain_bool(load, f, node, s);
}

/* min and max both 0: no limit. A sample need not be in range. */
static bool is_outside(const struct field *f, const struct scalar *s, double v)
{
	return (f->min || f->max) && !s->sample && (v < (double)f->min || v > (double)f->max);
}

static void read_int(struct load *load, const struct field *f, const struct node *node,
		     const struct scalar *s, void *dst)
{
	int64_t v;

	if (s->quoted || parse_int(s->s, &v) < 0)
		complain(load, node, _("'%s' must be a whole number, not %s"), f->name,
			 found(load, s));
	else if (is_outside(f, s, (double)v))
		complain(load, node, _("'%s' must be from %lld to %lld, not %lld"), f->name,
			 (long long)f->min, (long long)f->max, (long long)v);
	else
		memcpy(dst, &v, sizeof(v));
}

static void read_number(struct load *load, const struct field *f, const struct node *node,
			const struct scalar *s, void *dst)
{
	double v;

	if (s->quoted || parse_number(s->s, &v) < 0)
		complain(load, node, _("'%s' must be a number, not %s"), f->name, found(load, s));
	else if (is_outside(f, s, v))
		complain(load, node, _("'%s' must be from %lld to %lld, not %s"), f->name,
			 (long long)f->min, (long long)f->max, s->s);
	else
		memcpy(dst, &v, sizeof(v));
}

static void read_duration(struct load *load, const struct field *f, const struct node *node,
			  const struct scalar *s, void *dst)
{
	int64_t v;

	if (s->quoted || parse_duration(s->s, &v) < 0)
		complain(load, node,
			 _("'%s' must be a duration such as 250ms, 30s, 5m or 1h, not %s"), f->name,
			 found(load, s));
	else if (is_outside(f, s, (double)v))
		complain(load, node, _("'%s' must be from %s to %s, not %s"), f->name,
			 print_duration(load->tree, f->min), print_duration(load->tree, f->max),
			 s->s);
	else
		memcpy(dst, &v, sizeof(v));
}

static void read_size(struct load *load, const struct field *f, const struct node *node,
		      const struct scalar *s, void *dst)
{
	int64_t v;

	if (s->quoted || parse_size(s->s, &v) < 0)
		complain(load, node,
			 _("'%s' must be a size such as 4096, 512KiB, 20MiB or 2GiB, not %s"),
			 f->name, found(load, s));
	else
		memcpy(dst, &v, sizeof(v));
}

static void read_string(struct load *load, const struct field *f, const struct node *node,
			const struct scalar *s, void *dst)
{
	(void)load, (void)f, (void)node;
	memcpy(dst, &s->s, sizeof(s->s));
}

static void read_name(struct load *load, const struct field *f, const struct node *node,
		      const struct scalar *s, void *dst)
{
	if (!is_name(s->s))
		complain(load, node,
			 _("'%s' must be a name of letters, digits, '_', '.', '+' and '-', not %s"),
			 f->name, found(load, s));
	else
		read_string(load, f, node, s, dst);
}

static void read_id(struct load *load, const struct field *f, const struct node *node,
		    const struct scalar *s, void *dst)
{
	if (!is_id(s->s))
		complain(load, node,
			 _("'%s' must be small letters, digits, '_' and '-', a letter first, not "
			   "%s"),
			 f->name, found(load, s));
	else
		read_string(load, f, node, s, dst);
}

static void read_path(struct load *load, const struct field *f, const struct node *node,
		      const struct scalar *s, void *dst)
{
	if (!is_path(s->s))
		complain(load, node, _("'%s' must be an absolute path without '..', not %s"),
			 f->name, found(load, s));
	else
		read_string(load, f, node, s, dst);
}

int pattern_check(struct load *load, const struct node *node, const char *pattern, bool caseless)
{
	struct regex *re;
	struct err err;
	size_t offset = 0;

	if (regex_compile(pattern, caseless, &re, &offset, &err) < 0) {
		complain(load, node, "%s", err.msg);
		return -1;
	}
	regex_free(re);
	return 0;
}

static void read_regex(struct load *load, const struct field *f, const struct node *node,
		       const struct scalar *s, void *dst)
{
	if (!pattern_check(load, node, s->s, false))
		read_string(load, f, node, s, dst);
}

static void read_enum(struct load *load, const struct field *f, const struct node *node,
		      const struct scalar *s, void *dst)
{
	struct strings known = { .v = (const char **)f->enum_values };
	int v;

	for (v = 0; f->enum_values[v]; v++)
		if (s->sample || !strcmp(s->s, f->enum_values[v])) {
			memcpy(dst, &v, sizeof(v));
			return;
		}
	known.n = (size_t)v;
	complain_unknown(load, node, s->s, &known, _("'%s' cannot be %s"), f->name, found(load, s));
}

static void resolve_step(struct load *load, const struct node *node, void *dst)
{
	const char *id;
	size_t i;

	memcpy(&id, dst, sizeof(id));
	if (index_find(&load->steps, id, &i))
		return;
	complain_unknown(load, node, id, &load->steps.names,
			 _("there is no step '%s' in this experiment"), shown(load, id));
}

static void read_step(struct load *load, const struct field *f, const struct node *node,
		      const struct scalar *s, void *dst)
{
	read_string(load, f, node, s, dst);
	load_defer(load, resolve_step, node, dst);
}

static void resolve_host(struct load *load, const struct node *node, void *dst)
{
	const char *role;

	memcpy(&role, dst, sizeof(role));
	host_check(load, node, role);
}

static void read_host(struct load *load, const struct field *f, const struct node *node,
		      const struct scalar *s, void *dst)
{
	read_string(load, f, node, s, dst);
	if (!s->sample)
		load_defer(load, resolve_host, node, dst);
}

typedef void reader(struct load *, const struct field *, const struct node *, const struct scalar *,
		    void *);

void scalar_fill(struct load *load, const struct field *field, const struct node *node, void *dst)
{
	static reader *const readers[] = {
		[FIELD_BOOL] = read_bool,     [FIELD_INT] = read_int,
		[FIELD_NUMBER] = read_number, [FIELD_DURATION] = read_duration,
		[FIELD_SIZE] = read_size,     [FIELD_STRING] = read_string,
		[FIELD_NAME] = read_name,     [FIELD_PATH] = read_path,
		[FIELD_REGEX] = read_regex,   [FIELD_ENUM] = read_enum,
		[FIELD_STEP] = read_step,     [FIELD_ID] = read_id,
		[FIELD_HOST] = read_host,
	};
	struct scalar s;

	if (!scalar_read(load, node, field->name, &s))
		readers[field->type](load, field, node, &s, dst);
}
