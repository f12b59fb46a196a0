/* SPDX-License-Identifier: Apache-2.0 */
/* wants: reads what a lab needs off its needs, its commands and its checkers. */
#include "runner/doctor/wants.h"

#include <string.h>

#include "checks/checker.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/packages.h"
#include "runner/sandbox/sandbox.h"

/* Of a lab that makes domains and does not say how much: a small image and its copies. */
#define ROOM_USUAL_MIB 1024

static const struct {
	unsigned asks, wants;
} by_checker[] = {
	{ ASKS_LIBVIRT, WANT_LIBVIRT },
	{ ASKS_GUESTFS, WANT_GUESTFS },
	{ ASKS_X86, WANT_X86 },
};

static unsigned by_checkers(const struct experiment *x)
{
	unsigned ret = 0;

	for (size_t i = 0; i < x->checks.n; i++) {
		const struct checker *c = x->checks.v[i].checker;

		for (size_t k = 0; k < ARRAY_SIZE(by_checker); k++)
			ret |= c->asks & by_checker[k].asks ? by_checker[k].wants : 0;
		ret |= strcmp(c->name, "kvm_device") ? 0 : WANT_KVM;
	}
	return ret;
}

static unsigned by_needs(const struct needs *n)
{
	unsigned ret = 0;

	ret |= n->root ? WANT_ROOT : 0;
	ret |= n->commands.n ? WANT_COMMANDS : 0;
	ret |= n->hosts.n ? WANT_HOSTS | WANT_LIBVIRT | WANT_KVM : 0;
	ret |= n->network ? WANT_NETWORK | WANT_LIBVIRT : 0;
	ret |= n->pool ? WANT_POOL | WANT_LIBVIRT : 0;
	ret |= n->disk_mib ? WANT_ROOM : 0;
	for (size_t i = 0; i < n->commands.n; i++) {
		const struct package *p = package_of(n->commands.v[i]);

		ret |= p ? p->wants : 0;
	}
	return ret;
}

/* A parameter that is kvmlab's image of a guest, unless the student names another. */
static bool is_image(const struct param *p)
{
	return p->value && !strcmp(p->value, SANDBOX_IMAGE);
}

unsigned wants_of(const struct lab *lab)
{
	unsigned ret = lab->needs ? by_needs(lab->needs) : 0;

	for (size_t i = 0; i < lab->params.n; i++)
		ret |= is_image(&lab->params.v[i]) ? WANT_IMAGE : 0;
	for (size_t i = 0; i < lab->experiments.n; i++)
		ret |= by_checkers(&lab->experiments.v[i]);
	return ret | (ret & WANT_LIBVIRT && ret & WANT_KVM ? WANT_ROOM : 0);
}

static bool has_role(const struct lab *lab, const char *role)
{
	for (size_t i = 0; lab->needs && i < lab->needs->hosts.n; i++)
		if (!strcmp(lab->needs->hosts.v[i], role))
			return true;
	return false;
}

unsigned wants_on(const struct lab *lab, const char *role)
{
	unsigned all = wants_of(lab);

	if (!strcmp(role, "local"))
		return all & WANT_HOSTS ? all & (WANT_COMMANDS | WANT_ROOT | WANT_HOSTS) : all;
	return has_role(lab, role) ? all & ~(unsigned)WANT_HOSTS : 0;
}

int64_t wants_room(const struct lab *lab)
{
	if (lab->needs && lab->needs->disk_mib)
		return lab->needs->disk_mib;
	return wants_of(lab) & WANT_ROOM ? ROOM_USUAL_MIB : 0;
}

static void add(struct buf *out, const char *text)
{
	buf_printf(out, "%s%s", out->len ? ", " : "", text);
}

void wants_print(struct buf *out, const struct lab *lab)
{
	static const struct {
		unsigned want;
		const char *text;
	} words[] = {
		{ WANT_ROOT, N_("root") },
		{ WANT_LIBVIRT, N_("libvirt") },
		{ WANT_GUESTFS, N_("libguestfs") },
	};
	_cleanup_buf_ struct buf all = { 0 };
	unsigned wants = wants_of(lab);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (wants & words[i].want)
			add(&all, _(words[i].text));
	if (wants & WANT_HOSTS) {
		_cleanup_buf_ struct buf hosts = { 0 };

		buf_printf(&hosts, _("hosts: %zu"), lab->needs->hosts.n);
		add(&all, buf_str(&hosts));
	}
	if (lab->needs && lab->needs->disk_mib) {
		_cleanup_buf_ struct buf room = { 0 };

		buf_printf(&room, _("%.1f GiB of disk"), (double)lab->needs->disk_mib / 1024);
		add(&all, buf_str(&room));
	}
	buf_puts(out, buf_str(&all));
}

const char *want_name(int i)
{
	static const char *const names[] = { "commands", "root",    "libvirt", "libguestfs",
					     "x86",	 "network", "pool",    "room",
					     "hosts",	 "kvm",	    "image" };

	return i >= 0 && (size_t)i < ARRAY_SIZE(names) ? names[i] : NULL;
}
