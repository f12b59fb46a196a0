/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_uri: ssh://[user@]host[:port][?config=FILE] and libvirt's qemu+ssh:// of the same host. */
#include "runner/host/ssh_uri.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* A parameter of the query: a path that goes to *at; NULL: it says what kvmlab does anyway. */
struct parameter {
	const char *name;
	const char **at;
};

static int refuse(const char *uri, struct err *err)
{
	return err_set(
		err, ERR_USAGE, NULL,
		_("'%s' is no host: expected 'ssh://[user@]host[:port]', with "
		  "'?config=/path' for another ssh_config, or 'qemu+ssh://user@host/system'"),
		uri);
}

/* Nothing that ssh could take for an option or a shell for more than a word. */
static bool is_word(const char *s, const char *more)
{
	return *s && *s != '-' && !s[strspn(s, more)];
}

static bool is_port(const char *s)
{
	long n = strtol(s, NULL, 10);

	return strspn(s, "0123456789") == strlen(s) && strlen(s) <= 5 && n > 0 && n < 65536;
}

/* The zone of an address stands behind '%25' in a URI (RFC 6874), and behind '%' for ssh. */
static void unescape_zone(char *address)
{
	char *zone = strstr(address, "%25");

	if (zone)
		memmove(zone + 1, zone + 3, strlen(zone + 3) + 1);
}

/* Splits '[user@]host[:port]' or '[user@][v6]:port', which is written to. */
static bool split_authority(char *s, struct ssh_uri *ret)
{
	char *at = strrchr(s, '@'), *end;

	if (at) {
		*at = '\0';
		ret->user = s;
		s = at + 1;
	}
	end = s + strcspn(s, ":");
	if (*s == '[') {
		end = strchr(++s, ']');
		if (!end)
			return false;
		*end++ = '\0';
		unescape_zone(s);
	}
	if (*end == ':')
		ret->port = end + 1;
	else if (*end)
		return false;
	*end = '\0';
	ret->host = s;
	return (!ret->user || is_word(ret->user, LETTERS "._-+\\")) &&
	       is_word(ret->host, LETTERS "._-:%") && (!ret->port || is_port(ret->port));
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF", *at = strchr(digits, c);

	return c && at ? (int)(at - digits) % 16 : -1;
}

static const char *decode(const char *s, size_t len, struct arena *arena)
{
	_cleanup_buf_ struct buf b = { 0 };

	for (size_t i = 0; i < len; i++) {
		bool coded = s[i] == '%' && i + 2 < len && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0;

		buf_putc(&b, coded ? (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])) : s[i]);
		i += coded ? 2 : 0;
	}
	return arena_strdup(arena, buf_str(&b));
}

static int refuse_parameter(const char *uri, const char *name, size_t len,
			    const struct parameter *known, struct err *err)
{
	_cleanup_buf_ struct buf names = { 0 };

	for (; known->name; known++)
		buf_printf(&names, "%s'%s'", names.len ? ", " : "", known->name);
	return err_set(err, ERR_USAGE, NULL,
		       _("'%.*s' in '%s' is no parameter that counts here: expected %s"), (int)len,
		       name, uri, buf_str(&names));
}

/* One 'name=value'. */
static int read_parameter(const char *uri, const char *text, size_t len,
			  const struct parameter *known, struct arena *arena, struct err *err)
{
	size_t name = strcspn(text, "=&");
	const struct parameter *p = known;

	while (p->name && (strlen(p->name) != name || strncmp(p->name, text, name)))
		p++;
	if (!p->name)
		return refuse_parameter(uri, text, name, known, err);
	if (!p->at)
		return 0;
	if (name < len)
		*p->at = decode(text + name + 1, len - name - 1, arena);
	return *p->at && **p->at == '/' ? 0 : refuse(uri, err);
}

static int read_query(const char *uri, const char *query, const struct parameter *known,
		      struct arena *arena, struct err *err)
{
	while (*query) {
		size_t len = strcspn(query, "&");

		if (len && read_parameter(uri, query, len, known, arena, err) < 0)
			return -1;
		query += len;
		query += *query == '&';
	}
	return 0;
}

int ssh_uri_parse(const char *uri, struct arena *arena, struct ssh_uri *ret, struct err *err)
{
	bool libvirt = !strncmp(uri, "qemu+ssh://", strlen("qemu+ssh://"));
	const char *rest = strstr(uri, "://");
	struct ssh_uri u = { 0 };
	const struct parameter all[] = {
		{ "config", &u.config },
		{ "keyfile", &u.keyfile },
		{ "command", &u.command },
		{ "no_tty", NULL },
		{ 0 },
	};
	const struct parameter own[] = { { "config", &u.config }, { 0 } };
	size_t len;
	const char *query;

	if (!rest || (!libvirt && strncmp(uri, "ssh://", strlen("ssh://"))))
		return refuse(uri, err);
	rest += strlen("://");
	len = strcspn(rest, "/?");
	query = rest + len + strcspn(rest + len, "?");
	u.path = arena_memdup(arena, rest + len, (size_t)(query - rest) - len);
	if (!split_authority(arena_memdup(arena, rest, len), &u) ||
	    (!libvirt && strcmp(u.path, "") && strcmp(u.path, "/")))
		return refuse(uri, err);
	if (read_query(uri, *query ? query + 1 : query, libvirt ? all : own, arena, err) < 0)
		return -1;
	if (!libvirt || !strcmp(u.path, "") || !strcmp(u.path, "/"))
		u.path = "/system";
	*ret = u;
	return 0;
}

const char *ssh_uri_of_libvirt(const struct ssh_uri *u, const char *command, struct arena *arena)
{
	size_t len = strcspn(u->host, "%");
	bool is_v6 = strchr(u->host, ':');
	const char *zone = u->host[len] ? "%25" : "", *rest = u->host + len + (*zone != '\0');

	return arena_printf(arena, "qemu+ssh://%s%.*s%s%s%s%s?command=%s&no_tty=1",
			    is_v6 ? "[" : "", (int)len, u->host, zone, rest, is_v6 ? "]" : "",
			    u->path, command);
}
