/* SPDX-License-Identifier: Apache-2.0 */
/* connect: the event loop's thread and connections with keepalive. */
#include "runner/libvirt/connect.h"

#include <errno.h>
#include <pthread.h>

#include <libvirt/virterror.h>

#include "runner/base/i18n.h"

/* Dead after 5 s, three times unanswered. */
#define KEEPALIVE_S	5
#define KEEPALIVE_COUNT 3

static void *loop(void *data)
{
	(void)data;
	while (virEventRunDefaultImpl() == 0)
		;
	return NULL;
}

/* libvirt prints every error on stderr unless somebody takes it. */
static void ignore(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

int connect_start(struct err *err)
{
	pthread_t thread;
	int errnum;

	virSetErrorFunc(NULL, ignore);
	if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0)
		return err_set(err, ERR_LIBVIRT, NULL, _("libvirt cannot be started"));
	errnum = pthread_create(&thread, NULL, loop, NULL);
	if (errnum)
		return err_errno(err, ERR_LIBVIRT, errnum, _("cannot start a thread"));
	pthread_detach(thread);
	return 0;
}

virConnectPtr connect_open(const char *uri, bool writes, struct err *err)
{
	virConnectPtr c = writes ? virConnectOpen(uri) : virConnectOpenReadOnly(uri);

	if (!c) {
		err_set(err, ERR_LIBVIRT, NULL, _("cannot connect to '%s': %s"), uri,
			virGetLastErrorMessage());
		return NULL;
	}
	/* 1 where it makes no sense (test:///default); never a reason to give up. */
	virConnectSetKeepAlive(c, KEEPALIVE_S, KEEPALIVE_COUNT);
	return c;
}
