/* SPDX-License-Identifier: Apache-2.0 */
/* test_checkers: the table of checkers is whole, and each one's own rules hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "checks/libvirt.h"
#include "checks/lines.h"
#include "checks/versions.h"
#include "runner/base/cleanup.h"
#include "runner/load/load.h"
#include "runner/model/lab.h"

static void test_checkers__are_sorted_and_found_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; checkers[i]; i++) {
		assert_ptr_equal(checker_find(checkers[i]->name), checkers[i]);
		if (i)
			assert_true(strcmp(checkers[i - 1]->name, checkers[i]->name) < 0);
	}
	assert_null(checker_find("kernel"));
	assert_null(checker_find("kernel_modules"));
}

static bool is_said(const char *text)
{
	return text && strlen(text) > 3;
}

static void test_checkers__say_what_they_are_for(void **state)
{
	(void)state;
	for (size_t i = 0; checkers[i]; i++) {
		const struct checker *c = checkers[i];
		size_t examples = 0;

		while (c->examples[examples].text)
			examples++;
		if (!is_said(c->summary) || !is_said(c->why) || !is_said(c->source) || examples < 2)
			fail_msg("'%s' lacks summary, why, source or a second example", c->name);
		assert_true(c->params_size > 0);
		assert_non_null(c->collect);
		assert_non_null(c->measure);
	}
}

static void test_checkers__document_every_field(void **state)
{
	(void)state;
	for (size_t i = 0; checkers[i]; i++)
		for (const struct field *f = checkers[i]->fields; f && f->name; f++) {
			if (!is_said(f->text) || !is_said(f->example) ||
			    strncmp(f->example, f->name, strlen(f->name)) != 0)
				fail_msg("%s.%s lacks text or example", checkers[i]->name, f->name);
			assert_true(f->offset < checkers[i]->params_size);
		}
}

static void test_checkers__document_every_measure_once(void **state)
{
	(void)state;
	for (size_t i = 0; checkers[i]; i++) {
		const struct measure_spec *m = checkers[i]->measures;

		assert_true(measure_count(m) > 0);
		for (size_t j = 0; m[j].name; j++) {
			if (!is_said(m[j].text) || m[j].type == VALUE_UNKNOWN)
				fail_msg("%s.%s is not documented", checkers[i]->name, m[j].name);
			assert_int_equal(measure_index(m, measure_count(m), m[j].name), j);
		}
	}
}

/* The lines of an example, put where they stand in a lab. */
static char *compose(const char *checker, const char *yaml, struct arena *arena)
{
	_cleanup_buf_ struct buf b = { 0 };

	buf_printf(&b,
		   "kvmlab: 1\nid: x\ntitle: {id: a, en: a}\n"
		   "needs: {hosts: [source, destination]}\nexperiments:\n  - id: x\n"
		   "    title: {id: a, en: a}\n    hypothesis: {id: a, en: a}\n"
		   "    steps:\n      - {id: look, title: {id: a, en: a}, run: 'true'}\n"
		   "      - {id: ping, probe: ping, with: {target: 192.0.2.7}}\n"
		   "      - {id: events, probe: events, with: {on: source}}\n"
		   "    checks:\n      it:\n        use: %s\n",
		   checker);
	while (*yaml) {
		size_t len = strcspn(yaml, "\n");

		buf_printf(&b, "        %.*s\n", (int)len, yaml);
		yaml += len + (yaml[len] == '\n');
	}
	return arena_strdup(arena, buf_str(&b));
}

/* 0, or -1 with the first complaint in *ret. */
static int load(const char *checker, const char *yaml, struct err *ret)
{
	_cleanup_arena_ struct arena arena = { 0 };
	const char *text = compose(checker, yaml, &arena);
	struct complaints mistakes = { 0 };
	struct lab *lab = NULL;
	int rc = lab_load_bytes("example", text, strlen(text), NULL, LOAD_RUN, &lab, &mistakes);

	if (rc == 0)
		lab_free(lab);
	else if (mistakes.n)
		*ret = mistakes.v[0];
	complaints_done(&mistakes);
	return rc;
}

static void test_checkers__every_example_loads(void **state)
{
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; checkers[i]; i++)
		for (const struct checker_example *e = checkers[i]->examples; e->text; e++)
			if (load(checkers[i]->name, e->yaml, &err) < 0)
				fail_msg("%s: %s\n%s", checkers[i]->name, err.msg, e->yaml);
	assert_int_equal(load("kernel_module", "with: {modul: kvm}\n", &err), -1);
}

static struct host *any_host(void *data, const char *role)
{
	(void)role;
	return data;
}

/* Whether libvirt was asked for when a lab's one check looked at a host. */
static bool asks_libvirt(const struct check *c, struct host *host, struct arena *arena)
{
	struct evidence ev = { 0 };
	struct collector collector = {
		.host = host, .ev = &ev, .arena = arena, .host_of = any_host, .host_data = host
	};
	struct err err = { 0 };
	bool ret = false;

	c->checker->collect(&collector, c->params, &err);
	for (size_t i = 0; i < ev.n; i++)
		ret |= ev.items[i].where && strstr(ev.items[i].where, "kvmlab-libvirt");
	evidence_done(&ev);
	return ret;
}

/* 'kvmlab doctor' believes the table. */
static void test_checkers__say_who_asks_libvirt(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct complaints mistakes = { 0 };
	struct host *host = NULL;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
		host_open("local", "recorded:fixtures/hosts/libvirt-things", NULL, &host, &err), 0);
	for (size_t i = 0; checkers[i]; i++) {
		const char *text =
			compose(checkers[i]->name, checkers[i]->examples[0].yaml, &arena);
		struct lab *lab = NULL;

		assert_int_equal(lab_load_bytes("example", text, strlen(text), NULL, LOAD_RUN, &lab,
						&mistakes),
				 0);
		if (asks_libvirt(&lab->experiments.v[0].checks.v[0], host, &arena) !=
		    !!(checkers[i]->asks & ASKS_LIBVIRT))
			fail_msg("'%s' says otherwise", checkers[i]->name);
		lab_free(lab);
	}
	host_close(host);
}

static void expect_refused(const char *yaml, const char *words)
{
	struct err err = { 0 };

	assert_int_equal(load("step_output", yaml, &err), -1);
	if (!strstr(err.msg, words))
		fail_msg("'%s' does not say '%s'", err.msg, words);
}

static void test_checkers__groups_are_checked_when_loaded(void **state)
{
	(void)state;
	expect_refused("with: {step: look, pattern: '(?<bytes>x)'}\n", "group 'bytes'");
	expect_refused("with: {step: look, pattern: '(?<n>\\d)', numbers: [m]}\n", "names 'm'");
	expect_refused("with: {step: look, numbers: [n]}\n", "names 'n'");
	expect_refused("with: {step: look, pattern: '(?<n>\\d'}\n", "missing closing");
	expect_refused("with: {step: look, pattern: '(?<n>\\d)'}\nexpect: {n: {gt: 1}}\n", "n");
	expect_refused("with: {step: other}\n", "other");
}

static const struct {
	const char *said, *problem;
	int usable; /* -1: unknown */
} probes[] = {
	{ "exists=0\nopen_errno=ENOENT\n", "missing", 0 },
	{ "exists=1\npermitted=0\nopen_errno=EPERM\n", "permission", 0 },
	{ "exists=1\nopen_errno=ENODEV\n", "no-vm", 0 },
	{ "exists=1\nopen_errno=0\napi_version=11\ncreate_vm=ok\nvcpu=ok\n", "api", 0 },
	{ "exists=1\nopen_errno=0\napi_version=ENOTTY\n", "api", 0 },
	{ "exists=1\nopen_errno=0\napi_version=12\ncreate_vm=EBUSY\n", "no-vm", 0 },
	{ "exists=1\nopen_errno=0\napi_version=12\ncreate_vm=deadline\n", "hangs", 0 },
	{ "exists=1\nopen_errno=0\ncreate_vm=deadline\n", "hangs", 0 },
	{ "exists=1\nopen_errno=0\napi_version=12\ncreate_vm=ok\nvcpu=exit:17\n", "no-vm", 0 },
	{ "exists=1\nopen_errno=0\napi_version=12\ncreate_vm=ok\nvcpu=signal:11\n", "no-vm", 0 },
	{ "exists=1\nopen_errno=0\napi_version=12\ncreate_vm=ok\nvcpu=deadline\n", "hangs", 0 },
	{ "exists=1\nopen_errno=0\napi_version=12\ncreate_vm=ok\nvcpu=unsupported\n", "none", -1 },
	{ "exists=1\nopen_errno=0\napi_version=12\ncreate_vm=ok\nvcpu=ok\nvcpu_ns=2000\n"
	  "native_ns=100\n",
	  "none", 1 },
	{ "exists=1\nopen_errno=0\napi_version=12\ncreate_vm=ok\nvcpu=ok\nvcpu_ns=2001\n"
	  "native_ns=100\n",
	  "interpreted", 0 },
};

static void test_kvm_device__names_every_problem(void **state)
{
	const struct checker *c = checker_find("kvm_device");
	size_t n = measure_count(c->measures);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++) {
		_cleanup_arena_ struct arena arena = { 0 };
		struct evidence_item item = { .name = "probe" };
		struct evidence ev = { &item, 1, 1 };
		struct measures m;
		struct err err;
		const struct value *usable;

		item.out.kept = probes[i].said;
		item.out.kept_len = item.out.total = strlen(probes[i].said);
		measures_init(&m, c->measures, n, &arena);
		assert_int_equal(c->measure(&ev, NULL, &m, &err), 0);
		assert_string_equal(m.values[measure_index(m.specs, n, "problem")].s,
				    probes[i].problem);
		usable = &m.values[measure_index(m.specs, n, "usable")];
		if (probes[i].usable < 0)
			assert_int_equal(usable->type, VALUE_UNKNOWN);
		else
			assert_int_equal(usable->b, probes[i].usable);
	}
}

static void test_lines__know_whole_words_only(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	static const char text[] =
		"vmx flags\t: ept\nflags\t\t: fpu vmx_x  svm\n  Virtualization:  "
		"VT-x \nlast";
	const struct output o = { .kept = text, .kept_len = sizeof(text) - 1 };
	struct line line = { 0 };

	(void)state;
	assert_true(lines_next(&o, &line));
	assert_false(line_is(&line, "flags"));
	assert_true(lines_next(&o, &line));
	assert_true(line_is(&line, "flags"));
	assert_false(line_has_word(&line, "vmx"));
	assert_true(line_has_word(&line, "svm"));
	assert_string_equal(lines_value(&o, "Virtualization", &arena), "VT-x");
	assert_null(lines_value(&o, "Virtual", &arena));
	assert_true(lines_next(&o, &line) && lines_next(&o, &line));
	assert_string_equal(line_word(&line, 0, &arena), "last");
	assert_false(lines_next(&o, &line));
}

/* What was cut off may hold a CPU without the flag. */
static void test_cpu_virtualization__needs_all_of_cpuinfo(void **state)
{
	static const char text[] = "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: vmx\n";
	const struct checker *c = checker_find("cpu_virtualization");

	(void)state;
	for (int cut = 0; cut < 2; cut++) {
		_cleanup_arena_ struct arena arena = { 0 };
		struct evidence ev = { 0 };
		struct evidence_item *item = evidence_add(&ev, "cpuinfo");
		struct measures m;
		struct err err;

		item->out = (struct output){ .kept = text, .kept_len = strlen(text) };
		item->out.total = item->out.kept_len + (cut ? 1000 : 0);
		measures_init(&m, c->measures, measure_count(c->measures), &arena);
		assert_int_equal(c->measure(&ev, NULL, &m, &err), cut ? -1 : 0);
		evidence_done(&ev);
	}
}

static void test_checkers__versions_are_numbers(void **state)
{
	static const struct {
		const char *a, *b;
		int is;
	} pairs[] = { { "7.2.22", "7.2.22", 0 }, { "7.2.9", "7.2.22", -1 },
		      { "7.10.0", "7.9.9", 1 },	 { "9.0.0", "10.0.0", -1 },
		      { "7.2", "7.2.0", -1 },	 { "8", "7.99", 1 } };
	const struct versions old = { "a", "QEMU", "7.2.22", "9.0.0" };
	const struct versions newer = { "b", "QEMU", "8.1.0", "9.0.0" };
	const struct versions mixed = { "c", "QEMU", "8.1.0", "8.9.0" };
	const struct versions other = { "d", "Xen", "8.1.0", "9.0.0" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		assert_int_equal(versions_compare(pairs[i].a, pairs[i].b), pairs[i].is);
		assert_int_equal(versions_compare(pairs[i].b, pairs[i].a), -pairs[i].is);
	}
	assert_true(versions_not_older(&newer, &old));
	assert_false(versions_not_older(&old, &newer));
	assert_false(versions_not_older(&mixed, &old));
	assert_false(versions_not_older(&other, &old));
}

/* A libvirt that does not answer, until somebody presses Ctrl-C. */
static int run_until_cancelled(struct host *h, const struct process_spec *spec, struct arena *arena,
			       struct evidence_item *item, struct err *err)
{
	(void)h;
	(void)arena;
	(void)err;
	item->kind = EVIDENCE_COMMAND;
	item->end = spec->cancel && *spec->cancel ? END_CANCELLED : END_TIMED_OUT;
	item->out.kept = item->err.kept = "";
	return 0;
}

static void test_libvirt__asking_can_be_interrupted(void **state)
{
	static const struct host_ops ops = { .run = run_until_cancelled };
	volatile sig_atomic_t pressed = 0;
	_cleanup_arena_ struct arena arena = { 0 };
	struct host host = { .role = "local", .ops = &ops };
	struct evidence ev = { 0 };
	struct collector c = { .host = &host, .ev = &ev, .arena = &arena, .cancel = &pressed };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(collect_libvirt_host(&c, "host", NULL, "host", &err), -1);
	assert_int_equal(err.kind, ERR_LIBVIRT);
	assert_non_null(strstr(err.msg, "within 30 s"));
	pressed = 1;
	assert_int_equal(collect_libvirt_host(&c, "host", NULL, "host", &err), -1);
	assert_int_equal(err.kind, ERR_INTERRUPT);
	evidence_done(&ev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checkers__versions_are_numbers),
		cmocka_unit_test(test_checkers__are_sorted_and_found_by_name),
		cmocka_unit_test(test_checkers__say_what_they_are_for),
		cmocka_unit_test(test_checkers__document_every_field),
		cmocka_unit_test(test_checkers__document_every_measure_once),
		cmocka_unit_test(test_checkers__every_example_loads),
		cmocka_unit_test(test_checkers__say_who_asks_libvirt),
		cmocka_unit_test(test_checkers__groups_are_checked_when_loaded),
		cmocka_unit_test(test_cpu_virtualization__needs_all_of_cpuinfo),
		cmocka_unit_test(test_kvm_device__names_every_problem),
		cmocka_unit_test(test_lines__know_whole_words_only),
		cmocka_unit_test(test_libvirt__asking_can_be_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
