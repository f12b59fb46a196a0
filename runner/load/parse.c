/* SPDX-License-Identifier: Apache-2.0 */
/* parse: how single values are written. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/load/fields.h"

int parse_bool(const char *s, bool *ret)
{
	if (strcmp(s, "true") && strcmp(s, "false"))
		return -1;
	*ret = s[0] == 't';
	return 0;
}

/* The length of digits without a leading zero, or 0. */
static size_t digits(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n > 1 && s[0] == '0' ? 0 : n;
}

int parse_int(const char *s, int64_t *ret)
{
	const char *start = s + (*s == '-');
	size_t n = digits(start);
	long long v;

	if (!n || start[n])
		return -1;
	errno = 0;
	v = strtoll(s, NULL, 10);
	if (errno)
		return -1;
	*ret = v;
	return 0;
}

/* -?digits[.digits][e[+-]digits] */
static bool is_number(const char *s)
{
	size_t n;

	s += *s == '-';
	n = digits(s);
	if (!n)
		return false;
	s += n;
	if (*s == '.') {
		n = strspn(s + 1, "0123456789");
		if (!n)
			return false;
		s += n + 1;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		n = strspn(s, "0123456789");
		if (!n)
			return false;
		s += n;
	}
	return !*s;
}

int parse_number(const char *s, double *ret)
{
	locale_t c;
	double v;

	if (!is_number(s))
		return -1;
	c = newlocale(LC_ALL_MASK, "C", NULL);
	if (!c)
		return -1;
	v = strtod_l(s, NULL, c);
	freelocale(c);
	if (v > 1e300 || v < -1e300)
		return -1;
	*ret = v;
	return 0;
}

/* From the smallest to the largest. */
static const struct {
	const char *name;
	int64_t ms;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };

int parse_duration(const char *s, int64_t *ret)
{
	size_t n = digits(s);

	if (!n || n > 12)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(s + n, units[i].name)) {
			*ret = strtoll(s, NULL, 10) * units[i].ms;
			return 0;
		}
	return -1;
}

int parse_size(const char *s, int64_t *ret)
{
	static const char *const powers[] = { "", "KiB", "MiB", "GiB", "TiB" };
	size_t n = digits(s);

	if (!n || n > 12)
		return -1;
	for (unsigned i = 0; i < ARRAY_SIZE(powers); i++) {
		long long count = strtoll(s, NULL, 10);

		if (strcmp(s + n, powers[i]) != 0 || count > INT64_MAX >> (10 * i))
			continue;
		*ret = (int64_t)count << (10 * i);
		return 0;
	}
	return -1;
}

const char *print_duration(struct arena *arena, int64_t ms)
{
	size_t i = ARRAY_SIZE(units) - 1;

	while (i && (!ms || ms % units[i].ms))
		i--;
	return arena_printf(arena, "%lld%s", (long long)(ms / units[i].ms), units[i].name);
}

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool is_id(const char *s)
{
	if (!is_small(*s))
		return false;
	while (is_small(*s) || is_digit(*s) || *s == '_' || *s == '-')
		s++;
	return !*s;
}

static bool starts_name(char c)
{
	return is_small(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

bool is_name(const char *s)
{
	if (!starts_name(*s))
		return false;
	while (starts_name(*s) || *s == '.' || *s == '+' || *s == '-')
		s++;
	return !*s;
}

bool is_path(const char *s)
{
	if (*s != '/')
		return false;
	for (const char *p = s; (p = strstr(p, "/..")); p += 3)
		if (!p[3] || p[3] == '/')
			return false;
	return true;
}
