/* SPDX-License-Identifier: Apache-2.0 */
/* patient: what is known of a host before its areas are looked at one by one. */
#include <stdlib.h>
#include <string.h>

#include "checks/lines.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/packages.h"
#include "runner/doctor/wants.h"

/* What areas ask for beside the commands of the labs. */
static const char *const usual[] = {
	"apt-get", "sudo",     "systemctl", "libvirtd",		  "virtqemud",
	"dnsmasq", "iptables", "nft",	    "qemu-system-x86_64", "qemu-system-aarch64",
	"ssh",
};

static bool has(const struct strings *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], word))
			return true;
	return false;
}

struct strings patient_commands(const struct patient *p)
{
	struct strings ret = { 0 };
	size_t max = 0;

	for (size_t i = 0; i < p->lab_count; i++)
		max += p->labs[i]->needs ? p->labs[i]->needs->commands.n : 0;
	ret.v = arena_array(p->arena, const char *, max + ARRAY_SIZE(usual));
	for (size_t i = 0; i < p->lab_count; i++) {
		const struct lab *lab = p->labs[i];

		if (!(wants_on(lab, p->role) & WANT_COMMANDS))
			continue;
		for (size_t k = 0; k < lab->needs->commands.n; k++)
			if (!has(&ret, lab->needs->commands.v[k]))
				ret.v[ret.n++] = lab->needs->commands.v[k];
	}
	return ret;
}

unsigned patient_wants(const struct patient *p)
{
	unsigned ret = 0;

	for (size_t i = 0; i < p->lab_count; i++)
		ret |= wants_on(p->labs[i], p->role);
	return ret;
}

const char *patient_ask(struct patient *p, const char *const argv[], struct err *err)
{
	const struct evidence_item *item;
	struct line line = { 0 };

	if (collect_command(&p->collector, argv[0], argv, OPTIONAL, err) < 0)
		return NULL;
	item = &p->ev.items[p->ev.n - 1];
	if (item->error || item->end != END_EXITED || item->status ||
	    !lines_next(&item->out, &line))
		return "";
	return arena_memdup(p->arena, line.text, line.len);
}

bool patient_has(const struct patient *p, const char *command)
{
	const char *path = evidence_key(&p->known_commands, command, p->arena);

	return path && *path;
}

bool patient_has_any(const struct patient *p, const char *commands)
{
	while (*commands) {
		size_t len = strcspn(commands, ":");

		if (patient_has(p, arena_memdup(p->arena, commands, len)))
			return true;
		commands += len + (commands[len] == ':');
	}
	return false;
}

bool patient_is_in(const struct patient *p, const char *group)
{
	return has(&p->known_groups, group);
}

static int look_at_commands(struct patient *p, struct err *err)
{
	struct strings names = patient_commands(p);

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (!has(&names, usual[i]))
			names.v[names.n++] = usual[i];
	if (collect_lookup(&p->collector, "lookup", &names, err) < 0)
		return -1;
	/* Items move when more are added. */
	p->known_commands = p->ev.items[p->ev.n - 1];
	return 0;
}

static void split_groups(struct patient *p, const char *names)
{
	p->known_groups.v = arena_array(p->arena, const char *, strlen(names) + 1);
	while (*names) {
		size_t len = strcspn(names, " ");

		if (len)
			p->known_groups.v[p->known_groups.n++] = arena_memdup(p->arena, names, len);
		names += len + (names[len] == ' ');
	}
}

static int look_at_user(struct patient *p, struct err *err)
{
	static const char *const user[] = { "id", "-un", NULL }, *const uid[] = { "id", "-u",
										  NULL };
	static const char *const groups[] = { "id", "-nG", NULL };
	const char *number, *names;

	p->known_user = patient_ask(p, user, err);
	number = p->known_user ? patient_ask(p, uid, err) : NULL;
	names = number ? patient_ask(p, groups, err) : NULL;
	if (!names)
		return -1;
	p->known_root = !strcmp(number, "0");
	split_groups(p, names);
	return 0;
}

static const char *unquote(const char *value, struct arena *arena)
{
	size_t len = strlen(value);

	if (len >= 2 && (value[0] == '"' || value[0] == '\'') && value[len - 1] == value[0])
		return arena_memdup(arena, value + 1, len - 2);
	return value;
}

static int look_at_system(struct patient *p, struct err *err)
{
	static const char *const machine[] = { "uname", "-m", NULL };
	const struct evidence_item *item;
	const char *name, *like, *id;

	p->known_arch = patient_ask(p, machine, err);
	if (!p->known_arch ||
	    collect_file(&p->collector, "kernel", "/proc/sys/kernel/osrelease", OPTIONAL, err) < 0)
		return -1;
	p->known_release = arena_strdup(p->arena, p->ev.items[p->ev.n - 1].out.kept);
	if (collect_stat(&p->collector, "systemd", "/run/systemd/system", err) < 0)
		return -1;
	p->known_systemd = !p->ev.items[p->ev.n - 1].error;
	if (collect_file(&p->collector, "os", "/etc/os-release", OPTIONAL, err) < 0)
		return -1;
	item = &p->ev.items[p->ev.n - 1];
	name = evidence_key(item, "PRETTY_NAME", p->arena);
	id = evidence_key(item, "ID", p->arena);
	like = evidence_key(item, "ID_LIKE", p->arena);
	p->known_os = name ? unquote(name, p->arena) : NULL;
	p->known_debian = (id && (strstr(id, "debian") || strstr(id, "ubuntu"))) ||
			  (like && strstr(like, "debian"));
	return 0;
}

int patient_meet(struct patient *p, struct host *here, struct err *err)
{
	p->collector = (struct collector){ .host = p->host, .ev = &p->ev, .arena = p->arena };
	/* A recording answers for kvmlab's own programs, too. */
	p->collector.here = strcmp(p->host->ops->scheme, "recorded") ? here : NULL;
	if (look_at_commands(p, err) < 0 || look_at_user(p, err) < 0)
		return -1;
	return look_at_system(p, err);
}

void patient_done(struct patient *p)
{
	evidence_done(&p->ev);
}
