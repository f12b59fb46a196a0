/* SPDX-License-Identifier: Apache-2.0 */
/* html: writers of HTML elements; every text is escaped on its way out. */
#pragma once

#include <stdio.h>

#include "reports/page.h"
#include "runner/model/text.h"

/* The style sheet of every page (html_style.c). */
extern const char html_style[];

/* From the doctype to '<main>': the title, a policy that lets nothing in but the style sheet. */
void html_begin(FILE *f, const char *title, enum lang lang);
void html_end(FILE *f);
/* Escaped text. */
void html_text(FILE *f, const char *text);
/* '<tag>', '<tag class="class">', '</tag>'. Tags and classes are this program's own words. */
void html_open(FILE *f, const char *tag, const char *class);
void html_close(FILE *f, const char *tag);
/* '<tag>text</tag>' */
void html_tag_text(FILE *f, const char *tag, const char *text);
void html_class_text(FILE *f, const char *tag, const char *class, const char *text);
/* ' name="value"' within a tag; value is escaped. */
void html_attribute(FILE *f, const char *name, const char *value);
/* A word with its symbol and colour. */
void html_badge(FILE *f, const char *word, enum tone tone);
/* A bar from 0 to 100 per cent with a mark at the threshold; label says it in words. */
void html_bar(FILE *f, const struct grade *grade, int64_t threshold, const char *label);
/* Answers to a ping over time with the longest gap marked; label says it in words. */
void html_picture(FILE *f, const struct picture *picture, int number);
void html_table(FILE *f, const struct table *t);
