/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events: lines 'MILLISECONDS EVENT DETAIL UUID NAME' as they happen, until SIGTERM. Beside
 * libvirt's own events there are 'connected - - URI', 'disconnected WHY - URI' and, after each
 * connection, 'found STATE UUID NAME' for each domain, because what happened while nobody was
 * connected had no event. events-again begins with 'disconnected cut-off - URI'.
 */
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libvirt/virterror.h>

#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/base/i18n.h"
#include "runner/libvirt/connect.h"
#include "runner/libvirt/names.h"
#include "runner/libvirt/request.h"

static const struct timespec pause_between = { 0, 250000000 };

/* A daemon that does not answer must not keep us from ending. */
#define LAST_WORDS_S 1

struct watch {
	const char *uri;
	const char *why; /* of a lost connection */
};

/* What a signal needs; it has no other way to get at it. */
static struct {
	sem_t over; /* the connection, or all */
	volatile sig_atomic_t listening, told_to_end;
} ending;

/* The events that are on their way are waited for, but once and not long. */
static void end(int signal)
{
	(void)signal;
	if (!ending.listening || ending.told_to_end)
		_exit(0);
	ending.told_to_end = 1;
	alarm(LAST_WORDS_S);
	sem_post(&ending.over);
}

/* One write for each line, so that none is cut when we are ended. Who reads may have gone. */
static void say(const char *event, const char *detail, const char *uuid, const char *name)
{
	_cleanup_buf_ struct buf line = { 0 };

	buf_printf(&line, "%lld %s %s %s %s\n", (long long)clock_unix_ms(), event, detail, uuid,
		   name);
	while (write(STDOUT_FILENO, line.data, line.len) < 0)
		if (errno != EINTR)
			_exit(REQUEST_FAILED);
}

static int on_event(virConnectPtr connection, virDomainPtr d, int event, int detail, void *data)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "-";

	(void)connection;
	(void)data;
	virDomainGetUUIDString(d, uuid);
	say(name_of_event(event), name_of_detail(event, detail), uuid, virDomainGetName(d));
	return 0;
}

static void on_close(virConnectPtr connection, int reason, void *data)
{
	static const char *const names[] = { "error", "eof", "keepalive", "client" };
	struct watch *w = data;

	(void)connection;
	w->why = reason >= 0 && reason < 4 ? names[reason] : "unknown";
	sem_post(&ending.over);
}

static void on_turn(int timer, void *data)
{
	virEventRemoveTimeout(timer);
	sem_post(data);
}

/*
 * Whatever happened before this call has been said after it: the daemon's answer comes behind its
 * events, and the event loop's next turn behind their callbacks.
 */
static void hear_the_rest(virConnectPtr connection)
{
	unsigned long version;
	sem_t turned;

	sem_init(&turned, 0, 0);
	if (virConnectGetLibVersion(connection, &version) < 0 ||
	    virEventAddTimeout(0, on_turn, &turned, NULL) < 0)
		return;
	while (sem_wait(&turned) < 0)
		;
}

static void say_found(virConnectPtr connection)
{
	virDomainPtr *list = NULL;
	int n = virConnectListAllDomains(connection, &list, 0);

	for (int i = 0; i < n; i++) {
		char uuid[VIR_UUID_STRING_BUFLEN] = "-";
		int state = -1, reason = 0;

		virDomainGetState(list[i], &state, &reason, 0);
		virDomainGetUUIDString(list[i], uuid);
		say("found", name_of_state(state), uuid, virDomainGetName(list[i]));
		virDomainFree(list[i]);
	}
	free(list);
}

/* Says events until the connection is lost; -1 when it could not even be listened to. */
static int listen_on(struct watch *w, virConnectPtr connection, struct err *err)
{
	int id;

	if (virConnectRegisterCloseCallback(connection, on_close, w, NULL) < 0) {
		request_failed(err, _("cannot watch '%s'"), w->uri);
		return -1;
	}
	id = virConnectDomainEventRegisterAny(connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
					      VIR_DOMAIN_EVENT_CALLBACK(on_event), NULL, NULL);
	if (id < 0) {
		request_failed(err, _("cannot watch '%s'"), w->uri);
		virConnectUnregisterCloseCallback(connection, on_close);
		return -1;
	}
	ending.listening = 1;
	say("connected", "-", "-", w->uri);
	say_found(connection);
	while (sem_wait(&ending.over) < 0)
		;
	if (ending.told_to_end) {
		hear_the_rest(connection);
		_exit(0);
	}
	ending.listening = 0;
	say("disconnected", w->why, "-", w->uri);
	virConnectDomainEventDeregisterAny(connection, id);
	virConnectUnregisterCloseCallback(connection, on_close);
	return 0;
}

/* A daemon that is being started again is not there for a moment. */
static virConnectPtr reopen(const char *uri)
{
	virConnectPtr connection;
	struct err err;

	while (!(connection = connect_open(uri, false, &err)))
		nanosleep(&pause_between, NULL);
	return connection;
}

/* Who listened before has been cut off: what happened meanwhile nobody can tell. */
int request_events_again(struct request_context *c, struct err *err)
{
	say("disconnected", "cut-off", "-", c->uri);
	return request_events(c, err);
}

int request_events(struct request_context *c, struct err *err)
{
	const struct sigaction on_end = { .sa_handler = end };
	struct watch w = { .uri = c->uri };
	virConnectPtr connection;

	sigaction(SIGTERM, &on_end, NULL);
	sigaction(SIGINT, &on_end, NULL);
	sigaction(SIGHUP, &on_end, NULL);
	sigaction(SIGALRM, &on_end, NULL);
	sem_init(&ending.over, 0, 0);
	connection = connect_open(c->uri, false, err);
	if (!connection)
		return REQUEST_NO_CONNECTION;
	if (listen_on(&w, connection, err) < 0) {
		virConnectClose(connection);
		return REQUEST_FAILED;
	}
	for (;;) {
		virConnectClose(connection);
		connection = reopen(c->uri);
		/* The daemon may go again at once: then the next one is waited for. */
		if (listen_on(&w, connection, err) < 0)
			nanosleep(&pause_between, NULL);
	}
}
