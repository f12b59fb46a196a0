/* SPDX-License-Identifier: Apache-2.0 */
/* tag: writes and reads the mark of a run in a domain's metadata. */
#include "runner/libvirt/tag.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/xml.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/request.h"

static const char *read_tag(const char *text, const char *uuid, struct arena *arena)
{
	const char *of, *run = NULL;
	struct xml *xml;
	struct err err;

	if (xml_parse(text, strlen(text), "tag", &xml, &err) < 0)
		return NULL;
	of = xml_string(xml, "/*[local-name()='run']/@uuid", arena);
	if (of && !strcmp(of, uuid))
		run = xml_string(xml, "/*[local-name()='run']/@name", arena);
	xml_free(xml);
	return run;
}

const char *tag_read(virDomainPtr d, struct arena *arena)
{
	char uuid[VIR_UUID_STRING_BUFLEN];
	_cleanup_free_ char *text = virDomainGetMetadata(d, VIR_DOMAIN_METADATA_ELEMENT, TAG_URI,
							 VIR_DOMAIN_AFFECT_CURRENT);

	if (!text || virDomainGetUUIDString(d, uuid) < 0)
		return NULL;
	return read_tag(text, uuid, arena);
}

/* Letters, digits and '-' need no escaping. */
static int check_name(const char *run, struct err *err)
{
	if (*run &&
	    !run[strspn(run, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			     "-_.")])
		return 0;
	return err_set(err, ERR_USAGE, NULL, _("'%s' is no name of a run"), run);
}

int request_tag(struct request_context *c, struct err *err)
{
	_cleanup_domain_ virDomainPtr d = virDomainLookupByUUIDString(c->connection, c->args[0]);
	unsigned flags = 0;
	const char *tag;

	if (check_name(c->args[1], err) < 0)
		return REQUEST_USAGE;
	if (!d)
		return request_failed(err, _("no domain '%s'"), c->args[0]);
	tag = arena_printf(c->arena, "<run name='%s' uuid='%s'/>", c->args[1], c->args[0]);
	if (virDomainIsPersistent(d) == 1)
		flags |= VIR_DOMAIN_AFFECT_CONFIG;
	if (virDomainIsActive(d) == 1)
		flags |= VIR_DOMAIN_AFFECT_LIVE;
	if (virDomainSetMetadata(d, VIR_DOMAIN_METADATA_ELEMENT, tag, "kvmlab", TAG_URI, flags) < 0)
		return request_failed(err, _("cannot tag domain '%s'"), c->args[0]);
	return 0;
}
