/* SPDX-License-Identifier: Apache-2.0 */
/* test_lab_host: the host lab reads right in both languages, and its rubrics know an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/base/regex.h"
#include "runner/load/load.h"

#define LAB "labs/01-host.yaml"

static int open_lab(void **state)
{
	struct complaints mistakes = { 0 };
	struct lab *lab = NULL;

	if (lab_load_file(LAB, NULL, LOAD_RUN, &lab, &mistakes) < 0)
		for (size_t i = 0; i < mistakes.n; i++)
			print_error("%s\n", mistakes.v[i].msg);
	complaints_done(&mistakes);
	*state = lab;
	return lab ? 0 : -1;
}

static int close_lab(void **state)
{
	lab_free(*state);
	return 0;
}

static bool row_matches(const struct rubric_row *row, const char *answer)
{
	bool found = false;

	for (size_t i = 0; i < row->any.n && !found; i++) {
		struct regex *re;
		struct err err;
		enum regex_result result;

		assert_int_equal(regex_compile(row->any.v[i], true, &re, NULL, &err), 0);
		result = regex_search(re, answer, strlen(answer), NULL);
		assert_int_not_equal(result, REGEX_BUDGET);
		found = result == REGEX_MATCH;
		regex_free(re);
	}
	return found;
}

static int64_t points(const struct question *q, const char *answer)
{
	int64_t sum = 0;

	for (size_t i = 0; i < q->rubric.n; i++)
		if (row_matches(&q->rubric.v[i], answer))
			sum += q->rubric.v[i].points;
	return sum;
}

static const struct question *find_question(const struct lab *lab, const char *experiment,
					    const char *id)
{
	const struct experiment *e = lab_experiment(lab, experiment);

	assert_non_null(e);
	for (size_t i = 0; i < e->questions.n; i++)
		if (!strcmp(e->questions.v[i].id, id))
			return &e->questions.v[i];
	fail_msg("no question '%s' in '%s'", id, experiment);
	return NULL;
}

/* What students write, and what it is worth. */
static const struct {
	const char *experiment, *question, *answer;
	int64_t points;
} answers[] = {
	{ "cpu-flags", "impact",
	  "KVM tidak akan bisa jalan karena tidak ada akselerasi, tapi QEMU masih bisa emulasi "
	  "walau "
	  "pelan. Mungkin VT-x dimatikan di BIOS.",
	  6 },
	{ "cpu-flags", "impact",
	  "KVM can't be used. VMs still work with TCG, just slow. The CPU may be too old and lack "
	  "it.",
	  6 },
	{ "cpu-flags", "impact", "kvm gagal dimuat", 2 },
	{ "cpu-flags", "impact", "Guests run, only slowly.", 2 },
	{ "cpu-flags", "impact", "Nested virtualization belum aktif di host luar", 2 },
	{ "cpu-flags", "impact", "Semuanya berjalan seperti biasa.", 0 },
	{ "cpu-flags", "impact", "I have to install the packages with apt.", 0 },
	{ "kvm-module", "why-refused",
	  "Dimatikan di UEFI, atau ini VM dengan nested virtualization mati, atau modulnya "
	  "diblokir "
	  "lewat blacklist.",
	  6 },
	{ "kvm-module", "why-refused",
	  "BIOS lock; no nested virtualization; Secure Boot wants a signed module", 6 },
	{ "kvm-module", "why-refused", "The outer hypervisor does not expose it.", 2 },
	{ "kvm-module", "why-refused", "File modul tidak ditemukan untuk kernel ini", 2 },
	{ "kvm-module", "why-refused", "RAM kurang besar.", 0 },
	{ "kvm-module", "built-in", "Sudah tertanam di kernel, jadi tidak perlu modprobe lagi", 3 },
	{ "kvm-module", "built-in", "It's compiled into the kernel, nothing to load", 3 },
	{ "kvm-module", "built-in", "Built-in.", 2 },
	{ "kvm-module", "built-in", "lsmod sedang rusak", 0 },
	{ "kvm-device", "proof",
	  "Berkas itu cuma antarmuka. Jalankan program di dalam guest lalu bandingkan waktunya.",
	  4 },
	{ "kvm-device", "proof",
	  "It is just an interface; measure how fast a loop runs in the guest.", 4 },
	{ "kvm-device", "proof", "The kernel may emulate it.", 2 },
	{ "kvm-device", "proof", "Karena belum diinstal.", 0 },
	{ "tools", "roles",
	  "virt-install untuk membuat VM baru, qemu-img untuk disk, osinfo-query menampilkan "
	  "daftar OS",
	  3 },
	{ "tools", "roles", "qemu-img resizes images; the others I forgot", 1 },
	{ "tools", "roles", "virsh mematikan VM", 0 },
};

static void test_rubric__knows_what_students_write(void **state)
{
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		const struct question *q =
			find_question(*state, answers[i].experiment, answers[i].question);
		int64_t got = points(q, answers[i].answer);

		if (got != answers[i].points)
			fail_msg("'%s' earns %lld, not %lld", answers[i].answer, (long long)got,
				 (long long)answers[i].points);
	}
}

/* Calls check on every text question of the lab. */
static void each_text(const struct lab *lab, void (*check)(const struct question *q))
{
	for (size_t i = 0; i < lab->experiments.n; i++)
		for (size_t j = 0; j < lab->experiments.v[i].questions.n; j++)
			if (lab->experiments.v[i].questions.v[j].kind == QUESTION_TEXT)
				check(&lab->experiments.v[i].questions.v[j]);
}

static void model_is_full(const struct question *q)
{
	for (int lang = 0; lang < LANG_COUNT; lang++)
		if (points(q, q->model_answer.in[lang]) != q->points)
			fail_msg("the model answer of '%s' does not earn all points: %s", q->id,
				 q->model_answer.in[lang]);
}

static void test_rubric__gives_the_model_answer_all_points(void **state)
{
	each_text(*state, model_is_full);
}

static void question_is_empty(const struct question *q)
{
	for (int lang = 0; lang < LANG_COUNT; lang++)
		if (points(q, q->ask.in[lang]) == q->points)
			fail_msg("repeating '%s' earns all points", q->id);
	assert_int_equal(points(q, ""), 0);
	assert_int_equal(points(q, "?"), 0);
}

static void test_rubric__gives_the_question_repeated_less(void **state)
{
	each_text(*state, question_is_empty);
}

static void last_hint_solves(const struct question *q)
{
	const struct hint *last = &q->hints.v[q->hints.n - 1];
	int64_t cost = 0;

	for (int lang = 0; lang < LANG_COUNT; lang++)
		if (points(q, last->text.in[lang]) != q->points)
			fail_msg("the last hint of '%s' is no solution: %s", q->id,
				 last->text.in[lang]);
	for (size_t i = 0; i < q->hints.n; i++)
		cost += q->hints.v[i].cost;
	assert_int_equal(cost, q->points);
}

static void test_hints__end_in_the_solution_at_the_price_of_the_question(void **state)
{
	each_text(*state, last_hint_solves);
}

static void both(const char *where, const char *what, const struct text *t)
{
	if (!t->in[LANG_ID] || !t->in[LANG_EN])
		fail_msg("'%s' of '%s' is not in both languages", what, where);
	if (strlen(t->in[LANG_EN]) > 40 && !strcmp(t->in[LANG_ID], t->in[LANG_EN]))
		fail_msg("'%s' of '%s' is not translated", what, where);
}

static void both_in_questions(const struct experiment *e)
{
	for (size_t i = 0; i < e->questions.n; i++) {
		const struct question *q = &e->questions.v[i];

		both(q->id, "ask", &q->ask);
		for (size_t j = 0; j < q->choices.n; j++)
			both(q->id, q->choices.v[j].id, &q->choices.v[j].text);
		for (size_t j = 0; j < q->hints.n; j++)
			both(q->id, "hint", &q->hints.v[j].text);
		for (size_t j = 0; j < q->rubric.n; j++)
			both(q->id, "rubric", &q->rubric.v[j].text);
	}
}

static void both_in_checks(const struct experiment *e)
{
	for (size_t i = 0; i < e->checks.n; i++) {
		const struct check *c = &e->checks.v[i];

		both(c->id, "title", &c->title);
		both(c->id, "why", &c->why);
		both(c->id, "next", &c->next);
		if (c->applies_if.n)
			both(c->id, "na", &c->na);
	}
}

static void test_texts__are_there_in_both_languages(void **state)
{
	const struct lab *lab = *state;

	both(lab->id, "title", &lab->title);
	both(lab->id, "summary", &lab->summary);
	for (size_t i = 0; i < lab->experiments.n; i++) {
		const struct experiment *e = &lab->experiments.v[i];

		both(e->id, "title", &e->title);
		both(e->id, "hypothesis", &e->hypothesis);
		both(e->id, "predict", &e->predict->ask);
		for (size_t j = 0; j < e->predict->choices.n; j++)
			both(e->id, "predict", &e->predict->choices.v[j].text);
		for (size_t j = 0; j < e->steps.n; j++)
			both(e->steps.v[j].id, "text", &e->steps.v[j].text);
		for (size_t j = 0; j < e->diagnoses.n; j++) {
			both(e->diagnoses.v[j].id, "text", &e->diagnoses.v[j].text);
			both(e->diagnoses.v[j].id, "next", &e->diagnoses.v[j].next);
		}
		both_in_checks(e);
		both_in_questions(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rubric__knows_what_students_write),
		cmocka_unit_test(test_rubric__gives_the_model_answer_all_points),
		cmocka_unit_test(test_rubric__gives_the_question_repeated_less),
		cmocka_unit_test(test_hints__end_in_the_solution_at_the_price_of_the_question),
		cmocka_unit_test(test_texts__are_there_in_both_languages),
	};

	return cmocka_run_group_tests_name("lab_host", tests, open_lab, close_lab);
}
