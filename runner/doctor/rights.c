/* SPDX-License-Identifier: Apache-2.0 */
/* rights: becoming root, and the groups that need not be root. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/wants.h"

/* sudo is there and did not do it silently. */
static void say_asked(const struct patient *p, struct symptom *f)
{
	bool is_sudoer = patient_is_in(p, "sudo") || patient_is_in(p, "admin");

	if (!is_sudoer) {
		symptom_lacks(f, _("user '%s' may not use sudo"), p->known_user);
		symptom_mend(f, false, "su -c 'usermod -aG sudo %s'", p->known_user);
	} else if (p->is_here) {
		symptom_note(f,
			     _("sudo asks for your password; kvmlab lets it ask before the steps"));
		symptom_mend(f, false, "sudo -v");
	} else {
		symptom_lacks(f,
			      _("sudo asks user '%s' for a password, and nobody is there to "
				"type it"),
			      p->known_user);
		symptom_mend(f, false,
			     "echo '%s ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/kvmlab",
			     p->known_user);
	}
}

int examine_sudo(struct patient *p, struct symptom *f, struct err *err)
{
	static const char *const argv[] = { "sudo", "-n", "true", NULL };
	const struct evidence_item *item;

	if (p->known_root) {
		f->looked = "id -u";
		return symptom_ok(f, _("you are root"));
	}
	if (!patient_has(p, "sudo")) {
		f->looked = "PATH: sudo";
		symptom_lacks(f, _("you are '%s', and there is no sudo"), p->known_user);
		symptom_mend(f, false, "su -c 'apt-get install --yes sudo && usermod -aG sudo %s'",
			     p->known_user);
		return 0;
	}
	if (collect_command(&p->collector, "sudo", argv, OPTIONAL, err) < 0)
		return -1;
	item = &p->ev.items[p->ev.n - 1];
	if (item->end == END_EXITED && !item->status)
		return symptom_ok(f, _("sudo works without asking"));
	say_asked(p, f);
	return 0;
}

/* Whether /etc/group says so already: then only a new login is missing. */
static int is_listed(struct patient *p, const char *group, bool *ret_exists, bool *ret,
		     struct err *err)
{
	const char *const argv[] = { "getent", "group", group, NULL };
	const char *entry = patient_ask(p, argv, err);
	const char *members = entry ? strrchr(entry, ':') : NULL;
	size_t len = strlen(p->known_user);

	if (!entry)
		return -1;
	*ret_exists = *entry;
	*ret = false;
	for (const char *at = members; at && *at; at += strcspn(at, ",")) {
		at++;
		*ret |= !strncmp(at, p->known_user, len) && (!at[len] || at[len] == ',');
	}
	return 0;
}

struct membership {
	struct buf missing, again, own; /* names, ',' between them */
};

static void membership_done(struct membership *m)
{
	buf_done(&m->missing);
	buf_done(&m->again);
	buf_done(&m->own);
}

static void add(struct buf *b, const char *name)
{
	buf_printf(b, "%s%s", b->len ? "," : "", name);
}

static int look_at_group(struct patient *p, const char *group, struct membership *m,
			 struct err *err)
{
	bool exists, is_member;

	if (patient_is_in(p, group)) {
		add(&m->own, group);
		return 0;
	}
	if (is_listed(p, group, &exists, &is_member, err) < 0)
		return -1;
	/* The package that makes the group is not there: that is said elsewhere. */
	if (exists)
		add(is_member ? &m->again : &m->missing, group);
	return 0;
}

static int conclude(struct patient *p, struct symptom *f, const struct membership *m)
{
	if (m->missing.len) {
		symptom_lacks(f, _("user '%s' is not in: %s; it counts from the next login on"),
			      p->known_user, buf_str(&m->missing));
		symptom_mend(f, true, "sudo usermod -aG %s %s", buf_str(&m->missing),
			     p->known_user);
	} else if (m->again.len) {
		symptom_lacks(f,
			      _("user '%s' was put into %s, which counts from the next login on: "
				"log out and in, or type the line"),
			      p->known_user, buf_str(&m->again));
		symptom_mend(f, false, "exec su - %s", p->known_user);
	} else {
		symptom_ok(f, _("user '%s' is in: %s"), p->known_user,
			   m->own.len ? buf_str(&m->own) : _("none that is needed"));
	}
	return 0;
}

int examine_groups(struct patient *p, struct symptom *f, struct err *err)
{
	static const char *const groups[] = { "libvirt", "kvm" };
	__attribute__((cleanup(membership_done))) struct membership m = { 0 };

	if (p->known_root) {
		f->looked = "id -u";
		return symptom_ok(f, _("root needs no group"));
	}
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (look_at_group(p, groups[i], &m, err) < 0)
			return -1;
	f->looked = "id -nG; /etc/group";
	return conclude(p, f, &m);
}
