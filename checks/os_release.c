/* SPDX-License-Identifier: Apache-2.0 */
/* os_release: which distribution is this, and for how long will it be looked after? */
#include <stdlib.h>
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

/* The checker has nothing to be told; a struct must have a member. */
struct params {
	char unused;
};

static const struct field fields[] = { { 0 } };

static const struct measure_spec measures[] = {
	{ "id", VALUE_STRING, NULL, N_("The distribution in one word: debian, ubuntu, fedora.") },
	{ "version_id", VALUE_STRING, NULL, N_("Its version: '12', '24.04'; nothing in testing.") },
	{ "pretty_name", VALUE_STRING, NULL, N_("Its name for people.") },
	{ "lts", VALUE_BOOL, NULL,
	  N_("A release with long-term support: it says LTS, or it is a stable Debian, which is "
	     "counted as one.") },
	{ "supported", VALUE_BOOL, NULL,
	  N_("This course was tried on it: Debian 12 and later, Ubuntu 22.04 and 24.04.") },
	{ "like", VALUE_LIST, NULL, N_("Distributions that it is like: [debian].") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The host has a release that this course supports."), "expect: {supported: true}\n" },
	{ N_("The host is Debian, or like it."), "expect: {id: {in: [debian, ubuntu]}}\n" },
	{ 0 },
};

static int collect(struct collector *c, const void *params, struct err *err)
{
	(void)params;
	if (collect_file(c, "etc", "/etc/os-release", OPTIONAL, err) < 0)
		return -1;
	if (!evidence_find(c->ev, "etc")->error)
		return 0;
	return collect_file(c, "usr", "/usr/lib/os-release", OPTIONAL, err);
}

/* A value as a shell would read it: os-release(5) allows quotes and backslashes. */
static const char *unquote(char *s)
{
	char quote = *s == '"' || *s == '\'' ? *s : 0;
	char *to = s;

	for (const char *from = s + (quote != 0); *from && *from != quote; from++) {
		if (*from == '\\' && quote != '\'' && from[1])
			from++;
		*to++ = *from;
	}
	*to = 0;
	return s;
}

static const char *value_of(const struct evidence_item *file, const char *key, struct arena *arena)
{
	const char *raw = evidence_key(file, key, arena);

	return raw ? unquote(arena_strdup(arena, raw)) : NULL;
}

static void set_like(struct measures *ret, const char *words)
{
	measures_set_empty(ret, "like");
	while (words && *words) {
		size_t len = strcspn(words, " ");

		if (len)
			measures_add(ret, "like", arena_memdup(ret->arena, words, len));
		words += len;
		words += strspn(words, " ");
	}
}

static bool is_lts(const char *id, const char *version_id, const char *version)
{
	if (!strcmp(id, "debian"))
		return version_id != NULL;
	return version && strstr(version, "LTS");
}

static bool is_supported(const char *id, const char *version_id)
{
	if (!version_id)
		return false;
	if (!strcmp(id, "debian"))
		return strtol(version_id, NULL, 10) >= 12;
	return !strcmp(id, "ubuntu") &&
	       (!strcmp(version_id, "22.04") || !strcmp(version_id, "24.04"));
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct evidence_item *file = evidence_find(ev, "etc");
	const char *id, *version_id, *name;

	(void)params;
	if (file && file->error)
		file = evidence_find(ev, "usr");
	if (!file)
		return err_set(err, ERR_ENV, NULL, _("'/etc/os-release' was not looked at"));
	if (file->error)
		return measures_na(ret, _("this system has no os-release file"));
	id = value_of(file, "ID", ret->arena);
	version_id = value_of(file, "VERSION_ID", ret->arena);
	name = value_of(file, "PRETTY_NAME", ret->arena);
	id = id ? id : "linux"; /* the default of os-release(5) */
	measures_set_string(ret, "id", id);
	if (version_id)
		measures_set_string(ret, "version_id", version_id);
	if (name)
		measures_set_string(ret, "pretty_name", name);
	measures_set_bool(ret, "lts",
			  is_lts(id, version_id, value_of(file, "VERSION", ret->arena)));
	measures_set_bool(ret, "supported", is_supported(id, version_id));
	set_like(ret, value_of(file, "ID_LIKE", ret->arena));
	return 0;
}

const struct checker checker_os_release = {
	.name = "os_release",
	.summary = N_("The distribution, its version and whether it has long-term support."),
	.why = N_("A host of virtual machines runs for years; without security updates every guest "
		  "on it is at risk, and package names differ between distributions."),
	.source = "os-release(5)",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
