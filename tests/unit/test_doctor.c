/* SPDX-License-Identifier: Apache-2.0 */
/* test_doctor: what is said of recorded hosts, and that the tables are whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/doctor/doctor.h"
#include "runner/doctor/packages.h"
#include "runner/doctor/wants.h"
#include "runner/load/load.h"

#define HOSTS "recorded:fixtures/hosts/"

/* A lab that needs everything on one host. */
static const char everything[] =
	"kvmlab: 1\nid: everything\ntitle: {id: a, en: a}\n"
	"needs: {root: true, commands: [virsh, virt-install, qemu-img, virt-sysprep],\n"
	"  network: default, pool: default, disk_mib: 2048}\n"
	"params: {image: {type: path, default: /var/cache/kvmlab-sandbox/images/debian.qcow2}}\n"
	"experiments:\n  - id: x\n    title: {id: a, en: a}\n    hypothesis: {id: a, en: a}\n"
	"    steps: [{id: s, title: {id: a, en: a}, run: 'true'}]\n"
	"    checks:\n"
	"      kvm: {use: kvm_device, expect: {usable: true}}\n"
	"      cpu: {use: cpu_virtualization, expect: {flag: svm}}\n";
/* One that needs nothing but a command that nobody knows. */
static const char odd[] =
	"kvmlab: 1\nid: odd\ntitle: {id: a, en: a}\nneeds: {commands: [frobnicate]}\n"
	"experiments:\n  - id: x\n    title: {id: a, en: a}\n    hypothesis: {id: a, en: a}\n"
	"    steps: [{id: s, title: {id: a, en: a}, run: 'true'}]\n";
static const char two_hosts[] =
	"kvmlab: 1\nid: two\ntitle: {id: a, en: a}\nneeds: {hosts: [source, destination]}\n"
	"experiments:\n  - id: x\n    title: {id: a, en: a}\n    hypothesis: {id: a, en: a}\n"
	"    steps: [{id: s, title: {id: a, en: a}, run: 'true'}]\n";

static struct lab *load(const char *text)
{
	struct complaints mistakes = { 0 };
	struct lab *lab = NULL;

	if (lab_load_bytes("lab", text, strlen(text), NULL, LOAD_LINT, &lab, &mistakes) < 0)
		fail_msg("%s", mistakes.v[0].msg);
	complaints_done(&mistakes);
	return lab;
}

/* A patient with one lab, and all that was said of it. */
struct visit {
	struct arena arena;
	struct lab *lab;
	const struct lab *labs[1];
	struct patient patient;
	struct symptom symptoms[32];
	size_t n;
};

static int open_visit(struct visit *v, const char *host, const char *lab, const char *role,
		      struct err *err)
{
	*v = (struct visit){ .lab = load(lab) };
	v->labs[0] = v->lab;
	v->patient = (struct patient){ .role = role,
				       .uri = arena_printf(&v->arena, HOSTS "%s", host),
				       .labs = v->labs,
				       .lab_count = 1,
				       .arena = &v->arena };
	if (host_open(role, v->patient.uri, NULL, &v->patient.host, err) < 0)
		return -1;
	return patient_meet(&v->patient, NULL, err);
}

static void examine(struct visit *v)
{
	for (const struct area *a = areas; a->id; a++)
		area_examine(a, &v->patient, &v->symptoms[v->n++]);
}

static void begin(struct visit *v, const char *host, const char *lab, const char *role)
{
	struct err err = { 0 };

	if (open_visit(v, host, lab, role, &err) < 0)
		fail_msg("%s: %s", host, err.msg);
}

static void end(struct visit *v)
{
	patient_done(&v->patient);
	host_close(v->patient.host);
	lab_free(v->lab);
	arena_done(&v->arena);
}

static const struct symptom *find(const struct visit *v, const char *area)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->symptoms[i].area->id, area))
			return &v->symptoms[i];
	fail_msg("no area '%s'", area);
	return NULL;
}

struct expected {
	const char *host, *area;
	enum symptom_state state;
	const char *found; /* words of it */
	const char *typed; /* the whole line; NULL: none */
};

static const struct expected recorded[] = {
	{ "amd-v", "system", SYMPTOM_OK, "Debian GNU/Linux 12 (bookworm), x86_64", NULL },
	{ "amd-v", "wsl", SYMPTOM_NONE, "", NULL },
	{ "amd-v", "sudo", SYMPTOM_OK, "you are root", NULL },
	{ "amd-v", "packages", SYMPTOM_OK, "is installed", NULL },
	{ "amd-v", "libvirt", SYMPTOM_OK, "libvirt 9.0.0 with QEMU 7.2.22", NULL },
	{ "amd-v", "groups", SYMPTOM_OK, "root needs no group", NULL },
	{ "amd-v", "network", SYMPTOM_OK, "'default' is active and starts", NULL },
	{ "amd-v", "pool", SYMPTOM_OK, "'default' is active and starts", NULL },
	{ "amd-v", "room", SYMPTOM_OK, "381.5 GiB are free at /var/lib/libvirt/images", NULL },
	{ "amd-v", "kvm", SYMPTOM_OK, "guests run on the processor", NULL },
	{ "amd-v", "nested", SYMPTOM_OK, "kvm_amd passes", NULL },
	{ "amd-v", "processor", SYMPTOM_OK, "every check applies", NULL },
	{ "amd-v", "guestfs", SYMPTOM_OK, "/boot/vmlinuz-6.1.0-26-amd64 can be read", NULL },
	{ "amd-v", "image", SYMPTOM_OK, "debian.qcow2 is there", NULL },
	{ "amd-v", "apparmor", SYMPTOM_OK, "not active", NULL },

	{ "intel-vtx", "sudo", SYMPTOM_LACKS, "asks user 'ani' for a password",
	  "echo 'ani ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/kvmlab" },
	{ "intel-vtx", "groups", SYMPTOM_LACKS, "'ani' is not in: kvm",
	  "sudo usermod -aG kvm ani" },
	{ "intel-vtx", "network", SYMPTOM_LACKS, "network 'default' is not active",
	  "sudo virsh net-start default && sudo virsh net-autostart default" },
	{ "intel-vtx", "room", SYMPTOM_LACKS, "0.5 GiB are free",
	  "sudo du -xh --max-depth=2 /var/lib/libvirt/images | sort -h | tail" },
	{ "intel-vtx", "guestfs", SYMPTOM_LACKS, "can be read by root only",
	  "sudo chmod 0644 /boot/vmlinuz-*" },
	/* cups was denied later, and is no guest. */
	{ "intel-vtx", "apparmor", SYMPTOM_NOTE, "denied a guest the file /srv/images/web01.qcow2",
	  "echo '\"/srv/images/**\" rwk,' | sudo tee -a "
	  "/etc/apparmor.d/local/abstractions/libvirt-qemu" },

	{ "wsl2", "wsl", SYMPTOM_LACKS, "WSL without systemd",
	  "printf '[boot]\\nsystemd=true\\n' | sudo tee -a /etc/wsl.conf" },
	/* One line for all of it; guestfs-tools is not known there. */
	{ "wsl2", "packages", SYMPTOM_LACKS,
	  "not installed: virsh, virt-install, qemu-img, virt-sysprep, libvirtd",
	  "sudo apt-get install --yes libvirt-clients virtinst qemu-utils libguestfs-tools "
	  "libvirt-daemon-system qemu-system-x86 dnsmasq-base iptables" },
	{ "wsl2", "sudo", SYMPTOM_OK, "without asking", NULL },
	{ "wsl2", "libvirt", SYMPTOM_LACKS, "not installed",
	  "sudo apt-get install --yes libvirt-daemon-system libvirt-clients" },
	/* What cannot be seen without libvirt is not said to be missing. */
	{ "wsl2", "network", SYMPTOM_NONE, "", NULL },
	{ "wsl2", "pool", SYMPTOM_NONE, "", NULL },
	{ "wsl2", "room", SYMPTOM_OK, "GiB are free at /var/lib;", NULL },
	{ "wsl2", "kvm", SYMPTOM_LACKS, "nobody but root may open /dev/kvm",
	  "sudo chgrp kvm /dev/kvm && sudo chmod 0660 /dev/kvm" },
	{ "wsl2", "image", SYMPTOM_LACKS, "no guest image yet", "sudo kvmlab sandbox image" },
	{ "wsl2", "guestfs", SYMPTOM_LACKS, "no kernel in /boot",
	  "sudo apt-get install --yes --no-install-recommends linux-image-virtual" },

	{ "arm64", "processor", SYMPTOM_NOTE, "this is aarch64; labs with checks of x86 only",
	  NULL },
	{ "arm64", "packages", SYMPTOM_LACKS, "not installed: virt-sysprep",
	  "sudo apt-get install --yes guestfs-tools" },
	{ "arm64", "libvirt", SYMPTOM_LACKS, "does not answer: cannot connect",
	  "sudo systemctl enable --now virtqemud.socket virtnetworkd.socket virtstoraged.socket "
	  "virtlogd.socket" },
	{ "arm64", "groups", SYMPTOM_OK, "is in: libvirt,kvm", NULL },
	{ "arm64", "kvm", SYMPTOM_OK, "makes virtual machines", NULL },
	{ "arm64", "guestfs", SYMPTOM_LACKS, "no kernel in /boot",
	  "sudo apt-get install --yes --no-install-recommends linux-image-cloud-arm64" },

	{ "firmware-locked", "groups", SYMPTOM_LACKS, "'budi' was put into libvirt",
	  "exec su - budi" },
	{ "firmware-locked", "kvm", SYMPTOM_NOTE, "neither vmx nor svm", NULL },
	/* budix is somebody else. */
	{ "nested-off", "groups", SYMPTOM_LACKS, "'budi' is not in: libvirt",
	  "sudo usermod -aG libvirt budi" },
	{ "nested-off", "kvm", SYMPTOM_NOTE, "neither vmx nor svm", NULL },
	{ "kvm-blacklisted", "kvm", SYMPTOM_LACKS, "has svm and there is no /dev/kvm",
	  "sudo modprobe kvm_amd" },
	{ "interpreting-kvm", "kvm", SYMPTOM_NOTE, "takes 785 times as long", NULL },
	{ "hanging-kvm", "kvm", SYMPTOM_NOTE, "runs nothing", NULL },
};

static void check(const struct visit *v, const struct expected *e)
{
	const struct symptom *s = find(v, e->area);
	const char *typed = symptom_typed(s);

	if (s->state != e->state)
		fail_msg("%s, %s: %s, not %s: %s", e->host, e->area, symptom_state_name(s->state),
			 symptom_state_name(e->state), s->found ? s->found : "");
	if (!strstr(s->found ? s->found : "", e->found))
		fail_msg("%s, %s: '%s'", e->host, e->area, s->found);
	if ((typed == NULL) != (e->typed == NULL) || (typed && strcmp(typed, e->typed) != 0))
		fail_msg("%s, %s: type '%s'", e->host, e->area, typed ? typed : "(nothing)");
	if (s->state != SYMPTOM_NONE && !s->looked)
		fail_msg("%s, %s: nobody says where it was looked", e->host, e->area);
}

static void test_doctor__says_of_each_host_what_it_lacks(void **state)
{
	const char *last = "";
	struct visit v = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++) {
		if (strcmp(recorded[i].host, last) != 0) {
			if (*last)
				end(&v);
			last = recorded[i].host;
			begin(&v, last, everything, "local");
			examine(&v);
		}
		check(&v, &recorded[i]);
	}
	end(&v);
}

static void test_doctor__asks_only_what_the_lab_needs(void **state)
{
	struct visit v;

	(void)state;
	begin(&v, "wsl2", odd, "local");
	examine(&v);
	check(&v, &(struct expected){ "wsl2", "packages", SYMPTOM_LACKS,
				      "frobnicate (which package has it is not known)",
				      "apt-cache search 'frobnicate'" });
	for (size_t i = 0; i < v.n; i++)
		if (v.symptoms[i].area->wants && v.symptoms[i].state != SYMPTOM_NONE)
			fail_msg("'%s' was looked at", v.symptoms[i].area->id);
	end(&v);
	/* A host that plays no role. */
	begin(&v, "wsl2", two_hosts, "third");
	examine(&v);
	for (size_t i = 0; i < v.n; i++)
		assert_int_equal(v.symptoms[i].state, SYMPTOM_NONE);
	end(&v);
}

/* A source needs libvirt; the machine that kvmlab runs on only has to get there. */
static void test_doctor__knows_who_needs_what(void **state)
{
	struct lab *two = load(two_hosts), *one = load(everything);
	struct buf words = { 0 };

	(void)state;
	assert_true(wants_on(two, "source") & WANT_LIBVIRT);
	assert_false(wants_on(two, "source") & WANT_HOSTS);
	assert_int_equal(wants_on(two, "local"), WANT_HOSTS);
	assert_int_equal(wants_on(two, "other"), 0);
	assert_int_equal(wants_on(one, "source"), 0);
	assert_int_equal(wants_on(one, "local"), wants_of(one));
	assert_int_equal(wants_room(one), 2048);
	wants_print(&words, one);
	assert_string_equal(buf_str(&words), "root, libvirt, libguestfs, 2.0 GiB of disk");
	buf_reset(&words);
	wants_print(&words, two);
	assert_string_equal(buf_str(&words), "libvirt, hosts: 2");
	buf_done(&words);
	lab_free(two);
	lab_free(one);
}

static void test_doctor__types_over_ssh_what_belongs_elsewhere(void **state)
{
	struct symptom s = { .mend = "sudo virsh net-start default && sudo true" };
	struct visit v;

	(void)state;
	begin(&v, "wsl2", everything, "local");
	s.patient = &v.patient;
	v.patient.host->login = "ssh ani@lab1";
	assert_string_equal(symptom_typed(&s),
			    "ssh ani@lab1 -t 'sudo virsh net-start default && sudo true'");
	v.patient.known_root = true;
	assert_string_equal(symptom_typed(&s), "ssh ani@lab1 'virsh net-start default && true'");
	v.patient.host->login = NULL;
	assert_string_equal(symptom_typed(&s), "virsh net-start default && true");
	/* No command's own word is taken for it. */
	s.mend = "su -c 'apt-get install --yes sudo'; echo pseudo x";
	assert_string_equal(symptom_typed(&s), "su -c 'apt-get install --yes sudo'; echo pseudo x");
	end(&v);
}

static void test_doctor__cannot_look_is_not_lacks(void **state)
{
	struct err err = { 0 };
	struct visit v;

	(void)state;
	assert_int_equal(open_visit(&v, "unreadable", everything, "local", &err), -1);
	assert_non_null(strstr(err.msg, "cannot look at"));
	host_close(v.patient.host);
	v.patient.host = NULL;
	v.patient.why = err.msg;
	v.patient.is_broken = true;
	examine(&v);
	assert_int_equal(find(&v, "host")->state, SYMPTOM_BROKEN);
	assert_int_equal(find(&v, "packages")->state, SYMPTOM_NONE);
	end(&v);
}

static void test_doctor__tables_are_whole(void **state)
{
	(void)state;
	for (const struct area *a = areas; a->id; a++) {
		assert_true(strlen(a->title) > 2 && strlen(a->why) > 10);
		assert_non_null(a->examine);
		for (const struct area *b = areas; b < a; b++)
			assert_string_not_equal(a->id, b->id);
	}
	for (const struct package *p = packages + 1; p->command; p++)
		if (strcmp(p[-1].command, p->command) >= 0)
			fail_msg("'%s' stands behind '%s'", p->command, p[-1].command);
}

/* A student is told a package for every command that a lab of the course needs. */
static void test_doctor__every_lab_command_has_a_package(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct strings paths = { 0 };
	struct err err = { 0 };
	size_t n = 0;

	(void)state;
	assert_int_equal(catalog_list(&arena, &paths, &err), 0);
	for (size_t i = 0; i < paths.n; i++) {
		struct complaints mistakes = { 0 };
		struct lab *lab = NULL;

		assert_int_equal(lab_load_file(paths.v[i], NULL, LOAD_LINT, &lab, &mistakes), 0);
		for (size_t k = 0; lab->needs && k < lab->needs->commands.n; k++, n++)
			if (!package_of(lab->needs->commands.v[k]))
				fail_msg("%s needs '%s', whose package nobody knows", paths.v[i],
					 lab->needs->commands.v[k]);
		lab_free(lab);
	}
	assert_true(n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doctor__says_of_each_host_what_it_lacks),
		cmocka_unit_test(test_doctor__asks_only_what_the_lab_needs),
		cmocka_unit_test(test_doctor__knows_who_needs_what),
		cmocka_unit_test(test_doctor__types_over_ssh_what_belongs_elsewhere),
		cmocka_unit_test(test_doctor__cannot_look_is_not_lacks),
		cmocka_unit_test(test_doctor__tables_are_whole),
		cmocka_unit_test(test_doctor__every_lab_command_has_a_package),
	};

	setenv("KVMLAB_LABS", "labs", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
