/* SPDX-License-Identifier: Apache-2.0 */
/* probe_events: what befell a host's guests while the steps ran, as its libvirt told it. */
#include <string.h>

#include "checks/lines.h"
#include "checks/probe.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/host/background.h"

/* A guest's way through a migration is ten lines; this is some thousands of them. */
#define KEEP (256u * 1024u)

struct params {
	const char *on;
};

static const struct field fields[] = {
	{ .name = "on",
	  .type = FIELD_HOST,
	  .required = true,
	  .text = N_("The host whose libvirt is listened to: local, or one of needs.hosts."),
	  .example = "on: local",
	  .offset = offsetof(struct params, on) },
	{ 0 },
};

struct watch {
	struct background *background;
	const char *role;
};

static int start(const void *params, const struct probe_site *site, void **ret, struct err *err)
{
	const struct params *p = params;
	_cleanup_arena_ struct arena scratch = { 0 };
	struct host *target = site->host_of(site->data, p->on, err);
	const char *argv[] = { host_libvirt_program(&scratch), NULL, NULL, NULL };
	struct process_spec spec = { .argv = argv, .keep = KEEP };
	struct background *background;
	struct watch *w;

	if (!target)
		return -1;
	argv[1] = host_libvirt_uri(target);
	argv[2] = site->again ? "events-again" : "events";
	spec.root = target->libvirt_root;
	if (background_start(site->here->group, &spec, &background, err) < 0)
		return -1;
	w = mem_alloc(sizeof(*w));
	*w = (struct watch){ background, target->role };
	*ret = w;
	return 0;
}

static enum probe_seen wait_connected(void *watch, int64_t timeout_ms, struct err *err)
{
	const struct watch *w = watch;
	char why[BACKGROUND_LINE];

	switch (background_wait(w->background, timeout_ms)) {
	case BACKGROUND_HEARD:
		return PROBE_SEEN;
	case BACKGROUND_ENDED:
		background_line(w->background, 2, why);
		err_set(err, ERR_LIBVIRT, NULL,
			_("the libvirt of host '%s' is not listened to: %s"), w->role, why);
		return PROBE_OVER;
	default:
		err_set(err, ERR_LIBVIRT, NULL, _("no answer from the libvirt of host '%s'"),
			w->role);
		return PROBE_NOT_YET;
	}
}

/* Its line is 'MILLISECONDS EVENT DETAIL UUID NAME'; that a host is listened to is no news. */
static const char *tell(void *watch, struct arena *arena)
{
	const struct watch *w = watch;
	char text[BACKGROUND_LINE];
	struct line line;
	const char *event, *detail, *name;

	background_line(w->background, 1, text);
	line = (struct line){ text, strlen(text) };
	event = line_word(&line, 1, arena);
	detail = line_word(&line, 2, arena);
	name = line_word(&line, 4, arena);
	if (!event || !detail || !name || !strcmp(event, "connected") || !strcmp(event, "found"))
		return NULL;
	if (!strcmp(event, "disconnected"))
		return arena_printf(arena, "%s: %s", w->role, event);
	return arena_printf(arena, "%s: %s %s", w->role, event, detail);
}

static void set_end(const struct process_result *result, struct evidence_item *ret)
{
	ret->end = result->end; /* END_CANCELLED, as it should be */
	ret->status = result->status;
	ret->error = result->end == END_NOT_RUN ? result->status : 0;
	ret->ms = (result->us + 500) / 1000;
	ret->out = result->out;
	ret->err = result->err;
}

static int stop(void *watch, struct arena *arena, struct evidence_item *ret, struct err *err)
{
	struct watch *w = watch;
	struct process_result result;
	const char *role = w->role;
	int rc = background_stop(w->background, arena, ret ? &result : NULL, err);

	free(w);
	if (rc < 0 || !ret)
		return rc;
	ret->host = role;
	set_end(&result, ret);
	return 0;
}

const struct probe probe_events = {
	.name = "events",
	.summary = N_("Notes what befalls a host's guests, as its libvirt tells it."),
	.params_size = sizeof(struct params),
	.fields = fields,
	.start = start,
	.wait = wait_connected,
	.tell = tell,
	.stop = stop,
};
