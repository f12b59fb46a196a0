/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cases: walks tests/cases/CHECKER/VERDICT-why/case.yaml, shows each case's host to the
 * checker and compares verdict and measures. tests/cases/README.md has the format.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/host/kinds.h"
#include "runner/load/load.h"
#include "runner/run/judge.h"
#include "runner/run/steps.h"

#define CASES "tests/cases"
#define HOSTS "fixtures/hosts"

struct a_case {
	const char *checker, *name, *dir, *text;
	struct arena *arena;
};

static const char *read_text(const char *path, struct arena *arena)
{
	struct evidence_item item = { 0 };
	struct err err;

	if (host_read_path(path, path, arena, &item, &err) < 0 || item.error)
		return NULL;
	return item.out.kept;
}

/* The lines of a key at column 0, its own included, each put behind indent; "" when not there. */
static const char *block(const struct a_case *c, const char *key, const char *as,
			 const char *indent)
{
	_cleanup_buf_ struct buf out = { 0 };
	size_t len = strlen(key);
	bool in = false;

	for (const char *p = c->text; *p;) {
		size_t line = strcspn(p, "\n");

		if (!isspace((unsigned char)*p) && *p != '#')
			in = !strncmp(p, key, len) && p[len] == ':';
		if (in && line && !isspace((unsigned char)*p))
			buf_printf(&out, "%s%s%.*s\n", indent, as, (int)(line - len), p + len);
		else if (in)
			buf_printf(&out, "%s%.*s\n", indent, (int)line, p);
		p += line + (p[line] == '\n');
	}
	return arena_strdup(c->arena, buf_str(&out));
}

/* The scalar behind a key at column 0, or NULL. */
static const char *scalar(const struct a_case *c, const char *key)
{
	const char *text = block(c, key, "", "");
	size_t len;

	if (*text != ':')
		return NULL;
	text += 1 + strspn(text + 1, " ");
	len = strcspn(text, "\n");
	return arena_memdup(c->arena, text, len);
}

/* One lab with the case's checks: 'it' is judged, 'seen' compares its measures. */
static const char *compose(const struct a_case *c)
{
	const char *in = "        ", *step = scalar(c, "step");

	return arena_printf(
		c->arena,
		"kvmlab: 1\nid: case\ntitle: {id: a, en: a}\n"
		"needs: {hosts: [source, destination]}\nexperiments:\n"
		"  - id: case\n    title: {id: a, en: a}\n    hypothesis: {id: a, en: a}\n"
		"    steps:\n      - {id: look, title: {id: a, en: a}, %s}\n"
		"      - {id: also, title: {id: a, en: a}, %s}\n"
		"    checks:\n%s"
		"      it:\n        use: %s\n%s%s%s%s"
		"      seen:\n        use: %s\n%s%s",
		step ? step : "run: 'true'", step ? step : "run: 'true'",
		block(c, "others", "# others", "    "), c->checker, block(c, "with", "with", in),
		block(c, "expect", "expect", in), block(c, "applies_if", "applies_if", in),
		block(c, "na", "na", in), c->checker, block(c, "with", "with", in),
		block(c, "measures", "expect", in));
}

static struct lab *load(const struct a_case *c)
{
	const char *text = compose(c);
	struct complaints mistakes = { 0 };
	struct lab *lab = NULL;

	if (lab_load_bytes(c->name, text, strlen(text), NULL, LOAD_RUN, &lab, &mistakes) < 0) {
		for (size_t i = 0; i < complaints_kept(&mistakes); i++)
			print_error("%d: %s\n", mistakes.v[i].loc.line, mistakes.v[i].msg);
		fail_msg("%s does not load:\n%s", c->name, text);
	}
	complaints_done(&mistakes);
	return lab;
}

static void set_output(struct output *o, const struct a_case *c, const char *name)
{
	const char *text = read_text(arena_printf(c->arena, "%s/%s", c->dir, name), c->arena);
	const char *dropped = scalar(c, "dropped");

	text = text ? text : "";
	host_output_set(o, text, strlen(text), c->arena);
	if (dropped)
		o->total += strtoull(dropped, NULL, 10);
}

/* The recorded steps 'look' and 'also': files stdout, stderr and also; keys exit, end, ms, dropped.
 */
static const struct evidence_item *find_step(void *data, const char *id)
{
	static const struct {
		const char *word;
		enum evidence_end end;
	} ends[] = { { "exited", END_EXITED },	   { "signalled", END_SIGNALLED },
		     { "timeout", END_TIMED_OUT }, { "cancelled", END_CANCELLED },
		     { "not-run", END_NOT_RUN },   { "unkillable", END_UNKILLABLE } };
	const struct a_case *c = data;
	const char *status = scalar(c, "exit"), *end = scalar(c, "end"), *ms = scalar(c, "ms");
	struct evidence_item *item = arena_alloc(c->arena, sizeof(*item));

	bool is_look = !strcmp(id, "look");

	if ((!is_look && strcmp(id, "also") != 0) || (!status && !end))
		return NULL;
	item->name = "step";
	item->kind = scalar(c, "step") ? EVIDENCE_PROBE : EVIDENCE_STEP;
	item->host = "local";
	item->where = "true";
	item->status = status ? (int)strtol(status, NULL, 10) : 0;
	item->ms = ms ? strtol(ms, NULL, 10) : 0;
	for (size_t i = 0; end && i < ARRAY_SIZE(ends); i++)
		if (!strcmp(end, ends[i].word))
			item->end = ends[i].end;
	set_output(&item->out, c, is_look ? "stdout" : "also");
	set_output(&item->err, c, "stderr");
	return item;
}

struct roles {
	const struct a_case *of;
	struct host *local;
};

/* The recordings below the case's host: DIR/source, DIR/destination. */
static struct host *find_host(void *data, const char *role)
{
	const struct roles *roles = data;
	struct arena *arena = roles->of->arena;
	struct host *h = arena_alloc(arena, sizeof(*h));
	struct stat st;

	if (!strcmp(role, "local"))
		return roles->local;
	*h = *roles->local;
	h->role = role;
	h->uri = arena_printf(arena, "%s/%s", roles->local->uri, role);
	h->libvirt_uri = arena_printf(arena, "qemu+ssh://%s/system", role);
	return stat(h->uri + strlen("recorded:"), &st) == 0 ? h : NULL;
}

/* Looks once, as a run does. */
static void look(const struct a_case *c, struct host *host, struct check_result *r,
		 const struct check_result *others)
{
	struct evidence ev = { 0 };
	struct roles roles = { c, host };
	struct collector collector = { .host_of = find_host,
				       .host_data = &roles,
				       .host = host,
				       .ev = &ev,
				       .arena = c->arena,
				       .step = find_step,
				       .step_data = (void *)c };
	struct err err = { 0 };

	if (r->check->checker->collect(&collector, r->check->params, &err) < 0) {
		r->verdict = VERDICT_BROKEN;
		r->reason = arena_strdup(c->arena, err.msg);
	}
	check_measure(r, &ev, others, c->arena, LANG_EN);
	evidence_done(&ev);
}

static void compare_measures(const struct check_result *seen, const struct check_result *it)
{
	for (size_t i = 0; i < seen->check->expect.n; i++) {
		const struct matcher *m = &seen->check->expect.v[i];
		_cleanup_buf_ struct buf found = { 0 };

		if (matcher_holds(m, &it->measures.values[m->measure]) == TRUTH_YES)
			continue;
		value_print(&found, &it->measures.values[m->measure]);
		fail_msg("measure '%s' is %s", it->check->specs[m->measure].name, buf_str(&found));
	}
}

static void run_case(void **state)
{
	const struct a_case *c = *state;
	const char *host_name = scalar(c, "host"), *verdict = scalar(c, "verdict");
	const char *why = scalar(c, "reason");
	struct host *host = NULL;
	struct lab *lab = load(c);
	const struct experiment *x = &lab->experiments.v[0];
	struct check_result *results = arena_array(c->arena, struct check_result, x->checks.n);
	const struct check_result *it = &results[x->checks.n - 2];
	struct err err;

	assert_non_null(host_name);
	assert_non_null(verdict);
	if (host_open("local", arena_printf(c->arena, "recorded:" HOSTS "/%s", host_name), NULL,
		      &host, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < x->checks.n; i++) {
		results[i].check = &x->checks.v[i];
		look(c, host, &results[i], results);
	}
	if (strcmp(verdict_name(it->verdict), verdict) != 0)
		fail_msg("verdict is %s, not %s: %s", verdict_name(it->verdict), verdict,
			 it->reason ? it->reason : "");
	if (why && (!it->reason || !strstr(it->reason, why)))
		fail_msg("the reason is '%s'", it->reason ? it->reason : "");
	compare_measures(it + 1, it);
	host_close(host);
	lab_free(lab);
}

/* A case's directory begins with its verdict in small letters. */
static void check_name(const struct a_case *c)
{
	const char *verdict = scalar(c, "verdict"), *base = strrchr(c->name, '/') + 1;
	size_t len = strcspn(base, "-");

	if (!verdict || strlen(verdict) != len || strncasecmp(verdict, base, len) != 0)
		fail_msg("%s: the name and 'verdict: %s' differ", c->name, verdict ? verdict : "?");
	if (!*block(c, "expect", "", "") && strcmp(verdict, "BROKEN") != 0)
		fail_msg("%s expects nothing", c->name);
}

static void add_cases(const struct checker *checker, struct a_case *cases, size_t *n,
		      struct arena *arena)
{
	const char *dir = arena_printf(arena, CASES "/%s", checker->name);
	struct evidence_item names = { 0 };
	struct err err;

	if (host_list_path(dir, dir, arena, &names, &err) < 0)
		return;
	for (const char *p = names.out.kept; *p;) {
		size_t len = strcspn(p, "\n");
		struct a_case *c = &cases[*n];

		c->arena = arena;
		c->checker = checker->name;
		c->name = arena_printf(arena, "%s/%.*s", checker->name, (int)len, p);
		c->dir = arena_printf(arena, CASES "/%s", c->name);
		c->text = read_text(arena_printf(arena, "%s/case.yaml", c->dir), arena);
		if (c->text)
			(*n)++;
		p += len + 1;
	}
}

struct catalog {
	struct a_case *v;
	size_t n;
};

/* Every checker has been seen to pass, to fail, not to apply and not to be able to look. */
static void test_cases__cover_every_checker(void **state)
{
	static const char *const needed[] = { "pass-", "fail-", "na-", "broken-" };
	const struct catalog *all = *state;

	for (const struct checker *const *c = checkers; *c; c++)
		for (size_t w = 0; w < ARRAY_SIZE(needed); w++) {
			char prefix[128];
			bool found = false;

			snprintf(prefix, sizeof(prefix), "%s/%s", (*c)->name, needed[w]);
			for (size_t i = 0; i < all->n; i++)
				found = found || !strncmp(all->v[i].name, prefix, strlen(prefix));
			if (!found)
				fail_msg("no case %s*", prefix);
		}
}

static void test_cases__are_named_after_their_verdict(void **state)
{
	const struct catalog *all = *state;

	assert_true(all->n >= 28);
	for (size_t i = 0; i < all->n; i++)
		check_name(&all->v[i]);
}

#define CASES_MAX 512

int main(void)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct catalog all = { arena_array(&arena, struct a_case, CASES_MAX), 0 };
	struct CMUnitTest *tests = arena_array(&arena, struct CMUnitTest, CASES_MAX + 2);
	size_t n = 0;

	for (const struct checker *const *c = checkers; *c; c++)
		add_cases(*c, all.v, &all.n, &arena);
	tests[n++] = (struct CMUnitTest){ "test_cases__cover_every_checker",
					  test_cases__cover_every_checker, NULL, NULL, &all };
	tests[n++] =
		(struct CMUnitTest){ "test_cases__are_named_after_their_verdict",
				     test_cases__are_named_after_their_verdict, NULL, NULL, &all };
	for (size_t i = 0; i < all.n; i++)
		tests[n++] = (struct CMUnitTest){ all.v[i].name, run_case, NULL, NULL, &all.v[i] };
	return _cmocka_run_group_tests("cases", tests, n, NULL, NULL);
}
