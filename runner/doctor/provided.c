/* SPDX-License-Identifier: Apache-2.0 */
/* provided: what kvmlab itself makes for labs: the sandbox with two hosts, the image of a guest. */
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/wants.h"
#include "runner/sandbox/sandbox.h"

/* what: marked for translation, with the names in it. */
static void mend_packages(struct symptom *f, const char *what, const struct strings *missing)
{
	_cleanup_buf_ struct buf names = { 0 };

	for (size_t i = 0; i < missing->n; i++)
		buf_printf(&names, " %s", missing->v[i]);
	symptom_lacks(f, _(what), buf_str(&names));
	symptom_mend(f, true, "sudo apt-get install --yes --no-install-recommends%s",
		     buf_str(&names));
}

/* As the labs want it; where they want it differently, as it is without options. */
static const char *up_line(const struct patient *p)
{
	_cleanup_buf_ struct buf line = { 0 };
	const struct lab *lab = NULL;
	size_t n = 0;

	for (size_t i = 0; i < p->lab_count; i++) {
		if (!(wants_on(p->labs[i], p->role) & WANT_HOSTS))
			continue;
		lab = p->labs[i];
		n++;
	}
	buf_puts(&line, "sudo kvmlab sandbox up");
	for (size_t i = 0; n == 1 && i < lab->needs->sandbox.n; i++)
		buf_printf(&line, " --%s", lab->needs->sandbox.v[i]);
	return arena_strdup(p->arena, buf_str(&line));
}

static int conclude(struct patient *p, struct symptom *f, const struct sandbox_status *status)
{
	struct err why;
	struct strings missing;

	if (status->state == SANDBOX_UP && sandbox_admits())
		return symptom_ok(f, _("the sandbox is up"));
	if (status->state == SANDBOX_UP) {
		symptom_lacks(f, _("the sandbox is up, but lets in root and whoever made it only"));
		symptom_mend(f, false, "%s", up_line(p));
		return 0;
	}
	if (status->state != SANDBOX_DOWN) {
		symptom_lacks(f, _("the sandbox does not stand: %s"), status->why);
		symptom_mend(f, false, "sudo kvmlab sandbox down");
		return 0;
	}
	if (strcmp(p->known_arch, "x86_64") != 0)
		return symptom_lacks(f,
				     _("the sandbox is made for x86_64, this is %s: name two "
				       "machines with '--host ROLE=ssh://user@machine'"),
				     p->known_arch);
	sandbox_packages(p->arena, &missing);
	if (missing.n) {
		mend_packages(f, N_("the sandbox lacks packages:%s"), &missing);
		return 0;
	}
	if (sandbox_check(&why) < 0) {
		symptom_lacks(f, "%s", why.msg);
		if (strstr(why.msg, "/dev/net/tun"))
			symptom_mend(f, true, "sudo modprobe tun");
		return 0;
	}
	symptom_ok(f, _("the sandbox is not up; it can be started"));
	return 0;
}

int examine_sandbox(struct patient *p, struct symptom *f, struct err *err)
{
	struct sandbox_status status;

	if (p->roles_given)
		return 0;
	f->looked = SANDBOX_ROOT;
	if (sandbox_status(p->arena, &status, err) < 0)
		return -1;
	conclude(p, f, &status);
	if (f->state == SYMPTOM_OK && status.state == SANDBOX_DOWN)
		symptom_mend(f, false, "%s", up_line(p));
	return 0;
}

/* Labs take it unless '--set image=PATH' names another. */
int examine_image(struct patient *p, struct symptom *f, struct err *err)
{
	struct strings missing;

	if (collect_stat(&p->collector, "image", SANDBOX_IMAGE, err) < 0)
		return -1;
	if (!p->ev.items[p->ev.n - 1].error)
		return symptom_ok(f, _("%s is there"), SANDBOX_IMAGE);
	sandbox_image_packages(p->arena, &missing);
	if (p->is_here && missing.n) {
		mend_packages(
			f, N_("there is no guest image, and to build it packages are missing:%s"),
			&missing);
		return 0;
	}
	symptom_lacks(f,
		      _("there is no guest image yet; '--set image=PATH' takes one of your own"));
	symptom_mend(f, false, "sudo kvmlab sandbox image");
	return 0;
}
