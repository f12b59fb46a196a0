/* SPDX-License-Identifier: Apache-2.0 */
/* cloud_seed: is this image a NoCloud seed, and what does it tell cloud-init? */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "checks/lines.h"
#include "checks/pattern.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/iso.h"

#define IMAGE_MAX (1024u * 1024u) /* other tools pad a seed to 360 KiB and more */

struct params {
	const char *path;
	struct pattern pattern;
};

static const struct field fields[] = {
	{ .name = "path",
	  .type = FIELD_PATH,
	  .required = true,
	  .text = N_("The image file, at most 1 MiB; it is read, never mounted."),
	  .example = "path: /var/lib/libvirt/images/web-seed.iso",
	  .offset = offsetof(struct params, path) },
	{ .name = "pattern",
	  .type = FIELD_REGEX,
	  .text = N_("PCRE2 pattern to search its user-data for; each named group becomes a "
		     "measure."),
	  .example = "pattern: '(?m)^ *- name: (?<user>\\S+)'",
	  .offset = offsetof(struct params, pattern.text) },
	{ .name = "numbers",
	  .type = FIELD_NAMES,
	  .text = N_("Named groups that are whole numbers; the others are strings."),
	  .example = "numbers: []",
	  .offset = offsetof(struct params, pattern.numbers) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "exists", VALUE_BOOL, NULL, N_("There is such a file.") },
	{ "valid", VALUE_BOOL, NULL, N_("Cloud-init finds in it what NoCloud needs.") },
	{ "problem", VALUE_STRING, NULL,
	  N_("The first thing that is amiss: absent, image, label, user-data, meta-data, "
	     "instance-id or header; else none.") },
	{ "label", VALUE_STRING, NULL, N_("The volume id; NoCloud's is cidata or CIDATA.") },
	{ "files", VALUE_LIST, NULL, N_("The files in it, sorted by name.") },
	{ "instance_id", VALUE_STRING, NULL, N_("The meta-data's instance-id.") },
	{ "hostname", VALUE_STRING, NULL, N_("The meta-data's local-hostname.") },
	{ "header", VALUE_STRING, NULL, N_("The first line of its user-data.") },
	{ "matched", VALUE_BOOL, NULL, N_("The pattern was found; nothing when none was given.") },
	{ "sha256", VALUE_STRING, NULL, N_("SHA-256 of the image, in hexadecimal.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("A seed gives the guest its own name and an account."),
	  "with: {path: /var/lib/libvirt/images/web-seed.iso, pattern: 'name: (?<user>\\w+)'}\n"
	  "expect: {valid: true, hostname: web-02, user: siswa}\n" },
	{ N_("Two clones have seeds of their own: another instance, another set-up."),
	  "with: {path: /var/lib/libvirt/images/web-seed.iso}\n"
	  "expect: {problem: none, instance_id: {ne: iid-web-01}}\n" },
	{ 0 },
};

static int more_measures(const void *params, struct arena *arena, const struct measure_spec **ret,
			 struct err *err)
{
	const struct params *p = params;

	return pattern_specs(&p->pattern, measures, arena, ret, err);
}

static int refuse_size(const struct params *p, struct err *err)
{
	return err_set(err, ERR_ENV, NULL, _("'%s' is larger than 1 MiB, which no seed is"),
		       p->path);
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *stat;
	const char *size;

	if (collect_stat(c, "stat", p->path, err) < 0)
		return -1;
	stat = evidence_find(c->ev, "stat");
	if (stat->error)
		return 0;
	size = evidence_key(stat, "size", c->arena);
	if (!size || strtoll(size, NULL, 10) > IMAGE_MAX)
		return refuse_size(p, err);
	return collect_bytes(c, "image", p->path, IMAGE_MAX, err);
}

static const struct iso_file *find(const struct iso *iso, const char *name)
{
	for (size_t i = 0; i < iso->n; i++)
		if (!strcmp(iso->files[i].name, name))
			return &iso->files[i];
	return NULL;
}

static struct output as_output(const struct iso_file *f)
{
	return (struct output){ f->data, f->len, f->len, f->len, { 0 } };
}

/* 'key: value' of the meta-data, its quotes taken off. */
static const char *meta_value(const struct iso_file *meta, const char *key, struct arena *arena)
{
	struct output o = as_output(meta);
	const char *value = lines_value(&o, key, arena);
	size_t len = value ? strlen(value) : 0;

	if (len >= 2 && (value[0] == '"' || value[0] == '\'') && value[len - 1] == value[0])
		return arena_memdup(arena, value + 1, len - 2);
	return len ? value : NULL;
}

/* Cloud-init takes user-data of no known kind for nothing, with a warning in its log. */
static bool is_known_header(const char *line)
{
	static const char *const known[] = { "#cloud-config", "#!",
					     "#include",      "#cloud-boothook",
					     "#part-handler", "## template: jinja",
					     "Content-Type:", "MIME-Version:" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!strncmp(line, known[i], strlen(known[i])))
			return true;
	return false;
}

static void set_string(struct measures *ret, const char *name, const char *value)
{
	if (value)
		measures_set_string(ret, name, value);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void measure_files(const struct iso *iso, struct measures *ret)
{
	const char **names = arena_array(ret->arena, const char *, iso->n);

	for (size_t i = 0; i < iso->n; i++)
		names[i] = iso->files[i].name;
	if (iso->n)
		qsort(names, iso->n, sizeof(*names), compare);
	measures_set_empty(ret, "files");
	for (size_t i = 0; i < iso->n; i++)
		measures_add(ret, "files", names[i]);
}

/* What is amiss first, in the order in which cloud-init would stumble. */
static const char *problem_of(const struct iso *iso, struct measures *ret)
{
	const struct iso_file *user = find(iso, "user-data"), *meta = find(iso, "meta-data");
	const char *id = meta ? meta_value(meta, "instance-id", ret->arena) : NULL;
	const char *header =
		user ? arena_memdup(ret->arena, user->data, strcspn(user->data, "\r\n")) : NULL;

	set_string(ret, "instance_id", id);
	set_string(ret, "hostname", meta ? meta_value(meta, "local-hostname", ret->arena) : NULL);
	set_string(ret, "header", header);
	if (strcmp(iso->label, "cidata") != 0 && strcmp(iso->label, "CIDATA") != 0)
		return "label";
	if (!user)
		return "user-data";
	if (!meta)
		return "meta-data";
	if (!id)
		return "instance-id";
	return is_known_header(header) ? "none" : "header";
}

static int measure_pattern(const struct pattern *pattern, const struct iso *iso,
			   struct measures *ret, struct err *err)
{
	const struct iso_file *user = find(iso, "user-data");
	struct output out;
	const struct output *outputs[] = { &out };

	if (!user)
		return 0;
	out = as_output(user);
	return pattern_measure(pattern, outputs, 1, ret, err);
}

static void set_problem(struct measures *ret, const char *problem)
{
	measures_set_string(ret, "problem", problem);
	measures_set_bool(ret, "valid", !strcmp(problem, "none"));
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *stat = evidence_find(ev, "stat");
	const struct evidence_item *image = evidence_find(ev, "image");
	char hex[2 * SHA256_SIZE + 1];
	struct err why;
	struct iso iso;

	if (!stat || (!stat->error && !image))
		return err_set(err, ERR_ENV, NULL, _("'%s' was not looked at"), p->path);
	measures_set_bool(ret, "exists", !stat->error);
	if (stat->error) {
		set_problem(ret, "absent");
		return 0;
	}
	if (image->out.total > IMAGE_MAX || output_is_truncated(&image->out))
		return refuse_size(p, err);
	sodium_bin2hex(hex, sizeof(hex), image->out.sha256, SHA256_SIZE);
	measures_set_string(ret, "sha256", hex);
	if (iso_read(image->out.kept, image->out.kept_len, ret->arena, &iso, &why) < 0) {
		set_problem(ret, "image");
		/* Without libarchive nobody can tell. */
		return why.kind == ERR_IO ? 0 : err_set(err, why.kind, NULL, "%s", why.msg);
	}
	measures_set_string(ret, "label", iso.label);
	measure_files(&iso, ret);
	set_problem(ret, problem_of(&iso, ret));
	return measure_pattern(&p->pattern, &iso, ret, err);
}

const struct checker checker_cloud_seed = {
	.name = "cloud_seed",
	.summary = N_("An image is a seed that cloud-init's NoCloud understands."),
	.why = N_("A cloud image is the same for everybody; who the guest will be, and who may log "
		  "in, stands on a small second disk that cloud-init finds by its volume id."),
	.source = "cloud-init's documentation of NoCloud, ECMA-119",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.more_measures = more_measures,
	.collect = collect,
	.measure = measure,
};
