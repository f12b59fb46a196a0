/* SPDX-License-Identifier: Apache-2.0 */
/* characters: is this text that YAML may hold, and where is it not? */
#include "runner/base/i18n.h"
#include "runner/base/utf8.h"
#include "runner/load/context.h"

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
	struct node at = { .line = 1, .col = 1 };
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		unsigned char byte = (unsigned char)data[i];
		uint32_t c = byte;

		if (byte >= 0x20 && byte < 0x7f) { /* nearly all of a lab */
			n = 1;
			at.col++;
			continue;
		}
		n = byte < 0x80 ? 1 : utf8_next(data + i, len - i, &c);
		if (!n) {
			complain(load, &at, _("byte 0x%02x is not UTF-8; a lab is UTF-8 text"),
				 byte);
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
