/* SPDX-License-Identifier: Apache-2.0 */
/* responder: answers echo requests, and falls silent at a given moment for a given time. */
#include "tests/unit/responder.h"

#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "runner/base/clock.h"

#define LOOK_US 1000 /* how often it looks whether it is to be silent or to end */

void responder_pause_until(int64_t us)
{
	int64_t left;

	while ((left = us - clock_us()) > 0)
		poll(NULL, 0, (int)((left + 999) / 1000));
}

static void add_to_checksum(uint8_t *at, int change)
{
	uint32_t sum = (uint32_t)(at[0] << 8 | at[1]) + (uint32_t)change;

	sum = (sum & 0xffff) + (sum >> 16);
	at[0] = (uint8_t)(sum >> 8);
	at[1] = (uint8_t)sum;
}

/* Turns a request into its answer; false when it is no request. */
static bool turn(struct responder_packet *p)
{
	bool v6 = p->bytes[0] >> 4 == 6;
	size_t size = v6 ? 16 : 4, from = v6 ? 8 : 12, head = v6 ? 40 : 20;
	uint8_t *icmp = p->bytes + head, address[16];

	if (p->len < (ssize_t)head + 8 || (v6 ? p->bytes[6] != 58 : p->bytes[9] != 1) ||
	    icmp[0] != (v6 ? 128 : 8))
		return false;
	memcpy(address, p->bytes + from, size);
	memcpy(p->bytes + from, p->bytes + from + size, size);
	memcpy(p->bytes + from + size, address, size);
	icmp[0] = v6 ? 129 : 0;
	/* RFC 1624: the type went from 8 to 0, or from 128 to 129. */
	add_to_checksum(icmp + 2, v6 ? 0xffff - 0x100 : 0x800);
	return true;
}

static void answer(struct responder *r, struct responder_packet *p)
{
	int64_t now = clock_us();

	if (!turn(p) || write(r->fd, p->bytes, (size_t)p->len) != p->len)
		return;
	if (r->last_us && now - r->last_us > atomic_load(&r->longest_us))
		atomic_store(&r->longest_us, now - r->last_us);
	r->last_us = now;
}

static void withhold(struct responder *r, const struct responder_packet *p)
{
	struct responder_packet copy = *p;

	if (!turn(&copy)) /* the kernel's own, such as a search for routers */
		return;
	atomic_fetch_add(&r->withheld, 1);
	if (atomic_load(&r->manner) == FREEZES && r->held_count < RESPONDER_HELD_MAX)
		r->held[r->held_count++] = *p;
}

/* The answer is what the packet is afterwards, and may be written once more. */
static void repeat(struct responder *r, struct responder_packet *p)
{
	answer(r, p);
	if (write(r->fd, p->bytes, (size_t)p->len) == p->len)
		atomic_fetch_add(&r->odd, 1);
}

static void swap(struct responder *r, struct responder_packet *p)
{
	struct responder_packet copy = *p;

	if (!turn(&copy))
		return;
	if (!r->held_count) {
		r->held[r->held_count++] = *p;
		return;
	}
	answer(r, p);
	answer(r, &r->held[--r->held_count]);
	atomic_fetch_add(&r->odd, 1);
}

static void give(struct responder *r, struct responder_packet *p)
{
	switch (atomic_load(&r->manner)) {
	case REPEATS:
		repeat(r, p);
		break;
	case SWAPS:
		swap(r, p);
		break;
	default:
		answer(r, p);
	}
}

/* Begins and ends the silence when it is time for it. */
static bool is_silent(struct responder *r, int64_t now)
{
	int64_t from = atomic_load(&r->from_us);

	if (!from || now < from || atomic_load(&r->ended_us) || atomic_load(&r->manner) >= ANSWERS)
		return false;
	if (!atomic_load(&r->began_us)) {
		atomic_store(&r->began_us, now);
		r->held_count = 0;
	}
	if (now < atomic_load(&r->to_us))
		return true;
	for (size_t i = 0; i < r->held_count; i++)
		answer(r, &r->held[i]);
	atomic_store(&r->ended_us, now);
	return false;
}

static void wait_packet(struct responder *r)
{
	struct pollfd fd = { r->fd, POLLIN, 0 };
	int64_t now = clock_us(), next = atomic_load(&r->from_us), wait = LOOK_US;
	struct timespec t;

	if (atomic_load(&r->began_us))
		next = atomic_load(&r->to_us);
	if (next > now && next - now < wait)
		wait = next - now;
	t = (struct timespec){ .tv_nsec = wait * 1000 };
	ppoll(&fd, 1, &t, NULL);
}

void *responder_run(void *data)
{
	struct responder *r = data;
	struct responder_packet p;

	prctl(PR_SET_TIMERSLACK, 1);
	while (!atomic_load(&r->ends)) {
		bool silent;

		wait_packet(r);
		silent = is_silent(r, clock_us());
		p.len = read(r->fd, p.bytes, sizeof(p.bytes));
		if (p.len <= 0)
			continue;
		if (silent)
			withhold(r, &p);
		else
			give(r, &p);
	}
	return NULL;
}

void responder_silence(struct responder *r, int64_t in_us, int64_t ms)
{
	int64_t from = clock_us() + in_us;

	atomic_store(&r->from_us, 0);
	atomic_store(&r->to_us, from + ms * 1000);
	atomic_store(&r->began_us, 0);
	atomic_store(&r->ended_us, 0);
	atomic_store(&r->withheld, 0);
	atomic_store(&r->longest_us, 0);
	atomic_store(&r->from_us, ms ? from : 0);
}
