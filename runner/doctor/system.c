/* SPDX-License-Identifier: Apache-2.0 */
/* system: the distribution, WSL, the processor's architecture, the locale. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/wants.h"
#include "runner/host/ssh_uri.h"

/* What a person types to see for themselves, or to be let in. */
static void mend_login(struct patient *p, struct symptom *f)
{
	bool is_refused = strstr(p->why, "Permission denied");
	struct ssh_uri uri;

	if (p->is_sandbox) {
		symptom_mend(f, false, "sudo kvmlab sandbox up");
		return;
	}
	if (ssh_uri_parse(p->uri, p->arena, &uri, NULL) < 0)
		return;
	symptom_mend(f, false, "%s%s%s %s%s%s", is_refused ? "ssh-copy-id" : "ssh",
		     uri.port ? " -p " : "", uri.port ? uri.port : "", uri.user ? uri.user : "",
		     uri.user ? "@" : "", uri.host);
}

int examine_host(struct patient *p, struct symptom *f, struct err *err)
{
	if (p->is_here && p->host)
		return 0;
	f->looked = p->uri;
	if (p->is_broken)
		return err_set(err, ERR_ENV, NULL, "%s", p->why);
	if (p->host)
		return symptom_ok(f, _("host '%s' answers"), p->role);
	symptom_lacks(f, "%s", p->why);
	mend_login(p, f);
	return 0;
}

static bool is_tried(const char *os)
{
	static const char *const tried[] = { "Debian GNU/Linux 12", "Debian GNU/Linux 13",
					     "Ubuntu 22.04", "Ubuntu 24.04" };

	for (size_t i = 0; os && i < ARRAY_SIZE(tried); i++)
		if (!strncmp(os, tried[i], strlen(tried[i])))
			return true;
	return false;
}

int examine_system(struct patient *p, struct symptom *f, struct err *err)
{
	(void)err;
	f->looked = "/etc/os-release; uname -m";
	if (is_tried(p->known_os))
		return symptom_ok(f, "%s, %s", p->known_os, p->known_arch);
	return symptom_note(f, _("kvmlab was not tried on %s, %s"),
			    p->known_os ? p->known_os : _("a system without /etc/os-release"),
			    p->known_arch);
}

int examine_wsl(struct patient *p, struct symptom *f, struct err *err)
{
	(void)err;
	if (!strstr(p->known_release, "icrosoft"))
		return 0;
	f->looked = "/proc/sys/kernel/osrelease; /run/systemd/system";
	if (p->known_systemd)
		return symptom_note(
			f,
			_("this is WSL with systemd; 'nestedVirtualization=true' under [wsl2] in "
			  "%%UserProfile%%\\.wslconfig gives guests their speed"));
	symptom_lacks(f, _("this is WSL without systemd, so libvirt is not started; type the line, "
			   "then 'wsl --shutdown' in Windows"));
	symptom_mend(f, true, "printf '[boot]\\nsystemd=true\\n' | sudo tee -a /etc/wsl.conf");
	return 0;
}

static const char *labs_wanting(const struct patient *p, unsigned wants)
{
	_cleanup_buf_ struct buf out = { 0 };

	for (size_t i = 0; i < p->lab_count; i++)
		if (wants_on(p->labs[i], p->role) & wants)
			buf_printf(&out, "%s%s", out.len ? ", " : "", p->labs[i]->id);
	return out.len ? arena_strdup(p->arena, buf_str(&out)) : NULL;
}

int examine_processor(struct patient *p, struct symptom *f, struct err *err)
{
	const char *differ = labs_wanting(p, WANT_X86);
	const char *hosts = labs_wanting(p, WANT_HOSTS);
	_cleanup_buf_ struct buf text = { 0 };

	(void)err;
	f->looked = "uname -m";
	if (!strcmp(p->known_arch, "x86_64"))
		return symptom_ok(f, _("x86_64: every check applies"));
	buf_printf(&text, _("this is %s"), p->known_arch);
	if (differ)
		buf_printf(&text, _("; labs with checks of x86 only, which then say NA: %s"),
			   differ);
	if (hosts)
		buf_printf(&text,
			   _("; labs that need two other machines, as the sandbox is made for "
			     "x86_64: %s"),
			   hosts);
	return symptom_note(f, "%s", buf_str(&text));
}

int examine_locale(struct patient *p, struct symptom *f, struct err *err)
{
	const char *codeset = nl_langinfo(CODESET);

	(void)p;
	(void)err;
	f->looked = "LC_ALL, LC_CTYPE, LANG";
	if (!strcmp(codeset, "UTF-8"))
		return symptom_ok(f, _("letters are UTF-8"));
	symptom_note(f, _("letters are %s, so only plain ASCII is shown"), codeset);
	symptom_mend(f, false, "export LC_ALL=C.UTF-8");
	return 0;
}
