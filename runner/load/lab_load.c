/* SPDX-License-Identifier: Apache-2.0 */
/* lab_load: bytes become a lab, or complaints. */
#include <sodium.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"
#include "runner/load/param.h"

/* What the tables cannot say alone. */
static void finish(struct load *load, const struct node *root)
{
	const struct node *experiments = node_get(root, "experiments");
	struct node none = { .kind = NODE_MAPPING };
	const struct field *weights = lab_fields;

	params_finish(load);
	changes_finish(load);
	if (experiments && !experiments->bad && experiments->kind == NODE_SEQUENCE &&
	    !experiments->n)
		complain(load, experiments, _("'experiments' is empty; a lab has one or more"));
	while (strcmp(weights->name, "weights"))
		weights++;
	if (!load->lab->weights)
		field_read(load, weights, &none, &load->lab->weights);
}

static int read_lab(struct load *load, const char *data, size_t len)
{
	struct lab *lab = load->lab;
	struct node *root;

	lab->path = load->path;
	lab->source_len = len;
	if (node_parse(load, data, len, &root) < 0)
		return -1;
	lab->source = arena_memdup(load->arena, data, len);
	crypto_hash_sha256(lab->sha256, (const unsigned char *)data, len);
	if (root->kind != NODE_MAPPING) {
		complain(load, root, _("a lab is a mapping that starts with 'kvmlab: 1', not %s"),
			 node_kind_name(root->kind));
		return -1;
	}
	fields_fill(load, root, lab_fields, NULL, lab);
	finish(load, root);
	return 0;
}

int lab_load_bytes(const char *path, const char *data, size_t len, const struct settings *settings,
		   enum load_mode mode, struct lab **ret, struct complaints *out)
{
	_cleanup_arena_ struct arena tree = { 0 };
	struct arena arena = { 0 };
	size_t before = out->n;
	struct load load = { .arena = &arena,
			     .tree = &tree,
			     .out = out,
			     .file = path,
			     .settings = settings,
			     .mode = mode };

	load.path = arena_strdup(&arena, path);
	load.lab = arena_alloc(&arena, sizeof(*load.lab));
	read_lab(&load, data, len);
	if (out->n > before) {
		complaints_sort(out, before);
		arena_done(&arena);
		return -1;
	}
	load.lab->arena = arena;
	*ret = load.lab;
	return 0;
}

int lab_load_file(const char *path, const struct settings *settings, enum load_mode mode,
		  struct lab **ret, struct complaints *out)
{
	_cleanup_buf_ struct buf data = { 0 };
	struct load load = { .out = out, .file = path };

	if (load_slurp(&load, &data) < 0)
		return -1;
	return lab_load_bytes(path, buf_str(&data), data.len, settings, mode, ret, out);
}
