/* SPDX-License-Identifier: Apache-2.0 */
/* probe_ping: when was an address silent? Keeps every echo, so that it can be judged again. */
#include "checks/probe.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/kinds.h"
#include "runner/host/ping.h"
#include "runner/host/ping_target.h"

/* Longer than any round trip that is not an outage; what comes later counts as lost. */
#define GRACE_MS 200

struct params {
	const char *target;
	int64_t interval_ms;
};

static const struct field fields[] = {
	{ .name = "target",
	  .type = FIELD_STRING,
	  .required = true,
	  .text = N_("The IPv4 or IPv6 address to ping; fe80::7%br0 where it counts on one link."),
	  .example = "target: 192.0.2.7",
	  .offset = offsetof(struct params, target) },
	{ .name = "interval_ms",
	  .type = FIELD_INT,
	  .min = PING_INTERVAL_MIN,
	  .max = PING_INTERVAL_MAX,
	  .text = N_("Milliseconds from one echo request to the next: what an outage is measured "
		     "to."),
	  .example = "interval_ms: 1",
	  .default_text = "10",
	  .offset = offsetof(struct params, interval_ms) },
	{ 0 },
};

static int verify(const void *params, struct err *err)
{
	const struct params *p = params;

	return ping_target_check(p->target, err);
}

static int start(const void *params, const struct probe_site *site, void **ret, struct err *err)
{
	const struct params *p = params;
	const struct ping_spec spec = { .target = p->target, .interval_ms = p->interval_ms };

	(void)site;
	return ping_start(&spec, (struct ping **)ret, err);
}

static enum probe_seen wait_answer(void *watch, int64_t timeout_ms, struct err *err)
{
	return ping_wait_answer(watch, timeout_ms, err) < 0 ? PROBE_NOT_YET : PROBE_SEEN;
}

static const char *tell(void *watch, struct arena *arena)
{
	struct ping_glance g;

	ping_peek(watch, &g);
	if (g.silent_us)
		return arena_printf(arena, _("ping: silent for %lld ms, %llu sent"),
				    (long long)g.silent_us / 1000, (unsigned long long)g.sent);
	return arena_printf(arena, _("ping: longest silence %lld ms, %llu sent"),
			    (long long)g.longest_us / 1000, (unsigned long long)g.sent);
}

static int stop(void *watch, struct arena *arena, struct evidence_item *ret, struct err *err)
{
	_cleanup_arena_ struct arena scratch = { 0 };
	_cleanup_buf_ struct buf text = { 0 };
	struct ping_record record;

	if (ping_stop(watch, ret ? GRACE_MS : 0, &scratch, &record, err) < 0)
		return -1;
	if (!ret)
		return 0;
	ping_record_write(&record, &text);
	host_output_set(&ret->out, buf_str(&text), text.len, arena);
	ret->ms = record.ended_us / 1000;
	return 0;
}

const struct probe probe_ping = {
	.name = "ping",
	.summary = N_("Pings an address and notes when each answer arrived."),
	.params_size = sizeof(struct params),
	.fields = fields,
	.verify = verify,
	.start = start,
	.wait = wait_answer,
	.tell = tell,
	.counts = true,
	.stop = stop,
};
