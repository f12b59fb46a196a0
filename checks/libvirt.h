/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt: how checkers ask the libvirt of a host, by kvmlab-libvirt on this machine. */
#pragma once

#include "checks/collector.h"
#include "runner/base/xml.h"

/*
 * Asks the libvirt of the host of that role (NULL: the check's own host). request is ended by NULL;
 * the requests are those of runner/libvirt/main.c. That there is no such domain, or that this
 * libvirt cannot tell, is evidence; that it cannot be asked is an error.
 */
int collect_libvirt(struct collector *c, const char *name, const char *role,
		    const char *const *request, struct err *err);
/* The same for a request without argument, and one about a domain, network or pool. */
int collect_libvirt_host(struct collector *c, const char *name, const char *role,
			 const char *request, struct err *err);
int collect_libvirt_domain(struct collector *c, const char *role, const char *request,
			   const char *domain, struct err *err);
/* The URI of a role's libvirt, or NULL with err set. */
const char *libvirt_uri(struct collector *c, const char *role, struct err *err);
/* Runs a command on the host of that role. */
int collect_command_on(struct collector *c, const char *name, const char *role,
		       const char *const argv[], struct err *err);

/* Whether the item is there and the request was answered. */
bool libvirt_answered(const struct evidence_item *item);
/* Whether the answer was that there is nothing of that name. */
bool libvirt_has_none(const struct evidence_item *item);
/* The same, said of a domain. */
static inline bool libvirt_has_no_domain(const struct evidence_item *item)
{
	return libvirt_has_none(item);
}
/* key=yes */
bool libvirt_says_yes(const struct evidence_item *item, const char *key, struct arena *arena);
/* key=NUMBER; false when there is none. */
bool libvirt_number(const struct evidence_item *item, const char *key, struct arena *arena,
		    int64_t *ret);
/* The answer as XML; -1 when it was not given whole or is none. */
int libvirt_xml(const struct evidence_item *item, const char *what, struct xml **ret,
		struct err *err);
/* The item of that name of a domain's evidence: 'domain-xml' or 'source domain-xml'. */
const struct evidence_item *libvirt_item(const struct evidence *ev, const char *role,
					 const char *request, struct arena *arena);

static inline void cleanup_xml(struct xml **x)
{
	xml_free(*x);
}

#define _cleanup_xml_ __attribute__((cleanup(cleanup_xml)))
