/* SPDX-License-Identifier: Apache-2.0 */
/* cloud_text: fills by marks that YAML takes for letters, then compares what each text reads as. */
#include "runner/load/cloud_text.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/context.h"

#define CLOUD_CONFIG "#cloud-config"
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define VALUES_MAX   256
/* U+E000 and on, of the private use area: one letter that nobody writes. */
#define MARK_LEN 3

const char *const cloud_kind_names[] = {
	[CLOUD_USER_DATA] = "user_data",
	[CLOUD_NETWORK_CONFIG] = "network_config",
};

/* What cloud-init takes user-data for, by how its first line begins. */
static const char *const headers[] = {
	CLOUD_CONFIG,
	"#!",
	"#include",
	"#cloud-boothook",
	"#part-handler",
	"## template: jinja",
	"Content-Type:",
	"MIME-Version:",
	NULL,
};

/* A filling in progress. */
struct filling {
	struct load load;
	enum cloud_kind kind;
	const struct cloud_values *values;
	struct buf marked; /* ${name} as a mark and letters, as many in all as were there */
	struct buf filled;
};

static void put_mark(struct buf *b, size_t i, size_t len)
{
	const char mark[] = { (char)0xee, (char)(0x80 | i >> 6), (char)(0x80 | (i & 63)) };

	buf_add(b, mark, MARK_LEN);
	for (size_t k = 1; k < len; k++)
		buf_putc(b, 'x');
}

/* The place of offset at in text. */
static struct node place(const char *text, size_t at)
{
	struct node ret = { .kind = NODE_SCALAR, .line = 1, .col = 1 };

	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			ret.line++;
			ret.col = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			ret.col++;
		}
	}
	return ret;
}

static const char **names_of(struct arena *arena, const struct cloud_values *values)
{
	const char **ret = arena_array(arena, const char *, values->n);

	for (size_t i = 0; i < values->n; i++)
		ret[i] = values->v[i].name;
	return ret;
}

static void complain_name(struct filling *f, const char *text, size_t at, const char *name)
{
	struct strings known = { names_of(f->load.tree, f->values), f->values->n };
	struct node node = place(text, at);

	complain_unknown(&f->load, &node, name, &known,
			 _("nothing is called '%s' that could stand for ${%s} (write $${ for ${)"),
			 name, name);
}

/* Takes '${name}' at text[at]; returns its length. */
static size_t take_value(struct filling *f, const char *text, size_t at)
{
	size_t n = strspn(text + at + 2, NAME_LETTERS), i = 0;
	const char *name = arena_memdup(f->load.tree, text + at + 2, n);

	if (!n || text[at + 2 + n] != '}') {
		struct node node = place(text, at);

		complain(&f->load, &node, _("'${' without a name and '}' (write $${ for ${)"));
		return 2;
	}
	while (i < f->values->n && strcmp(f->values->v[i].name, name) != 0)
		i++;
	if (i == f->values->n) {
		complain_name(f, text, at, name);
		return n + 3;
	}
	put_mark(&f->marked, i, n + 3);
	if (f->values->v[i].value)
		buf_puts(&f->filled, f->values->v[i].value);
	else
		put_mark(&f->filled, i, n + 3);
	return n + 3;
}

static void add_both(struct filling *f, const char *text, size_t len)
{
	buf_add(&f->marked, text, len);
	buf_add(&f->filled, text, len);
}

static void fill(struct filling *f, const char *text)
{
	size_t at = 0;

	while (text[at]) {
		size_t plain = strcspn(text + at, "$");

		add_both(f, text + at, plain);
		at += plain;
		if (!strncmp(text + at, "$${", 3)) {
			add_both(f, "${", 2);
			at += 3;
		} else if (!strncmp(text + at, "${", 2)) {
			at += take_value(f, text, at);
		} else if (text[at]) {
			add_both(f, text + at++, 1);
		}
	}
}

/* The value whose mark stands at text, and *len; NULL: none does, or it is not known. */
static const char *marked_value(const struct filling *f, const char *text, size_t *len)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t i = p[0] == 0xee ? (size_t)(p[1] & 63) << 6 | (p[2] & 63) : f->values->n;
	size_t fill;

	if (i >= f->values->n || !f->values->v[i].value)
		return NULL;
	/* An escape of YAML may stand for the same letter. */
	fill = strlen(f->values->v[i].name) + 2;
	*len = MARK_LEN + fill;
	return strspn(text + MARK_LEN, "x") < fill ? NULL : f->values->v[i].value;
}

/* A text of the marked tree as it reads with the values in it. */
static const char *expand(struct filling *f, const char *text)
{
	_cleanup_buf_ struct buf out = { 0 };

	while (*text) {
		size_t len;
		const char *value = marked_value(f, text, &len);

		if (!value) {
			buf_putc(&out, *text++);
			continue;
		}
		buf_puts(&out, value);
		text += len;
	}
	return arena_strdup(f->load.tree, buf_str(&out));
}

static bool is_same(struct filling *f, const struct node *marked, const struct node *filled)
{
	const struct node *a = node_first(marked), *b = node_first(filled);

	if (marked->kind != filled->kind || marked->n != filled->n)
		return false;
	/* Nothing, not in quotes, is null. */
	if (marked->kind == NODE_SCALAR)
		return !strcmp(expand(f, marked->text), filled->text) &&
		       (filled->quoted || *filled->text || !*marked->text);
	for (; a && b; a = a->next, b = b->next)
		if ((a->key && strcmp(expand(f, a->key), b->key) != 0) || !is_same(f, a, b))
			return false;
	return true;
}

/* What cloud-init asks of the whole. */
static void check_root(struct filling *f, const struct node *root)
{
	const struct node *version;

	if (root->kind != NODE_MAPPING) {
		complain(&f->load, root, _("'%s' must be %s, not %s"), cloud_kind_names[f->kind],
			 node_kind_name(NODE_MAPPING), node_kind_name(root->kind));
		return;
	}
	if (f->kind == CLOUD_USER_DATA)
		return;
	version = node_get(root, "version");
	if (!version || version->kind != NODE_SCALAR ||
	    (strcmp(version->text, "1") != 0 && strcmp(version->text, "2") != 0))
		complain(&f->load, version ? version : root,
			 _("'network_config' needs 'version: 1' or 'version: 2'"));
}

/* Words are sought in the marked text, whose places are those of the lab. */
static void check_yaml(struct filling *f)
{
	struct complaints none = { 0 };
	struct load quiet = f->load;
	struct node *marked, *filled;

	if (node_parse(&f->load, buf_str(&f->marked), f->marked.len, &marked) < 0)
		return;
	check_root(f, marked);
	quiet.out = &none;
	if (node_parse(&quiet, buf_str(&f->filled), f->filled.len, &filled) < 0 || none.n ||
	    !is_same(f, marked, filled))
		complain(&f->load, NULL,
			 _("a value that was filled in changes what '%s' means: put its ${...} "
			   "between double quotes, or choose another value"),
			 cloud_kind_names[f->kind]);
	complaints_done(&none);
}

static bool begins_with(const char *text, const char *header)
{
	return !strncmp(text, header, strlen(header));
}

static bool is_cloud_config(const char *text)
{
	const char *rest = text + strlen(CLOUD_CONFIG);

	return begins_with(text, CLOUD_CONFIG) && strchr("\n", rest[strspn(rest, " \t\r")]);
}

static void check_header(struct load *load, const char *text)
{
	const struct node first = { .kind = NODE_SCALAR, .line = 1, .col = 1 };

	for (const char *const *h = headers; *h; h++)
		if (begins_with(text, *h))
			return;
	complain(load, &first,
		 _("the first line of 'user_data' must be '#cloud-config', or another that "
		   "cloud-init knows"));
}

static bool is_yaml(enum cloud_kind kind, const char *text)
{
	return kind == CLOUD_NETWORK_CONFIG || is_cloud_config(text);
}

int cloud_text_fill(enum cloud_kind kind, const char *text, const struct cloud_values *values,
		    struct arena *arena, const char **ret, struct complaints *out)
{
	_cleanup_arena_ struct arena tree = { 0 };
	struct filling f = { .kind = kind, .values = values };
	size_t before = out->n;

	f.load = (struct load){ .arena = &tree, .tree = &tree, .out = out, .file = "" };
	f.load.lines_before = values->lines_before;
	if (kind == CLOUD_USER_DATA)
		check_header(&f.load, text);
	if (!is_yaml(kind, text))
		buf_puts(&f.filled, text);
	else if (values->n > VALUES_MAX)
		complain(&f.load, NULL, _("more than %d values to fill in"), VALUES_MAX);
	else
		fill(&f, text);
	if (out->n == before && is_yaml(kind, text))
		check_yaml(&f);
	if (out->n == before)
		*ret = arena_strdup(arena, buf_str(&f.filled));
	buf_done(&f.marked);
	buf_done(&f.filled);
	return out->n == before ? 0 : -1;
}

int cloud_text_check(enum cloud_kind kind, const char *text, struct complaints *out)
{
	_cleanup_arena_ struct arena tree = { 0 };
	struct filling f = { .kind = kind };
	size_t before = out->n;
	struct node *root;

	f.load = (struct load){ .arena = &tree, .tree = &tree, .out = out, .file = "" };
	if (kind == CLOUD_USER_DATA)
		check_header(&f.load, text);
	if (is_yaml(kind, text) && node_parse(&f.load, text, strlen(text), &root) == 0)
		check_root(&f, root);
	return out->n == before ? 0 : -1;
}
