/* SPDX-License-Identifier: Apache-2.0 */
/* thing_libvirt: domains, networks, pools and volumes, through kvmlab-libvirt. */
#include <string.h>
#include <unistd.h>

#include "checks/libvirt.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/run/things.h"

/* Of kvmlab-libvirt; runner/libvirt/request.h. */
#define NO_CONNECTION 69

/* What was asked and answered of one host. */
struct inventory_of {
	struct inventory_of *next;
	const struct host *host;
	const char *text; /* NULL: it could not be asked */
	struct inventory inventory;
	struct err err;
};

/* One request; the answer's item in *ret. */
static int ask(struct run *run, struct host *host, const char *const *words, struct arena *arena,
	       struct evidence_item *ret, struct err *err)
{
	struct evidence ev = { 0 };
	struct collector c = { .host = host, .here = run->hosts.here, .ev = &ev, .arena = arena };
	int rc = collect_libvirt(&c, words[0], NULL, words, err);

	*ret = ev.n ? ev.items[0] : (struct evidence_item){ 0 };
	evidence_done(&ev);
	return rc;
}

/* Where a user may not change anything, root may. */
static int ask_to_change(struct thing *t, const char *const *words, struct evidence_item *ret,
			 struct err *err)
{
	int rc = ask(t->run, t->host, words, t->arena, ret, err);

	if (rc == 0 || ret->status != NO_CONNECTION || geteuid() == 0 || t->host->libvirt_uri ||
	    t->host->libvirt_root)
		return rc;
	t->host->libvirt_root = true;
	rc = ask(t->run, t->host, words, t->arena, ret, err);
	t->host->libvirt_root = false;
	return rc;
}

static struct inventory_of *ask_inventory(struct run *run, struct host *host)
{
	static const char *const words[] = { "inventory", NULL };
	struct inventory_of *ret = arena_alloc(&run->arena, sizeof(*ret));
	_cleanup_arena_ struct arena scratch = { 0 };
	struct evidence_item item;

	*ret = (struct inventory_of){ .next = run->inventories, .host = host };
	run->inventories = ret;
	if (ask(run, host, words, &scratch, &item, &ret->err) < 0)
		return ret;
	if (output_is_truncated(&item.out)) {
		err_set(&ret->err, ERR_LIBVIRT, NULL, _("libvirt did not tell %s whole"),
			_("what it has"));
		return ret;
	}
	ret->text = arena_strdup(&run->arena, item.out.kept);
	inventory_parse(ret->text, &run->arena, &ret->inventory);
	return ret;
}

static struct inventory_of *get(struct run *run, struct host *host, struct err *err)
{
	struct inventory_of *i = run->inventories;

	while (i && i->host != host)
		i = i->next;
	if (!i)
		i = ask_inventory(run, host);
	if (i->text)
		return i;
	if (err)
		*err = i->err;
	return NULL;
}

const struct inventory *inventory_of(struct run *run, struct host *host, struct err *err)
{
	struct inventory_of *i = get(run, host, err);

	return i ? &i->inventory : NULL;
}

const char *inventory_text(struct run *run, struct host *host, struct err *err)
{
	struct inventory_of *i = get(run, host, err);

	return i ? i->text : NULL;
}

void inventories_forget(struct run *run)
{
	run->inventories = NULL;
}

int libvirt_look(struct thing *t, struct err *err)
{
	const struct inventory *i = inventory_of(t->run, t->host, err);
	const struct inventory_entry *e = NULL;

	if (!i)
		return -1;
	if (t->row->identity)
		e = inventory_by_uuid(i, t->row->kind, t->row->identity);
	if (!e)
		e = inventory_by_name(i, t->row->kind, t->row->name);
	t->found = (struct found){ 0 };
	if (e)
		t->found = (struct found){
			.exists = true, .identity = e->uuid, .name = e->name, .tag = e->tag
		};
	return 0;
}

/* What a libvirt that was killed while it started a network does not know of any more. */
static int remove_remnant(struct thing *t, struct err *err)
{
	const char *const words[] = { "network-xml", t->found.name, NULL };
	const struct inventory *i = inventory_of(t->run, t->host, NULL);
	const struct inventory_entry *e =
		i ? inventory_by_uuid(i, t->row->kind, t->found.identity) : NULL;
	struct evidence_item item;

	if (!e || strcmp(e->state, "inactive") != 0)
		return 0;
	if (ask(t->run, t->host, words, t->arena, &item, err) < 0)
		return -1;
	return network_remnant_remove(t, &item, err);
}

int libvirt_remove(struct thing *t, struct err *err)
{
	const char *words[] = {
		arena_printf(t->arena, "remove-%s", change_kind_name(t->row->kind)),
		t->found.identity,
		t->found.name,
		NULL,
		NULL,
	};
	struct evidence_item item;

	if (t->row->kind == CHANGE_NETWORK && remove_remnant(t, err) < 0)
		return -1;
	if (t->row->kind == CHANGE_DOMAIN)
		words[3] = t->row->tagged && t->found.tag ? t->run->row.name : "-";
	return ask_to_change(t, words, &item, err);
}

int libvirt_tag(struct thing *t, struct err *err)
{
	const char *const words[] = { "tag", t->found.identity, t->run->row.name, NULL };
	struct evidence_item item;

	if (ask_to_change(t, words, &item, err) < 0)
		return -1;
	return item.status ? err_set(err, ERR_LIBVIRT, NULL, _("libvirt cannot tag a domain")) : 0;
}

int libvirt_locate(struct thing *t, const char **ret, struct err *err)
{
	const char *slash = strchr(t->row->name, '/');
	const char *pool = arena_memdup(t->arena, t->row->name, (size_t)(slash - t->row->name));
	const char *const words[] = { "locate", pool, slash + 1, NULL };
	struct evidence_item item;

	if (ask(t->run, t->host, words, t->arena, &item, err) < 0)
		return -1;
	*ret = libvirt_answered(&item) ? evidence_key(&item, "path", t->arena) : NULL;
	return 0;
}

int libvirt_remove_volume(struct thing *t, struct err *err)
{
	const char *const words[] = { "remove-volume", t->found.path, NULL };
	struct evidence_item item;

	if (ask_to_change(t, words, &item, err) < 0)
		return -1;
	return libvirt_answered(&item);
}

int libvirt_overlays(struct thing *t, const char **ret, struct err *err)
{
	const char *const words[] = { "overlays", t->found.identity, NULL };
	struct evidence_item item;

	if (ask(t->run, t->host, words, t->arena, &item, err) < 0)
		return -1;
	*ret = libvirt_answered(&item) ? item.out.kept : "";
	return 0;
}

static bool experiment_uses_libvirt(const struct experiment *x)
{
	for (size_t i = 0; i < x->steps.n; i++) {
		const struct changes *c = &x->steps.v[i].changes;

		for (size_t k = 0; k < c->n; k++)
			if (change_has_uuid(c->v[k].kind) || c->v[k].kind == CHANGE_VOLUME)
				return true;
	}
	return false;
}

bool lab_uses_libvirt(const struct lab *lab)
{
	for (size_t e = 0; e < lab->experiments.n; e++)
		if (experiment_uses_libvirt(&lab->experiments.v[e]))
			return true;
	return lab->needs && lab->needs->hosts.n;
}
