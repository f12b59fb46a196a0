/* SPDX-License-Identifier: Apache-2.0 */
/* sheet: what kvmlab asks in one lab, in one language, and what a student with these answers types
 * there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/load/load.h"
#include "runner/ui/locale.h"

/* Where sample answers have none, somebody says so. */
#define NOTHING "-"

/* A text as one line, its words apart by one space. */
static void put_words(const char *text)
{
	bool gap = false;

	for (; text && *text; text++) {
		bool space = strchr(" \t\r\n", *text);

		if (!space && gap)
			putchar(' ');
		if (!space)
			putchar(*text);
		gap = space;
	}
}

/* KIND, PLACE, what the screen says there, what to type: between tabs. */
static void put_line(const char *kind, const char *experiment, const char *place, const char *said,
		     const char *typed)
{
	printf("%s\t%s%s%s\t", kind, experiment, *experiment ? "/" : "", place);
	put_words(said);
	putchar('\t');
	put_words(typed);
	putchar('\n');
}

/* A choice is typed as the number that stands before it. */
static const char *number_of(const struct choices *choices, const char *id, char *buf, size_t size)
{
	for (size_t i = 0; id && i < choices->n; i++) {
		if (strcmp(choices->v[i].id, id) == 0) {
			snprintf(buf, size, "%zu", i + 1);
			return buf;
		}
	}
	return NOTHING;
}

static const char *given_text(const struct given *given, const char *id)
{
	for (size_t i = 0; given && i < given->answers.n; i++)
		if (strcmp(given->answers.v[i].id, id) == 0 && given->answers.v[i].text)
			return given->answers.v[i].text;
	return NOTHING;
}

static const char *or_nothing(const char *text)
{
	return text ? text : NOTHING;
}

static void put_prediction(const struct experiment *x, const struct given *given, enum lang lang)
{
	char number[32];

	put_line("ask", x->id, "predict", text_get(&x->predict->ask, lang),
		 number_of(&x->predict->choices, given ? given->choice : NULL, number,
			   sizeof(number)));
	put_line("text", x->id, "reason", _("Why do you think so?"),
		 or_nothing(given ? given->reason : NULL));
	snprintf(number, sizeof(number), "%d", given ? (int)given->sure : 0);
	put_line("ask", x->id, "sure", _("How sure are you, from 1 (guessing) to 5 (certain)?"),
		 given && given->sure ? number : NOTHING);
	put_line("text", x->id, "reconcile",
		 _("Your prediction and the measurement differ, which is how one learns "
		   "most. What did you not know or not think of?"),
		 or_nothing(given ? given->reconcile : NULL));
}

static void put_steps(const struct experiment *x, enum lang lang)
{
	char text[1024];

	for (size_t i = 0; i < x->steps.n; i++) {
		const char *title = text_get(&x->steps.v[i].title, lang);

		snprintf(text, sizeof(text), title ? _("Step %s: %s") : _("Step %s"),
			 x->steps.v[i].id, title);
		put_line("step", x->id, x->steps.v[i].id, text, "");
	}
}

static void put_questions(const struct experiment *x, const struct given *given, enum lang lang)
{
	char number[32];

	for (size_t i = 0; i < x->questions.n; i++) {
		const struct question *q = &x->questions.v[i];
		const char *text = given_text(given, q->id);

		if (q->kind == QUESTION_CHOICE)
			text = number_of(&q->choices, text, number, sizeof(number));
		put_line(q->kind == QUESTION_TEXT ? "text" : "ask", x->id, q->id,
			 text_get(&q->ask, lang), text);
	}
}

/* usage: session_sheet LAB ANSWERS id|en, beside the translations */
int main(int argc, char **argv)
{
	struct complaints complaints = { 0 };
	struct answers *answers;
	struct lab *lab;
	enum lang lang;

	if (argc != 4)
		return 64;
	lang = strcmp(argv[3], "id") == 0 ? LANG_ID : LANG_EN;
	locale_set(argv[3]);
	if (lab_load_file(argv[1], NULL, LOAD_LINT, &lab, &complaints) < 0 ||
	    answers_load_file(argv[2], lab, &answers, &complaints) < 0) {
		fprintf(stderr, "sheet: %s and %s cannot be loaded: %s\n", argv[1], argv[2],
			complaints.n ? complaints.v[0].msg : "");
		return 65;
	}
	put_line("ask", "", "what-now", _("Ctrl-C: what now?"), "1");
	put_line("ask", "", "started",
		 _("This step had started when the run was cut off. What now?"), "1");
	put_line("ask", "", "hinted",
		 _("In your own words, in one line: what did the hints tell you? (not graded)"),
		 "Where to look.");
	for (size_t i = 0; i < lab->experiments.n; i++) {
		const struct experiment *x = &lab->experiments.v[i];
		const struct given *given = answers_find(answers, x->id);

		if (x->predict)
			put_prediction(x, given, lang);
		put_steps(x, lang);
		put_questions(x, given, lang);
	}
	answers_free(answers);
	lab_free(lab);
	complaints_done(&complaints);
	return 0;
}
