/* SPDX-License-Identifier: Apache-2.0 */
/* yaml: libyaml's events become a tree of nodes, within limits. */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "runner/base/i18n.h"
#include "runner/load/context.h"

/* A key that has been read, its value not yet. */
struct key {
	const char *text; /* NULL: complained about; the value is dropped */
	int line, col;
};

struct frame {
	struct node *node, **tail;
	struct key key;
	bool has_key;
};

#define RECENT_KEYS 64

struct builder {
	struct load *load;
	struct frame stack[YAML_DEPTH_MAX];
	size_t depth;
	struct node *root;
	const char *recent[RECENT_KEYS]; /* keys repeat: most need no memory of their own */
};

const char *node_kind_name(enum node_kind kind)
{
	static const char *const names[] = {
		[NODE_SCALAR] = N_("a single value"),
		[NODE_SEQUENCE] = N_("a list"),
		[NODE_MAPPING] = N_("a mapping"),
	};

	return _(names[kind]);
}

const struct node *node_get(const struct node *mapping, const char *key)
{
	if (mapping->kind != NODE_MAPPING)
		return NULL;
	for (const struct node *c = node_first(mapping); c; c = c->next)
		if (node_has_key(c, key))
			return c;
	return NULL;
}

static struct node *new_node(struct builder *b, enum node_kind kind, const yaml_mark_t *mark)
{
	struct node *ret = arena_alloc(b->load->tree, sizeof(*ret));

	ret->kind = kind;
	ret->line = (int)mark->line + 1;
	ret->col = (int)mark->column + 1;
	return ret;
}

static void link_child(struct frame *f, struct node *child)
{
	*f->tail = child;
	f->tail = &child->next;
	f->node->n++;
}

static struct frame *top(struct builder *b)
{
	return b->depth ? &b->stack[b->depth - 1] : NULL;
}

static bool awaits_key(const struct frame *f)
{
	return f && f->node->kind == NODE_MAPPING && !f->has_key;
}

/* Puts a node where it belongs: the root, an item, a key or a value. */
static void attach(struct builder *b, struct node *node)
{
	struct frame *f = top(b);

	if (!f) {
		b->root = node;
	} else if (f->node->kind == NODE_SEQUENCE) {
		link_child(f, node);
	} else if (!f->has_key) {
		complain(b->load, node, _("a key must be a single word, not %s"),
			 node_kind_name(node->kind));
		f->key = (struct key){ 0 };
		f->has_key = true;
	} else {
		node->key = f->key.text;
		node->key_line = f->key.line;
		node->key_col = f->key.col;
		f->has_key = false;
		if (node->key)
			link_child(f, node);
	}
}

static int push(struct builder *b, struct node *node)
{
	struct frame *f;

	if (b->depth == YAML_DEPTH_MAX) {
		complain(b->load, node, _("nested more than %d deep"), YAML_DEPTH_MAX);
		return -1;
	}
	attach(b, node);
	f = &b->stack[b->depth++];
	*f = (struct frame){ .node = node, .tail = &node->first };
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;
	int order = strcmp(x->key, y->key);

	if (order)
		return order;
	if (x->key_line != y->key_line)
		return x->key_line - y->key_line;
	return x->key_col - y->key_col;
}

/* A second child of the same key is complained about and taken out. */
static void drop_duplicates(struct builder *b, struct node *mapping)
{
	struct node **order = arena_array(b->load->tree, struct node *, mapping->n), *first, **link;
	size_t n = 0;

	for (struct node *c = node_first(mapping); c; c = c->next)
		order[n++] = c;
	if (n)
		qsort(order, n, sizeof(struct node *), compare);
	first = n ? order[0] : NULL;
	for (size_t i = 1; i < n; i++) {
		if (strcmp(order[i]->key, first->key)) {
			first = order[i];
			continue;
		}
		complain(b->load, node_key(order[i]),
			 _("key '%s' is given twice; first at line %d"), shown(b->load, first->key),
			 first->key_line);
		order[i]->bad = true;
		order[i]->key = NULL;
	}
	for (link = &mapping->first; *link;) {
		if ((*link)->key) {
			link = &(*link)->next;
		} else {
			*link = (*link)->next;
			mapping->n--;
		}
	}
}

/* Few keys are compared each with each, which needs no memory. */
static bool has_duplicates(const struct node *mapping)
{
	for (const struct node *a = node_first(mapping); a; a = a->next)
		for (const struct node *b = a->next; b; b = b->next)
			if (node_has_key(a, b->key))
				return true;
	return false;
}

static void pop(struct builder *b)
{
	struct node *node = b->stack[--b->depth].node;

	if (node->kind == NODE_MAPPING && (node->n > 12 || has_duplicates(node)))
		drop_duplicates(b, node);
}

static void check_plain(struct builder *b, struct node *node, const yaml_char_t *anchor,
			const yaml_char_t *tag)
{
	if (anchor) {
		complain(b->load, node,
			 _("anchor '&%s': anchors and aliases are not allowed; write it out"),
			 shown(b->load, (const char *)anchor));
		node->bad = true;
	}
	if (tag) {
		complain(b->load, node, _("tag '%s': tags are not allowed"),
			 shown(b->load, (const char *)tag));
		node->bad = true;
	}
}

static const char *intern_key(struct builder *b, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	const char **slot = &b->recent[len ? (len * 7 + s[0] * 3 + s[len - 1]) % RECENT_KEYS : 0];

	if (!*slot || strlen(*slot) != len || memcmp(*slot, text, len))
		*slot = arena_memdup(b->load->arena, text, len);
	return *slot;
}

static void take_scalar(struct builder *b, const yaml_event_t *e)
{
	struct node node = { .kind = NODE_SCALAR,
			     .quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE,
			     .line = (int)e->start_mark.line + 1,
			     .col = (int)e->start_mark.column + 1 };
	const char *value = (const char *)e->data.scalar.value;
	size_t len = e->data.scalar.length;
	struct frame *f = top(b);

	check_plain(b, &node, e->data.scalar.anchor, e->data.scalar.tag);
	if (memchr(value, 0, len)) {
		complain(b->load, &node, _("the character U+0000 is not allowed in a text"));
		node.bad = true;
	}
	if (awaits_key(f)) {
		f->key = (struct key){ .line = node.line, .col = node.col };
		f->key.text = node.bad ? NULL : intern_key(b, value, len);
		f->has_key = true;
		return;
	}
	node.text = arena_memdup(b->load->arena, value, len);
	attach(b, memcpy(arena_alloc(b->load->tree, sizeof(node)), &node, sizeof(node)));
}

static void take_alias(struct builder *b, const yaml_event_t *e)
{
	struct node *node = new_node(b, NODE_SCALAR, &e->start_mark);
	struct frame *f = top(b);

	complain(b->load, node, _("alias '*%s': anchors and aliases are not allowed; write it out"),
		 shown(b->load, (const char *)e->data.alias.anchor));
	node->text = "";
	node->bad = true;
	if (awaits_key(f)) {
		f->key = (struct key){ 0 };
		f->has_key = true;
	} else {
		attach(b, node);
	}
}

/* 1: the document has ended; -1: cannot go on. */
static int take(struct builder *b, const yaml_event_t *e)
{
	struct node *node;

	switch (e->type) {
	case YAML_SCALAR_EVENT:
		take_scalar(b, e);
		return 0;
	case YAML_ALIAS_EVENT:
		take_alias(b, e);
		return 0;
	case YAML_SEQUENCE_START_EVENT:
		node = new_node(b, NODE_SEQUENCE, &e->start_mark);
		check_plain(b, node, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		return push(b, node);
	case YAML_MAPPING_START_EVENT:
		node = new_node(b, NODE_MAPPING, &e->start_mark);
		check_plain(b, node, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		return push(b, node);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		pop(b);
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		if (!b->root)
			return 0;
		complain(b->load, new_node(b, NODE_SCALAR, &e->start_mark),
			 _("a second document; a file holds one"));
		return -1;
	case YAML_STREAM_END_EVENT:
		return 1;
	default:
		return 0;
	}
}

/* The words are libyaml's; where it names the beginning of what broke, that is said too. */
static void complain_parser(struct load *load, const yaml_parser_t *p)
{
	struct node at = { .line = (int)p->problem_mark.line + 1,
			   .col = (int)p->problem_mark.column + 1 };
	const char *problem = p->problem ? p->problem : "out of memory";

	if (p->context)
		complain(load, &at, _("not valid YAML: %s, %s that starts at line %d"), problem,
			 p->context, (int)p->context_mark.line + 1 + load->lines_before);
	else
		complain(load, &at, _("not valid YAML: %s"), problem);
}

static int build(struct builder *b, yaml_parser_t *p)
{
	int result = 0;

	while (!result) {
		yaml_event_t event;

		if (!yaml_parser_parse(p, &event)) {
			complain_parser(b->load, p);
			return -1;
		}
		result = take(b, &event);
		yaml_event_delete(&event);
	}
	return result < 0 ? -1 : 0;
}

int node_parse(struct load *load, const char *data, size_t len, struct node **ret)
{
	struct builder b = { .load = load };
	yaml_parser_t parser;
	int result;

	if (len > YAML_SIZE_MAX) {
		complain(load, NULL, _("the file has %zu bytes; at most %d are read"), len,
			 YAML_SIZE_MAX);
		return -1;
	}
	if (text_check(load, data, len) < 0)
		return -1;
	if (!yaml_parser_initialize(&parser)) {
		complain(load, NULL, _("the YAML parser could not be started"));
		return -1;
	}
	/* Told the encoding, libyaml does not look for a byte order mark. */
	if (len >= 3 && !memcmp(data, "\xef\xbb\xbf", 3)) {
		data += 3;
		len -= 3;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)data, len);
	result = build(&b, &parser);
	yaml_parser_delete(&parser);
	if (result < 0)
		return -1;
	if (!b.root) {
		complain(load, NULL, _("the file is empty"));
		return -1;
	}
	*ret = b.root;
	return 0;
}
