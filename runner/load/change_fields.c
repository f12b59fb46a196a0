/* SPDX-License-Identifier: Apache-2.0 */
/* change_fields: what a step may create, and the variables that get its UUIDs. */
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

/* The order of enum change_kind, then the UUID's variable. */
const struct field change_fields[] = {
	{ .name = "module",
	  .type = FIELD_NAME,
	  .text = N_("A kernel module that the step loads."),
	  .example = "module: kvm_amd" },
	{ .name = "file",
	  .type = FIELD_PATH,
	  .text = N_("A file that the step creates."),
	  .example = "file: /tmp/kvmlab-trace" },
	{ .name = "domain",
	  .type = FIELD_NAME,
	  .text = N_("A domain that the step defines or starts. Its disks are volumes or files."),
	  .example = "domain: db02" },
	{ .name = "network",
	  .type = FIELD_NAME,
	  .text = N_("A libvirt network that the step defines or starts."),
	  .example = "network: lab-nat" },
	{ .name = "pool",
	  .type = FIELD_NAME,
	  .text = N_("A storage pool that the step defines or starts; what is in it stays."),
	  .example = "pool: lab-pool" },
	{ .name = "volume",
	  .type = FIELD_STRING,
	  .text = N_("A volume that the step creates: POOL/VOLUME, or its absolute path."),
	  .example = "volume: lab-pool/db02.qcow2" },
	{ .name = "directory",
	  .type = FIELD_PATH,
	  .text = N_("A directory that the step creates; it goes when it is empty."),
	  .example = "directory: /var/lib/libvirt/lab-pool" },
	{ .name = "uuid",
	  .type = FIELD_ID,
	  .text = N_("Of a domain, network or pool: the environment variable in which the step "
		     "finds the UUID that it has to give to it."),
	  .example = "uuid: clone_uuid" },
	{ 0 },
};

static bool is_volume(const char *s)
{
	const char *slash = strchr(s, '/');
	char pool[128];

	if (*s == '/')
		return is_path(s) && s[1];
	if (!slash || (size_t)(slash - s) >= sizeof(pool))
		return false;
	memcpy(pool, s, (size_t)(slash - s));
	pool[slash - s] = '\0';
	return is_name(pool) && is_name(slash + 1);
}

static void check_change(struct load *load, const struct node *node, const struct change *c)
{
	if (c->kind == CHANGE_VOLUME && !is_volume(c->name))
		complain(load, node_first(node),
			 _("'volume' must be POOL/VOLUME or an absolute path without '..', not "
			   "'%s'"),
			 shown(load, c->name));
	if (!c->uuid)
		return;
	if (!change_has_uuid(c->kind))
		complain(load, node_key(node_get(node, "uuid")),
			 _("'uuid' belongs to a domain, network or pool; a %s has none"),
			 change_kind_name(c->kind));
	if (strchr(c->uuid, '-'))
		complain(load, node_get(node, "uuid"),
			 _("'%s' names an environment variable, which cannot hold '-'"), c->uuid);
}

/* One of the keys of change_fields, but for 'uuid', which may stand beside it. */
static void read_change(struct load *load, const struct node *node, struct change *ret)
{
	const char *values[CHANGE_KIND_COUNT + 1] = { 0 };
	struct field rows[CHANGE_KIND_COUNT + 2] = { 0 };
	size_t given = 0;

	for (int k = 0; k <= CHANGE_KIND_COUNT; k++) {
		rows[k] = change_fields[k];
		rows[k].offset = (size_t)k * sizeof(values[0]);
		given += k < CHANGE_KIND_COUNT && node_get(node, rows[k].name);
	}
	load->substitutes = load->fills = true;
	fields_fill(load, node, rows, "changes", values);
	load->substitutes = load->fills = false;
	/* An unknown key has been complained about. */
	if (given > 1 || (!given && node->n == (node_get(node, "uuid") != NULL)))
		complain(load, node, _("one change names one thing, such as {module: kvm_amd}"));
	for (int k = 0; k < CHANGE_KIND_COUNT; k++)
		if (values[k])
			*ret = (struct change){ (enum change_kind)k, values[k],
						values[CHANGE_KIND_COUNT], place_of(load, node) };
	if (ret->name)
		check_change(load, node, ret);
}

void changes_read(struct load *load, const struct node *node, void *dst)
{
	struct changes *ret = dst;

	if (!node_expect(load, node, NODE_SEQUENCE, "changes"))
		return;
	ret->v = arena_array(load->arena, struct change, node->n);
	for (const struct node *c = node_first(node); c; c = c->next)
		if (node_expect_item(load, c, "changes"))
			read_change(load, c, &ret->v[ret->n++]);
}

/* A variable and whose UUID it holds. */
struct holder {
	const struct change *change;
	const char *on;
};

/* All of a lab; the index has their variables. */
static struct holder *list_holders(struct load *load, struct index *names)
{
	const struct lab *lab = load->lab;
	struct holder *ret;
	size_t n = 0;

	for (size_t e = 0; e < lab->experiments.n; e++)
		for (size_t i = 0; i < lab->experiments.v[e].steps.n; i++)
			n += lab->experiments.v[e].steps.v[i].changes.n;
	ret = arena_array(load->tree, struct holder, n);
	*names = index_new(load->tree, n);
	n = 0;
	for (size_t e = 0; e < lab->experiments.n; e++)
		for (size_t i = 0; i < lab->experiments.v[e].steps.n; i++) {
			const struct step *s = &lab->experiments.v[e].steps.v[i];

			for (size_t k = 0; k < s->changes.n; k++) {
				ret[n] = (struct holder){ &s->changes.v[k], s->on };
				index_add(names, s->changes.v[k].uuid, n++);
			}
		}
	index_sort(names);
	return ret;
}

static bool is_same(const struct holder *a, const struct holder *b)
{
	return a->change->kind == b->change->kind && a->change->name && b->change->name && a->on &&
	       b->on && !strcmp(a->change->name, b->change->name) && !strcmp(a->on, b->on);
}

void changes_finish(struct load *load)
{
	struct index names;
	struct holder *all = list_holders(load, &names);
	size_t ignored;

	for (size_t i = 0; i < names.n; i++) {
		const struct holder *h = &all[names.v[i].i];
		struct node at = { .line = h->change->loc.line, .col = h->change->loc.col };

		if (index_find(&load->params, names.v[i].name, &ignored))
			complain(load, &at, _("'%s' is a parameter; the UUID needs another name"),
				 names.v[i].name);
		if (i && !strcmp(names.v[i].name, names.v[i - 1].name) &&
		    !is_same(h, &all[names.v[i - 1].i]))
			complain(load, &at, _("'%s' holds the UUID of something else already"),
				 names.v[i].name);
	}
}
