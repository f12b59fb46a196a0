/* SPDX-License-Identifier: Apache-2.0 */
/* domain: what libvirt knows of a domain. */
#include <stdlib.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/names.h"
#include "runner/libvirt/request.h"

/* A domain may go while it is looked at: then its state is 'unknown'. */
static void print_line(struct buf *out, virDomainPtr d)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "-";
	int state = -1, reason = 0;

	virDomainGetState(d, &state, &reason, 0);
	virDomainGetUUIDString(d, uuid);
	buf_printf(out, "%s %s %s %s\n", uuid, name_of_state(state),
		   virDomainIsPersistent(d) == 1 ? "persistent" : "transient", virDomainGetName(d));
}

int request_domains(struct request_context *c, struct err *err)
{
	virDomainPtr *list = NULL;
	int n = virConnectListAllDomains(c->connection, &list, 0);

	if (n < 0)
		return request_failed(err, _("cannot list domains"));
	for (int i = 0; i < n; i++) {
		print_line(c->out, list[i]);
		virDomainFree(list[i]);
	}
	free(list);
	return 0;
}

/* Of a guest that is just arriving libvirt does not tell: 'unknown'. */
static const char *job_of(virDomainPtr d)
{
	virTypedParameterPtr params = NULL;
	int type, n = 0;

	if (virDomainIsActive(d) != 1)
		return name_of_job(VIR_DOMAIN_JOB_NONE);
	if (virDomainGetJobStats(d, &type, &params, &n, 0) < 0)
		return name_of_job(-1);
	virTypedParamsFree(params, n);
	return name_of_job(type);
}

int request_domain(struct request_context *c, struct err *err)
{
	_cleanup_domain_ virDomainPtr d = NULL;
	char uuid[VIR_UUID_STRING_BUFLEN];
	int state, reason, autostart = -1, status = 0;
	virDomainInfo info;

	d = domain_find(c->connection, c->args[0], &status, err);
	if (!d)
		return status;
	if (virDomainGetState(d, &state, &reason, 0) < 0 || virDomainGetInfo(d, &info) < 0 ||
	    virDomainGetUUIDString(d, uuid) < 0)
		return request_failed(err, _("cannot ask for domain '%s'"), c->args[0]);
	buf_printf(c->out, "name=%s\nuuid=%s\nstate=%s\nreason=%s\n", virDomainGetName(d), uuid,
		   name_of_state(state), name_of_reason(state, reason));
	buf_printf(c->out, "active=%s\npersistent=%s\n", yes_or_no(virDomainIsActive(d)),
		   yes_or_no(virDomainIsPersistent(d)));
	/* A transient domain has none. */
	if (virDomainGetAutostart(d, &autostart) < 0)
		autostart = 0;
	buf_printf(c->out, "autostart=%s\nmanaged_save=%s\n", yes_or_no(autostart),
		   yes_or_no(virDomainHasManagedSaveImage(d, 0)));
	buf_printf(c->out, "memory_kib=%lu\nmax_memory_kib=%lu\nvcpus=%u\n", info.memory,
		   info.maxMem, info.nrVirtCpu);
	buf_printf(c->out, "job=%s\n", job_of(d));
	return 0;
}

static int print_xml(struct request_context *c, unsigned flags, struct err *err)
{
	_cleanup_domain_ virDomainPtr d = NULL;
	_cleanup_free_ char *text = NULL;
	int status = 0;

	d = domain_find(c->connection, c->args[0], &status, err);
	if (!d)
		return status;
	text = virDomainGetXMLDesc(d, flags);
	if (!text)
		return request_failed(err, _("cannot ask for domain '%s'"), c->args[0]);
	buf_puts(c->out, text);
	return 0;
}

int request_domain_xml(struct request_context *c, struct err *err)
{
	return print_xml(c, 0, err);
}

int request_definition(struct request_context *c, struct err *err)
{
	return print_xml(c, VIR_DOMAIN_XML_INACTIVE, err);
}

static void print_param(struct buf *out, const virTypedParameter *p)
{
	switch (p->type) {
	case VIR_TYPED_PARAM_INT:
		buf_printf(out, "%s=%d\n", p->field, p->value.i);
		break;
	case VIR_TYPED_PARAM_UINT:
		buf_printf(out, "%s=%u\n", p->field, p->value.ui);
		break;
	case VIR_TYPED_PARAM_LLONG:
		buf_printf(out, "%s=%lld\n", p->field, p->value.l);
		break;
	case VIR_TYPED_PARAM_ULLONG:
		buf_printf(out, "%s=%llu\n", p->field, p->value.ul);
		break;
	case VIR_TYPED_PARAM_DOUBLE:
		buf_printf(out, "%s=%.6f\n", p->field, p->value.d);
		break;
	case VIR_TYPED_PARAM_BOOLEAN:
		buf_printf(out, "%s=%s\n", p->field, p->value.b ? "yes" : "no");
		break;
	default:
		buf_printf(out, "%s=%s\n", p->field, p->value.s);
	}
}

static int print_job(struct request_context *c, unsigned flags, struct err *err)
{
	_cleanup_domain_ virDomainPtr d = NULL;
	virTypedParameterPtr params = NULL;
	int type, n = 0, status = 0;

	d = domain_find(c->connection, c->args[0], &status, err);
	if (!d)
		return status;
	if (virDomainGetJobStats(d, &type, &params, &n, flags) < 0)
		return request_failed(err, _("cannot ask for the job of '%s'"), c->args[0]);
	buf_printf(c->out, "type=%s\n", name_of_job(type));
	for (int i = 0; i < n; i++)
		print_param(c->out, &params[i]);
	virTypedParamsFree(params, n);
	return 0;
}

int request_job(struct request_context *c, struct err *err)
{
	return print_job(c, 0, err);
}

int request_completed_job(struct request_context *c, struct err *err)
{
	/* Looking must not take it away from the next who looks. */
	return print_job(c, VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
			 err);
}
