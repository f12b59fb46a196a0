/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor: what the hosts of labs lack, and the one line that mends it.
 *
 * To add an area: write its function beside its like in runner/doctor/ and add one line to the
 * table in areas.c. It looks through the collector only, as a checker does, and says what it found
 * with the functions below; that it could not look is its error.
 */
#pragma once

#include <signal.h>

#include "checks/collector.h"
#include "runner/base/err.h"
#include "runner/model/lab.h"

enum symptom_state {
	SYMPTOM_NONE, /* there is nothing to say on this host */
	SYMPTOM_OK,
	SYMPTOM_NOTE, /* labs work all the same, but differently */
	SYMPTOM_LACKS,
	SYMPTOM_BROKEN, /* it could not be looked at */
	SYMPTOM_STATE_COUNT,
};

/* 'OK', 'NOTE', 'LACKS', 'BROKEN' */
const char *symptom_state_name(enum symptom_state state);

struct area;
struct patient;

struct symptom {
	const struct area *area;
	const struct patient *patient;
	enum symptom_state state;
	const char *looked; /* what was looked at */
	const char *found;  /* one sentence */
	/* One line that mends it, as root's parts with 'sudo '; NULL: nobody can say one. */
	const char *mend;
	bool can_fix;	     /* it changes nothing that is anybody's: --fix may do it */
	struct strings labs; /* ids of the labs that it matters for */
};

struct area {
	const char *id;	   /* 'packages' */
	const char *title; /* marked for translation */
	const char *why;   /* why it matters; marked for translation */
	unsigned wants;	   /* for labs with any of these (enum want); 0: for all */
	bool is_here_only; /* of the machine that kvmlab runs on */
	int (*examine)(struct patient *p, struct symptom *f, struct err *err);
};

/* In the order in which they are mended, ended by a NULL id. */
extern const struct area areas[];

/* A host that is looked at. What begins with 'known' is filled by patient_meet. */
struct patient {
	const char *role, *uri;
	struct host *host; /* NULL: it cannot be had, see why */
	const char *why;
	bool is_broken; /* it can be had, but not looked at */
	bool is_here, is_sandbox;
	const struct lab *const *labs; /* all that are asked for */
	size_t lab_count;
	bool roles_given; /* their hosts beside local were named, none of them 'sandbox' */

	struct arena *arena;
	struct evidence ev;
	struct collector collector;

	const char *known_user, *known_arch, *known_os, *known_release;
	struct strings known_groups; /* of this login */
	bool known_root, known_systemd, known_debian;
	struct evidence_item known_commands; /* as collect_lookup says */
};

/*
 * Looks at what most areas ask. here: this machine, where kvmlab's own programs run. -1 when the
 * host cannot be looked at.
 */
int patient_meet(struct patient *p, struct host *here, struct err *err);
void patient_done(struct patient *p);
bool patient_has(const struct patient *p, const char *command);
/* Of 'a:b' any. */
bool patient_has_any(const struct patient *p, const char *commands);
/* First line of what a command printed, "" when it printed nothing or failed; NULL with err. */
const char *patient_ask(struct patient *p, const char *const argv[], struct err *err);
bool patient_is_in(const struct patient *p, const char *group);
/* What all its labs want of it together (enum want). */
unsigned patient_wants(const struct patient *p);
/* All the commands that its labs need, each once. */
struct strings patient_commands(const struct patient *p);

/* All of them return 0, for 'return symptom_ok(...)'. */
int symptom_ok(struct symptom *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int symptom_note(struct symptom *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int symptom_lacks(struct symptom *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The line that mends it. */
void symptom_mend(struct symptom *f, bool can_fix, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Looks at one area; one of SYMPTOM_NONE when no lab of this host asks for it. */
void area_examine(const struct area *area, struct patient *p, struct symptom *ret);
/* The line as a person at this terminal types it: without sudo for root, over ssh for others. */
const char *symptom_typed(const struct symptom *f);
bool symptom_needs_root(const struct symptom *f);

struct fixing {
	process_output_fn *output;
	void *data;
	const volatile sig_atomic_t *cancel;
};

/* Does it there. *ret_why is what the line said when it failed, else NULL. -1: it could not be run.
 */
int symptom_fix(const struct symptom *f, const struct fixing *how, const char **ret_why,
		struct err *err);

/* The areas, one function each. */
int examine_host(struct patient *p, struct symptom *f, struct err *err);
int examine_system(struct patient *p, struct symptom *f, struct err *err);
int examine_wsl(struct patient *p, struct symptom *f, struct err *err);
int examine_processor(struct patient *p, struct symptom *f, struct err *err);
int examine_locale(struct patient *p, struct symptom *f, struct err *err);
int examine_sudo(struct patient *p, struct symptom *f, struct err *err);
int examine_packages(struct patient *p, struct symptom *f, struct err *err);
int examine_groups(struct patient *p, struct symptom *f, struct err *err);
int examine_libvirt(struct patient *p, struct symptom *f, struct err *err);
int examine_network(struct patient *p, struct symptom *f, struct err *err);
int examine_pool(struct patient *p, struct symptom *f, struct err *err);
int examine_room(struct patient *p, struct symptom *f, struct err *err);
int examine_kvm(struct patient *p, struct symptom *f, struct err *err);
int examine_nested(struct patient *p, struct symptom *f, struct err *err);
int examine_guestfs(struct patient *p, struct symptom *f, struct err *err);
int examine_apparmor(struct patient *p, struct symptom *f, struct err *err);
int examine_image(struct patient *p, struct symptom *f, struct err *err);
int examine_sandbox(struct patient *p, struct symptom *f, struct err *err);
