/* SPDX-License-Identifier: Apache-2.0 */
/* domain_location: on which of two hosts a domain runs, and what it left behind on the other. */
#include <string.h>

#include "checks/checker.h"
#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *name;
};

static const struct field fields[] = {
	{ .name = "name",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("Name of the domain on both hosts."),
	  .example = "name: db01",
	  .offset = offsetof(struct params, name) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "where", VALUE_STRING, NULL,
	  N_("Which host has it active: source, destination, both or nowhere.") },
	{ "running_copies", VALUE_INT, NULL, N_("On how many hosts its state is running.") },
	{ "source_state", VALUE_STRING, NULL, N_("Its state on the source, or absent.") },
	{ "source_reason", VALUE_STRING, NULL, N_("Why it is in that state there.") },
	{ "source_active", VALUE_BOOL, NULL, N_("It has a QEMU process on the source.") },
	{ "source_persistent", VALUE_BOOL, NULL, N_("It has a definition on the source.") },
	{ "destination_state", VALUE_STRING, NULL, N_("Its state on the destination, or absent.") },
	{ "destination_reason", VALUE_STRING, NULL, N_("Why it is in that state there.") },
	{ "destination_active", VALUE_BOOL, NULL, N_("It has a QEMU process on the destination.") },
	{ "destination_persistent", VALUE_BOOL, NULL,
	  N_("It has a definition on the destination.") },
	{ "definition_left", VALUE_BOOL, NULL,
	  N_("A host on which it is not active still has its definition.") },
	{ "stranded", VALUE_BOOL, NULL,
	  N_("It stands still for a migration that nobody goes on with: paused, and no host is "
	     "busy with it. 'virsh resume' there lets it go on; nothing when libvirt did not "
	     "tell.") },
	{ "same_uuid", VALUE_BOOL, NULL,
	  N_("Both hosts mean the same domain; nothing when one does not have it.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The guest has moved, and there is one of it."),
	  "with: {name: db01}\n"
	  "expect: {where: destination, running_copies: 1}\n" },
	{ N_("Nothing of it is left on the source."),
	  "with: {name: db01}\n"
	  "expect: {source_state: absent, destination_persistent: true}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	if (collect_libvirt_domain(c, "source", "domain", p->name, err) < 0)
		return -1;
	return collect_libvirt_domain(c, "destination", "domain", p->name, err);
}

struct copy {
	const char *role, *state, *uuid;
	const char *reason, *job; /* NULL: not told */
	bool active, persistent;
};

static int read_copy(const struct evidence *ev, const char *role, struct arena *arena,
		     struct copy *ret, struct err *err)
{
	const struct evidence_item *item = libvirt_item(ev, role, "domain", arena);

	*ret = (struct copy){ .role = role, .state = "absent" };
	if (libvirt_has_no_domain(item))
		return 0;
	if (!libvirt_answered(item))
		return err_set(err, ERR_LIBVIRT, NULL, _("host '%s' was not asked"), role);
	ret->state = evidence_key(item, "state", arena);
	ret->uuid = evidence_key(item, "uuid", arena);
	ret->reason = evidence_key(item, "reason", arena);
	ret->job = evidence_key(item, "job", arena);
	ret->active = libvirt_says_yes(item, "active", arena);
	ret->persistent = libvirt_says_yes(item, "persistent", arena);
	if (!ret->state || !ret->uuid)
		return err_set(err, ERR_LIBVIRT, NULL, _("host '%s' did not tell a state"), role);
	return 0;
}

static void set_copy(const struct copy *copy, struct measures *ret)
{
	struct arena *a = ret->arena;

	measures_set_string(ret, arena_printf(a, "%s_state", copy->role), copy->state);
	measures_set_bool(ret, arena_printf(a, "%s_active", copy->role), copy->active);
	measures_set_bool(ret, arena_printf(a, "%s_persistent", copy->role), copy->persistent);
	if (copy->reason)
		measures_set_string(ret, arena_printf(a, "%s_reason", copy->role), copy->reason);
}

static const char *find_where(const struct copy *s, const struct copy *d)
{
	if (s->active && d->active)
		return "both";
	return s->active ? "source" : d->active ? "destination" : "nowhere";
}

static bool is_held(const struct copy *c)
{
	return !strcmp(c->state, "paused") && c->reason && !strcmp(c->reason, "migrating");
}

static void set_stranded(const struct copy *s, const struct copy *d, struct measures *ret)
{
	if ((s->active && !s->job) || (d->active && !d->job))
		return;
	measures_set_bool(ret, "stranded",
			  (is_held(s) || is_held(d)) && (!s->job || !strcmp(s->job, "none")) &&
				  (!d->job || !strcmp(d->job, "none")));
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	struct copy s, d;

	(void)params;
	if (read_copy(ev, "source", ret->arena, &s, err) < 0 ||
	    read_copy(ev, "destination", ret->arena, &d, err) < 0)
		return -1;
	set_copy(&s, ret);
	set_copy(&d, ret);
	measures_set_string(ret, "where", find_where(&s, &d));
	measures_set_int(ret, "running_copies",
			 !strcmp(s.state, "running") + !strcmp(d.state, "running"));
	measures_set_bool(ret, "definition_left",
			  (s.persistent && !s.active) || (d.persistent && !d.active));
	set_stranded(&s, &d, ret);
	if (s.uuid && d.uuid)
		measures_set_bool(ret, "same_uuid", !strcmp(s.uuid, d.uuid));
	return 0;
}

const struct checker checker_domain_location = {
	.name = "domain_location",
	.summary = N_("Which of two hosts runs a virtual machine, and what is left on the other."),
	.why = N_("After a migration there must be exactly one running copy. Without --persistent "
		  "its definition is lost at the next shutdown; without --undefinesource one stays "
		  "behind that could be started by mistake, on the same disk."),
	.source = "virsh(1) migrate, libvirt migration.html, libvirt-domain.h",
	.asks = ASKS_LIBVIRT,
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
