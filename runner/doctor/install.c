/* SPDX-License-Identifier: Apache-2.0 */
/* install: which packages the labs of a host need and it lacks, in one line. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/packages.h"
#include "runner/doctor/wants.h"
#include "runner/sandbox/sandbox.h"

/* What libvirt itself is made of; any of the commands proves it. */
static const struct {
	unsigned wants;
	const char *commands, *packages, *arch; /* arch NULL: any */
} services[] = {
	{ WANT_LIBVIRT, "libvirtd:virtqemud", "libvirt-daemon-system", NULL },
	{ WANT_LIBVIRT | WANT_KVM, "qemu-system-x86_64", "qemu-system-x86", "x86_64" },
	{ WANT_LIBVIRT | WANT_KVM, "qemu-system-aarch64", "qemu-system-arm", "aarch64" },
	{ WANT_NETWORK, "dnsmasq", "dnsmasq-base", NULL },
	{ WANT_NETWORK, "iptables:nft", "iptables", NULL },
	{ WANT_HOSTS, "ssh", "openssh-client", NULL },
};

struct shopping {
	struct patient *patient;
	struct strings packages; /* 'a:b' too */
	struct buf missing, unknown;
};

static void shopping_done(struct shopping *s)
{
	buf_done(&s->missing);
	buf_done(&s->unknown);
}

/* Whether it is new on the list. */
static bool want_package(struct shopping *s, const char *name)
{
	for (size_t i = 0; i < s->packages.n; i++)
		if (!strcmp(s->packages.v[i], name))
			return false;
	s->packages.v[s->packages.n++] = name;
	return true;
}

static void add(struct buf *b, const char *name)
{
	buf_printf(b, "%s%s", b->len ? ", " : "", name);
}

static void want_command(struct shopping *s, const char *name)
{
	const struct package *p = package_of(name);

	if (patient_has(s->patient, name))
		return;
	add(p ? &s->missing : &s->unknown, name);
	if (p)
		want_package(s, p->packages);
}

static void want_services(struct shopping *s)
{
	unsigned wants = patient_wants(s->patient);

	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		if (!(wants & services[i].wants) ||
		    (services[i].arch && strcmp(services[i].arch, s->patient->known_arch)) ||
		    patient_has_any(s->patient, services[i].commands))
			continue;
		add(&s->missing, arena_memdup(s->patient->arena, services[i].commands,
					      strcspn(services[i].commands, ":")));
		want_package(s, services[i].packages);
	}
}

static void want_packages(struct shopping *s, void (*list)(struct arena *, struct strings *))
{
	struct strings names;

	list(s->patient->arena, &names);
	for (size_t i = 0; i < names.n; i++)
		if (want_package(s, names.v[i]))
			add(&s->missing, names.v[i]);
}

static bool lacks_image(struct patient *p)
{
	struct err ignored;

	return collect_stat(&p->collector, "image", SANDBOX_IMAGE, &ignored) == 0 &&
	       p->ev.items[p->ev.n - 1].error;
}

/* What kvmlab makes stands on packages of this machine. */
static void want_provided(struct shopping *s)
{
	unsigned wants = patient_wants(s->patient);

	if (!s->patient->is_here)
		return;
	if (wants & WANT_HOSTS && !s->patient->roles_given)
		want_packages(s, sandbox_packages);
	if (wants & WANT_IMAGE && lacks_image(s->patient))
		want_packages(s, sandbox_image_packages);
}

/* Whether apt knows the package; when it cannot be asked, it may. */
static bool is_known(struct patient *p, const char *name)
{
	const char *const argv[] = { "apt-cache", "show", "--no-all-versions", name, NULL };
	const struct evidence_item *item;
	struct err err;

	if (collect_command(&p->collector, "apt-cache", argv, OPTIONAL, &err) < 0)
		return true;
	item = &p->ev.items[p->ev.n - 1];
	return item->error || item->end != END_EXITED || !item->status;
}

/* Of 'a:b' the first that this distribution has. */
static const char *choose(struct patient *p, const char *names)
{
	while (strchr(names, ':')) {
		const char *name = arena_memdup(p->arena, names, strcspn(names, ":"));

		if (is_known(p, name))
			return name;
		names += strlen(name) + 1;
	}
	return names;
}

static void mend(struct shopping *s, struct symptom *f)
{
	struct patient *p = s->patient;
	_cleanup_buf_ struct buf names = { 0 };

	for (size_t i = 0; i < s->packages.n; i++)
		buf_printf(&names, " %s", choose(p, s->packages.v[i]));
	if (names.len && patient_has(p, "apt-get"))
		symptom_mend(f, true, "sudo apt-get install --yes%s", buf_str(&names));
	else if (s->unknown.len && patient_has(p, "apt-get"))
		symptom_mend(f, false, "apt-cache search '%.*s'",
			     (int)strcspn(buf_str(&s->unknown), ","), buf_str(&s->unknown));
}

#define PACKAGES_MAX 128

int examine_packages(struct patient *p, struct symptom *f, struct err *err)
{
	__attribute__((cleanup(shopping_done))) struct shopping s = {
		.patient = p, .packages = { arena_array(p->arena, const char *, PACKAGES_MAX), 0 }
	};
	struct strings commands = patient_commands(p);

	(void)err;
	for (size_t i = 0; i < commands.n; i++)
		want_command(&s, commands.v[i]);
	want_services(&s);
	want_provided(&s);
	mend(&s, f);
	f->looked = "PATH";
	if (s.unknown.len)
		return symptom_lacks(
			f, _("not installed: %s%s%s (which package has it is not known)"),
			buf_str(&s.missing), s.missing.len ? ", " : "", buf_str(&s.unknown));
	if (s.missing.len)
		return symptom_lacks(f, _("not installed: %s"), buf_str(&s.missing));
	return symptom_ok(f, _("every command and service that the labs need is installed"));
}
