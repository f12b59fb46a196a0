/* SPDX-License-Identifier: Apache-2.0 */
/* migration_job: what QEMU counted during the last migration that completed. */
#include <string.h>

#include "checks/checker.h"
#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

/* The host counts from 10 ms to 10 ms, and libvirt for itself. */
#define SLACK_MS 100

struct params {
	const char *name;
	const char *step;
};

static const struct field fields[] = {
	{ .name = "name",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("Name of the domain that was moved."),
	  .example = "name: db01",
	  .offset = offsetof(struct params, name) },
	{ .name = "step",
	  .type = FIELD_STEP,
	  .text = N_(
		  "The step that moved it. libvirt does not say when a migration was: with this, "
		  "one counts only if the step succeeded and took as long at least; without, "
		  "the figures may be those of an earlier one."),
	  .example = "step: migrate",
	  .offset = offsetof(struct params, step) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "completed", VALUE_BOOL, NULL,
	  N_("One of the hosts knows of a migration that completed: in that step, where one is "
	     "named.") },
	{ "told_by", VALUE_STRING, NULL,
	  N_("Which host the figures are from: source, destination.") },
	{ "downtime_ms", VALUE_INT, "ms", N_("How long the guest stood still.") },
	{ "total_ms", VALUE_INT, "ms", N_("How long the migration took.") },
	{ "setup_ms", VALUE_INT, "ms", N_("How long it took until the first page was sent.") },
	{ "memory_bytes", VALUE_INT, "bytes", N_("Memory of the guest.") },
	{ "sent_bytes", VALUE_INT, "bytes",
	  N_("Memory that was sent; more than there is when pages had to be sent again.") },
	{ "iterations", VALUE_INT, NULL, N_("How often it went through the memory.") },
	{ "dirty_pages_per_s", VALUE_INT, NULL,
	  N_("How many pages the guest wrote in a second, at the end.") },
	{ "constant_pages", VALUE_INT, NULL, N_("Pages of one repeated byte, sent as that byte.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The guest stood still for less than half a second."),
	  "with: {name: db01}\n"
	  "expect: {downtime_ms: {lt: 500}}\n" },
	{ N_("The step moved it: these are not the figures of an earlier move."),
	  "with: {name: db01, step: look}\n"
	  "expect: {completed: true}\n" },
	{ N_("Memory had to be sent more than once."),
	  "with: {name: db01}\n"
	  "expect: {completed: true, iterations: {gt: 1}}\n" },
	{ 0 },
};

static const char *const roles[] = { "source", "destination" };

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (collect_libvirt_domain(c, roles[i], "completed-job", p->name, err) < 0)
			return -1;
	return p->step ? collect_step(c, "step", p->step, err) : 0;
}

/* virDomainJobOperation */
#define MIGRATION_IN  4
#define MIGRATION_OUT 5

/* The host that sent knows more; after 'started migrated' the one that received knows it, too. */
static const struct evidence_item *find_job(const struct evidence *ev, struct arena *arena,
					    const char **ret_role)
{
	static const int64_t wanted[] = { MIGRATION_OUT, MIGRATION_IN };

	for (size_t i = 0; i < ARRAY_SIZE(roles) * ARRAY_SIZE(wanted); i++) {
		const char *role = roles[i % ARRAY_SIZE(roles)];
		const struct evidence_item *item = libvirt_item(ev, role, "completed-job", arena);
		const char *type =
			libvirt_answered(item) ? evidence_key(item, "type", arena) : NULL;
		int64_t operation;

		if (!type || strcmp(type, "completed") != 0 ||
		    !libvirt_number(item, "operation", arena, &operation) ||
		    operation != wanted[i / ARRAY_SIZE(roles)])
			continue;
		*ret_role = role;
		return item;
	}
	return NULL;
}

/* A move that failed leaves the figures of the one before, and so does one that is not over. */
static bool is_of_step(const struct evidence *ev, const struct evidence_item *job,
		       struct arena *arena)
{
	const struct evidence_item *step = evidence_find(ev, "step");
	int64_t ms;

	if (!step)
		return true;
	return step->end == END_EXITED && !step->status &&
	       libvirt_number(job, "time_elapsed", arena, &ms) && ms <= step->ms + SLACK_MS;
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	/* virDomainGetJobStats calls them so. */
	static const struct {
		const char *measure, *key;
	} figures[] = {
		{ "downtime_ms", "downtime" },
		{ "total_ms", "time_elapsed" },
		{ "setup_ms", "setup_time" },
		{ "memory_bytes", "memory_total" },
		{ "sent_bytes", "memory_processed" },
		{ "iterations", "memory_iteration" },
		{ "dirty_pages_per_s", "memory_dirty_rate" },
		{ "constant_pages", "memory_constant" },
	};
	const struct evidence_item *job;
	const char *role = NULL;
	int64_t n;

	(void)params;
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++)
		if (!libvirt_item(ev, roles[i], "completed-job", ret->arena))
			return err_set(err, ERR_LIBVIRT, NULL, _("host '%s' was not asked"),
				       roles[i]);
	job = find_job(ev, ret->arena, &role);
	if (job && !is_of_step(ev, job, ret->arena))
		job = NULL;
	measures_set_bool(ret, "completed", job != NULL);
	if (!job)
		return 0;
	measures_set_string(ret, "told_by", role);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++)
		if (libvirt_number(job, figures[i].key, ret->arena, &n))
			measures_set_int(ret, figures[i].measure, n);
	return 0;
}

const struct checker checker_migration_job = {
	.name = "migration_job",
	.summary = N_("QEMU's own figures of the last migration: downtime, time, bytes, rounds."),
	.why = N_(
		"QEMU knows how long it held the guest still. What a ping saw must agree with it; "
		"what it saw beyond that is the network's part."),
	.source = "virsh(1) domjobinfo --completed, libvirt-domain.h virDomainGetJobStats",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
