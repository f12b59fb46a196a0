/* SPDX-License-Identifier: Apache-2.0 */
/* test_process_output: output without end stays bounded, and all of it is counted and hashed. */
#include "tests/unit/process_fixture.h"

#include <string.h>
#include <sys/resource.h>

#include "runner/base/clock.h"

#define FLOOD_MIB     256
#define MEMORY_MAX_KB (16 * 1024)

static void assert_hash(const struct output *o, const char *bytes, size_t len)
{
	unsigned char hash[SHA256_SIZE];

	crypto_hash_sha256(hash, (const unsigned char *)bytes, len);
	assert_memory_equal(hash, o->sha256, SHA256_SIZE);
}

/* Every way to cut 300 bytes into pieces, against the plain definition. */
static void test_output__head_and_tail_of_any_pieces(void **state)
{
	static const size_t keeps[] = { 1, 2, 7, 8, 64, 299, 300, 301 };
	char all[300];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)(i * 7 + i / 256);
	for (size_t k = 0; k < ARRAY_SIZE(keeps); k++) {
		for (size_t piece = 1; piece <= sizeof(all); piece++) {
			_cleanup_arena_ struct arena arena = { 0 };
			struct sink sink = { 0 };
			struct output o;
			size_t tail;

			sink_start(&sink, keeps[k]);
			for (size_t at = 0; at < sizeof(all); at += piece)
				sink_add(&sink, all + at,
					 piece < sizeof(all) - at ? piece : sizeof(all) - at);
			sink_finish(&sink, &arena, &o);
			sink_done(&sink);
			assert_int_equal(o.total, sizeof(all));
			assert_int_equal(o.kept_len, keeps[k] < 300 ? keeps[k] : 300);
			assert_memory_equal(o.kept, all, o.head_len);
			tail = o.kept_len - o.head_len;
			assert_memory_equal(o.kept + o.head_len, all + sizeof(all) - tail, tail);
			assert_int_equal(o.kept[o.kept_len], 0);
			assert_int_equal(output_is_truncated(&o), keeps[k] < 300);
			assert_hash(&o, all, sizeof(all));
		}
	}
}

static void test_output__nothing(void **state)
{
	struct fixture *f = *state;

	fixture_sh(f, "exit 0");
	assert_string_equal(f->r.out.kept, "");
	assert_int_equal(f->r.out.total, 0);
	assert_hash(&f->r.out, "", 0);
}

static void test_output__streams_are_kept_apart_and_whole(void **state)
{
	struct fixture *f = *state;

	f->spec.keep = 1000;
	fixture_sh(f, "i=0; while [ $i -lt 2000 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done");
	assert_int_equal(f->r.out.total, f->r.err.total);
	assert_int_equal(f->r.out.kept_len, 1000);
	assert_int_equal(f->r.out.head_len, 500);
	assert_memory_equal(f->r.out.kept, "o0\no1\n", 6);
	assert_string_equal(f->r.out.kept + 1000 - 6, "o1999\n");
	assert_string_equal(f->r.err.kept + 1000 - 6, "e1999\n");
}

static long peak_kb(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return use.ru_maxrss;
}

static void test_output__flood_stays_in_bounds(void **state)
{
	struct fixture *f = *state;
	const char *text = getenv("FLOOD_MIB");
	long mib = text ? strtol(text, NULL, 10) : FLOOD_MIB;
	long before = peak_kb();
	char command[128];

	f->spec.timeout_ms = 600000;
	snprintf(command, sizeof(command), "head -c %ldM /dev/zero | tr '\\0' x; echo end", mib);
	fixture_sh(f, command);
	assert_int_equal(f->r.end, END_EXITED);
	assert_true(f->r.out.total == (uint64_t)mib * 1024 * 1024 + 4);
	assert_string_equal(f->r.out.kept + f->r.out.kept_len - 5, "xend\n");
	print_message("%ld MiB in %lld ms, %ld KiB of memory at most\n", mib,
		      (long long)f->r.us / 1000, peak_kb());
	if (!FIXTURE_IS_SANITIZED)
		assert_true(peak_kb() < MEMORY_MAX_KB);
	/* The control: the figure does grow when memory is used. */
	memset(arena_alloc(&f->arena, 64 << 20), 1, 64 << 20);
	assert_true(peak_kb() > before + 32 * 1024);
}

static void test_output__endless_flood_meets_its_deadline(void **state)
{
	struct fixture *f = *state;
	int64_t start = clock_us();

	f->spec.timeout_ms = 200;
	fixture_sh(f, "yes");
	assert_int_equal(f->r.end, END_TIMED_OUT);
	assert_true(clock_us() - start < 2000000);
	/* Left behind, it floods on while it is being ended. */
	start = clock_us();
	f->spec.timeout_ms = 10000;
	fixture_sh(f, "(trap '' TERM; yes) & sleep 0.05; exit 3");
	assert_int_equal(f->r.end, END_EXITED);
	assert_int_equal(f->r.status, 3);
	assert_true(f->r.killed);
	assert_true(clock_us() - start < 5000000);
}

struct ticks {
	int n;
	int64_t last_us, least_us, most_us; /* from one to the next */
};

static void count_tick(void *data)
{
	struct ticks *t = data;
	int64_t now = clock_us();

	if (t->n && (t->n == 1 || now - t->last_us < t->least_us))
		t->least_us = now - t->last_us;
	if (t->n && now - t->last_us > t->most_us)
		t->most_us = now - t->last_us;
	t->last_us = now;
	t->n++;
}

/* Silent, flooding, or ignoring its end: the live line goes on all the same. */
static void test_output__ticks_whatever_comes(void **state)
{
	static const char *const commands[] = { "exec sleep 100", "yes",
						"trap '' TERM; sleep 100 & wait; wait" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		struct ticks t = { 0 };

		process_group_on_tick(f->g, count_tick, &t);
		f->spec.timeout_ms = 900;
		f->g->grace_ms = 300;
		fixture_sh(f, commands[i]);
		assert_int_equal(f->r.end, END_TIMED_OUT);
		assert_in_range(t.n, 3, 3000 / PROCESS_TICK_MS);
		assert_true(t.least_us >= PROCESS_TICK_MS * 500);
		assert_true(t.most_us < 2000 * 1000);
		process_group_on_tick(f->g, NULL, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_output__flood_stays_in_bounds),
		FIXTURE_TEST(test_output__head_and_tail_of_any_pieces),
		FIXTURE_TEST(test_output__nothing),
		FIXTURE_TEST(test_output__streams_are_kept_apart_and_whole),
		FIXTURE_TEST(test_output__endless_flood_meets_its_deadline),
		FIXTURE_TEST(test_output__ticks_whatever_comes),
	};

	return _cmocka_run_group_tests("process_output", tests, ARRAY_SIZE(tests), NULL, NULL);
}
