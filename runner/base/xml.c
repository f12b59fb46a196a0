/* SPDX-License-Identifier: Apache-2.0 */
/* xml: libxml2 behind a table of functions that is filled when a document is read. */
#include "runner/base/xml.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

/* xmlParserOption: no network, no words on stderr. Without NOENT no entity is put in place. */
#define PARSE_NOERROR	(1 << 5)
#define PARSE_NOWARNING (1 << 6)
#define PARSE_NONET	(1 << 11)

/* The beginnings of xmlXPathObject and xmlNodeSet, the same in every libxml2 since 2.0. */
struct node_set {
	int n, max;
	void **v;
};

struct object {
	int type; /* XPATH_NODESET is 1 */
	struct node_set *nodes;
};

#define OBJECT_NODES 1

/* The beginning of xmlBuffer. */
struct xml_buffer {
	const char *text;
	unsigned use;
};

struct calls {
	void *(*read_memory)(const char *, int, const char *, const char *, int);
	void *(*get_dtd)(const void *doc);
	void (*free_doc)(void *doc);
	void *(*new_context)(void *doc);
	void (*free_context)(void *context);
	struct object *(*eval)(const unsigned char *path, void *context);
	void (*free_object)(struct object *);
	int (*to_boolean)(struct object *);
	unsigned char *(*to_string)(struct object *);
	unsigned char *(*content)(const void *node);
	struct xml_buffer *(*new_buffer)(void);
	void (*free_buffer)(struct xml_buffer *);
	int (*dump)(struct xml_buffer *, void *doc, void *node, int level, int format);
	void (*on_error)(void *data, void (*fn)(void *data, const void *error));
	void (**free)(void *); /* a variable of the library */
};

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
	{ "xmlReadMemory", offsetof(struct calls, read_memory) },
	{ "xmlGetIntSubset", offsetof(struct calls, get_dtd) },
	{ "xmlFreeDoc", offsetof(struct calls, free_doc) },
	{ "xmlXPathNewContext", offsetof(struct calls, new_context) },
	{ "xmlXPathFreeContext", offsetof(struct calls, free_context) },
	{ "xmlXPathEvalExpression", offsetof(struct calls, eval) },
	{ "xmlXPathFreeObject", offsetof(struct calls, free_object) },
	{ "xmlXPathCastToBoolean", offsetof(struct calls, to_boolean) },
	{ "xmlXPathCastToString", offsetof(struct calls, to_string) },
	{ "xmlNodeGetContent", offsetof(struct calls, content) },
	{ "xmlBufferCreate", offsetof(struct calls, new_buffer) },
	{ "xmlBufferFree", offsetof(struct calls, free_buffer) },
	{ "xmlNodeDump", offsetof(struct calls, dump) },
	{ "xmlSetStructuredErrorFunc", offsetof(struct calls, on_error) },
	{ "xmlFree", offsetof(struct calls, free) },
};

struct xml {
	struct calls calls;
	void *doc, *context;
};

static int load(struct calls *ret, struct err *err)
{
	static const char *const names[] = { "libxml2.so.2", "libxml2.so.16" };
	void *library = NULL;

	for (size_t i = 0; !library && i < ARRAY_SIZE(names); i++)
		library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!library)
		return err_set(err, ERR_ENV, NULL,
			       _("'%s' cannot be loaded; the package libxml2 has it"), names[0]);
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (!symbol)
			return err_set(err, ERR_ENV, NULL, _("'%s' has no function '%s'"), names[0],
				       symbols[i].name);
		memcpy((char *)ret + symbols[i].offset, &symbol, sizeof(symbol));
	}
	return 0;
}

static void ignore(void *data, const void *error)
{
	(void)data;
	(void)error;
}

static int parse(struct xml *x, const char *text, size_t len, const char *what, struct err *err)
{
	x->calls.on_error(NULL, ignore);
	x->doc = x->calls.read_memory(text, (int)len, NULL, NULL,
				      PARSE_NOERROR | PARSE_NOWARNING | PARSE_NONET);
	if (!x->doc || memchr(text, 0, len))
		return err_set(err, ERR_IO, NULL, _("%s is no XML"), what);
	if (x->calls.get_dtd(x->doc))
		return err_set(err, ERR_IO, NULL, _("%s has a document type, which is refused"),
			       what);
	x->context = x->calls.new_context(x->doc);
	if (!x->context)
		abort();
	return 0;
}

int xml_parse(const char *text, size_t len, const char *what, struct xml **ret, struct err *err)
{
	struct xml *x;

	if (len > XML_MAX_BYTES)
		return err_set(err, ERR_IO, NULL, _("%s is longer than %u bytes"), what,
			       XML_MAX_BYTES);
	x = mem_alloc(sizeof(*x));
	*x = (struct xml){ 0 };
	if (load(&x->calls, err) < 0 || parse(x, text, len, what, err) < 0) {
		xml_free(x);
		return -1;
	}
	*ret = x;
	return 0;
}

void xml_free(struct xml *x)
{
	if (x && x->context)
		x->calls.free_context(x->context);
	if (x && x->doc)
		x->calls.free_doc(x->doc);
	free(x);
}

static struct object *evaluate(const struct xml *x, const char *path)
{
	struct object *o = x->calls.eval((const unsigned char *)path, x->context);

	if (!o)
		abort();
	return o;
}

/* How many nodes it selected; -1: it is no set of nodes. */
static int count_nodes(const struct object *o)
{
	if (o->type != OBJECT_NODES)
		return -1;
	return o->nodes ? o->nodes->n : 0;
}

/* Takes what the library allocated over into the arena. */
static const char *take(const struct xml *x, unsigned char *text, struct arena *arena)
{
	const char *ret;

	if (!text)
		abort();
	ret = arena_strdup(arena, (const char *)text);
	(*x->calls.free)(text);
	return ret;
}

bool xml_is(const struct xml *x, const char *path)
{
	struct object *o = evaluate(x, path);
	bool ret = x->calls.to_boolean(o) != 0;

	x->calls.free_object(o);
	return ret;
}

const char *xml_string(const struct xml *x, const char *path, struct arena *arena)
{
	struct object *o = evaluate(x, path);
	const char *ret = count_nodes(o) ? take(x, x->calls.to_string(o), arena) : NULL;

	x->calls.free_object(o);
	return ret;
}

struct strings xml_list(const struct xml *x, const char *path, struct arena *arena)
{
	struct object *o = evaluate(x, path);
	int n = count_nodes(o);
	struct strings ret = { 0 };

	if (n > 0)
		ret.v = arena_array(arena, const char *, (size_t)n);
	for (int i = 0; i < n; i++)
		ret.v[ret.n++] = take(x, x->calls.content(o->nodes->v[i]), arena);
	x->calls.free_object(o);
	return ret;
}

const char *xml_copy(const struct xml *x, const char *path, struct arena *arena)
{
	struct object *o = evaluate(x, path);
	struct xml_buffer *out = x->calls.new_buffer();
	int n = count_nodes(o);
	const char *ret;

	if (!out)
		abort();
	for (int i = 0; i < n; i++)
		x->calls.dump(out, x->doc, o->nodes->v[i], 0, 0);
	ret = arena_memdup(arena, out->text ? out->text : "", out->use);
	x->calls.free_buffer(out);
	x->calls.free_object(o);
	return ret;
}
