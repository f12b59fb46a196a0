/* SPDX-License-Identifier: Apache-2.0 */
/* words: one row per kind of argument that can be listed. */
#include "runner/words.h"

#include <string.h>

#include "checks/checker.h"
#include "checks/probe.h"
#include "reports/report_format.h"
#include "runner/base/i18n.h"
#include "runner/command.h"
#include "runner/load/load.h"
#include "runner/store/store.h"

#define WORDS_MAX 512

static void add(struct strings *list, const char *word)
{
	if (list->n < WORDS_MAX)
		list->v[list->n++] = word;
}

/* Labs that do not load have no id to complete. */
static int list_labs(struct arena *arena, struct strings *ret, struct err *err)
{
	struct strings paths = { 0 };

	if (catalog_list(arena, &paths, err) < 0)
		return -1;
	for (size_t i = 0; i < paths.n; i++) {
		struct complaints complaints = { 0 };
		struct lab *lab;

		if (lab_load_file(paths.v[i], NULL, LOAD_LINT, &lab, &complaints) == 0) {
			add(ret, arena_strdup(arena, lab->id));
			lab_free(lab);
		}
		complaints_done(&complaints);
	}
	return 0;
}

static int list_runs(struct arena *arena, struct strings *ret, struct err *err)
{
	struct run_row *rows;
	struct store *store;
	size_t n = 0;
	int r;

	if (store_open_to_read(&store, err) < 0)
		return -1;
	r = store_run_list(store, arena, &rows, &n, err);
	store_close(store);
	/* The latest is the likeliest. */
	for (size_t i = r == 0 ? n : 0; i-- > 0;)
		add(ret, arena_printf(arena, "%lld", (long long)rows[i].id));
	return r;
}

static int list_topics(struct arena *arena, struct strings *ret, struct err *err)
{
	(void)arena;
	(void)err;
	for (const struct checker *const *c = checkers; *c; c++)
		add(ret, (*c)->name);
	for (const struct probe *const *p = probes; *p; p++)
		add(ret, (*p)->name);
	add(ret, "EXIT-CODES");
	return 0;
}

static int list_formats(struct arena *arena, struct strings *ret, struct err *err)
{
	(void)arena;
	(void)err;
	for (const struct report_format *const *f = report_formats; *f; f++)
		add(ret, (*f)->name);
	return 0;
}

static int list_commands(struct arena *arena, struct strings *ret, struct err *err)
{
	(void)arena;
	(void)err;
	for (const struct command *const *c = commands; *c; c++)
		add(ret, (*c)->name);
	return 0;
}

/* form: how the argument begins in the tables, its brackets taken away. */
static const struct kind {
	const char *form;
	int (*list)(struct arena *arena, struct strings *ret, struct err *err);
} kinds[] = {
	{ "CHECKER", list_topics }, { "COMMAND", list_commands }, { "FORMAT", list_formats },
	{ "LAB", list_labs },	    { "RUN", list_runs },	  { 0 },
};

static const struct kind *find(const char *form, size_t len)
{
	for (const struct kind *k = kinds; k->form; k++)
		if (strlen(k->form) == len && !strncmp(k->form, form, len))
			return k;
	return NULL;
}

int words_ask(const char *kind, struct arena *arena, struct strings *ret, struct err *err)
{
	const struct kind *k = find(kind, strlen(kind));

	if (!k)
		return err_set(err, ERR_USAGE, NULL,
			       _("no words of kind '%s': CHECKER, COMMAND, FORMAT, LAB or RUN"),
			       kind);
	*ret = (struct strings){ arena_array(arena, const char *, WORDS_MAX), 0 };
	return k->list(arena, ret, err);
}

struct words words_of(const char *form, struct arena *arena)
{
	const struct kind *k;
	size_t len;
	char *text;

	if (!form)
		return (struct words){ WORDS_NONE, "" };
	form += *form == '[';
	len = strcspn(form, "]. [:|");
	k = find(form, len);
	if (k)
		return (struct words){ WORDS_ASKED, k->form };
	if (len == strlen("FILE") && !strncmp(form, "FILE", len))
		return (struct words){ WORDS_FILE, "" };
	if (form[len] != '|')
		return (struct words){ WORDS_NONE, "" };
	text = arena_memdup(arena, form, strcspn(form, "] "));
	for (char *p = text; (p = strchr(p, '|'));)
		*p = ' ';
	return (struct words){ WORDS_LIST, text };
}
