/* SPDX-License-Identifier: Apache-2.0 */
/* confined: what may be read and opened: the kernel by libguestfs, images by guests. */
#include <stdlib.h>
#include <string.h>

#include "checks/libvirt.h"
#include "checks/lines.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/doctor/doctor.h"

#define KERNEL	 "vmlinuz-"
#define APPARMOR "/sys/module/apparmor/parameters/enabled"
#define LOCAL	 "/etc/apparmor.d/local/abstractions/libvirt-qemu"

struct kernels {
	const char *readable, *hidden; /* a name of each kind, or NULL */
};

/* Kernels are readable by root, and by others unless the distribution hides them. */
static int look_at_kernel(struct patient *p, const char *name, struct kernels *k, struct err *err)
{
	const char *mode;

	if (collect_stat(&p->collector, name, arena_printf(p->arena, "/boot/%s", name), err) < 0)
		return -1;
	mode = evidence_key(&p->ev.items[p->ev.n - 1], "mode", p->arena);
	if (!mode)
		return 0;
	if (p->known_root || strtol(mode, NULL, 8) & 04)
		k->readable = name;
	else
		k->hidden = name;
	return 0;
}

static int find_kernels(struct patient *p, struct kernels *k, struct err *err)
{
	struct line line = { 0 };
	struct output names;

	*k = (struct kernels){ 0 };
	if (collect_dir(&p->collector, "boot", "/boot", NULL, OPTIONAL, err) < 0)
		return -1;
	names = p->ev.items[p->ev.n - 1].out;
	while (lines_next(&names, &line))
		if (line.len > strlen(KERNEL) && !strncmp(line.text, KERNEL, strlen(KERNEL)) &&
		    look_at_kernel(p, arena_memdup(p->arena, line.text, line.len), k, err) < 0)
			return -1;
	return 0;
}

static const char *kernel_package(const struct patient *p)
{
	bool is_arm = !strcmp(p->known_arch, "aarch64");

	if (p->known_os && strstr(p->known_os, "Ubuntu"))
		return "linux-image-virtual";
	return is_arm ? "linux-image-cloud-arm64" : "linux-image-cloud-amd64";
}

int examine_guestfs(struct patient *p, struct symptom *f, struct err *err)
{
	struct kernels k;

	if (find_kernels(p, &k, err) < 0)
		return -1;
	if (k.readable)
		return symptom_ok(f, _("/boot/%s can be read"), k.readable);
	if (k.hidden) {
		symptom_lacks(f, _("/boot/%s can be read by root only"), k.hidden);
		symptom_mend(f, true, "sudo chmod 0644 /boot/vmlinuz-*");
		return 0;
	}
	symptom_lacks(f, _("there is no kernel in /boot"));
	if (patient_has(p, "apt-get"))
		symptom_mend(f, true, "sudo apt-get install --yes --no-install-recommends %s",
			     kernel_package(p));
	return 0;
}

/* The value of name="..." in a line of the kernel's log, or NULL. */
static const char *denied_path(const struct line *line, struct arena *arena)
{
	const char *text = arena_memdup(arena, line->text, line->len);
	const char *at = strstr(text, " name=\"");

	if (!strstr(text, "apparmor=\"DENIED\"") || !strstr(text, "profile=\"libvirt-") || !at)
		return NULL;
	at += strlen(" name=\"");
	return *at == '/' ? arena_memdup(arena, at, strcspn(at, "\"")) : NULL;
}

/* The file that was denied to a guest last; NULL: none, or the log may not be read. */
static const char *last_denied(struct patient *p)
{
	static const char *const argv[] = { "dmesg", NULL };
	const char *ret = NULL, *path;
	struct line line = { 0 };
	struct err ignored;

	if (collect_command(&p->collector, "log", argv, OPTIONAL, &ignored) < 0)
		return NULL;
	while (lines_next(&p->ev.items[p->ev.n - 1].out, &line)) {
		path = denied_path(&line, p->arena);
		ret = path ? path : ret;
	}
	return ret;
}

/* 'apparmor', 'none', as libvirt says it confines guests; NULL: it does not say. */
static const char *find_driver(struct patient *p)
{
	_cleanup_xml_ struct xml *x = NULL;
	const char *model;
	struct err ignored;

	if (collect_libvirt_host(&p->collector, "capabilities", NULL, "capabilities", &ignored) <
		    0 ||
	    libvirt_xml(&p->ev.items[p->ev.n - 1], "capabilities", &x, &ignored) < 0)
		return NULL;
	model = xml_string(x,
			   "/capabilities/host/secmodel[model='apparmor' or model='selinux']/model",
			   p->arena);
	return model ? model : "none";
}

static int say_denied(struct symptom *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	int len = slash == path ? 0 : (int)(slash - path);

	symptom_note(f, _("AppArmor denied a guest the file %s; the line allows that folder"),
		     path);
	symptom_mend(f, false, "echo '\"%.*s/**\" rwk,' | sudo tee -a " LOCAL, len, path);
	return 0;
}

int examine_apparmor(struct patient *p, struct symptom *f, struct err *err)
{
	const struct evidence_item *item;
	const char *driver, *denied;

	if (collect_file(&p->collector, "apparmor", APPARMOR, OPTIONAL, err) < 0)
		return -1;
	item = &p->ev.items[p->ev.n - 1];
	if (item->error || item->out.kept[0] != 'Y')
		return symptom_ok(f, _("AppArmor is not active"));
	driver = find_driver(p);
	denied = last_denied(p);
	if (denied)
		return say_denied(f, denied);
	if (driver && !strcmp(driver, "none"))
		return symptom_ok(f, _("AppArmor is active; libvirt does not confine guests"));
	return symptom_ok(f, _("AppArmor is active; nothing was denied to a guest"));
}
