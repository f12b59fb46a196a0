/* SPDX-License-Identifier: Apache-2.0 */
/* users: looks through all domains for one that uses something. */
#include "runner/libvirt/users.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/xml.h"

/* 1, 0, or -1: it cannot be told. */
static int names_it(struct request_context *c, const char *text, const struct use *use,
		    struct err *err)
{
	struct strings names;
	struct xml *xml;
	int ret = 0;

	/* It is gone meanwhile. */
	if (!text)
		return 0;
	if (xml_parse(text, strlen(text), _("a domain's definition"), &xml, err) < 0)
		return -1;
	names = xml_list(xml, use->path, c->arena);
	for (size_t i = 0; i < names.n; i++)
		ret |= !strcmp(names.v[i], use->name);
	xml_free(xml);
	return ret;
}

static int uses(struct request_context *c, virDomainPtr d, const struct use *use, struct err *err)
{
	_cleanup_free_ char *live = NULL, *definition = NULL;
	char uuid[VIR_UUID_STRING_BUFLEN];
	int ret = 0;

	if (virDomainGetUUIDString(d, uuid) == 0 && use->but && !strcmp(use->but, uuid))
		return 0;
	if (virDomainIsActive(d) == 1) {
		live = virDomainGetXMLDesc(d, 0);
		ret = names_it(c, live, use, err);
	}
	if (ret || use->only_active)
		return ret;
	definition = virDomainGetXMLDesc(d, VIR_DOMAIN_XML_INACTIVE);
	return names_it(c, definition, use, err);
}

int users_none(struct request_context *c, const struct use *use, struct err *err)
{
	virDomainPtr *list = NULL;
	int n = virConnectListAllDomains(c->connection, &list, 0), found = 0, status = 0;

	if (n < 0)
		return request_failed(err, _("cannot list domains"));
	for (int i = 0; i < n; i++) {
		if (!found)
			found = uses(c, list[i], use, err);
		if (found > 0 && !status) {
			status = REQUEST_REFUSED;
			err_set(err, ERR_LIBVIRT, NULL, _("domain '%s' uses it"),
				virDomainGetName(list[i]));
		}
		virDomainFree(list[i]);
	}
	free(list);
	return found < 0 ? REQUEST_FAILED : status;
}
