/* SPDX-License-Identifier: Apache-2.0 */
/* collector: asks the host and puts what it said, unchanged, on record. */
#include "checks/collector.h"

#include <errno.h>
#include <string.h>

#include "runner/base/buf.h"
#include "runner/base/i18n.h"

#define COMMAND_MS   10000
#define NO_PRIVILEGE 77
#define COMMAND_KEEP (256u * 1024u) /* a whole kernel log of the usual size */

static struct evidence_item *begin(struct collector *c, const char *name)
{
	struct evidence_item *item = evidence_add(c->ev, name);

	item->host = c->host->role;
	return item;
}

static int demand_presence(const struct evidence_item *item, enum collect_need need,
			   struct err *err)
{
	if (need == REQUIRED && item->error)
		return err_errno(err, ERR_ENV, item->error, _("cannot look at '%s'"), item->where);
	return 0;
}

int collect_file(struct collector *c, const char *name, const char *path, enum collect_need need,
		 struct err *err)
{
	struct evidence_item *item = begin(c, name);

	if (c->host->ops->read_file(c->host, path, c->arena, item, err) < 0)
		return -1;
	return demand_presence(item, need, err);
}

int collect_dir(struct collector *c, const char *name, const char *directory, const char *entry,
		enum collect_need need, struct err *err)
{
	struct evidence_item *item = begin(c, name);
	const char *path = entry ? arena_printf(c->arena, "%s/%s", directory, entry) : directory;

	if (c->host->ops->list_dir(c->host, path, c->arena, item, err) < 0)
		return -1;
	return demand_presence(item, need, err);
}

static int run(struct collector *c, struct evidence_item *item, struct process_spec *spec,
	       struct err *err)
{
	spec->keep = spec->keep ? spec->keep : COMMAND_KEEP;
	spec->cancel = c->cancel;
	if (c->host->ops->run(c->host, spec, c->arena, item, err) < 0)
		return -1;
	if (item->end == END_CANCELLED)
		return err_set(err, ERR_INTERRUPT, NULL, _("interrupted"));
	if (item->end == END_TIMED_OUT || item->end == END_UNKILLABLE)
		return err_set(err, ERR_ENV, NULL, _("command '%s' did not end within %d s"),
			       item->where, (int)(spec->timeout_ms / 1000));
	return 0;
}

/* Once more with root's rights, in the place of the first time. */
static int run_as_root(struct collector *c, struct evidence_item *item, struct process_spec *spec,
		       struct err *err)
{
	*item = (struct evidence_item){ .name = item->name, .host = item->host };
	spec->root = true;
	return run(c, item, spec, err);
}

int collect_command(struct collector *c, const char *name, const char *const argv[],
		    enum collect_need need, struct err *err)
{
	struct evidence_item *item = begin(c, name);
	struct process_spec spec = { .argv = argv, .timeout_ms = COMMAND_MS };

	return run(c, item, &spec, err) < 0 ? -1 : demand_presence(item, need, err);
}

/* Again as root, when that is what is missing. */
static int run_permitted(struct collector *c, struct evidence_item *item, struct process_spec *spec,
			 struct err *err)
{
	if (run(c, item, spec, err) < 0)
		return -1;
	if (item->end != END_EXITED || !item->status ||
	    !strstr(item->err.kept, "Permission denied"))
		return 0;
	return run_as_root(c, item, spec, err);
}

int collect_permitted(struct collector *c, const char *name, const char *const argv[],
		      struct err *err)
{
	struct process_spec spec = { .argv = argv, .timeout_ms = COMMAND_MS };

	return run_permitted(c, begin(c, name), &spec, err);
}

int collect_bytes(struct collector *c, const char *name, const char *path, size_t max,
		  struct err *err)
{
	const char *limit = arena_printf(c->arena, "%zu", max + 1);
	const char *const argv[] = { "head", "-c", limit, "--", path, NULL };
	struct process_spec spec = {
		.argv = argv,
		.timeout_ms = COMMAND_MS,
		.keep = 2 * (max + 1),
	};
	struct evidence_item *item = begin(c, name);

	if (run_permitted(c, item, &spec, err) < 0)
		return -1;
	if (item->end != END_EXITED || item->status)
		return err_set(err, ERR_ENV, NULL, _("'%s' cannot be read: %.*s"), path,
			       (int)strcspn(item->err.kept, "\n"), item->err.kept);
	return 0;
}

struct listener {
	struct collector *c;
	struct buf line;
};

/* Passes on what stands behind '* ' when its line is whole. */
static void listen(void *data, int stream, const char *bytes, size_t len)
{
	struct listener *l = data;

	for (size_t i = 0; stream == 1 && i < len; i++) {
		if (bytes[i] != '\n') {
			buf_putc(&l->line, bytes[i]);
			continue;
		}
		if (!strncmp(buf_str(&l->line), "* ", 2))
			l->c->say(l->c->say_data, buf_str(&l->line) + 2);
		buf_reset(&l->line);
	}
}

int collect_program(struct collector *c, const char *name, const char *const argv[],
		    int64_t timeout_ms, struct err *err)
{
	struct evidence_item *item = begin(c, name);
	struct listener listener = { .c = c };
	struct process_spec spec = { .argv = argv,
				     .timeout_ms = timeout_ms,
				     .output = c->say ? listen : NULL,
				     .output_data = &listener };
	int rc = run(c, item, &spec, err);

	if (rc == 0 && item->end == END_EXITED && item->status == NO_PRIVILEGE)
		rc = run_as_root(c, item, &spec, err);
	buf_done(&listener.line);
	return rc;
}

#define LOOKUP "for c; do printf '%s=%s\\n' \"$c\" \"$(command -v \"$c\")\"; done"

int collect_lookup(struct collector *c, const char *name, const struct strings *commands,
		   struct err *err)
{
	static const char *const words[] = { "sh", "-c", LOOKUP, "sh" };
	const char **argv = arena_array(c->arena, const char *, commands->n + 5);

	memcpy(argv, words, sizeof(words));
	memcpy(argv + 4, commands->v, commands->n * sizeof(*argv));
	return collect_command(c, name, argv, REQUIRED, err);
}

int collect_stat(struct collector *c, const char *name, const char *path, struct err *err)
{
	return c->host->ops->stat(c->host, path, c->arena, begin(c, name), err);
}

int collect_kvm(struct collector *c, const char *name, struct err *err)
{
	return c->host->ops->kvm(c->host, c->arena, begin(c, name), err);
}

int collect_step(struct collector *c, const char *name, const char *step_id, struct err *err)
{
	const struct evidence_item *step = c->step ? c->step(c->step_data, step_id) : NULL;
	struct evidence_item *item;

	if (!step)
		return err_set(err, ERR_ENV, NULL, _("step '%s' was not done"), step_id);
	item = evidence_add(c->ev, name);
	*item = *step;
	item->name = name;
	return 0;
}

const char *evidence_key(const struct evidence_item *item, const char *key, struct arena *arena)
{
	size_t len = strlen(key);
	const char *p = item->out.kept;

	while (p && *p) {
		size_t line = strcspn(p, "\n");

		if (line > len && !strncmp(p, key, len) && p[len] == '=')
			return arena_memdup(arena, p + len + 1, line - len - 1);
		p += line;
		p += *p == '\n';
	}
	return NULL;
}
