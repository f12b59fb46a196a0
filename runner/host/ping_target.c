/* SPDX-License-Identifier: Apache-2.0 */
/* ping_target: the address that a ping is sent to, from its text. */
#include "runner/host/ping_target.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

#include "runner/base/i18n.h"

_Static_assert(INET6_ADDRSTRLEN + IF_NAMESIZE <= PING_TARGET_SIZE, "every target fits");

/* What stands before the interface, which is "" where none is named. */
static const char *split(const char *text, char address[INET6_ADDRSTRLEN])
{
	size_t len = strcspn(text, "%");

	memset(address, 0, INET6_ADDRSTRLEN);
	if (len < INET6_ADDRSTRLEN)
		memcpy(address, text, len);
	return text + len + (text[len] == '%');
}

static int refuse(const char *text, struct err *err)
{
	return err_set(err, ERR_LAB, NULL,
		       _("'%s' is not an address: write it as 192.0.2.7 or 2001:db8::7"), text);
}

int ping_target_check(const char *text, struct err *err)
{
	char address[INET6_ADDRSTRLEN];
	const char *interface = split(text, address);
	struct in6_addr to;

	if (inet_pton(AF_INET, text, &to) == 1)
		return 0;
	if (inet_pton(AF_INET6, address, &to) != 1 || strlen(interface) >= IF_NAMESIZE ||
	    (!*interface && strchr(text, '%')))
		return refuse(text, err);
	if (*interface && !IN6_IS_ADDR_LINKLOCAL(&to))
		return err_set(err, ERR_LAB, NULL,
			       _("'%s' names an interface, which only an address of one link "
				 "(fe80::) needs"),
			       text);
	if (!*interface && IN6_IS_ADDR_LINKLOCAL(&to))
		return err_set(err, ERR_LAB, NULL,
			       _("'%s' counts on one link only: write the interface that leads "
				 "there behind it, as in fe80::7%%br0"),
			       text);
	return 0;
}

int ping_target_parse(const char *text, struct sockaddr_storage *ret, socklen_t *ret_len,
		      struct err *err)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
	char address[INET6_ADDRSTRLEN];
	const char *interface = split(text, address);

	if (ping_target_check(text, err) < 0)
		return -1;
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		*ret_len = sizeof(*v4);
		return 0;
	}
	inet_pton(AF_INET6, address, &v6->sin6_addr);
	v6->sin6_family = AF_INET6;
	v6->sin6_scope_id = *interface ? if_nametoindex(interface) : 0;
	*ret_len = sizeof(*v6);
	if (*interface && !v6->sin6_scope_id)
		return err_set(err, ERR_ENV, NULL, _("this machine has no interface '%s'"),
			       interface);
	return 0;
}
