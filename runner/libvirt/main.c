/* SPDX-License-Identifier: Apache-2.0 */
/* main: kvmlab-libvirt URI REQUEST [ARGUMENT...]; the table of requests. */
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/request.h"

const struct request requests[] = {
	{ "host", NULL, 0, LINK_READ, N_("versions and names of the host"), request_host },
	{ "capabilities", NULL, 0, LINK_READ, N_("what the host is, as XML"),
	  request_capabilities },
	{ "domcapabilities", NULL, 0, LINK_WRITE, N_("what its guests may have, as XML"),
	  request_domcapabilities },
	{ "sysinfo", NULL, 0, LINK_READ, N_("what its firmware says of it, as XML"),
	  request_sysinfo },
	{ "domains", NULL, 0, LINK_READ, N_("all domains, one a line"), request_domains },
	{ "domain", N_("NAME"), 1, LINK_READ, N_("state of a domain"), request_domain },
	{ "domain-xml", N_("NAME"), 1, LINK_READ, N_("a domain as it is now, as XML"),
	  request_domain_xml },
	{ "definition", N_("NAME"), 1, LINK_READ, N_("a domain as it will start next, as XML"),
	  request_definition },
	{ "disks", NULL, 0, LINK_READ, N_("the disks of all domains, as XML"), request_disks },
	{ "job", N_("NAME"), 1, LINK_READ, N_("the job that a domain is busy with"), request_job },
	{ "completed-job", N_("NAME"), 1, LINK_READ, N_("the last job that a domain completed"),
	  request_completed_job },
	{ "cpu", NULL, 0, LINK_WRITE,
	  N_("the CPU that guests may have, with every feature, as XML"), request_cpu },
	{ "cpu-compare", N_("OTHER-URI"), 1, LINK_WRITE,
	  N_("whether the CPU of the other host's guests can be had here"), request_cpu_compare },
	{ "cpu-baseline", N_("OTHER-URI"), 1, LINK_WRITE,
	  N_("a CPU that guests of both may have, as XML"), request_cpu_baseline },
	{ "cpu-try", N_("OTHER-URI NAME"), 2, LINK_WRITE,
	  N_("whether a guest with the CPU of the other host's domain starts here; it is never "
	     "run, and gone afterwards"),
	  request_cpu_try },
	{ "promises", NULL, 0, LINK_READ,
	  N_("vCPUs, memory and disks of all domains, one a line, with what disks are based on"),
	  request_promises },
	{ "networks", NULL, 0, LINK_READ, N_("all networks, one a line"), request_networks },
	{ "network", N_("NAME"), 1, LINK_READ, N_("state of a network"), request_network },
	{ "network-xml", N_("NAME"), 1, LINK_READ, N_("a network as it is now, as XML"),
	  request_network_xml },
	{ "leases", N_("NAME"), 1, LINK_READ,
	  N_("addresses that a network's DHCP has given, one a line"), request_leases },
	{ "pools", NULL, 0, LINK_READ, N_("all storage pools, one a line"), request_pools },
	{ "pool", N_("NAME"), 1, LINK_READ, N_("state of a storage pool"), request_pool },
	{ "pool-xml", N_("NAME"), 1, LINK_READ, N_("a storage pool as it is now, as XML"),
	  request_pool_xml },
	{ "volumes", N_("NAME"), 1, LINK_READ, N_("all volumes of a storage pool, as XML"),
	  request_volumes },
	{ "inventory", NULL, 0, LINK_READ,
	  N_("all domains, networks and pools with a hash of their definitions, one a line"),
	  request_inventory },
	{ "overlays", N_("UUID"), 1, LINK_READ,
	  N_("files that snapshots have put on top of a domain's disks, one a line"),
	  request_overlays },
	{ "locate", N_("POOL VOLUME"), 2, LINK_READ, N_("where a volume is or would be"),
	  request_locate },
	{ "tag", N_("UUID RUN"), 2, LINK_WRITE, N_("writes a run's name into a domain's metadata"),
	  request_tag },
	{ "remove-domain", N_("UUID NAME RUN"), 3, LINK_WRITE,
	  N_("removes a domain that has that name and that run's tag (-: any); its disks stay"),
	  request_remove_domain },
	{ "remove-network", N_("UUID NAME"), 2, LINK_WRITE,
	  N_("removes a network that has that name and that no domain uses"),
	  request_remove_network },
	{ "remove-pool", N_("UUID NAME"), 2, LINK_WRITE,
	  N_("removes a storage pool that has that name and that no domain uses; its volumes "
	     "stay"),
	  request_remove_pool },
	{ "remove-volume", N_("PATH"), 1, LINK_WRITE, N_("removes a volume that no domain uses"),
	  request_remove_volume },
	{ "events", NULL, 0, LINK_OWN, N_("lifecycle events, one a line, until told to end"),
	  request_events },
	{ "events-again", NULL, 0, LINK_OWN,
	  N_("the same, and says first that nobody listened until now"), request_events_again },
	{ 0 },
};

static int exit_status(int code)
{
	switch (code) {
	case VIR_ERR_NO_DOMAIN:
	case VIR_ERR_NO_NETWORK:
	case VIR_ERR_NO_STORAGE_POOL:
	case VIR_ERR_NO_STORAGE_VOL:
		return REQUEST_NO_DOMAIN;
	case VIR_ERR_NO_SUPPORT:
	case VIR_ERR_CONFIG_UNSUPPORTED:
	case VIR_ERR_ARGUMENT_UNSUPPORTED:
		return REQUEST_NO_SUPPORT;
	default:
		return REQUEST_FAILED;
	}
}

int request_failed(struct err *err, const char *fmt, ...)
{
	int code = virGetLastErrorCode();
	char what[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	err_set(err, ERR_LIBVIRT, NULL, "%s: %s", what, virGetLastErrorMessage());
	return exit_status(code);
}

virDomainPtr domain_find(virConnectPtr connection, const char *name, int *ret_status,
			 struct err *err)
{
	virDomainPtr d = virDomainLookupByName(connection, name);

	if (!d)
		*ret_status = request_failed(err, _("no domain '%s'"), name);
	return d;
}

static const struct request *find(const char *name)
{
	for (const struct request *r = requests; r->name; r++)
		if (!strcmp(r->name, name))
			return r;
	return NULL;
}

static void print_usage(void)
{
	printf("%s\n", _("usage: kvmlab-libvirt URI REQUEST [ARGUMENT...]"));
	for (const struct request *r = requests; r->name; r++)
		printf("  %-16s %-16s %s\n", r->name, r->args ? _(r->args) : "", _(r->text));
}

static int run(const struct request *r, struct request_context *c, struct err *err)
{
	_cleanup_connection_ virConnectPtr connection = NULL;
	int status;

	if (connect_start(err) < 0)
		return REQUEST_NO_CONNECTION;
	if (r->link == LINK_OWN)
		return r->run(c, err);
	connection = connect_open(c->uri, r->link == LINK_WRITE, err);
	if (!connection)
		return REQUEST_NO_CONNECTION;
	c->connection = connection;
	status = r->run(c, err);
	if (status)
		return status;
	if (fwrite(buf_str(c->out), 1, c->out->len, stdout) != c->out->len || fflush(stdout)) {
		err_set(err, ERR_IO, NULL, _("cannot print what libvirt said"));
		return REQUEST_FAILED;
	}
	return 0;
}

/* One line, whatever libvirt put into it. */
static void complain(const struct err *err)
{
	fputs("kvmlab-libvirt: ", stderr);
	for (const char *p = err->msg; *p; p++)
		fputc((unsigned char)*p < ' ' ? ' ' : *p, stderr);
	fputc('\n', stderr);
}

int main(int argc, char **argv)
{
	_cleanup_arena_ struct arena arena = { 0 };
	_cleanup_buf_ struct buf out = { 0 };
	struct request_context c = { .arena = &arena, .out = &out };
	const struct request *r = argc > 2 ? find(argv[2]) : NULL;
	struct err err = { 0 };
	int status;

	setlocale(LC_ALL, "");
	/* Its warnings, of a host name that is not resolved for one, are not ours. */
	setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", 0);
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		print_usage();
		return 0;
	}
	if (!r || argc != 3 + r->arg_count) {
		fprintf(stderr, "kvmlab-libvirt: %s\n",
			_("expected URI REQUEST [ARGUMENT...]; '--help' lists the requests"));
		return REQUEST_USAGE;
	}
	c.uri = argv[1];
	c.args = (const char *const *)argv + 3;
	status = run(r, &c, &err);
	if (status)
		complain(&err);
	return status;
}
