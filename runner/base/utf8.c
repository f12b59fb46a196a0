/* SPDX-License-Identifier: Apache-2.0 */
/* utf8: strict reading, and how wide a text stands on a terminal. */
#include "runner/base/utf8.h"

struct range {
	uint32_t first, last;
};

/* Marks that stand on the character before them: the blocks that texts of a lab can hold. */
static const struct range combining[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x064b, 0x065f },
	{ 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e }, { 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff }, { 0x200b, 0x200d }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff },
};

/* East Asian wide blocks (Unicode 15, UAX #11, classes W and F), and emoji. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x2e80, 0x303e },	  { 0x3041, 0xa4cf },
	{ 0xa960, 0xa97f },   { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },	  { 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
	{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

static bool is_in(uint32_t cp, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}

/* How many bytes a first byte announces, and the smallest code point that needs that many. */
static size_t announce(unsigned char first, uint32_t *bits, uint32_t *least)
{
	if (first >= 0xc2 && first <= 0xdf) {
		*bits = first & 0x1f;
		*least = 0x80;
		return 2;
	}
	if (first >= 0xe0 && first <= 0xef) {
		*bits = first & 0x0f;
		*least = 0x800;
		return 3;
	}
	if (first >= 0xf0 && first <= 0xf4) {
		*bits = first & 0x07;
		*least = 0x10000;
		return 4;
	}
	return 0;
}

size_t utf8_next(const char *s, size_t len, uint32_t *ret)
{
	uint32_t cp = 0, least = 0;
	size_t n;

	if (!len)
		return 0;
	if (!((unsigned char)s[0] & 0x80)) {
		*ret = (unsigned char)s[0];
		return 1;
	}
	n = announce((unsigned char)s[0], &cp, &least);
	if (!n || n > len)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	*ret = cp;
	return n;
}

static size_t width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (is_in(cp, combining, sizeof(combining) / sizeof(combining[0])))
		return 0;
	return is_in(cp, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}

/* Bytes and columns of the next character; a byte that is not UTF-8 counts as one. */
static size_t step(const char *s, size_t len, size_t *columns)
{
	uint32_t cp;
	size_t n = utf8_next(s, len, &cp);

	*columns = n ? width(cp) : 1;
	return n ? n : 1;
}

size_t utf8_columns(const char *s, size_t len)
{
	size_t columns = 0, w;

	for (size_t i = 0; i < len; columns += w)
		i += step(s + i, len - i, &w);
	return columns;
}

size_t utf8_fit(const char *s, size_t len, size_t columns)
{
	size_t used = 0, i = 0, n, w;

	while (i < len) {
		n = step(s + i, len - i, &w);
		if (i && used + w > columns)
			break;
		i += n;
		used += w;
	}
	return i;
}

bool utf8_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f);
}

bool utf8_is_bidi(uint32_t cp)
{
	return cp == 0x061c || cp == 0x200e || cp == 0x200f || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}
