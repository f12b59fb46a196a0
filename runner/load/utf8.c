/* SPDX-License-Identifier: Apache-2.0 */
/* utf8: is this text that YAML may hold, and where is it not? */
#include <stdint.h>
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/load/context.h"

/* Decodes one character; its length, or 0 when the bytes are not UTF-8 (RFC 3629). */
static size_t decode(const unsigned char *s, size_t len, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	uint32_t c;

	if (!n || n > len || s[0] > 0xf4)
		return 0;
	c = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*ret = c;
	return n;
}

/* YAML 1.1, c-printable; a byte order mark may only start the file. */
static bool is_printable(uint32_t c, size_t at)
{
	if (c == '\t' || c == '\n' || c == '\r' || c == 0x85)
		return true;
	if (c == 0xfeff)
		return at == 0;
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0xfffe && c != 0xffff;
}

int text_check(struct load *load, const char *data, size_t len)
{
	const unsigned char *s = (const unsigned char *)data;
	struct node at = { .line = 1, .col = 1 };
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t c = s[i];

		n = c < 0x80 ? 1 : decode(s + i, len - i, &c);
		if (!n) {
			complain(load, &at, _("byte 0x%02x is not UTF-8; a lab is UTF-8 text"), s[i]);
			return -1;
		}
		if (!is_printable(c, i)) {
			complain(load, &at, _("control character U+%04X; a lab is UTF-8 text"),
				 (unsigned)c);
			return -1;
		}
		if (c == '\n') {
			at.line++;
			at.col = 1;
		} else {
			at.col++;
		}
	}
	return 0;
}
