/* SPDX-License-Identifier: Apache-2.0 */
/* overcommit: what all virtual machines of a host were promised, against what the host has. */
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/libvirt.h"
#include "checks/promises.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define MIB	  (1024.0 * 1024)
#define PATHS_MAX 256

struct params {
	char unused;
};

static const struct field fields[] = { { 0 } };

static const struct measure_spec measures[] = {
	{ "domains", VALUE_INT, NULL, N_("How many virtual machines there are, running or not.") },
	{ "running", VALUE_INT, NULL, N_("How many of them are running or paused.") },
	{ "host_cpus", VALUE_INT, NULL, N_("How many CPUs the host has.") },
	{ "vcpus", VALUE_INT, NULL, N_("How many vCPUs were promised to all of them together.") },
	{ "running_vcpus", VALUE_INT, NULL, N_("How many of these belong to running ones.") },
	{ "vcpu_ratio", VALUE_NUMBER, "x", N_("vCPUs of all over CPUs of the host.") },
	{ "running_vcpu_ratio", VALUE_NUMBER, "x",
	  N_("vCPUs of the running ones over CPUs of the host.") },
	{ "host_memory_mib", VALUE_INT, "MiB", N_("Memory of the host.") },
	{ "memory_mib", VALUE_INT, "MiB", N_("Memory promised to all of them together.") },
	{ "running_memory_mib", VALUE_INT, "MiB", N_("Memory promised to the running ones.") },
	{ "memory_ratio", VALUE_NUMBER, "x", N_("Memory promised to all over the host's.") },
	{ "running_memory_ratio", VALUE_NUMBER, "x",
	  N_("Memory promised to the running ones over the host's.") },
	{ "disks", VALUE_INT, NULL,
	  N_("How many disks they have; one that two of them use counts once.") },
	{ "disk_mib", VALUE_INT, "MiB", N_("The sum of the sizes that guests see of them.") },
	{ "disk_used_mib", VALUE_INT, "MiB",
	  N_("What these disks and the images they are based on take now, each image once.") },
	{ "disk_room_mib", VALUE_INT, "MiB",
	  N_("The size of the file systems that hold those of them that are files.") },
	{ "disk_free_mib", VALUE_INT, "MiB", N_("What is free on these file systems.") },
	{ "disk_ratio", VALUE_NUMBER, "x",
	  N_("Sizes promised by disks that are files, over the size of the file systems.") },
	{ "disk_growth_mib", VALUE_INT, "MiB",
	  N_("How much disks that are files can still grow.") },
	{ "disk_can_overflow", VALUE_BOOL, NULL,
	  N_("On one of the file systems they can grow by more than is free.") },
	{ "thin_disks", VALUE_LIST, NULL,
	  N_("Disks that take less than they promise, as domain:disk.") },
	{ "based_disks", VALUE_LIST, NULL,
	  N_("Disks that are based on another image, as far as a pool of libvirt knows.") },
	{ "unknown_disks", VALUE_LIST, NULL,
	  N_("Disks whose size could not be told; the sums do not have them.") },
	{ "overcommitted", VALUE_LIST, NULL,
	  N_("Of what more is promised to all than the host has: vcpu, memory, disk.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("More vCPUs than CPUs were promised."), "expect: {vcpu_ratio: {gt: 1}}\n" },
	{ N_("The running guests fit into memory, and no disk can fill the host."),
	  "expect: {running_memory_ratio: {lt: 1}, disk_can_overflow: false}\n" },
	{ 0 },
};

static int collect_room(struct collector *c, struct err *err)
{
	static const char *const words[] = { "stat", "-f", "-c", "%i %S %b %a %n", "--" };
	const char *argv[ARRAY_SIZE(words) + PATHS_MAX + 1] = { 0 };
	size_t n = ARRAY_SIZE(words);
	struct promises t;

	promises_read(evidence_find(c->ev, "promises"), c->arena, &t);
	memcpy(argv, words, sizeof(words));
	for (size_t i = 0; i < t.n && n < ARRAY_SIZE(argv) - 1; i++)
		if (t.disks[i].is_file && !t.disks[i].is_again)
			argv[n++] = t.disks[i].path;
	if (n == ARRAY_SIZE(words))
		return 0;
	return collect_command(c, "room", argv, OPTIONAL, err);
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	(void)params;
	if (collect_libvirt_host(c, "host", NULL, "host", err) < 0 ||
	    collect_libvirt_host(c, "promises", NULL, "promises", err) < 0)
		return -1;
	return libvirt_answered(evidence_find(c->ev, "promises")) ? collect_room(c, err) : 0;
}

/* A file system, by its line 'ID BLOCK BLOCKS AVAILABLE PATH'. */
struct room {
	const char *id;
	double size, free, growth;
};

struct rooms {
	struct room *v;
	size_t n;
	double promised, growth; /* of the disks on them */
	bool overflows;
};

static struct room *room_add(struct rooms *r, const struct line *line, struct arena *arena)
{
	const char *id = line_word(line, 0, arena);
	double block = promises_number(line_word(line, 1, arena));

	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->v[i].id, id))
			return &r->v[i];
	r->v[r->n] = (struct room){ .id = id,
				    .size = block * promises_number(line_word(line, 2, arena)),
				    .free = block * promises_number(line_word(line, 3, arena)) };
	return &r->v[r->n++];
}

static void rooms_read(const struct evidence_item *item, const struct promises *t,
		       struct rooms *ret)
{
	struct line line = { 0 };

	*ret = (struct rooms){ .v = arena_array(t->arena, struct room, t->n + 1) };
	while (item && lines_next(&item->out, &line)) {
		const struct promised_disk *d = promises_find(t, promises_rest(&line, 4, t->arena));
		struct room *r;

		if (!d || !d->is_known)
			continue;
		r = room_add(ret, &line, t->arena);
		ret->promised += d->capacity;
		if (d->capacity > d->used)
			r->growth += d->capacity - d->used;
	}
	for (size_t i = 0; i < ret->n; i++) {
		ret->growth += ret->v[i].growth;
		ret->overflows |= ret->v[i].growth > ret->v[i].free;
	}
}

static void set_mib(struct measures *ret, const char *name, double bytes)
{
	measures_set_int(ret, name, (int64_t)(bytes / MIB));
}

/* To two digits. */
static void set_ratio(struct measures *ret, const char *name, double part, double whole)
{
	if (whole > 0)
		measures_set_number(ret, name, (double)(int64_t)(part / whole * 100 + 0.5) / 100);
}

static void measure_disks(const struct promises *t, struct measures *ret)
{
	double promised = 0, used = 0;
	int64_t disks = 0;

	/* A template's image is a disk of its own, too. */
	for (size_t i = 0; i < t->images_n; i++)
		used += promises_find(t, t->images[i].path) ? 0 : t->images[i].used;
	measures_set_empty(ret, "thin_disks");
	measures_set_empty(ret, "based_disks");
	measures_set_empty(ret, "unknown_disks");
	for (size_t i = 0; i < t->n; i++) {
		const struct promised_disk *d = &t->disks[i];

		if (d->is_based)
			measures_add(ret, "based_disks", d->name);
		if (!d->is_known)
			measures_add(ret, "unknown_disks", d->name);
		else if (d->used < d->capacity)
			measures_add(ret, "thin_disks", d->name);
		disks += !d->is_again;
		promised += d->is_again ? 0 : d->capacity;
		used += d->is_again ? 0 : d->used;
	}
	measures_set_int(ret, "disks", disks);
	set_mib(ret, "disk_mib", promised);
	set_mib(ret, "disk_used_mib", used);
}

static double measure_rooms(const struct evidence *ev, const struct promises *t,
			    struct measures *ret)
{
	struct rooms r;
	double size = 0, available = 0;

	rooms_read(evidence_find(ev, "room"), t, &r);
	for (size_t i = 0; i < r.n; i++) {
		size += r.v[i].size;
		available += r.v[i].free;
	}
	set_mib(ret, "disk_growth_mib", r.growth);
	measures_set_bool(ret, "disk_can_overflow", r.overflows);
	if (!r.n)
		return 0;
	set_mib(ret, "disk_room_mib", size);
	set_mib(ret, "disk_free_mib", available);
	set_ratio(ret, "disk_ratio", r.promised, size);
	return r.promised / size;
}

static void measure_counts(const struct promises *t, double cpus, double memory,
			   struct measures *ret)
{
	measures_set_int(ret, "domains", t->domains);
	measures_set_int(ret, "running", t->running);
	measures_set_int(ret, "host_cpus", (int64_t)cpus);
	measures_set_int(ret, "vcpus", t->vcpus);
	measures_set_int(ret, "running_vcpus", t->running_vcpus);
	set_ratio(ret, "vcpu_ratio", (double)t->vcpus, cpus);
	set_ratio(ret, "running_vcpu_ratio", (double)t->running_vcpus, cpus);
	set_mib(ret, "host_memory_mib", memory);
	set_mib(ret, "memory_mib", t->memory);
	set_mib(ret, "running_memory_mib", t->running_memory);
	set_ratio(ret, "memory_ratio", t->memory, memory);
	set_ratio(ret, "running_memory_ratio", t->running_memory, memory);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct evidence_item *host = evidence_find(ev, "host");
	const struct evidence_item *promises = evidence_find(ev, "promises");
	int64_t cpus, kib;
	double disk_ratio;
	struct promises t;

	(void)params;
	if (!libvirt_number(host, "cpus", ret->arena, &cpus) ||
	    !libvirt_number(host, "memory_kib", ret->arena, &kib))
		return err_set(err, ERR_LIBVIRT, NULL,
			       _("libvirt did not tell the host's CPUs and memory"));
	if (!libvirt_answered(promises) || output_is_truncated(&promises->out))
		return err_set(err, ERR_LIBVIRT, NULL,
			       _("libvirt did not tell of all its domains"));
	promises_read(promises, ret->arena, &t);
	measure_counts(&t, (double)cpus, (double)kib * 1024, ret);
	measure_disks(&t, ret);
	disk_ratio = measure_rooms(ev, &t, ret);
	measures_set_empty(ret, "overcommitted");
	if (t.vcpus > cpus)
		measures_add(ret, "overcommitted", "vcpu");
	if (t.memory > (double)kib * 1024)
		measures_add(ret, "overcommitted", "memory");
	if (disk_ratio > 1)
		measures_add(ret, "overcommitted", "disk");
	return 0;
}

const struct checker checker_overcommit = {
	.name = "overcommit",
	.summary = N_("What all virtual machines were promised, against what the host has."),
	.why = N_("vCPUs take turns, memory and thin disks are given when they are first used: so "
		  "a host can promise more than it has. It works until all want it at once; then "
		  "guests wait, are killed, or stop with a full disk."),
	.source = "libvirt-domain.h virDomainGetInfo and virDomainGetBlockInfo, statfs(2)",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
