/* SPDX-License-Identifier: Apache-2.0 */
/* fields: mappings and lists become structs by their tables. */
#include "runner/load/fields.h"

#include <string.h>

#include "runner/base/i18n.h"

#define ROWS_MAX 40

/* How FIELD_LIST and FIELD_MAP members look; every one is a pointer and a count. */
struct list {
	void *v;
	size_t n;
};

/* A mapping on its way into a struct. in_map: its id is its key. */
struct target {
	const struct field *fields;
	const char *what;
	void *dst;
	bool in_map;
};

bool node_expect(struct load *load, const struct node *node, enum node_kind kind, const char *name)
{
	if (node->bad)
		return false;
	if (node->kind == kind)
		return true;
	if (node->kind == NODE_SCALAR && !node->quoted && !*node->text)
		complain(load, node, _("'%s' has no value; it must be %s"), name,
			 node_kind_name(kind));
	else
		complain(load, node, _("'%s' must be %s, not %s"), name, node_kind_name(kind),
			 node_kind_name(node->kind));
	return false;
}

bool node_expect_item(struct load *load, const struct node *node, const char *name)
{
	if (node->kind != NODE_MAPPING && !node->bad)
		complain(load, node, _("each item of '%s' must be a mapping, not %s"), name,
			 node_kind_name(node->kind));
	return node->kind == NODE_MAPPING && !node->bad;
}

static bool is_key(const struct target *t, const struct field *f)
{
	return f->type != FIELD_MEASURES && !(t->in_map && f->type == FIELD_ID);
}

static void complain_key(struct load *load, const struct target *t, const struct node *key)
{
	struct strings known = { 0 };

	if (complain_silently(load))
		return;
	known.v = arena_array(load->tree, const char *, ROWS_MAX);
	for (const struct field *f = t->fields; f->name; f++)
		if (is_key(t, f))
			known.v[known.n++] = f->name;
	if (t->what)
		complain_unknown(load, key, key->text, &known, _("unknown key '%s' in '%s'"),
				 shown(load, key->text), t->what);
	else
		complain_unknown(load, key, key->text, &known, _("unknown key '%s'"),
				 shown(load, key->text));
}

/* Which child belongs to which row. */
static void match_keys(struct load *load, const struct node *node, const struct target *t,
		       const struct node **children)
{
	for (const struct node *c = node_first(node); c; c = c->next) {
		const struct field *f = t->fields;

		while (f->name && (!node_has_key(c, f->name) || !is_key(t, f)))
			f++;
		if (f->name)
			children[f - t->fields] = c;
		else
			complain_key(load, t, node_key(c));
	}
}

static void complain_missing(struct load *load, const struct node *node, const struct target *t,
			     const struct field *f)
{
	const char *what = t->what ? arena_printf(load->tree, _(" in '%s'"), t->what) : "";

	if (f->example)
		complain(load, node, _("missing key '%s'%s, for example '%s'"), f->name, what,
			 shown(load, f->example));
	else
		complain(load, node, _("missing key '%s'%s"), f->name, what);
}

/* Defaults are plain scalars; nothing remembers their node. */
static void take_default(struct load *load, const struct field *f, void *dst)
{
	struct node node = { .kind = NODE_SCALAR, .text = f->default_text };

	if (f->default_text)
		scalar_fill(load, f, &node, dst);
}

static void fill(struct load *load, const struct node *node, const struct target *t)
{
	const struct node *children[ROWS_MAX] = { 0 };

	match_keys(load, node, t, children);
	for (const struct field *f = t->fields; f->name; f++) {
		const struct node *child = children[f - t->fields];
		void *dst = (char *)t->dst + f->offset;

		if (child && !child->bad)
			field_read(load, f, child, dst);
		else if (!child && is_key(t, f) && f->required)
			complain_missing(load, node, t, f);
		else if (!child)
			take_default(load, f, dst);
	}
}

void fields_fill(struct load *load, const struct node *node, const struct field *fields,
		 const char *what, void *dst)
{
	struct target t = { .fields = fields, .what = what, .dst = dst };

	if (node_expect(load, node, NODE_MAPPING, what ? what : load->file))
		fill(load, node, &t);
}

void text_read(struct load *load, const struct node *node, const char *name, struct text *ret)
{
	static const struct field languages[] = {
		{ .name = "id",
		  .type = FIELD_STRING,
		  .offset = offsetof(struct text, in[LANG_ID]) },
		{ .name = "en",
		  .type = FIELD_STRING,
		  .offset = offsetof(struct text, in[LANG_EN]) },
		{ 0 },
	};
	struct text text = { 0 };
	struct scalar s;

	if (node->bad)
		return;
	if (node->kind == NODE_MAPPING) {
		fields_fill(load, node, languages, name, &text);
		if (!node->n)
			complain(load, node, _("'%s' is empty; give {id: ..., en: ...}"), name);
	} else if (node->kind == NODE_SEQUENCE) {
		complain(load, node, _("'%s' must be a text or {id: ..., en: ...}, not a list"),
			 name);
	} else if (!scalar_read(load, node, name, &s)) {
		text.in[LANG_ID] = text.in[LANG_EN] = s.s;
	}
	for (enum lang l = 0; l < LANG_COUNT; l++)
		if (text.in[l] && !text.in[l][strspn(text.in[l], " \t\n")]) {
			complain(load, node, _("'%s' has an empty text"), name);
			return;
		}
	*ret = text;
}

/* A list of names or strings. */
static void read_strings(struct load *load, const struct field *f, const struct node *node,
			 void *dst)
{
	struct field item = { .name = f->name,
			      .type = f->type == FIELD_NAMES ? FIELD_NAME : FIELD_STRING };
	struct strings ret = { 0 };

	if (!node_expect(load, node, NODE_SEQUENCE, f->name))
		return;
	ret.v = arena_array(load->arena, const char *, node->n);
	for (const struct node *c = node_first(node); c; c = c->next) {
		scalar_fill(load, &item, c, &ret.v[ret.n]);
		if (ret.v[ret.n])
			ret.n++;
	}
	memcpy(dst, &ret, sizeof(ret));
}

static void read_object(struct load *load, const struct field *f, const struct node *node,
			void *dst)
{
	void *object = arena_alloc(load->arena, f->sub_size);

	fields_fill(load, node, f->sub, f->name, object);
	if (f->custom && node->kind == NODE_MAPPING)
		f->custom(load, node, object);
	memcpy(dst, &object, sizeof(object));
}

static const struct field *id_row(const struct field *fields)
{
	for (; fields->name; fields++)
		if (fields->type == FIELD_ID)
			return fields;
	return NULL;
}

/* The ids of a list's items must differ; those of a map do as keys. */
static void check_ids(struct load *load, const struct field *f, const struct node *node)
{
	const struct field *id = id_row(f->sub);
	struct index x = index_new(load->tree, node->n);
	const struct node **places = arena_array(load->tree, const struct node *, node->n);
	size_t n = 0;

	for (const struct node *c = node_first(node); id && c; c = c->next, n++) {
		places[n] = node_get(c, id->name);
		if (places[n] && places[n]->kind == NODE_SCALAR && !places[n]->bad)
			index_add(&x, places[n]->text, n);
	}
	index_sort(&x);
	for (size_t i = 1; i < x.n; i++)
		if (!strcmp(x.v[i].name, x.v[i - 1].name))
			complain(load, places[x.v[i].i],
				 _("'%s' is already the %s of line %d; each must differ"),
				 shown(load, x.v[i].name), id->name, places[x.v[i - 1].i]->line);
}

static void read_element(struct load *load, const struct field *f, const struct node *node,
			 struct target *t)
{
	const struct field *id = t->in_map ? id_row(f->sub) : NULL;

	if (id) {
		t->what = node->key;
		if (is_id(t->what))
			memcpy((char *)t->dst + id->offset, &t->what, sizeof(t->what));
		else
			complain(load, node_key(node),
				 _("'%s' must be small letters, digits, '_' and '-', a letter "
				   "first"),
				 shown(load, t->what));
	}
	if (t->in_map ? !node_expect(load, node, NODE_MAPPING, t->what)
		      : !node_expect_item(load, node, f->name))
		return;
	fill(load, node, t);
	if (f->custom)
		f->custom(load, node, t->dst);
}

static void read_list(struct load *load, const struct field *f, const struct node *node, void *dst)
{
	bool in_map = f->type == FIELD_MAP;
	struct list list = { 0 };
	char *element;

	if (!node_expect(load, node, in_map ? NODE_MAPPING : NODE_SEQUENCE, f->name))
		return;
	list.v = element = arena_alloc(load->arena, node->n * f->sub_size);
	list.n = node->n;
	/* Before the elements are read, so that their hooks may look at their siblings. */
	memcpy(dst, &list, sizeof(list));
	for (const struct node *c = node_first(node); c; c = c->next, element += f->sub_size) {
		struct target t = { f->sub, f->name, element, in_map };

		read_element(load, f, c, &t);
	}
	if (!in_map)
		check_ids(load, f, node);
}

void field_read(struct load *load, const struct field *field, const struct node *node, void *dst)
{
	switch (field->type) {
	case FIELD_TEXT:
		text_read(load, node, field->name, dst);
		break;
	case FIELD_NAMES:
	case FIELD_STRINGS:
		read_strings(load, field, node, dst);
		break;
	case FIELD_OBJECT:
		read_object(load, field, node, dst);
		break;
	case FIELD_LIST:
	case FIELD_MAP:
		read_list(load, field, node, dst);
		break;
	case FIELD_CUSTOM:
		if (field->custom)
			field->custom(load, node, dst);
		break;
	case FIELD_MEASURES:
		break;
	default:
		scalar_fill(load, field, node, dst);
	}
}
