/* SPDX-License-Identifier: Apache-2.0 */
/* services: libvirt answers, its network and its storage pool are there. */
#include <string.h>

#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/wants.h"

#define DEFAULT_XML "/usr/share/libvirt/networks/default.xml"

#define SYSTEM_LINE "sudo apt-get install --yes libvirt-daemon-system libvirt-clients"

static void mend_daemon(struct patient *p, struct symptom *f)
{
	/* What kvmlab starts ends with it, unless systemd starts it. */
	if (!p->known_systemd)
		symptom_mend(f, false, "sudo virtlogd -d && sudo %s -d",
			     patient_has(p, "libvirtd") ? "libvirtd" : "virtqemud");
	else if (patient_has(p, "libvirtd"))
		symptom_mend(f, true, "sudo systemctl enable --now libvirtd");
	else
		symptom_mend(f, true,
			     "sudo systemctl enable --now virtqemud.socket virtnetworkd.socket "
			     "virtstoraged.socket virtlogd.socket");
}

/* The daemon alone is what a sandbox needs; its user, groups and services are another package's. */
static int mend_system(struct patient *p, struct symptom *f, struct err *err)
{
	static const char *const argv[] = { "getent", "passwd", "libvirt-qemu", NULL };
	const char *user = patient_ask(p, argv, err);

	if (!user)
		return -1;
	if (*user || !p->known_debian || !patient_has(p, "apt-get"))
		mend_daemon(p, f);
	else
		symptom_mend(f, true, SYSTEM_LINE);
	return 0;
}

/* What kvmlab-libvirt said, without its name before it. */
static const char *without_name(const char *said)
{
	static const char name[] = "kvmlab-libvirt: ";

	return strncmp(said, name, strlen(name)) ? said : said + strlen(name);
}

/* A lab on one host may run in the sandbox instead. */
static const char *or_sandbox(const struct patient *p)
{
	return p->is_here ? _("; in the sandbox ('--host local=sandbox') labs need no libvirt of "
			      "this machine's own")
			  : "";
}

int examine_libvirt(struct patient *p, struct symptom *f, struct err *err)
{
	const struct evidence_item *host;
	struct err why;

	if (collect_libvirt_host(&p->collector, "host", NULL, "host", &why) == 0) {
		host = evidence_find(&p->ev, "host");
		return symptom_ok(f, _("libvirt %s with QEMU %s answers"),
				  evidence_key(host, "libvirt_version", p->arena),
				  evidence_key(host, "hypervisor_version", p->arena));
	}
	if (!patient_has_any(p, "libvirtd:virtqemud")) {
		f->looked = "PATH: libvirtd, virtqemud";
		symptom_lacks(f, _("libvirt is not installed%s"), or_sandbox(p));
		if (patient_has(p, "apt-get"))
			symptom_mend(f, true, SYSTEM_LINE);
		return 0;
	}
	symptom_lacks(f, _("libvirt is installed and does not answer: %s%s"), without_name(why.msg),
		      or_sandbox(p));
	return why.kind == ERR_LIBVIRT ? mend_system(p, f, err) : 0;
}

/* When libvirt is not there, that is said once, by its own area. */
static bool has_answered(struct patient *p)
{
	const struct evidence_item *host = evidence_find(&p->ev, "host");
	struct err ignored;

	if (!host) {
		collect_libvirt_host(&p->collector, "host", NULL, "host", &ignored);
		host = evidence_find(&p->ev, "host");
	}
	return libvirt_answered(host);
}

/* The network or pool that labs need; libvirt's own default where none says which. */
static const char *wanted(const struct patient *p, unsigned want, bool *ret_must)
{
	const char *name = NULL;

	for (size_t i = 0; i < p->lab_count; i++) {
		const struct lab *lab = p->labs[i];

		if (!(wants_on(lab, p->role) & want))
			continue;
		name = want == WANT_NETWORK ? lab->needs->network : lab->needs->pool;
		if (!strcmp(name, "default"))
			break;
	}
	*ret_must = name;
	return name ? name : "default";
}

struct thing {
	const char *name;
	bool must, exists, is_active, starts;
};

/* 0, or -1; *ret_seen is false where nobody needs to know, or libvirt is not there to be asked. */
static int look(struct patient *p, const char *request, struct thing *t, bool *ret_seen,
		struct err *err)
{
	const struct evidence_item *item;

	/* Labs on several hosts bring what they use, or say what they need. */
	*ret_seen = (t->must || !strcmp(p->role, "local")) && has_answered(p);
	if (!*ret_seen)
		return 0;
	if (collect_libvirt_domain(&p->collector, NULL, request, t->name, err) < 0)
		return -1;
	item = &p->ev.items[p->ev.n - 1];
	if (!libvirt_answered(item) && !libvirt_has_none(item))
		return err_set(err, ERR_LIBVIRT, NULL, _("this libvirt cannot tell of '%s'"),
			       t->name);
	t->exists = libvirt_answered(item);
	t->is_active = libvirt_says_yes(item, "active", p->arena);
	t->starts = libvirt_says_yes(item, "autostart", p->arena);
	return 0;
}

static int conclude(struct symptom *f, const struct thing *t, const char *what)
{
	if (t->is_active && t->starts)
		return symptom_ok(f, _("%s '%s' is active and starts with libvirt"), what, t->name);
	if (t->is_active)
		return symptom_note(f, _("%s '%s' is active, and gone after the next boot"), what,
				    t->name);
	if (!t->must)
		return symptom_note(f,
				    t->exists ? _("%s '%s' is not active; no lab insists on it")
					      : _("there is no %s '%s'; no lab insists on it"),
				    what, t->name);
	return symptom_lacks(f, t->exists ? _("%s '%s' is not active") : _("there is no %s '%s'"),
			     what, t->name);
}

/* As the package libvirt-daemon-config-network has it, where that is not installed. */
static const char default_xml[] =
	"<network><name>default</name><forward mode=\"nat\"/><bridge name=\"virbr0\"/>"
	"<ip address=\"192.168.122.1\" netmask=\"255.255.255.0\"><dhcp>"
	"<range start=\"192.168.122.2\" end=\"192.168.122.254\"/></dhcp></ip></network>";

static int mend_network(struct patient *p, struct symptom *f, const struct thing *t,
			struct err *err)
{
	static const char start[] =
		"sudo virsh net-start default && sudo virsh net-autostart default";

	if (t->is_active && t->starts)
		return 0;
	if (t->is_active)
		symptom_mend(f, true, "sudo virsh net-autostart %s", t->name);
	else if (t->exists)
		symptom_mend(f, true, "sudo virsh net-start %s && sudo virsh net-autostart %s",
			     t->name, t->name);
	if (t->exists || strcmp(t->name, "default"))
		return 0;
	if (collect_stat(&p->collector, "default.xml", DEFAULT_XML, err) < 0)
		return -1;
	if (p->ev.items[p->ev.n - 1].error)
		symptom_mend(f, true, "echo '%s' | sudo virsh net-define /dev/stdin && %s",
			     default_xml, start);
	else
		symptom_mend(
			f, true,
			"sudo virsh net-define " DEFAULT_XML
			" && sudo virsh net-start default && sudo virsh net-autostart default");
	return 0;
}

int examine_network(struct patient *p, struct symptom *f, struct err *err)
{
	struct thing t = { 0 };
	bool seen;

	t.name = wanted(p, WANT_NETWORK, &t.must);
	if (look(p, "network", &t, &seen, err) < 0)
		return -1;
	if (!seen)
		return 0;
	conclude(f, &t, _("network"));
	return mend_network(p, f, &t, err);
}

static void mend_pool(struct symptom *f, const struct thing *t)
{
	if (t->is_active && t->starts)
		return;
	if (t->is_active)
		symptom_mend(f, true, "sudo virsh pool-autostart %s", t->name);
	else if (t->exists)
		symptom_mend(f, true,
			     "sudo virsh pool-build %s && sudo virsh pool-start %s && sudo virsh "
			     "pool-autostart %s",
			     t->name, t->name, t->name);
	else if (!strcmp(t->name, "default"))
		symptom_mend(f, true,
			     "sudo virsh pool-define-as default dir --target "
			     "/var/lib/libvirt/images && sudo virsh pool-build default && sudo "
			     "virsh pool-start default && sudo virsh pool-autostart default");
}

int examine_pool(struct patient *p, struct symptom *f, struct err *err)
{
	struct thing t = { 0 };
	bool seen;

	t.name = wanted(p, WANT_POOL, &t.must);
	if (look(p, "pool", &t, &seen, err) < 0)
		return -1;
	if (!seen)
		return 0;
	conclude(f, &t, _("storage pool"));
	mend_pool(f, &t);
	return 0;
}
