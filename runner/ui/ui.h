/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ui: what the student meets at the terminal. Text that comes from outside (output of commands,
 * answers, labs) goes through escape_terminal on its way. Output is wrapped at the terminal's width
 * (40 to 200; 80 without one).
 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "runner/base/buf.h"
#include "runner/base/err.h"
#include "runner/model/text.h"
#include "runner/model/timeline.h"
#include "runner/model/verdict.h"

struct ui_options {
	bool plain; /* no colour, no cursor movement, words for symbols */
	bool quiet; /* nothing but prompts and errors: the document goes to stdout */
	bool ask;   /* false: never prompt (--yes, --answers, no terminal) */
};

struct ui;

/* Writes to out. Colour only on a terminal without NO_COLOR and not plain. Saves the terminal's
 * settings. */
int ui_open(FILE *out, const struct ui_options *options, struct ui **ret, struct err *err);
/* Puts the terminal back as ui_open found it. NULL is allowed. */
void ui_close(struct ui *ui);

/* What was written so far is on its way, to a file and a pipe, too. */
void ui_flush(struct ui *ui);

/* True when there is a person to ask: stdin and out are terminals and options->ask. */
bool ui_can_ask(const struct ui *ui);
bool ui_is_plain(const struct ui *ui);
enum lang ui_lang(void); /* of the messages in force: from LANGUAGE, LC_ALL, LC_MESSAGES, LANG */

void ui_heading(struct ui *ui, int level, const char *text);
/* A wrapped paragraph, indented by indent columns. */
void ui_paragraph(struct ui *ui, int indent, const char *text);
/* 'label: text', wrapped with the text hanging behind the label. */
void ui_field(struct ui *ui, const char *label, const char *text);
/* label from column indent on, text from column on, wrapped and hanging there: one row of a table.
 */
void ui_row(struct ui *ui, int indent, int column, const char *label, const char *text);
/* Something as it is (a command, output), each line behind '    '; folded to max_lines, 0: all. */
void ui_verbatim(struct ui *ui, const char *bytes, size_t len, size_t max_lines);
#define UI_WORD_COLUMN 9 /* where the text behind the word of ui_word and ui_verdict begins */

enum ui_tone { UI_GOOD, UI_BAD, UI_UNSURE, UI_ASIDE };

/* 'WORD     text' with the word in the colour of its tone. */
void ui_word(struct ui *ui, enum ui_tone tone, const char *word, const char *text);
/* 'PASS     text' with the word in its colour. */
void ui_verdict(struct ui *ui, enum verdict verdict, const char *text);
/* The outcome's word in its colour, then text. */
void ui_outcome(struct ui *ui, enum outcome outcome, const char *text);

/* A ping in one line of characters, its longest silence marked below; in plain mode in words. */
void ui_timeline(struct ui *ui, const char *label, const struct timeline *t);

/*
 * Something long while it runs, on a terminal only: its output as it comes, as much as a person can
 * read, then how much more there was and its last lines. At the bottom one line that says from 2 s
 * on how long it has been going on; in plain mode a line of its own after 10 s, 30 s and each
 * minute. Nothing else may be printed between begin and end.
 */
void ui_live_begin(struct ui *ui, const char *what);
void ui_live_output(struct ui *ui, const char *bytes, size_t len);
/* To be called every 200 ms or so. beside: what else is to be told; NULL: nothing. Never waits. */
void ui_live_tick(struct ui *ui, const char *beside);
/* Makes room for something else; until ui_live_go_on output is kept and nothing is printed. */
void ui_live_pause(struct ui *ui);
void ui_live_go_on(struct ui *ui);
void ui_live_end(struct ui *ui);

/*
 * Questions. 0: answered; 1: nothing was answered (an empty line, or '-'); -1 with ERR_INTERRUPT or
 * ERR_TERMINATE: a signal came (ui_signal), the input ended, or the terminal went away. Lines are
 * edited with libedit; in plain mode, and for yes and no, in the terminal's own line mode.
 */
struct ui_help {
	int (*show)(void *data, struct err *err); /* the next hint; may ask; -1: as ui_ask_* */
	void *data;
};

/* How a question is asked; NULL for those without anything special. */
struct ui_terms {
	const struct ui_help *help; /* '?' alone calls it; NULL: no help */
	const char *if_empty;	    /* said to the first empty line, which is asked again; NULL: it
				       answers nothing at once, as '-' always does */
	bool (*accepts)(const char *line); /* NULL: anything; of ui_ask_line only */
	const char *otherwise;		   /* said to a line that is not accepted */
};

int ui_ask_choice(struct ui *ui, const char *ask, const char *const *ids, const char *const *texts,
		  const struct ui_terms *terms, size_t *ret, struct err *err);
int ui_ask_line(struct ui *ui, const char *ask, const struct ui_terms *terms, struct buf *ret,
		struct err *err);
/* A question that is asked while something goes on: shown, then looked at again and again. */
struct ui_menu {
	const char *ask;
	const char *const *ids, *const *texts; /* ended by NULL */
};

void ui_menu_open(struct ui *ui, const struct ui_menu *menu);
/* 0: *ret is chosen; 1: nothing yet; -1: as ui_ask_*. Never waits. */
int ui_menu_poll(struct ui *ui, const struct ui_menu *menu, size_t *ret, struct err *err);
/* Nobody has chosen and nobody need any more: why; what has been typed is thrown away. */
void ui_menu_close(struct ui *ui, const char *why);
/* Several lines, ended by an empty one, or what comes from the editor that was offered. */
int ui_ask_text(struct ui *ui, const char *ask, const struct ui_terms *terms, struct buf *ret,
		struct err *err);
/* An editor for the answers of ui_ask_text: 'e' alone, or Ctrl-X Ctrl-E. */
struct ui_editor {
	const char *name; /* of the program; NULL: the student has none, edit says so */
	/* 0: text is what came back, "" is no answer; 1: text is as it was and the student knows
	 * why; -1: as ui_ask_*. */
	int (*edit)(void *data, const char *ask, struct buf *text, struct err *err);
	void *data;
};

/* Until the next one; NULL: no more. */
void ui_offer_editor(struct ui *ui, const struct ui_editor *editor);
/* Puts the terminal back as ui_open found it, after a program had it; died: in the middle. */
void ui_take_back(struct ui *ui, bool died);
/* A sentence about the question that is open, also when quiet. */
void ui_note(struct ui *ui, const char *text);
/* Forgets the lines typed so far: the history is of one run. */
void ui_forget(struct ui *ui);
/* yes or no; an empty line is the default. */
int ui_ask_yes(struct ui *ui, const char *ask, bool preset, bool *ret, struct err *err);

enum ui_go { UI_GO_YES, UI_GO_NO, UI_GO_SHELL };

/* Whether to run a step: yes (an empty line), no, or in a shell of the student's own. */
int ui_ask_go(struct ui *ui, const char *ask, enum ui_go *ret, struct err *err);

/* Installs handlers for INT, TERM, HUP (no SA_RESTART). Counts: 1 graceful, 2 at once. */
void ui_catch_signals(void);
/* 0, or how often a signal came; for process_spec.cancel. */
extern volatile sig_atomic_t ui_signal_count;
/* 0, or -1 with ERR_INTERRUPT or ERR_TERMINATE when a signal has come. */
int ui_interrupted(struct err *err);
/* The signal that came last. */
extern volatile sig_atomic_t ui_signal_last;
