/* SPDX-License-Identifier: Apache-2.0 */
/* hosts: the machines of a run by their roles: 'local', and what the lab's needs.hosts names. */
#include "runner/run/hosts.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/load.h"
#include "runner/sandbox/sandbox.h"

static const struct strings *roles_of(const struct lab *lab)
{
	static const struct strings none = { NULL, 0 };

	return lab->needs ? &lab->needs->hosts : &none;
}

const char *hosts_given(const struct settings *given, const char *role)
{
	for (size_t i = given ? given->n : 0; i-- > 0;)
		if (!strcmp(given->v[i].name, role))
			return given->v[i].value;
	return strcmp(role, "local") ? NULL : "local";
}

void hosts_sandbox_up(const struct lab *lab, struct buf *ret)
{
	buf_printf(ret, "%skvmlab sandbox up", sandbox_sudo());
	for (size_t i = 0; lab->needs && i < lab->needs->sandbox.n; i++)
		buf_printf(ret, " --%s", lab->needs->sandbox.v[i]);
}

int hosts_check(const struct lab *lab, const struct settings *given, struct err *err)
{
	const struct strings *roles = roles_of(lab);
	_cleanup_buf_ struct buf missing = { 0 }, typed = { 0 }, up = { 0 };

	for (size_t i = 0; i < roles->n; i++) {
		if (hosts_given(given, roles->v[i]))
			continue;
		buf_printf(&missing, "%s'%s'", missing.len ? ", " : "", roles->v[i]);
		buf_printf(&typed, " --host %s=sandbox", roles->v[i]);
	}
	if (!missing.len)
		return 0;
	hosts_sandbox_up(lab, &up);
	return err_set(err, ERR_USAGE, NULL,
		       _("lab '%s' needs the hosts %s: type '%s', then 'kvmlab run %s%s'; "
			 "'ssh://user@host' in the place of 'sandbox' takes another machine"),
		       lab->id, buf_str(&missing), buf_str(&up), lab->id, buf_str(&typed));
}

static bool is_sandbox(const char *uri)
{
	return !strcmp(uri, "sandbox") || !strncmp(uri, "sandbox:", strlen("sandbox:"));
}

static bool are_sandbox(const struct settings *hosts)
{
	for (size_t i = 0; hosts && i < hosts->n; i++)
		if (is_sandbox(hosts->v[i].value))
			return true;
	return false;
}

static bool is_given(const struct settings *given, const char *name)
{
	for (size_t i = 0; i < given->n; i++)
		if (!strcmp(given->v[i].name, name))
			return true;
	return false;
}

static void add_settings(const struct lab *lab, const struct sandbox_status *status,
			 struct arena *arena, struct settings *ret)
{
	struct setting *v = arena_array(arena, struct setting, ret->n + lab->params.n);

	for (size_t i = 0; i < ret->n; i++)
		v[i] = ret->v[i];
	ret->v = v;
	for (size_t i = 0; i < lab->params.n; i++) {
		const struct param *p = &lab->params.v[i];

		if (p->sandbox == PARAM_SANDBOX_GUEST_ADDRESS && !is_given(ret, p->name))
			v[ret->n++] = (struct setting){ arena_strdup(arena, p->name),
							status->guest_address };
	}
}

int hosts_settings(const char *path, const struct settings *hosts, const struct settings *given,
		   struct arena *arena, struct settings *ret, struct err *err)
{
	struct complaints ignored = { 0 };
	struct sandbox_status status;
	struct lab *lab = NULL;

	*ret = given ? *given : (struct settings){ 0 };
	if (!are_sandbox(hosts))
		return 0;
	if (sandbox_status(arena, &status, err) < 0)
		return -1;
	if (status.state == SANDBOX_UP && lab_load_file(path, NULL, LOAD_LINT, &lab, &ignored) == 0)
		add_settings(lab, &status, arena, ret);
	lab_free(lab);
	complaints_done(&ignored);
	return 0;
}

/* 'sandbox' and 'sandbox:NAME' become what the sandbox wrote down about itself. */
static int resolve_sandbox(const char *role, const char *uri, struct arena *arena, const char **ret,
			   struct err *err)
{
	const char *first = strcmp(role, "local") ? role : "source";
	const char *name = uri[strlen("sandbox")] ? uri + strlen("sandbox:") : first;
	struct sandbox_status status;

	if (strcmp(name, "source") && strcmp(name, "destination"))
		return err_set(err, ERR_USAGE, NULL,
			       _("the sandbox has no host '%s': there are 'sandbox:source' and "
				 "'sandbox:destination'"),
			       name);
	if (sandbox_status(arena, &status, err) < 0)
		return -1;
	if (status.state == SANDBOX_DOWN)
		return err_set(
			err, ERR_ENV, NULL,
			_("host '%s': the sandbox is not up: '%skvmlab sandbox up' starts it"),
			role, sandbox_sudo());
	if (status.state != SANDBOX_UP)
		return err_set(
			err, ERR_ENV, NULL,
			_("host '%s': the sandbox does not stand (%s): '%skvmlab sandbox up' makes "
			  "it anew"),
			role, status.why, sandbox_sudo());
	if (!sandbox_admits())
		return err_set(
			err, ERR_PRIVILEGE, NULL,
			_("host '%s': the sandbox lets in root and whoever typed 'sudo kvmlab "
			  "sandbox up': type that, or run the lab with 'sudo'"),
			role);
	*ret = arena_printf(arena, "ssh://root@%s?config=" SANDBOX_SSH_CONFIG, name);
	return 0;
}

static int open_one(struct run_host *h, struct process_group *group, struct arena *arena,
		    struct err *err)
{
	const char *uri = h->uri;

	if (is_sandbox(uri) && resolve_sandbox(h->role, uri, arena, &uri, err) < 0)
		return -1;
	return host_open(h->role, uri, group, &h->host, err);
}

int hosts_open_role(const char *role, const char *uri, const struct hosts_wanted *wanted,
		    struct arena *arena, struct host **ret, struct err *err)
{
	struct run_host h = { .role = role, .uri = uri };

	if (open_one(&h, wanted->group, arena, err) < 0)
		return -1;
	*ret = h.host;
	return 0;
}

/* Steps as root must not fail in the middle for want of sudo's consent. */
static int check_root(struct host *host, struct err *err)
{
	static const char *const argv[] = { "true", NULL };
	const struct process_spec spec = { .argv = argv, .root = true };
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence_item item = { .name = "root" };

	if (host->ops->run(host, &spec, &scratch, &item, err) < 0)
		return -1;
	if (item.end == END_EXITED && item.status == 0)
		return 0;
	return err_set(err, ERR_PRIVILEGE, NULL,
		       _("the lab needs root on host '%s': log in as root there, or as a user whom "
			 "'sudo' asks no password"),
		       host->role);
}

static int open_asked(struct run_host *h, const struct hosts_wanted *wanted, struct arena *arena,
		      struct err *err)
{
	const struct needs *needs = wanted->lab->needs;

	if (open_one(h, wanted->group, arena, err) < 0)
		return -1;
	if (wanted->again && h->host->ops->end_left &&
	    h->host->ops->end_left(h->host, needs && needs->root, err) < 0)
		return -1;
	return needs && needs->root ? check_root(h->host, err) : 0;
}

static int open_role(struct run_host *h, const struct hosts_wanted *wanted, struct arena *arena,
		     struct err *err)
{
	h->uri = hosts_given(wanted->given, h->role);
	if (open_asked(h, wanted, arena, err) == 0)
		return 0;
	if (!wanted->later)
		return -1;
	host_close(h->host);
	h->host = NULL;
	h->why = arena_strdup(arena, err->msg);
	return 0;
}

/* Root on this machine is asked for when a step wants it. */
static int open_local(struct run_hosts *hosts, const struct hosts_wanted *wanted,
		      struct arena *arena, struct err *err)
{
	hosts->local = (struct run_host){ .role = "local", .uri = "local", .host = hosts->here };
	if (!strcmp(hosts_given(wanted->given, "local"), "local"))
		return 0;
	hosts->local.host = NULL;
	return open_role(&hosts->local, wanted, arena, err);
}

int hosts_open(struct run_hosts *hosts, const struct hosts_wanted *wanted, struct arena *arena,
	       struct err *err)
{
	const struct strings *roles = roles_of(wanted->lab);

	if (hosts_check(wanted->lab, wanted->given, err) < 0 ||
	    host_open("local", "local", wanted->group, &hosts->here, err) < 0 ||
	    open_local(hosts, wanted, arena, err) < 0)
		return -1;
	hosts->v = arena_array(arena, struct run_host, roles->n);
	for (hosts->n = 0; hosts->n < roles->n;) {
		struct run_host *h = &hosts->v[hosts->n++];

		h->role = roles->v[hosts->n - 1];
		if (open_role(h, wanted, arena, err) < 0)
			return -1;
	}
	return 0;
}

void hosts_close(struct run_hosts *hosts)
{
	if (hosts->local.host != hosts->here)
		host_close(hosts->local.host);
	host_close(hosts->here);
	for (size_t i = 0; i < hosts->n; i++)
		host_close(hosts->v[i].host);
	*hosts = (struct run_hosts){ 0 };
}

void hosts_move(struct run_hosts *hosts, struct process_group *group)
{
	hosts->here->group = group;
	if (hosts->local.host)
		hosts->local.host->group = group;
	for (size_t i = 0; i < hosts->n; i++)
		if (hosts->v[i].host)
			hosts->v[i].host->group = group;
}

struct host *hosts_at(const struct run_hosts *hosts, size_t i)
{
	return i ? hosts->v[i - 1].host : hosts->local.host;
}

struct host *hosts_find(const struct run_hosts *hosts, const char *role, struct err *err)
{
	const struct run_host *h = strcmp(role, "local") ? NULL : &hosts->local;

	for (size_t i = 0; !h && i < hosts->n; i++)
		if (!strcmp(hosts->v[i].role, role))
			h = &hosts->v[i];
	if (!h)
		err_set(err, ERR_ENV, NULL, _("the run has no host '%s'"), role);
	else if (!h->host)
		err_set(err, ERR_ENV, NULL, "%s", h->why);
	return h ? h->host : NULL;
}
