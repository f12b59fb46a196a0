/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outage: outages of known length, seen by ping_outage at 1 ms and by other programs that ping at
 * the same time. The responder itself says from when to when it was silent: that is the truth, and
 * an error is how far the longest gap between two arrivals is from it.
 *
 * usage: outage drop|freeze|answer MILLISECONDS TIMES
 * Prints a line for each program: NAME TAB TIMES P50 P95 MAX CPU, errors in ms, CPU in ms per
 * second. 'answer' is the control: nobody falls silent, and that is an error.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "checks/checker.h"
#include "runner/base/cleanup.h"
#include "runner/base/clock.h"
#include "runner/host/kinds.h"
#include "runner/host/ping.h"
#include "tests/bench/outage/peer.h"
#include "tests/bench/outage/wires.h"

#define PEERS	     3
#define TIMES_MAX    100
#define LEAD_US	     100000 /* and up to LEAD_MORE: no phase is preferred */
#define LEAD_MORE_US 200000
#define TAIL_US	     250000 /* who asks every 200 ms must be answered in it */
#define LATE_US	     500    /* later than that is not on time */
#define GRACE_MS     20
#define REPEATS_MAX  200

struct outage {
	int64_t from, to; /* Unix microseconds */
	int64_t our_gap_us;
};

struct bench {
	struct wires wires;
	enum manner manner;
	int64_t ms;
	size_t times, repeats;
	struct outage outages[TIMES_MAX];
	int64_t cpu_us, lived_us; /* ours */
	struct peer_run runs[PEERS];
};

static int64_t cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_utime.tv_sec * 1000000LL + u.ru_utime.tv_usec + u.ru_stime.tv_sec * 1000000LL +
	       u.ru_stime.tv_usec;
}

static int64_t to_unix(int64_t us)
{
	return clock_unix_us() - (clock_us() - us);
}

/* What the checker says of a record, as a lab would see it. */
static int check(const struct ping_record *record, struct arena *arena, struct measures *ret,
		 struct err *err)
{
	const struct checker *checker = checker_find("ping_outage");
	const struct {
		const char *probe;
	} params = { "ping" };
	_cleanup_buf_ struct buf text = { 0 };
	struct evidence ev = { 0 };
	int rc;

	ping_record_write(record, &text);
	host_output_set(&evidence_add(&ev, "ping")->out, buf_str(&text), text.len, arena);
	measures_init(ret, checker->measures, measure_count(checker->measures), arena);
	rc = checker->measure(&ev, &params, ret, err);
	evidence_done(&ev);
	return rc;
}

static const struct value *found(const struct measures *m, const char *name)
{
	return &m->values[measure_index(m->specs, m->n, name)];
}

/* From a frozen responder every answer comes, and late; from one that drops, none. */
static int note_gap(const struct bench *b, const struct measures *m, struct outage *ret,
		    struct err *err)
{
	int64_t lost = found(m, "lost")->i;

	if (b->manner == FREEZES ? lost > 0 : lost < b->ms / 2)
		return err_set(err, ERR_ENV, NULL,
			       "%s of %" PRId64 " ms lost %" PRId64 " answers at 1 ms",
			       b->manner == FREEZES ? "a freeze" : "an outage", b->ms, lost);
	ret->our_gap_us = (int64_t)(found(m, "longest_gap_ms")->d * 1000 + 0.5);
	return 0;
}

/* The answers themselves must show the silence, and so must the requests that stayed without one.
 */
static int verify(const struct bench *b, struct err *err)
{
	const struct responder *r = b->wires.responder;
	int64_t gap = atomic_load(&r->longest_us);
	uint64_t withheld = atomic_load(&r->withheld);

	if (!atomic_load(&r->ended_us) || gap < b->ms * 1000 || withheld < (uint64_t)b->ms / 2)
		return err_set(err, ERR_ENV, NULL,
			       "no outage of %" PRId64 " ms happened: the longest time between two "
			       "answers was %.1f ms, and %" PRIu64 " requests waited",
			       b->ms, (double)gap / 1000, withheld);
	return 0;
}

/* Did the responder get the processor when it was to begin and to end? Else the outage had another
 * length, whoever watched it. */
static bool is_on_time(const struct responder *r)
{
	return atomic_load(&r->began_us) - atomic_load(&r->from_us) <= LATE_US &&
	       atomic_load(&r->ended_us) - atomic_load(&r->to_us) <= LATE_US;
}

/* 1: it was not on time. */
static int one_outage(struct bench *b, struct outage *ret, struct err *err)
{
	const struct ping_spec spec = { .target = WIRES_TARGET, .interval_ms = 1 };
	_cleanup_arena_ struct arena arena = { 0 };
	struct responder *r = b->wires.responder;
	int64_t cpu = cpu_us(), began = clock_us();
	struct ping_record record;
	struct measures measures;
	struct ping *ping;
	int rc;

	if (ping_start(&spec, &ping, err) < 0)
		return -1;
	rc = ping_wait_answer(ping, 5000, err);
	responder_silence(r, LEAD_US + rand() % LEAD_MORE_US, b->ms);
	responder_pause_until(atomic_load(&r->to_us) + TAIL_US);
	if (rc == 0)
		rc = verify(b, err);
	if (ping_stop(ping, GRACE_MS, &arena, &record, rc ? NULL : err) < 0 || rc < 0)
		return -1;
	b->cpu_us += cpu_us() - cpu;
	b->lived_us += clock_us() - began;
	ret->from = to_unix(atomic_load(&r->from_us));
	ret->to = to_unix(atomic_load(&r->ended_us));
	if (check(&record, &arena, &measures, err) < 0 || note_gap(b, &measures, ret, err) < 0)
		return -1;
	return is_on_time(r) ? 0 : 1;
}

static int all_outages(struct bench *b, struct err *err)
{
	for (size_t i = 0; i < b->times;) {
		int rc = one_outage(b, &b->outages[i], err);

		if (rc < 0)
			return -1;
		if (rc == 0)
			i++;
		else if (++b->repeats > REPEATS_MAX)
			return err_set(err, ERR_ENV, NULL,
				       "the machine is too busy for outages of known length");
	}
	return 0;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print(const char *name, int64_t *errors, size_t n, double cpu)
{
	qsort(errors, n, sizeof(*errors), by_size);
	printf("%s\t%zu %.2f %.2f %.2f %.1f\n", name, n, (double)errors[(n - 1) / 2] / 1000,
	       (double)errors[(n * 95 + 99) / 100 - 1] / 1000, (double)errors[n - 1] / 1000, cpu);
}

static void print_ours(const struct bench *b)
{
	int64_t errors[TIMES_MAX];

	for (size_t i = 0; i < b->times; i++) {
		const struct outage *o = &b->outages[i];

		errors[i] = llabs(o->our_gap_us - (o->to - o->from));
	}
	print("kvmlab, 1 ms", errors, b->times, (double)b->cpu_us * 1000 / (double)b->lived_us);
}

static int print_peer(const struct bench *b, size_t p, struct err *err)
{
	int64_t errors[TIMES_MAX];

	for (size_t i = 0; i < b->times; i++) {
		const struct outage *o = &b->outages[i];
		int64_t gap = peer_gap_us(&b->runs[p], o->from, o->to);

		if (!gap)
			return err_set(err, ERR_ENV, NULL, "'%s' has no answers around outage %zu",
				       peers[p].name, i + 1);
		errors[i] = llabs(gap - (o->to - o->from));
	}
	print(peers[p].name, errors, b->times, b->runs[p].cpu_ms_per_s);
	return 0;
}

static int measure(struct bench *b, struct err *err)
{
	if (wires_open(&b->wires, err) < 0)
		return -1;
	atomic_store(&b->wires.responder->manner, b->manner);
	for (size_t p = 0; p < PEERS; p++)
		if (peer_start(&peers[p], WIRES_TARGET, &b->runs[p], err) < 0)
			return -1;
	if (all_outages(b, err) < 0)
		return -1;
	for (size_t p = 0; p < PEERS; p++)
		if (peer_stop(&peers[p], &b->runs[p], err) < 0)
			return -1;
	print_ours(b);
	for (size_t p = 0; p < PEERS; p++)
		if (print_peer(b, p, err) < 0)
			return -1;
	if (b->repeats)
		printf("repeated\t%zu\n", b->repeats);
	return 0;
}

static int parse(int argc, char **argv, struct bench *b)
{
	static const char *const manners[] = { "drop", "freeze", "answer" };

	if (argc != 4)
		return -1;
	for (b->manner = DROPS; strcmp(argv[1], manners[b->manner]); b->manner++)
		if (b->manner == ANSWERS)
			return -1;
	b->ms = strtoll(argv[2], NULL, 10);
	b->times = strtoul(argv[3], NULL, 10);
	return b->ms >= 1 && b->ms <= 3000 && b->times >= 1 && b->times <= TIMES_MAX ? 0 : -1;
}

int main(int argc, char **argv)
{
	static struct bench b;
	struct err err = { 0 };
	int rc;

	if (parse(argc, argv, &b) < 0) {
		fprintf(stderr, "usage: outage drop|freeze|answer MILLISECONDS TIMES\n");
		return 64;
	}
	srand((unsigned)clock_us());
	rc = measure(&b, &err);
	for (size_t p = 0; p < PEERS; p++)
		peer_done(&b.runs[p]);
	wires_close(&b.wires);
	if (rc < 0)
		fprintf(stderr, "outage: %s\n", err.msg);
	return rc < 0 ? (err.kind == ERR_PRIVILEGE ? 77 : 1) : 0;
}
