/* SPDX-License-Identifier: Apache-2.0 */
/* ping_outage: for how long did an address not answer, while the steps ran? */
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/model/ping_record.h"

struct params {
	const char *probe;
};

static const struct field fields[] = {
	{ .name = "probe",
	  .type = FIELD_STEP,
	  .required = true,
	  .probe = "ping",
	  .text = N_("The step of this experiment that pings: 'probe: ping'."),
	  .example = "probe: ping",
	  .offset = offsetof(struct params, probe) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "longest_gap_ms", VALUE_NUMBER, "ms",
	  N_("The longest time between two answers that arrived one after the other: the outage, "
	     "also when nothing was lost and everything came late. What is before the first answer "
	     "does not count: the steps begin after it.") },
	{ "longest_gap_from_ms", VALUE_NUMBER, "ms",
	  N_("When it began, from the start of the ping.") },
	{ "longest_send_gap_ms", VALUE_NUMBER, "ms",
	  N_("The longest time in which nothing was sent: much more than the interval, and this "
	     "machine was too busy to ask. A gap is as long at least, whatever the guest did.") },
	{ "gaps", VALUE_INT, NULL,
	  N_("How many gaps were longer than three intervals and 10 ms.") },
	{ "sent", VALUE_INT, NULL, N_("Echo requests sent.") },
	{ "answered", VALUE_INT, NULL, N_("Those that were answered, however late.") },
	{ "lost", VALUE_INT, NULL, N_("Those that were not.") },
	{ "duplicates", VALUE_INT, NULL, N_("Answers that came once more.") },
	{ "out_of_order", VALUE_INT, NULL, N_("Answers that a later one had overtaken.") },
	{ "send_errors", VALUE_INT, NULL,
	  N_("Requests that this machine could not even send; they count as lost.") },
	{ "rtt_p50_ms", VALUE_NUMBER, "ms",
	  N_("Round trip: half were as short; nothing when none was answered.") },
	{ "rtt_p95_ms", VALUE_NUMBER, "ms", N_("Round trip: 95 of 100 were as short.") },
	{ "rtt_max_ms", VALUE_NUMBER, "ms",
	  N_("The longest round trip: of a guest that was frozen, about the outage.") },
	{ "interval_ms", VALUE_INT, "ms", N_("From one request to the next.") },
	{ "duration_ms", VALUE_INT, "ms", N_("How long the ping ran.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("A guest that moved was silent for less than half a second."),
	  "with: {probe: ping}\n"
	  "expect: {longest_gap_ms: {lt: 500}, answered: {gt: 0}}\n" },
	{ N_("It never stopped answering: no gap worth the name."),
	  "with: {probe: ping}\n"
	  "expect: {gaps: 0, lost: 0}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	return collect_step(c, "ping", p->probe, err);
}

static void set_ms(struct measures *ret, const char *name, int64_t us)
{
	measures_set_number(ret, name, (double)us / 1000);
}

static void set_counts(struct measures *ret, const struct ping_record *r,
		       const struct ping_figures *f)
{
	const struct {
		const char *name;
		uint64_t value;
	} counts[] = {
		{ "gaps", f->gaps },
		{ "sent", f->sent },
		{ "answered", f->answered },
		{ "lost", f->lost },
		{ "duplicates", r->duplicates },
		{ "out_of_order", r->out_of_order },
		{ "send_errors", r->send_errors },
		{ "interval_ms", (uint64_t)r->interval_ms },
		{ "duration_ms", (uint64_t)r->ended_us / 1000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		measures_set_int(ret, counts[i].name, (int64_t)counts[i].value);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *item = evidence_find(ev, "ping");
	_cleanup_arena_ struct arena scratch = { 0 };
	struct ping_record record;
	struct ping_figures f;

	if (!item)
		return err_set(err, ERR_ENV, NULL, _("step '%s' left no evidence"), p->probe);
	if (ping_record_read(&item->out, &scratch, &record, err) < 0)
		return -1;
	ping_measure(&record, &f);
	set_counts(ret, &record, &f);
	set_ms(ret, "longest_gap_ms", f.longest.to_us - f.longest.from_us);
	set_ms(ret, "longest_gap_from_ms", f.longest.from_us);
	set_ms(ret, "longest_send_gap_ms", f.send_gap.to_us - f.send_gap.from_us);
	if (!f.answered)
		return 0;
	set_ms(ret, "rtt_p50_ms", f.rtt_p50_us);
	set_ms(ret, "rtt_p95_ms", f.rtt_p95_us);
	set_ms(ret, "rtt_max_ms", f.rtt_max_us);
	return 0;
}

const struct checker checker_ping_outage = {
	.name = "ping_outage",
	.summary = N_("How long an address did not answer while the steps ran."),
	.why = N_("What users feel of a migration, a snapshot or a failover is the time in which "
		  "the guest is silent. Loss does not show it: a guest that was frozen answers "
		  "everything late and loses nothing. So the time between arrivals is measured."),
	.source = "RFC 792, RFC 4443, RFC 2330, icmp(7), socket(7) SO_TIMESTAMPNS",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
