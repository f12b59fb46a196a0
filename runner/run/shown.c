/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shown: a step's command as the student sees it, with values in the place of variables and quoted
 * so that typing it does the same: it follows the shell's quotes, remarks, $(...) and
 * here-documents.
 */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/run/plan.h"

#define DEPTH_MAX 32

/* A command on its way to being shown. */
struct shower {
	const struct lab *lab;
	const struct settings *uuids;
	struct buf out;
	const char *p;
	char inside[DEPTH_MAX]; /* what encloses p, from outside: '"', '(', or '<' a here-document
				 */
	size_t depth;
	const char *ends; /* the word that ends the here-document of this line; NULL: none */
	size_t ends_len;
	bool literal; /* nothing in it is replaced */
};

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

static char enclosing(const struct shower *s)
{
	return s->depth ? s->inside[s->depth - 1] : '\0';
}

/* Deeper than anybody writes, it is taken for plain text. */
static void enter(struct shower *s, char what)
{
	if (s->depth < DEPTH_MAX)
		s->inside[s->depth++] = what;
}

static void leave(struct shower *s, char what)
{
	if (enclosing(s) == what)
		s->depth--;
}

static void take(struct shower *s, size_t n)
{
	size_t left = strnlen(s->p, n);

	buf_add(&s->out, s->p, left);
	s->p += left;
}

/* With a backslash before what would mean something there. */
static void put_escaped(struct buf *out, const char *value, const char *special)
{
	for (; *value; value++) {
		if (strchr(special, *value))
			buf_putc(out, '\\');
		buf_putc(out, *value);
	}
}

static void put_value(struct shower *s, const char *value)
{
	if (enclosing(s) == '"')
		put_escaped(&s->out, value, "\\\"$`");
	else if (enclosing(s) == '<')
		put_escaped(&s->out, value, "\\$`");
	else
		buf_shell_word(&s->out, value);
}

static void take_dollar(struct shower *s)
{
	const char *value;
	size_t len;

	if (s->p[1] == '(') {
		take(s, 2);
		enter(s, '(');
		return;
	}
	value = value_at(s->lab, s->uuids, s->p + 1, &len);
	if (!value) {
		take(s, 1);
		return;
	}
	put_value(s, value);
	s->p += 1 + len;
}

/* 'cat <<E', 'cat <<-"E"': the document begins with the next line. */
static void take_here(struct shower *s)
{
	size_t quote;

	take(s, 2);
	if (*s->p == '<') {
		take(s, 1);
		return;
	}
	take(s, strspn(s->p, "- \t"));
	quote = strspn(s->p, "\\'\"");
	take(s, quote);
	s->literal = quote > 0;
	s->ends = s->p;
	s->ends_len = strcspn(s->p, " \t\n;|&<>()'\"");
	take(s, s->ends_len + (s->p[s->ends_len] && strchr("'\"", s->p[s->ends_len])));
}

static bool ends_here(const struct shower *s)
{
	const char *line = s->p + strspn(s->p, "\t");

	return !strncmp(line, s->ends, s->ends_len) &&
	       (!line[s->ends_len] || line[s->ends_len] == '\n');
}

/* A new line may begin a here-document, or be its last one. */
static void take_newline(struct shower *s)
{
	take(s, 1);
	if (!s->ends)
		return;
	if (s->literal)
		while (*s->p && !ends_here(s))
			take(s, strcspn(s->p, "\n") + 1);
	else if (enclosing(s) != '<')
		enter(s, '<');
	if (!ends_here(s))
		return;
	leave(s, '<');
	take(s, strcspn(s->p, "\n"));
	s->ends = NULL;
}

static bool begins_remark(const struct shower *s)
{
	return !s->out.len || strchr(" \t\n;|&(", s->out.data[s->out.len - 1]);
}

/* Where quotes have their meaning, that is, neither inside "..." nor in a here-document. */
static void take_bare(struct shower *s)
{
	switch (*s->p) {
	case '\'':
		take(s, 1);
		take(s, strcspn(s->p, "'") + 1);
		break;
	case '#':
		take(s, begins_remark(s) ? strcspn(s->p, "\n") : 1);
		break;
	case '(':
		take(s, 1);
		enter(s, '(');
		break;
	case ')':
		take(s, 1);
		leave(s, '(');
		break;
	case '<':
		if (s->p[1] == '<')
			take_here(s);
		else
			take(s, 1);
		break;
	default:
		take(s, 1);
	}
}

static void take_one(struct shower *s)
{
	if (*s->p == '\\')
		take(s, 2);
	else if (*s->p == '$')
		take_dollar(s);
	else if (*s->p == '\n')
		take_newline(s);
	else if (*s->p == '"' && enclosing(s) != '<') {
		take(s, 1);
		if (enclosing(s) == '"')
			leave(s, '"');
		else
			enter(s, '"');
	} else if (enclosing(s) == '"' || enclosing(s) == '<')
		take(s, 1);
	else
		take_bare(s);
}

static const char *fill_in(const char *command, const struct lab *lab, const struct settings *uuids,
			   struct arena *arena)
{
	struct shower s = { .lab = lab, .uuids = uuids, .p = command };
	const char *ret;

	while (*s.p)
		take_one(&s);
	ret = arena_strdup(arena, buf_str(&s.out));
	buf_done(&s.out);
	return ret;
}

const char *step_shown(const struct step *step, const struct lab *lab, const struct settings *uuids,
		       struct arena *arena)
{
	if (step->probe)
		return probe_shown(step, arena);
	if (step->seed)
		return seed_shown(step->seed, lab, arena);
	if ((!lab->params.n && !uuids) || !strchr(step->run, '$'))
		return step->run;
	return fill_in(step->run, lab, uuids, arena);
}
