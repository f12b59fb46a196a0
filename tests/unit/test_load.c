/* SPDX-License-Identifier: Apache-2.0 */
/* test_load: what a loaded lab holds, and in which order complaints come. */
#include "checks/checker.h"
#include "runner/load/lab_fields.h"
#include "tests/unit/load_fixture.h"

static struct lab *load_full(void)
{
	struct complaints out = { 0 };
	struct lab *lab = NULL;

	if (lab_load_file("fixtures/labs/good/full.yaml", NULL, LOAD_RUN, &lab, &out) < 0)
		fail_msg("%s", out.v[0].msg);
	return lab;
}

static void test_load__fills_the_lab(void **state)
{
	struct lab *lab = load_full();

	(void)state;
	assert_string_equal(lab->id, "full");
	assert_string_equal(lab->path, "fixtures/labs/good/full.yaml");
	assert_string_equal(lab->title.in[LANG_ID], "Semua");
	assert_string_equal(lab->title.in[LANG_EN], "Everything");
	assert_int_equal(lab->minutes, 20);
	assert_int_equal(lab->threshold, 75);
	assert_true(lab->needs->root);
	assert_int_equal(lab->needs->commands.n, 2);
	assert_string_equal(lab->needs->hosts.v[0], "source");
	assert_int_equal(lab->params.n, 4);
	assert_string_equal(lab->params.v[1].name, "limit");
	assert_string_equal(lab->params.v[1].value, "3");
	assert_int_equal(lab->weights->predict_right, 4);
	assert_int_equal(lab->experiments.v[0].weights->execute, 65);
	assert_int_equal(lab->experiments.v[0].weights->explain, 20);
	assert_int_equal(strlen(lab->source), lab->source_len);
	lab_free(lab);
}

static void test_load__fills_steps(void **state)
{
	struct lab *lab = load_full();
	const struct step *s = lab->experiments.v[0].steps.v;

	(void)state;
	assert_string_equal(s[0].run, "lsmod |\n  grep \"$module\"\n");
	assert_string_equal(s[0].on, "local");
	assert_int_equal(s[0].timeout_ms, 90000);
	assert_int_equal(s[0].repeat, REPEAT_SAFE);
	assert_string_equal(s[1].on, "source");
	assert_true(s[1].root);
	assert_int_equal(s[1].timeout_ms, 60000);
	assert_int_equal(s[1].repeat, REPEAT_ASK);
	assert_int_equal(s[1].changes.n, 2);
	assert_int_equal(s[1].changes.v[0].kind, CHANGE_MODULE);
	assert_string_equal(s[1].changes.v[1].name, "/tmp/kvmlab-full");
	assert_int_equal(s[1].loc.line, 40);
	assert_int_equal(s[1].loc.col, 9);
	assert_string_equal(s[1].loc.file, lab->path);
	lab_free(lab);
}

static void expect_change(const struct change *c, enum change_kind kind, const char *name,
			  const char *uuid)
{
	assert_int_equal(c->kind, kind);
	assert_string_equal(c->name, name);
	if (uuid)
		assert_string_equal(c->uuid, uuid);
	else
		assert_null(c->uuid);
}

static void test_load__fills_what_a_step_creates(void **state)
{
	struct lab *lab = load_full();
	const struct step *s = &lab->experiments.v[0].steps.v[2];
	const struct change *c = s->changes.v;

	(void)state;
	assert_int_equal(s->needs.n, 2);
	assert_string_equal(s->needs.v[1], "module");
	assert_int_equal(s->changes.n, 5);
	expect_change(&c[0], CHANGE_DOMAIN, "lab-kvm", "made_uuid");
	expect_change(&c[1], CHANGE_NETWORK, "lab-nat", "net_uuid");
	expect_change(&c[2], CHANGE_POOL, "lab-pool", "pool_uuid");
	expect_change(&c[3], CHANGE_VOLUME, "lab-pool/kvm.qcow2", NULL);
	expect_change(&c[4], CHANGE_DIRECTORY, "/tmp/lab-$module", NULL);
	lab_free(lab);
}

/* The journal keeps the numbers, and lab files the names. */
static void test_load__kinds_of_changes_keep_their_names(void **state)
{
	static const char *const names[] = { "module", "file",	 "domain",   "network",
					     "pool",   "volume", "directory" };

	(void)state;
	assert_int_equal(ARRAY_SIZE(names), CHANGE_KIND_COUNT);
	for (int k = 0; k < CHANGE_KIND_COUNT; k++) {
		assert_string_equal(change_kind_name((enum change_kind)k), names[k]);
		assert_string_equal(change_fields[k].name, names[k]);
	}
}

static void expect_matcher(const struct check *c, size_t i, const char *measure, enum matcher_op op)
{
	assert_true(i < c->expect.n);
	assert_string_equal(c->specs[c->expect.v[i].measure].name, measure);
	assert_int_equal(c->expect.v[i].op, op);
}

static void test_load__fills_checks_and_matchers(void **state)
{
	struct lab *lab = load_full();
	const struct check *c = lab->experiments.v[0].checks.v;

	(void)state;
	assert_string_equal(c[0].id, "module");
	assert_string_equal(c[0].checker->name, "kernel_module");
	assert_int_equal(c[0].points, 3);
	assert_int_equal(c[0].within_ms, 30000);
	assert_int_equal(c[0].hold_ms, 5000);
	assert_int_equal(c[0].expect.n, 4);
	expect_matcher(&c[0], 0, "present", MATCH_EQ);
	assert_true(c[0].expect.v[0].right.b);
	expect_matcher(&c[0], 2, "in_use_by", MATCH_LT);
	assert_int_equal(c[0].expect.v[2].right.i, 3); /* $limit */
	expect_matcher(&c[0], 3, "refused_why", MATCH_EXISTS);
	expect_matcher(&c[1], 1, "name", MATCH_IN);
	assert_int_equal(c[1].expect.v[1].right.list.n, 3);
	expect_matcher(&c[1], 2, "size", MATCH_GT);
	assert_int_equal(c[1].specs[c[1].expect.v[2].measure].type, VALUE_INT);
	expect_matcher(&c[1], 4, "duration_ms", MATCH_LT);
	assert_int_equal(c[1].expect.v[4].right.i, 2000); /* $wait */
	assert_int_equal(c[1].expect.v[5].right.i, 90000);
	assert_int_equal(c[1].needs.n, 2);
	assert_int_equal(c[1].points, 1);
	expect_matcher(&c[2], 0, "missing", MATCH_EQ);
	assert_int_equal(c[2].expect.v[0].right.type, VALUE_LIST);
	expect_matcher(&c[2], 1, "found", MATCH_CONTAINS);
	lab_free(lab);
}

static void test_load__resolves_conditions_and_answers(void **state)
{
	struct lab *lab = load_full();
	const struct experiment *e = &lab->experiments.v[0];
	const struct question *q = e->questions.v;

	(void)state;
	assert_int_equal(e->supported_if.n, 1);
	assert_int_equal(e->refuted_if.n, 2);
	assert_int_equal(e->refuted_if.v[1].n, 2);
	assert_int_equal(e->refuted_if.v[1].v[0].check, 1);
	assert_int_equal(e->refuted_if.v[1].v[1].check, 2);
	assert_int_equal(e->predict->choices.n, 3);
	assert_int_equal(e->predict->choices.v[1].right_if.n, 2);
	assert_int_equal(e->predict->choices.v[2].right_if.n, 0);
	assert_string_equal(e->predict->choices.v[2].text.in[LANG_EN], "Neither");
	assert_true(q[0].answer_is_measure);
	assert_int_equal(q[0].answer_check, 1);
	assert_string_equal(e->checks.v[1].specs[q[0].answer_measure].name, "name");
	assert_int_equal(q[0].hints.v[0].cost, 2);
	assert_int_equal(q[0].hints.v[1].cost, 1);
	assert_true(q[1].tolerance_is_share);
	assert_true(q[1].tolerance > 0.19 && q[1].tolerance < 0.21);
	assert_false(q[2].answer_is_measure);
	assert_true(q[2].answer.d == 4 && q[2].tolerance == 0.5);
	assert_string_equal(q[3].answer.s, "b");
	assert_int_equal(q[4].rubric.n, 2);
	assert_int_equal(q[4].rubric.v[0].any.n, 2);
	assert_int_equal(e->diagnoses.v[0].when.v[0].v[0].check, 0);
	lab_free(lab);
}

static void test_load__gives_defaults(void **state)
{
	struct lab *lab = load_ok(ONE);

	(void)state;
	assert_int_equal(lab->threshold, 60);
	assert_int_equal(lab->weights->predict, 15);
	assert_int_equal(lab->weights->predict_right, 5);
	assert_int_equal(lab->weights->execute, 50);
	assert_int_equal(lab->weights->observe, 15);
	assert_int_equal(lab->weights->explain, 20);
	assert_null(lab->needs);
	assert_null(lab->experiments.v[0].predict);
	assert_null(lab->experiments.v[0].weights);
	assert_string_equal(lab->title.in[LANG_ID], "T");
	assert_string_equal(lab->title.in[LANG_EN], "T");
	lab_free(lab);
}

/* What is valid YAML and valid text must survive: marks, breaks, quotes, other scripts. */
static void test_load__texts_are_kept_as_written(void **state)
{
	struct lab *lab =
		load_ok("\xef\xbb\xbfkvmlab: 1\r\nid: t\r\n"
			"title: \"a\\tb \\u00e9 \\U0001F600\"\r\nsummary: '100% %s $vm ''q'''\r\n"
			"experiments: [{id: one, title: no}]\r\n");

	(void)state;
	assert_string_equal(lab->title.in[LANG_ID], "a\tb \xc3\xa9 \xf0\x9f\x98\x80");
	assert_string_equal(lab->summary.in[LANG_ID], "100% %s $vm 'q'");
	assert_string_equal(lab->experiments.v[0].title.in[LANG_EN], "no");
	lab_free(lab);
}

static void test_load__complaints_follow_the_file(void **state)
{
	struct complaints out = { 0 };
	struct lab *lab = NULL;

	(void)state;
	lab_load_file("fixtures/labs/bad/everything.yaml", NULL, LOAD_RUN, &lab, &out);
	assert_null(lab);
	assert_true(out.n >= 8);
	for (size_t i = 1; i < out.n; i++) {
		const struct loc *a = &out.v[i - 1].loc, *b = &out.v[i].loc;

		assert_true(a->line < b->line || (a->line == b->line && a->col <= b->col));
	}
	complaints_done(&out);
}

/* A second file's complaints come behind the first's, which stay as they are. */
static void test_load__complaints_of_two_files_do_not_mix(void **state)
{
	struct complaints out = { 0 };
	struct lab *lab = NULL;

	(void)state;
	lab_load_bytes("a.yaml", "x: 1\n\n\ny: 2\n", 12, NULL, LOAD_RUN, &lab, &out);
	lab_load_bytes("b.yaml", "", 0, NULL, LOAD_RUN, &lab, &out);
	assert_int_equal(out.n, 7);
	assert_string_equal(out.v[5].loc.file, "a.yaml");
	assert_int_equal(out.v[5].loc.line, 4);
	assert_string_equal(out.v[6].loc.file, "b.yaml");
	complaints_done(&out);
}

static void test_load__many_mistakes_are_counted_and_bounded(void **state)
{
	_cleanup_buf_ struct buf text = { 0 };
	struct complaints out = { 0 };
	struct lab *lab = NULL;

	(void)state;
	buf_puts(&text, ONE);
	for (int i = 0; i < 5000; i++)
		buf_printf(&text, "unknown%d: 1\n", i);
	lab_load_bytes("t.yaml", text.data, text.len, NULL, LOAD_RUN, &lab, &out);
	assert_null(lab);
	assert_int_equal(out.n, 5000);
	assert_int_equal(complaints_kept(&out), 100);
	complaints_done(&out);
}

/* A step runs a command or is a probe; what belongs to one is refused with the other. */
static void test_load__a_step_runs_or_probes(void **state)
{
#define STEPS ONE "    steps:\n      - {id: p, "
#define PING  "probe: ping, with: {target: 192.0.2.7}"
	(void)state;
	lab_free(load_ok(STEPS PING "}\n"));
	load_refuse(STEPS "title: a}\n", 8, 9,
		    "missing key 'run', for example 'run: lscpu'; or 'probe: ping'");
	load_refuse(STEPS "run: a, " PING "}\n", 8, 25, "a step has 'run' or 'probe', not both");
	load_refuse(STEPS "run: a, with: {}}\n", 8, 25,
		    "'with' belongs to a probe; a command takes none");
	load_refuse(STEPS PING ", timeout: 3s}\n", 8, 57,
		    "'timeout' belongs to a command; a probe takes none");
	load_refuse(STEPS "probe: pong}\n", 8, 24,
		    "there is no probe 'pong'; did you mean 'ping'?");
	load_refuse(STEPS "probe: ping}\n", 8, 9,
		    "missing key 'target' in 'with', for example 'target: 192.0.2.7'");
	load_refuse(STEPS "probe: ping, with: {target: vm1}}\n", 8, 36,
		    "'vm1' is not an address: write it as 192.0.2.7 or 2001:db8::7");
}

/* A checker reads the kind of step that it is made for. */
static void test_load__checks_read_steps_of_their_kind(void **state)
{
	(void)state;
	lab_free(load_ok(STEPS PING "}\n    checks: {c: {use: ping_outage, with: {probe: p}}}\n"));
	load_refuse(STEPS PING "}\n    checks: {c: {use: step_output, with: {step: p}}}\n", 9, 42,
		    "step 'p' is a probe: it has no output to read");
	load_refuse(STEPS "run: a}\n    checks: {c: {use: ping_outage, with: {probe: p}}}\n", 9, 42,
		    "step 'p' is not 'probe: ping', which 'ping_outage' reads");
#undef STEPS
#undef PING
}

/* What watches or is asked is local or one of the lab's hosts. */
static void test_load__a_role_is_a_host_of_the_lab(void **state)
{
#define HOSTS HEAD "needs: {hosts: [source]}\nexperiments:\n  - id: one\n    title: One\n"
	(void)state;
	lab_free(load_ok(HOSTS "    steps: [{id: e, probe: events, with: {on: source}}]\n"));
	lab_free(load_ok(ONE "    steps: [{id: e, probe: events, with: {on: local}}]\n"));
	load_refuse(HOSTS "    steps: [{id: e, probe: events, with: {on: sauce}}]\n", 8, 47,
		    "there is no host 'sauce' in this lab; did you mean 'source'?");
	load_refuse(ONE "    steps: [{id: e, probe: events, with: {}}]\n", 7, 42,
		    "missing key 'on' in 'with', for example 'on: local'");
	load_refuse(HOSTS "    steps: [{id: l, run: a}]\n    checks:\n      v: {use: "
			  "hypervisor_versions, with: {other: there}}\n",
		    10, 51, "there is no host 'there' in this lab; known: local, source");
#undef HOSTS
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load__a_role_is_a_host_of_the_lab),
		cmocka_unit_test(test_load__a_step_runs_or_probes),
		cmocka_unit_test(test_load__checks_read_steps_of_their_kind),
		cmocka_unit_test(test_load__fills_the_lab),
		cmocka_unit_test(test_load__fills_steps),
		cmocka_unit_test(test_load__fills_what_a_step_creates),
		cmocka_unit_test(test_load__kinds_of_changes_keep_their_names),
		cmocka_unit_test(test_load__fills_checks_and_matchers),
		cmocka_unit_test(test_load__resolves_conditions_and_answers),
		cmocka_unit_test(test_load__gives_defaults),
		cmocka_unit_test(test_load__texts_are_kept_as_written),
		cmocka_unit_test(test_load__complaints_follow_the_file),
		cmocka_unit_test(test_load__complaints_of_two_files_do_not_mix),
		cmocka_unit_test(test_load__many_mistakes_are_counted_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
