/* SPDX-License-Identifier: Apache-2.0 */
/* cpu: which CPU the guests of a host may have, and whether another host has it, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/xml.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/request.h"

struct doc {
	struct xml *xml;
};

static void doc_done(struct doc *d)
{
	xml_free(d->xml);
}

#define _cleanup_doc_ __attribute__((cleanup(doc_done)))

/* Reads libvirt's answer and frees it; an exit status. */
static int read_doc(char *text, const char *what, struct doc *ret, struct err *err)
{
	int rc;

	if (!text)
		return request_failed(err, "%s", what);
	rc = xml_parse(text, strlen(text), what, &ret->xml, err);
	free(text);
	return rc < 0 ? REQUEST_FAILED : 0;
}

/* The host's own model for guests, 'host-model', as a <cpu>; an exit status. */
static int host_model(struct request_context *c, virConnectPtr connection, const char **ret,
		      struct err *err)
{
	_cleanup_doc_ struct doc d = { 0 };
	const char *parts;
	int status =
		read_doc(virConnectGetDomainCapabilities(connection, NULL, NULL, NULL, NULL, 0),
			 _("the capabilities of domains"), &d, err);

	if (status)
		return status;
	parts = xml_copy(d.xml, "/domainCapabilities/cpu/mode[@name='host-model']/*", c->arena);
	if (!*parts) {
		err_set(err, ERR_LIBVIRT, NULL, _("the host has no CPU model for guests"));
		return REQUEST_NO_SUPPORT;
	}
	*ret = arena_printf(c->arena, "<cpu mode='custom' match='exact'>%s</cpu>", parts);
	return 0;
}

static int baseline(struct request_context *c, const char *const *cpus, unsigned n, unsigned flags,
		    struct err *err)
{
	_cleanup_free_ char *text = virConnectBaselineHypervisorCPU(
		c->connection, NULL, NULL, NULL, NULL, (const char **)cpus, n, flags);

	if (!text)
		return request_failed(err, _("no CPU for both"));
	buf_puts(c->out, text);
	return 0;
}

int request_cpu(struct request_context *c, struct err *err)
{
	const char *cpu;
	int status = host_model(c, c->connection, &cpu, err);

	return status ? status
		      : baseline(c, &cpu, 1, VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES, err);
}

/* The guests' CPU of the host that is named by the first argument. */
static int other_model(struct request_context *c, const char **ret, struct err *err)
{
	_cleanup_connection_ virConnectPtr other = connect_open(c->args[0], true, err);

	return other ? host_model(c, other, ret, err) : REQUEST_NO_CONNECTION;
}

int request_cpu_baseline(struct request_context *c, struct err *err)
{
	const char *cpus[2];
	int status = host_model(c, c->connection, &cpus[0], err);

	if (!status)
		status = other_model(c, &cpus[1], err);
	return status ? status : baseline(c, cpus, 2, VIR_CONNECT_BASELINE_CPU_MIGRATABLE, err);
}

/* As the words of virsh hypervisor-cpu-compare. */
static const char *name_of_result(int result)
{
	switch (result) {
	case VIR_CPU_COMPARE_INCOMPATIBLE:
		return "incompatible";
	case VIR_CPU_COMPARE_IDENTICAL:
		return "identical";
	case VIR_CPU_COMPARE_SUPERSET:
		return "superset";
	default:
		return NULL;
	}
}

int request_cpu_compare(struct request_context *c, struct err *err)
{
	const char *cpu, *result;
	int status = other_model(c, &cpu, err);

	if (status)
		return status;
	result = name_of_result(
		virConnectCompareHypervisorCPU(c->connection, NULL, NULL, NULL, NULL, cpu, 0));
	if (!result)
		return request_failed(err, _("cannot compare CPUs"));
	buf_printf(c->out, "result=%s\n", result);
	return 0;
}

/* A guest that has nothing but the CPU of the domain that d describes. */
static const char *compose_trial(struct request_context *c, const struct xml *d)
{
	const char *type = xml_string(d, "string(/domain/@type)", c->arena);
	const char *arch = xml_string(d, "string(/domain/os/type/@arch)", c->arena);
	const char *machine = xml_string(d, "string(/domain/os/type/@machine)", c->arena);
	/* That of a domain that runs is 'full'; what it asks for when it does not run is less. */
	const char *check = xml_string(d, "/domain/cpu/@check", c->arena);
	const char *mode = xml_string(d, "string(/domain/cpu/@mode)", c->arena);
	const char *cpu = xml_copy(
		d, "/domain/cpu/*[not(self::numa or self::topology or self::cache)]", c->arena);
	const char *devices = xml_copy(d, "/domain/devices/emulator", c->arena);

	return arena_printf(c->arena,
			    "<domain type='%s'><name>kvmlab-trial-%d</name>"
			    "<memory unit='MiB'>64</memory><vcpu>1</vcpu>"
			    "<os><type arch='%s' machine='%s'>hvm</type></os>"
			    "<cpu mode='%s' match='exact' check='%s'>%s</cpu>"
			    "<devices>%s<controller type='usb' model='none'/>"
			    "<memballoon model='none'/></devices></domain>",
			    type, (int)getpid(), arch, machine, mode, check ? check : "partial",
			    cpu, devices);
}

/* Reads the domain of the other host. */
static int read_other(struct request_context *c, struct doc *ret, struct err *err)
{
	_cleanup_connection_ virConnectPtr other = connect_open(c->args[0], false, err);
	_cleanup_domain_ virDomainPtr d = NULL;
	int status = 0;

	if (!other)
		return REQUEST_NO_CONNECTION;
	d = domain_find(other, c->args[1], &status, err);
	if (!d)
		return status;
	return read_doc(virDomainGetXMLDesc(d, 0), _("the domain"), ret, err);
}

int request_cpu_try(struct request_context *c, struct err *err)
{
	_cleanup_doc_ struct doc d = { 0 };
	_cleanup_domain_ virDomainPtr trial = NULL;
	int status = read_other(c, &d, err);

	if (status)
		return status;
	if (!xml_is(d.xml, "/domain/cpu/@mode")) {
		buf_puts(c->out, "started=unknown\nwords=the domain asks for no CPU\n");
		return 0;
	}
	/* Paused, and destroyed with the connection, even when we are killed. */
	trial = virDomainCreateXML(c->connection, compose_trial(c, d.xml),
				   VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY);
	if (!trial) {
		buf_printf(c->out, "started=no\nwords=%s\n", virGetLastErrorMessage());
		return 0;
	}
	if (virDomainDestroy(trial) < 0)
		return request_failed(err, _("cannot end the trial"));
	buf_puts(c->out, "started=yes\n");
	return 0;
}
