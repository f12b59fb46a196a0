/* SPDX-License-Identifier: Apache-2.0 */
/* same_boot: from libvirt's events: was the guest moved and never started again? */
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "checks/lines.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *name, *step, *other;
};

static const struct field fields[] = {
	{ .name = "name",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("Name of the domain."),
	  .example = "name: db01",
	  .offset = offsetof(struct params, name) },
	{ .name = "step",
	  .type = FIELD_STEP,
	  .required = true,
	  .probe = "events",
	  .text = N_("The step that notes the events of a host: 'probe: events'."),
	  .example = "step: events",
	  .offset = offsetof(struct params, step) },
	{ .name = "other",
	  .type = FIELD_STEP,
	  .probe = "events",
	  .text = N_("The one that notes those of the other host."),
	  .example = "other: events",
	  .offset = offsetof(struct params, other) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "same_boot", VALUE_BOOL, NULL,
	  N_("It never started anew, crashed, nor stopped but to go on elsewhere, and nothing was "
	     "missed; nothing when something may have been missed, or no host knew it.") },
	{ "moves", VALUE_INT, NULL, N_("How often it arrived on a host and went on there.") },
	{ "failed_moves", VALUE_INT, NULL,
	  N_("How often it arrived on a host and was given up there before it went on.") },
	{ "departures", VALUE_INT, NULL, N_("How often it left a host.") },
	{ "starts", VALUE_INT, NULL, N_("How often it started anew: booted, restored, reverted.") },
	{ "stops", VALUE_INT, NULL, N_("How often it stopped for good: shutdown, destroyed.") },
	{ "crashes", VALUE_INT, NULL, N_("How often it crashed.") },
	{ "gaps", VALUE_INT, NULL, N_("How often libvirt was gone, so that events were missed.") },
	{ "events", VALUE_LIST, NULL, N_("Its events in their order: [started migrated].") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The guest moved once and is still the same boot."),
	  "with: {name: db01, step: events}\n"
	  "expect: {same_boot: true, moves: 1}\n" },
	{ N_("It was started anew."), "with: {name: db01, step: events}\n"
				      "expect: {same_boot: false, starts: {ge: 1}}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	if (collect_step(c, "events", p->step, err) < 0)
		return -1;
	return p->other ? collect_step(c, "other", p->other, err) : 0;
}

enum what { MOVES, FAILED_MOVES, DEPARTURES, STARTS, STOPS, CRASHES, GAPS, NOTHING };

static const char *const names[] = { "moves", "failed_moves", "departures", "starts",
				     "stops", "crashes",      "gaps" };

/* The first that fits; a NULL detail is any. */
static const struct {
	const char *event, *detail;
	enum what what;
} kinds[] = {
	{ "started", "migrated", MOVES },    { "started", "wakeup", NOTHING },
	{ "started", NULL, STARTS },	     { "stopped", "migrated", DEPARTURES },
	{ "stopped", "crashed", CRASHES },   { "stopped", NULL, STOPS },
	{ "crashed", NULL, CRASHES },	     { "resumed", "from-snapshot", STARTS },
	{ "suspended", "restored", STARTS },
};

static enum what find_kind(const char *event, const char *detail)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(event, kinds[i].event) &&
		    (!kinds[i].detail || !strcmp(detail, kinds[i].detail)))
			return kinds[i].what;
	return NOTHING;
}

struct tally {
	int64_t of[NOTHING];
	size_t connections;
	bool seen;     /* some host knew of it */
	bool arriving; /* on this host, and has not gone on yet */
};

/*
 * It has moved when it goes on, or was told not to. Arriving and stopping before that is a
 * migration that failed: it goes on where it was.
 */
static enum what follow(struct tally *t, const char *event, enum what what)
{
	bool arrived = t->arriving;

	if (what == MOVES) {
		t->arriving = true;
		return NOTHING;
	}
	if (!arrived)
		return what;
	t->arriving = false;
	if (what == STOPS || what == CRASHES)
		return FAILED_MOVES;
	if (!strcmp(event, "resumed") || !strcmp(event, "suspended"))
		return MOVES;
	t->arriving = true;
	return what;
}

/* What stands behind the fourth blank is the name, whatever is in it. */
static bool is_about(const struct line *line, const char *name)
{
	const char *p = line->text, *end = line->text + line->len;

	for (int i = 0; i < 4 && p; i++) {
		p = memchr(p, ' ', (size_t)(end - p));
		p = p ? p + 1 : NULL;
	}
	return p && (size_t)(end - p) == strlen(name) && !memcmp(p, name, strlen(name));
}

/* A line of kvmlab-libvirt: 'MILLISECONDS EVENT DETAIL UUID NAME'. */
static void count_line(const struct line *line, const char *name, struct tally *t,
		       struct measures *ret)
{
	const char *event = line_word(line, 1, ret->arena);
	const char *detail = line_word(line, 2, ret->arena);
	enum what what;

	if (!event || !detail)
		return;
	t->connections += !strcmp(event, "connected");
	t->of[GAPS] += !strcmp(event, "disconnected");
	if (!is_about(line, name))
		return;
	t->seen = true;
	if (!strcmp(event, "found"))
		return;
	what = follow(t, event, find_kind(event, detail));
	if (what != NOTHING)
		t->of[what]++;
	measures_add(ret, "events", arena_printf(ret->arena, "%s %s", event, detail));
}

/* The first line of what it complained about says why. */
static int say_nothing_recorded(const struct evidence_item *item, struct err *err)
{
	const char *why = item && item->err.kept ? item->err.kept : "";
	int len = (int)strcspn(why, "\n");

	if (item && item->end == END_NOT_RUN)
		return err_errno(err, ERR_ENV, item->error, _("cannot run 'kvmlab-libvirt'"));
	return err_set(err, ERR_ENV, NULL, _("the step did not record events of libvirt%s%.*s"),
		       len ? ": " : "", len, why);
}

/* It listened until it was told to end. */
static bool listened_to_the_end(const struct evidence_item *item)
{
	return item->end == END_CANCELLED;
}

static int count(const struct evidence_item *item, const char *name, struct tally *t,
		 struct measures *ret, struct err *err)
{
	struct line line = { 0 };
	size_t before = t->connections;

	t->arriving = false;
	while (lines_next(&item->out, &line))
		count_line(&line, name, t, ret);
	if (t->connections == before)
		return say_nothing_recorded(item, err);
	/* What was cut out was missed, and what came when nobody listened any more. */
	t->of[GAPS] += output_is_truncated(&item->out) || !listened_to_the_end(item);
	return 0;
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *events = evidence_find(ev, "events");
	const struct evidence_item *other = evidence_find(ev, "other");
	struct tally t = { 0 };
	bool anew;

	if (!events)
		return say_nothing_recorded(NULL, err);
	measures_set_empty(ret, "events");
	if (count(events, p->name, &t, ret, err) < 0 ||
	    (other && count(other, p->name, &t, ret, err) < 0))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		measures_set_int(ret, names[i], t.of[i]);
	anew = t.of[STARTS] || t.of[STOPS] || t.of[CRASHES];
	if (t.seen && (anew || !t.of[GAPS]))
		measures_set_bool(ret, "same_boot", !anew);
	return 0;
}

const struct checker checker_same_boot = {
	.name = "same_boot",
	.summary = N_("The virtual machine moved, and was never started again."),
	.why = N_(
		"A guest that was shut down here and started there also 'runs on the other host'. "
		"Live migration is when its programs never noticed; libvirt's events tell which."),
	.source = "libvirt-domain.h virDomainEventType, virsh(1) event",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
