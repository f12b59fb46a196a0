/* SPDX-License-Identifier: Apache-2.0 */
/* test_lab_rubrics: what rubrics make of sentences that say the opposite of what is looked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runner/load/load.h"
#include "tests/unit/judge_fixture.h"

#define FIRST_VM  "labs/03-first-vm.yaml"
#define MIGRATION "labs/07-live-migration.yaml"

/* Points by the rubric. */
static const struct {
	const char *lab, *question, *answer;
	int64_t points;
} rows[] = {
	{ FIRST_VM, "base-gone", "It is corrupted, because it holds only the differences.", 3 },
	{ FIRST_VM, "base-gone", "The disk cannot be read; its data is lost.", 3 },
	{ FIRST_VM, "base-gone", "Isinya rusak karena hanya perbedaannya yang disimpan.", 3 },
	{ FIRST_VM, "base-gone", "Disk tidak bisa dibaca lagi dan datanya hilang.", 3 },
	{ FIRST_VM, "base-gone", "It will not boot, so the data is lost.", 3 },
	{ FIRST_VM, "base-gone", "Nothing is lost.", 0 },
	{ FIRST_VM, "base-gone", "The disk is not corrupted, it is a copy.", 0 },
	{ FIRST_VM, "base-gone", "It doesn't get broken.", 0 },
	{ FIRST_VM, "base-gone", "Tidak ada yang hilang, karena disk itu salinan.", 0 },
	{ FIRST_VM, "base-gone", "Isinya tidak akan rusak.", 0 },
	{ FIRST_VM, "base-gone", "It goes on without any error.", 0 },
	{ FIRST_VM, "between", "The kernel boots, then cloud-init; retry SSH with a timeout.", 4 },
	{ FIRST_VM, "between", "Boot dan DHCP; coba ssh berulang-ulang dengan batas waktu.", 4 },
	{ FIRST_VM, "between", "It boots; one simply sleeps for a minute.", 2 },
	{ FIRST_VM, "two-ways", "It is a serial port and does not need the network; a getty.", 4 },
	{ FIRST_VM, "two-ways", "Konsol tidak memerlukan jaringan; perlu getty pada ttyS0.", 4 },
	{ FIRST_VM, "two-ways", "The console needs the network, through a serial port.", 0 },
	{ FIRST_VM, "two-ways", "Konsol memerlukan jaringan, bukan SSH.", 0 },
	{ FIRST_VM, "ask-or-cut", "It asks by ACPI; no effect when the guest hangs.", 2 },
	{ FIRST_VM, "ask-or-cut", "destroy seperti mencabut listrik; VM yang macet tetap menyala.",
	  2 },
	{ FIRST_VM, "ask-or-cut", "Both turn it off.", 0 },
	{ MIGRATION, "why-shared", "Only the contents of RAM are moved.", 2 },
	{ MIGRATION, "why-shared", "Yang dipindahkan hanya isi memori, bukan disk.", 2 },
	{ MIGRATION, "why-shared", "Not the disk, only the RAM.", 2 },
	{ MIGRATION, "why-shared", "Not only the RAM is moved.", 0 },
	{ MIGRATION, "why-shared", "It does not move just memory.", 0 },
	{ MIGRATION, "why-shared", "Bukan hanya RAM yang dipindahkan.", 0 },
	{ MIGRATION, "why-shared", "Yang dipindahkan tidak memori saja.", 0 },
};

static const struct question *find_question(const struct lab *lab, const char *id)
{
	for (size_t e = 0; e < lab->experiments.n; e++)
		for (size_t i = 0; i < lab->experiments.v[e].questions.n; i++)
			if (!strcmp(lab->experiments.v[e].questions.v[i].id, id))
				return &lab->experiments.v[e].questions.v[i];
	fail_msg("no question '%s' in %s", id, lab->path);
	return NULL;
}

static int64_t points_by_rubric(const struct question *of, const char *answer)
{
	struct question *q;
	struct fixture f;
	int64_t ret = 0, all = 0;

	fixture_init(&f);
	q = fixture_question(&f, PART_EXPLAIN, QUESTION_TEXT, 1);
	memcpy(&q->rubric, &of->rubric, sizeof(q->rubric));
	for (size_t i = 0; i < q->rubric.n; i++)
		all += q->rubric.v[i].points;
	/* One point is 1.00. */
	f.weights.explain = all;
	fixture_answer(&f, 0, answer);
	fixture_grade(&f);
	ret = fixture_line(&f, "q0")->earned / 100;
	fixture_done(&f);
	return ret;
}

static void test_labs__the_opposite_earns_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct complaints mistakes = { 0 };
		struct lab *lab = NULL;
		int64_t got;

		assert_int_equal(lab_load_file(rows[i].lab, NULL, LOAD_RUN, &lab, &mistakes), 0);
		got = points_by_rubric(find_question(lab, rows[i].question), rows[i].answer);
		if (got != rows[i].points)
			fail_msg("%lld points, not %lld: %s", (long long)got,
				 (long long)rows[i].points, rows[i].answer);
		lab_free(lab);
		complaints_done(&mistakes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_labs__the_opposite_earns_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
