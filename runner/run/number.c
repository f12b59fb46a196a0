/* SPDX-License-Identifier: Apache-2.0 */
/* number: the number that a person means, with either decimal mark and marks between thousands. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/run/judge.h"

#define DIGITS "0123456789"

/* Whether the n characters at s are 1 to 3 digits and then, each behind a mark, 3 digits. */
static bool separates_thousands(const char *s, size_t n, char mark)
{
	size_t at = strspn(s, DIGITS);

	if (at < 1 || at > 3 || at >= n || s[0] == '0')
		return false;
	for (; at < n; at += 4)
		if (s[at] != mark || strspn(s + at + 1, DIGITS) != 3)
			return false;
	return at == n;
}

/* What strtod takes: sign, the n characters at s without thousands' marks and with '.', exponent.
 */
static int convert(const char *text, const char *s, size_t n, char thousands, double *ret)
{
	_cleanup_buf_ struct buf plain = { 0 };
	const char *behind = s + n;
	size_t exponent = 0;

	if (s > text && s[-1] == '-')
		buf_putc(&plain, '-');
	for (size_t i = 0; i < n; i++)
		if (s[i] != thousands)
			buf_putc(&plain, s[i] == ',' ? '.' : s[i]);
	if (*behind == 'e' || *behind == 'E') {
		size_t sign = strchr("+-", behind[1]) && behind[1];
		size_t digits = strspn(behind + 1 + sign, DIGITS);

		exponent = digits ? 1 + sign + digits : 0;
		buf_add(&plain, behind, exponent);
	}
	*ret = strtod(buf_str(&plain), NULL);
	/* More digits behind a unit or a blank: it is not clear which number is meant. */
	return isfinite(*ret) && !strpbrk(behind + exponent, DIGITS);
}

static const char *last_mark(const char *s, size_t n)
{
	while (n--)
		if (s[n] == '.' || s[n] == ',')
			return s + n;
	return NULL;
}

int number_read(const char *text, double ret[2])
{
	const char *s = text + strspn(text, " \t~="), *mark;
	size_t n, whole;
	int readings = 0;
	char other;

	s += *s == '+' || *s == '-';
	n = strspn(s, DIGITS ".,");
	/* A full stop at the end of a sentence. */
	while (n && !strchr(DIGITS, s[n - 1]))
		n--;
	mark = last_mark(s, n);
	if (!n || !mark)
		return n ? convert(text, s, n, '\0', ret) : 0;
	other = *mark == ',' ? '.' : ',';
	whole = (size_t)(mark - s);
	if (strspn(s, DIGITS) == whole || separates_thousands(s, whole, other))
		readings += convert(text, s, n, other, &ret[readings]);
	if (separates_thousands(s, n, *mark))
		readings += convert(text, s, n, *mark, &ret[readings]);
	return readings;
}
