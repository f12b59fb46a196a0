/* SPDX-License-Identifier: Apache-2.0 */
/* ssh_fixture: a real sshd with keys of its own on a port of 127.0.0.1, and hosts opened on it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runner/host/group.h"
#include "runner/host/host.h"

/* The names of the server's ssh_config: one that works, and ways in which it does not. */
#define SSH_GOOD     "good"
#define SSH_WRONGKEY "wrongkey" /* known_hosts has another host's key */
#define SSH_UNKNOWN  "unknown"	/* known_hosts is empty and the user says: do not check */
#define SSH_NEWCOMER "newcomer" /* known_hosts is empty and the user says: accept-new */
#define SSH_CHANGED  "changed"	/* known_hosts has another host's key; accept-new */
#define SSH_STRANGER "stranger" /* logs in with a key that is not authorized */
#define SSH_CLOSED   "closed"	/* nobody listens on that port */
#define SSH_NAMELESS "nameless" /* a name that does not exist */
#define SSH_GREETER  "greeter"	/* a login shell that prints a greeting */

struct ssh_server {
	char directory[64]; /* holds keys, configurations and whatever a test makes */
	char config[96];    /* its ssh_config */
	pid_t pid;
	int port;
};

/* Group set-up and tear-down: one server for all tests; *state is NULL where there is no sshd. */
int ssh_server_start(void **state);
int ssh_server_stop(void **state);
const struct ssh_server *ssh_server(void);

/* What one test has. */
struct ssh_place {
	struct process_group *g;
	struct host *host;
	struct arena arena;
	struct err err;
	struct evidence_item item;
	struct process_spec spec;
	char mark[64]; /* 'test_mark=...', in the environment of all that it runs */
	const char *env[8];
};

/* Opens SSH_GOOD; the test is skipped where there is no sshd. */
int ssh_place_open(void **state);
int ssh_place_close(void **state);

/* host_open of a name in the server's ssh_config. */
int ssh_open_named(struct ssh_place *p, const char *name, struct host **ret);
/* Runs 'sh -e -u -c text' on the host. */
int ssh_place_sh(struct ssh_place *p, const char *text);
/* How many processes carry the mark. */
size_t ssh_place_count(const struct ssh_place *p);
/* Whether that number becomes n within a few seconds. */
bool ssh_place_becomes(const struct ssh_place *p, size_t n);
/* For controls: 'ssh good text' with the mark, without the engine; the process number of ssh. */
pid_t ssh_plain(const struct ssh_place *p, const char *name, const char *text);
/* SIGKILL to all that carry the mark. */
void ssh_place_sweep(const struct ssh_place *p);

#define SSH_TEST(f) cmocka_unit_test_setup_teardown(f, ssh_place_open, ssh_place_close)

#define NEED_SSHD                                                                                  \
	do {                                                                                       \
		if (!ssh_server()->pid)                                                            \
			skip();                                                                    \
	} while (0)

static inline void assert_run(struct ssh_place *p, const char *text)
{
	if (ssh_place_sh(p, text) < 0)
		fail_msg("%s", p->err.msg);
}

static inline void assert_end(struct ssh_place *p, const char *text, enum evidence_end end,
			      int status)
{
	assert_run(p, text);
	assert_int_equal(p->item.end, end);
	assert_int_equal(p->item.status, status);
}
