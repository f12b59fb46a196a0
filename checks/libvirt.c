/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt: asks by kvmlab-libvirt and reads its key=value lines and XML. */
#include "checks/libvirt.h"

#include <stdlib.h>
#include <string.h>

#include "runner/base/i18n.h"

#define ASK_MS	 30000
#define ASK_KEEP (1024u * 1024u) /* the capabilities of a large host */
#define ARGS_MAX 8

/* Exit statuses of kvmlab-libvirt; runner/libvirt/request.h. */
#define NO_SUCH	   66
#define NO_SUPPORT 76

static struct host *host_of(struct collector *c, const char *role, struct err *err)
{
	struct host *h = c->host;

	if (role && c->host_of)
		h = c->host_of(c->host_data, role);
	else if (role && strcmp(c->host->role, role) != 0)
		h = NULL;
	if (!h)
		err_set(err, ERR_ENV, NULL,
			_("this run has no host '%s'; '--host %s=URI' would name it"), role, role);
	return h;
}

const char *libvirt_uri(struct collector *c, const char *role, struct err *err)
{
	struct host *h = host_of(c, role, err);

	return h ? host_libvirt_uri(h) : NULL;
}

static int demand_answer(const struct evidence_item *item, const char *uri, struct err *err)
{
	int len = (int)strcspn(item->err.kept ? item->err.kept : "", "\n");

	if (item->end == END_CANCELLED)
		return err_set(err, ERR_INTERRUPT, NULL, _("interrupted"));
	if (item->end == END_NOT_RUN)
		return err_errno(err, ERR_ENV, item->error, _("cannot run 'kvmlab-libvirt'"));
	if (item->end != END_EXITED)
		return err_set(err, ERR_LIBVIRT, NULL,
			       _("libvirt at '%s' did not answer within %d s"), uri, ASK_MS / 1000);
	if (item->status && item->status != NO_SUCH && item->status != NO_SUPPORT)
		return err_set(err, ERR_LIBVIRT, NULL, "%.*s", len, item->err.kept);
	return 0;
}

int collect_libvirt(struct collector *c, const char *name, const char *role,
		    const char *const *request, struct err *err)
{
	struct host *target = host_of(c, role, err);
	struct host *here = c->here ? c->here : c->host;
	const char *argv[ARGS_MAX + 3] = { host_libvirt_program(c->arena) };
	struct process_spec spec = { .argv = argv, .timeout_ms = ASK_MS, .keep = ASK_KEEP };
	struct evidence_item *item;

	if (!target)
		return -1;
	argv[1] = host_libvirt_uri(target);
	for (size_t i = 0; request[i] && i < ARGS_MAX; i++)
		argv[i + 2] = request[i];
	spec.root = target->libvirt_root;
	spec.cancel = c->cancel;
	item = evidence_add(c->ev, name);
	item->host = target->role;
	if (here->ops->run(here, &spec, c->arena, item, err) < 0)
		return -1;
	return demand_answer(item, argv[1], err);
}

int collect_libvirt_host(struct collector *c, const char *name, const char *role,
			 const char *request, struct err *err)
{
	const char *const words[] = { request, NULL };

	return collect_libvirt(c, name, role, words, err);
}

static const char *item_name(const char *role, const char *request, struct arena *arena)
{
	return role ? arena_printf(arena, "%s %s", role, request) : request;
}

int collect_libvirt_domain(struct collector *c, const char *role, const char *request,
			   const char *domain, struct err *err)
{
	const char *const words[] = { request, domain, NULL };

	return collect_libvirt(c, item_name(role, request, c->arena), role, words, err);
}

int collect_command_on(struct collector *c, const char *name, const char *role,
		       const char *const argv[], struct err *err)
{
	struct collector there = *c;

	there.host = host_of(c, role, err);
	return there.host ? collect_command(&there, name, argv, OPTIONAL, err) : -1;
}

bool libvirt_answered(const struct evidence_item *item)
{
	return item && item->end == END_EXITED && !item->status && !item->error;
}

bool libvirt_has_none(const struct evidence_item *item)
{
	return item && item->end == END_EXITED && item->status == NO_SUCH;
}

bool libvirt_says_yes(const struct evidence_item *item, const char *key, struct arena *arena)
{
	const char *value = libvirt_answered(item) ? evidence_key(item, key, arena) : NULL;

	return value && !strcmp(value, "yes");
}

bool libvirt_number(const struct evidence_item *item, const char *key, struct arena *arena,
		    int64_t *ret)
{
	const char *value = libvirt_answered(item) ? evidence_key(item, key, arena) : NULL;
	char *end;
	long long n;

	if (!value || !*value)
		return false;
	n = strtoll(value, &end, 10);
	if (*end)
		return false;
	*ret = n;
	return true;
}

int libvirt_xml(const struct evidence_item *item, const char *what, struct xml **ret,
		struct err *err)
{
	if (!libvirt_answered(item) || output_is_truncated(&item->out))
		return err_set(err, ERR_LIBVIRT, NULL, _("libvirt did not tell %s whole"), what);
	return xml_parse(item->out.kept, item->out.kept_len, what, ret, err);
}

const struct evidence_item *libvirt_item(const struct evidence *ev, const char *role,
					 const char *request, struct arena *arena)
{
	return evidence_find(ev, item_name(role, request, arena));
}
