/* SPDX-License-Identifier: Apache-2.0 */
/* seed_fields: a NoCloud seed in a lab: who the guest will be, and what cloud-init does in it. */
#include "runner/load/seed_fields.h"

#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define HOSTNAME_MAX 64 /* Linux */
#define LABEL_MAX    63

const struct field seed_text_fields[] = {
	{ .name = "file",
	  .type = FIELD_PATH,
	  .required = true,
	  .offset = offsetof(struct seed_text, file),
	  .text = N_("A file of the step's host, at most 64 KiB, taken as it is."),
	  .example = "file: /root/user-data" },
	{ 0 },
};

static const struct field fill_fields[] = {
	{ .name = "id",
	  .type = FIELD_ID,
	  .offset = offsetof(struct seed_fill, id),
	  .text = N_("The name between the braces of ${name}.") },
	{ .name = "file",
	  .type = FIELD_PATH,
	  .required = true,
	  .offset = offsetof(struct seed_fill, file),
	  .text = N_("A file of the step's host; its first line is the value."),
	  .example = "file: /root/.ssh/id_ed25519.pub" },
	{ 0 },
};

const struct field seed_fields[] = {
	{ .name = "file",
	  .type = FIELD_PATH,
	  .required = true,
	  .offset = offsetof(struct seed, file),
	  .text = N_("The ISO image to write; never over a file that this run did not make. "
		     "Removed at the end."),
	  .example = "file: /var/lib/libvirt/images/web-seed.iso" },
	{ .name = "hostname",
	  .type = FIELD_STRING,
	  .required = true,
	  .offset = offsetof(struct seed, hostname),
	  .text = N_("The local-hostname of its meta-data."),
	  .example = "hostname: web-02" },
	{ .name = "instance_id",
	  .type = FIELD_NAME,
	  .offset = offsetof(struct seed, instance_id),
	  .text = N_("The instance-id of its meta-data; else 'iid-' and the host name. A "
		     "guest that sees another one sets itself up anew."),
	  .example = "instance_id: iid-web-02" },
	{ .name = "user_data",
	  .type = FIELD_CUSTOM,
	  .custom = seed_text_read,
	  .sub = seed_text_fields,
	  .required = true,
	  .offset = offsetof(struct seed, user_data),
	  .text = N_("What cloud-init does: a text whose first line is '#cloud-config', in which "
		     "${name} stands for the value of a parameter or of 'fill' ($${ for ${); or a "
		     "file."),
	  .example = "user_data: \"#cloud-config\\nusers: [{name: siswa}]\\n\"" },
	{ .name = "network_config",
	  .type = FIELD_CUSTOM,
	  .custom = seed_text_read,
	  .sub = seed_text_fields,
	  .offset = offsetof(struct seed, network_config),
	  .text = N_("The guest's network, version 1 or 2, as a text or a file; none means DHCP."),
	  .example = "network_config: {file: /root/network-config}" },
	{ .name = "fill",
	  .type = FIELD_MAP,
	  .sub = fill_fields,
	  .sub_size = sizeof(struct seed_fill),
	  .offset = offsetof(struct seed, fill),
	  .text = N_("More values for ${name}: the first lines of files, such as public keys."),
	  .example = "fill: {key: {file: /root/.ssh/id_ed25519.pub}}" },
	{ 0 },
};

void seed_text_read(struct load *load, const struct node *node, void *dst)
{
	struct seed_text *ret = dst;

	if (node->kind == NODE_MAPPING)
		fields_fill(load, node, seed_text_fields, node->key, ret);
	else if (node_expect(load, node, NODE_SCALAR, node->key))
		ret->text = node->text;
}

/* RFC 1123: labels of letters, digits and '-' between dots. */
static bool is_hostname(const char *s)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	if (strlen(s) > HOSTNAME_MAX)
		return false;
	for (;;) {
		size_t n = strspn(s, letters);

		if (!n || n > LABEL_MAX || s[0] == '-' || s[n - 1] == '-')
			return false;
		if (!s[n])
			return true;
		if (s[n] != '.')
			return false;
		s += n + 1;
	}
}

static void add_value(struct cloud_values *values, const char *name, const char *value)
{
	if (name)
		values->v[values->n++] = (struct cloud_value){ name, value };
}

struct cloud_values seed_values(const struct lab *lab, const struct seed *seed, struct arena *arena)
{
	struct cloud_values ret = {
		.v = arena_array(arena, struct cloud_value, lab->params.n + seed->fill.n),
	};

	/* A name that is wrong has been complained about, and is none. */
	for (size_t i = 0; i < lab->params.n; i++)
		add_value(&ret, lab->params.v[i].name, lab->params.v[i].value);
	for (size_t i = 0; i < seed->fill.n; i++)
		add_value(&ret, seed->fill.v[i].id, NULL);
	return ret;
}

/* NULL: YAML has more ways to end a line, and they were used. */
static const char *line_start(const char *source, int line)
{
	for (; line > 1; line--) {
		source = strchr(source, '\n');
		if (!source)
			return NULL;
		source++;
	}
	return source;
}

/*
 * How far the lines of a text written after '|' are indented in the lab; -1 when the text is
 * written otherwise, so that its lines are not those of the lab.
 */
static int block_indent(const struct load *load, const struct node *node)
{
	const char *line = line_start(load->lab->source, node->line), *next;

	if (!line || strnlen(line, (size_t)node->col) < (size_t)node->col ||
	    line[node->col - 1] != '|')
		return -1;
	for (next = strchr(line, '\n'); next; next = strchr(next, '\n')) {
		size_t blanks = strspn(++next, " ");

		if (next[blanks] != '\n' && next[blanks] != '\r')
			return (int)blanks;
	}
	return -1;
}

/* What is wrong in the text becomes a complaint about the lab, at its own place where it has one.
 */
static void complain_text(struct load *load, const struct node *node, const struct err *err)
{
	int indent = block_indent(load, node);
	struct node at = { .line = node->line + err->loc.line, .col = indent + err->loc.col };

	if (!err->loc.line)
		complain(load, node, "%s", err->msg);
	else if (indent >= 0)
		complain(load, &at, "%s", err->msg);
	else
		complain(load, node, _("line %d, column %d of the text: %s"), err->loc.line,
			 err->loc.col, err->msg);
}

static void check_text(struct load *load, const struct node *node, enum cloud_kind kind,
		       const struct seed *seed)
{
	const struct node *at = node_get(node, cloud_kind_names[kind]);
	const struct seed_text *text =
		kind == CLOUD_USER_DATA ? &seed->user_data : &seed->network_config;
	struct cloud_values values = seed_values(load->lab, seed, load->tree);
	struct complaints mistakes = { 0 };
	const char *ignored;

	if (!text->text)
		return;
	if (block_indent(load, at) >= 0)
		values.lines_before = at->line;
	cloud_text_fill(kind, text->text, &values, load->tree, &ignored, &mistakes);
	for (size_t i = 0; i < complaints_kept(&mistakes); i++)
		complain_text(load, at, &mistakes.v[i]);
	complaints_done(&mistakes);
}

static bool is_param(const struct lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->params.n; i++)
		if (lab->params.v[i].name && !strcmp(lab->params.v[i].name, name))
			return true;
	return false;
}

/* A name stands for one thing. */
static void check_fill(struct load *load, const struct node *node, const struct seed *seed)
{
	for (size_t i = 0; i < seed->fill.n; i++)
		if (seed->fill.v[i].id && is_param(load->lab, seed->fill.v[i].id))
			complain(load, node_get(node, "fill"),
				 _("'%s' is a parameter already; choose another name"),
				 seed->fill.v[i].id);
}

void seed_read(struct load *load, const struct node *node, void *dst)
{
	struct seed *seed = arena_alloc(load->arena, sizeof(*seed));
	size_t mistakes = load->out->n, samples = load->samples;

	load->substitutes = true;
	fields_fill(load, node, seed_fields, "seed", seed);
	load->substitutes = false;
	memcpy(dst, &seed, sizeof(seed));
	/* What was complained about when the file was parsed is missing too. */
	if (load->out->n > mistakes || !seed->hostname)
		return;
	if (samples == load->samples && !is_hostname(seed->hostname))
		complain(load, node_get(node, "hostname"),
			 _("'%s' is no host name: letters, digits and '-', at most 64 in all"),
			 shown(load, seed->hostname));
	if (!seed->instance_id)
		seed->instance_id = arena_printf(load->arena, "iid-%s", seed->hostname);
	check_fill(load, node, seed);
	check_text(load, node, CLOUD_USER_DATA, seed);
	check_text(load, node, CLOUD_NETWORK_CONFIG, seed);
}
