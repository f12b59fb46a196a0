/* SPDX-License-Identifier: Apache-2.0 */
/* file: is this file there, what is it, and what does it say? */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "checks/pattern.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

struct params {
	const char *path;
	struct pattern pattern;
};

static const struct field fields[] = {
	{ .name = "path",
	  .type = FIELD_PATH,
	  .required = true,
	  .text = N_("Absolute path; symbolic links are followed."),
	  .example = "path: /etc/hostname",
	  .offset = offsetof(struct params, path) },
	{ .name = "pattern",
	  .type = FIELD_REGEX,
	  .text = N_("PCRE2 pattern to search its content for; each named group becomes a "
		     "measure."),
	  .example = "pattern: '^kvm_(?<vendor>intel|amd) '",
	  .offset = offsetof(struct params, pattern.text) },
	{ .name = "numbers",
	  .type = FIELD_NAMES,
	  .text = N_("Named groups that are whole numbers; the others are strings."),
	  .example = "numbers: []",
	  .offset = offsetof(struct params, pattern.numbers) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "exists", VALUE_BOOL, NULL, N_("Something is at this path.") },
	{ "kind", VALUE_STRING, NULL, N_("regular, directory, character, block or other.") },
	{ "size", VALUE_INT, "bytes", N_("Its size; 0 for what the kernel makes up, as /proc.") },
	{ "mode", VALUE_STRING, NULL, N_("Permissions as four octal digits: '0644'.") },
	{ "uid", VALUE_INT, NULL, N_("User id of its owner.") },
	{ "gid", VALUE_INT, NULL, N_("Group id.") },
	{ "matched", VALUE_BOOL, NULL, N_("The pattern was found; nothing when none was given.") },
	{ "sha256", VALUE_STRING, NULL,
	  N_("SHA-256 of a regular file's content, in hexadecimal.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("A secret is readable by its owner only."),
	  "with: {path: /root/.ssh/id_ed25519}\n"
	  "expect: {kind: regular, mode: '0600', uid: 0}\n" },
	{ N_("A kernel file says a number."),
	  "with: {path: /proc/sys/vm/nr_hugepages, pattern: '^(?<pages>\\d+)$', numbers: "
	  "[pages]}\n"
	  "expect: {pages: {gt: 0}}\n" },
	{ 0 },
};

static int more_measures(const void *params, struct arena *arena, const struct measure_spec **ret,
			 struct err *err)
{
	const struct params *p = params;

	return pattern_specs(&p->pattern, measures, arena, ret, err);
}

static bool is_regular(const struct evidence_item *stat, struct arena *arena)
{
	const char *type = evidence_key(stat, "type", arena);

	return type && !strcmp(type, "regular");
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	if (collect_stat(c, "stat", p->path, err) < 0)
		return -1;
	if (!is_regular(evidence_find(c->ev, "stat"), c->arena))
		return 0;
	return collect_file(c, "content", p->path, OPTIONAL, err);
}

static void set_sha256(struct measures *ret, const struct output *o)
{
	char hex[2 * SHA256_SIZE + 1];

	sodium_bin2hex(hex, sizeof(hex), o->sha256, SHA256_SIZE);
	measures_set_string(ret, "sha256", hex);
}

static void set_int(struct measures *ret, const struct evidence_item *stat, const char *key)
{
	const char *text = evidence_key(stat, key, ret->arena);

	if (text)
		measures_set_int(ret, key, strtoll(text, NULL, 10));
}

static void measure_stat(const struct evidence_item *stat, struct measures *ret)
{
	const char *type = evidence_key(stat, "type", ret->arena);
	const char *mode = evidence_key(stat, "mode", ret->arena);

	if (type)
		measures_set_string(ret, "kind", type);
	if (mode)
		measures_set_string(ret, "mode", mode);
	set_int(ret, stat, "size");
	set_int(ret, stat, "uid");
	set_int(ret, stat, "gid");
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *stat = evidence_find(ev, "stat");
	const struct evidence_item *content = evidence_find(ev, "content");
	const struct output *outputs[1];

	if (!stat)
		return err_set(err, ERR_ENV, NULL, _("'%s' was not looked at"), p->path);
	measures_set_bool(ret, "exists", !stat->error);
	if (stat->error)
		return 0;
	measure_stat(stat, ret);
	if (!content || content->error)
		return 0;
	set_sha256(ret, &content->out);
	outputs[0] = &content->out;
	return pattern_measure(&p->pattern, outputs, 1, ret, err);
}

const struct checker checker_file = {
	.name = "file",
	.summary = N_("A file is there, of a kind, and says something."),
	.why = N_("Much of a Linux host's state is in files, those of /proc and /sys included; "
		  "reading them needs no tool and no translation."),
	.source = "stat(2), proc(5), sysfs(5), pcre2pattern(3)",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.more_measures = more_measures,
	.collect = collect,
	.measure = measure,
};
