/* SPDX-License-Identifier: Apache-2.0 */
/* escape: one table row per sink, one walk over the text for all of them. */
#include "runner/base/escape.h"

#include <stdint.h>

#include "runner/base/utf8.h"

/*
 * special: what stands for this character in the sink, or NULL for itself. at: where in the text
 * it stands. lead: written before 'x1b' or 'u202e' for what must not get through.
 */
struct sink {
	const char *(*special)(uint32_t cp, const char *s, size_t len, size_t at);
	const char *lead;
	const char *bad;  /* stands for a byte that is not UTF-8; NULL: shown as 'xff' */
	bool four_digits; /* always 'u001b', never 'x1b' */
	bool no_nonchars; /* U+FFFE and U+FFFF have no place in it */
};

static bool is_hidden(const struct sink *sink, uint32_t cp)
{
	if (sink->no_nonchars && (cp == 0xfffe || cp == 0xffff))
		return true;
	return utf8_is_control(cp) || utf8_is_bidi(cp);
}

static void show(FILE *f, const struct sink *sink, uint32_t cp)
{
	fputs(sink->lead, f);
	if (cp > 0xff || sink->four_digits)
		fprintf(f, "u%04x", (unsigned)cp);
	else
		fprintf(f, "x%02x", (unsigned)cp);
}

static void show_bad(FILE *f, const struct sink *sink, unsigned char byte)
{
	if (sink->bad)
		fputs(sink->bad, f);
	else
		show(f, sink, byte);
}

static void walk(FILE *f, const struct sink *sink, const char *s, size_t len)
{
	const char *instead;
	size_t done = 0, n;
	uint32_t cp;

	for (size_t i = 0; i < len; i += n ? n : 1) {
		n = utf8_next(s + i, len - i, &cp);
		instead = n ? sink->special(cp, s, len, i) : NULL;
		if (n && !instead && !is_hidden(sink, cp))
			continue;
		fwrite(s + done, 1, i - done, f);
		done = i + (n ? n : 1);
		if (instead)
			fputs(instead, f);
		else if (n)
			show(f, sink, cp);
		else
			show_bad(f, sink, (unsigned char)s[i]);
	}
	fwrite(s + done, 1, len - done, f);
}

/* Newline and tab stay, CR LF becomes a newline: what all sinks with lines do. */
static const char *special_lines(uint32_t cp, const char *s, size_t len, size_t at)
{
	if (cp == '\n')
		return "\n";
	if (cp == '\t')
		return "\t";
	if (cp == '\r' && at + 1 < len && s[at + 1] == '\n')
		return "";
	return NULL;
}

static const char *special_markup(uint32_t cp, const char *s, size_t len, size_t at)
{
	switch (cp) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>': /* so that ']]>' cannot stand in XML either */
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return special_lines(cp, s, len, at);
	}
}

static const char *special_json(uint32_t cp, const char *s, size_t len, size_t at)
{
	(void)s, (void)len, (void)at;
	switch (cp) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\t':
		return "\\t";
	case '\r':
		return "\\r";
	case 0x2028: /* newlines to JavaScript */
		return "\\u2028";
	case 0x2029:
		return "\\u2029";
	default:
		return NULL;
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether at is the dot or bracket of '12. ' at the beginning of a line. */
static bool ends_number(const char *s, size_t len, size_t at)
{
	size_t i = at;

	if (at + 1 < len && s[at + 1] != ' ' && s[at + 1] != '\n')
		return false;
	while (i > 0 && is_digit(s[i - 1]))
		i--;
	return i < at && (i == 0 || s[i - 1] == '\n');
}

/* What means something only at the beginning of a line. */
static const char *special_line_start(uint32_t cp, const char *s, size_t len, size_t at)
{
	static const char *const starts[][2] = {
		{ "#", "\\#" }, { "+", "\\+" }, { "-", "\\-" }, { "=", "\\=" }, { ":", "\\:" },
	};
	size_t i = at;

	if (cp == '.' || cp == ')')
		return !ends_number(s, len, at) ? NULL : cp == '.' ? "\\." : "\\)";
	while (i > 0 && (s[i - 1] == ' ' || s[i - 1] == '\t'))
		i--;
	if (i > 0 && s[i - 1] != '\n')
		return NULL;
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (cp == (unsigned char)starts[i][0][0])
			return starts[i][1];
	return NULL;
}

/* Whether the ':' or '.' at would make a bare address a link: 'http:', 'www.'. */
static bool makes_link(uint32_t cp, const char *s, size_t len, size_t at)
{
	if (cp == ':')
		return at + 2 < len && s[at + 1] == '/' && s[at + 2] == '/';
	return cp == '.' && at >= 3 && (s[at - 1] | 0x20) == 'w' && (s[at - 2] | 0x20) == 'w' &&
	       (s[at - 3] | 0x20) == 'w';
}

static const char *special_markdown(uint32_t cp, const char *s, size_t len, size_t at)
{
	static const char *const always[][2] = {
		{ "\\", "\\\\" }, { "`", "\\`" },   { "*", "\\*" },   { "_", "\\_" },
		{ "[", "\\[" },	  { "]", "\\]" },   { "|", "\\|" },   { "~", "\\~" },
		{ "$", "\\$" },	  { "&", "&amp;" }, { "<", "&lt;" },  { ">", "&gt;" },
		{ "\n", "<br>" }, { "\t", " " },    { "@", "&#64;" },
	};

	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (cp == (unsigned char)always[i][0][0])
			return always[i][1];
	if (cp == '\r')
		return special_lines(cp, s, len, at);
	if (makes_link(cp, s, len, at))
		return cp == ':' ? "&#58;" : "&#46;";
	return special_line_start(cp, s, len, at);
}

static const char *special_tap(uint32_t cp, const char *s, size_t len, size_t at)
{
	switch (cp) {
	case '\\':
		return "\\\\";
	case '#':
		return "\\#";
	case '\n':
		return "\\\\n";
	case '\t':
		return " ";
	default:
		return special_lines(cp, s, len, at);
	}
}

void escape_html(FILE *f, const char *s, size_t len)
{
	static const struct sink sink = { .special = special_markup, .lead = "\\" };

	walk(f, &sink, s, len);
}

void escape_xml(FILE *f, const char *s, size_t len)
{
	static const struct sink sink = { .special = special_markup,
					  .lead = "#",
					  .no_nonchars = true };

	walk(f, &sink, s, len);
}

void escape_json(FILE *f, const char *s, size_t len)
{
	static const struct sink sink = {
		.special = special_json, .lead = "\\", .bad = "\\ufffd", .four_digits = true
	};

	fputc('"', f);
	walk(f, &sink, s, len);
	fputc('"', f);
}

void escape_terminal(FILE *f, const char *s, size_t len)
{
	static const struct sink sink = { .special = special_lines, .lead = "\\" };

	walk(f, &sink, s, len);
}

void escape_markdown(FILE *f, const char *s, size_t len)
{
	static const struct sink sink = { .special = special_markdown, .lead = "\\\\" };

	walk(f, &sink, s, len);
}

void escape_tap(FILE *f, const char *s, size_t len)
{
	static const struct sink sink = { .special = special_tap, .lead = "\\\\" };

	walk(f, &sink, s, len);
}

bool escape_is_utf8(const char *s, size_t len)
{
	uint32_t cp;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_next(s + i, len - i, &cp);
		if (!n)
			return false;
	}
	return true;
}
