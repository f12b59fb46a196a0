/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request: kvmlab-libvirt's requests. Each prints what libvirt said, as XML or as key=value lines,
 * and decides nothing. kvmlab runs it as a process of its own, with a deadline, so that libvirt can
 * neither hang kvmlab nor slow its start.
 */
#pragma once

#include <libvirt/libvirt.h>

#include "runner/base/arena.h"
#include "runner/base/buf.h"
#include "runner/base/err.h"

/* The exit status, beside 0 and 64 (wrong command line). */
enum request_exit {
	REQUEST_USAGE = 64,
	REQUEST_NO_DOMAIN = 66, /* nor network, pool or volume of that name */
	REQUEST_REFUSED = 68,	/* it is not what is on record, or somebody else needs it */
	REQUEST_NO_CONNECTION = 69,
	REQUEST_FAILED = 70,
	REQUEST_NO_SUPPORT = 76, /* this libvirt or hypervisor cannot tell */
};

#define REQUEST_ARGS_MAX 3

struct request_context {
	virConnectPtr connection;
	const char *uri;
	const char *const *args; /* as many as the request wants */
	struct arena *arena;
	struct buf *out; /* printed when the request has succeeded */
};

enum request_link {
	LINK_READ, /* a read-only connection will do */
	LINK_WRITE,
	LINK_OWN, /* it opens its connections itself */
};

struct request {
	const char *name;
	const char *args; /* as help shows them; NULL: none */
	int arg_count;
	enum request_link link;
	const char *text; /* marked for translation */
	/* 0, or an exit status with err's message filled. */
	int (*run)(struct request_context *c, struct err *err);
};

/* The one table, in main.c. */
extern const struct request requests[];

int request_host(struct request_context *c, struct err *err);
int request_capabilities(struct request_context *c, struct err *err);
int request_domcapabilities(struct request_context *c, struct err *err);
int request_sysinfo(struct request_context *c, struct err *err);
int request_domains(struct request_context *c, struct err *err);
int request_domain(struct request_context *c, struct err *err);
int request_domain_xml(struct request_context *c, struct err *err);
int request_definition(struct request_context *c, struct err *err);
int request_disks(struct request_context *c, struct err *err);
int request_job(struct request_context *c, struct err *err);
int request_completed_job(struct request_context *c, struct err *err);
int request_cpu(struct request_context *c, struct err *err);
int request_cpu_compare(struct request_context *c, struct err *err);
int request_cpu_baseline(struct request_context *c, struct err *err);
int request_cpu_try(struct request_context *c, struct err *err);
int request_promises(struct request_context *c, struct err *err);
int request_networks(struct request_context *c, struct err *err);
int request_network(struct request_context *c, struct err *err);
int request_network_xml(struct request_context *c, struct err *err);
int request_leases(struct request_context *c, struct err *err);
int request_pools(struct request_context *c, struct err *err);
int request_pool(struct request_context *c, struct err *err);
int request_pool_xml(struct request_context *c, struct err *err);
int request_volumes(struct request_context *c, struct err *err);
int request_inventory(struct request_context *c, struct err *err);
int request_tag(struct request_context *c, struct err *err);
int request_overlays(struct request_context *c, struct err *err);
int request_remove_domain(struct request_context *c, struct err *err);
int request_remove_network(struct request_context *c, struct err *err);
int request_remove_pool(struct request_context *c, struct err *err);
int request_locate(struct request_context *c, struct err *err);
int request_remove_volume(struct request_context *c, struct err *err);
/* Prints as things happen and opens its connections itself; does not return while it can print. */
int request_events(struct request_context *c, struct err *err);
int request_events_again(struct request_context *c, struct err *err);

/* Puts libvirt's last words into err; the exit status that fits them. */
int request_failed(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* NULL with err and *status set when there is none of that name. */
virDomainPtr domain_find(virConnectPtr connection, const char *name, int *ret_status,
			 struct err *err);
