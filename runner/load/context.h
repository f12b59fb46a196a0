/* SPDX-License-Identifier: Apache-2.0 */
/* context: what the readers of one file share: where to keep, where to complain, what is known. */
#pragma once

#include "runner/load/index.h"
#include "runner/load/load.h"
#include "runner/load/node.h"

struct load;
struct deferred;

/* Reads node into dst once everything that it may refer to has been read. */
typedef void deferred_fn(struct load *load, const struct node *node, void *dst);

struct load {
	struct arena *arena; /* what is loaded lives here */
	struct arena *tree;  /* nodes and all that ends with the loading */
	struct complaints *out;
	const char *file; /* the caller's path: complaints outlive the arenas */
	const char *path; /* the same in arena, for places that are kept */
	int lines_before; /* of a text that stands in a file: added to lines in messages */

	struct lab *lab;	   /* being loaded; NULL for an answers file */
	const struct lab *against; /* an answers file's lab */
	const struct settings *settings;
	enum load_mode mode;

	struct index params; /* of lab->params; complete before the experiments are read */
	bool substitutes;    /* '$name' stands for a parameter: under with: and in matchers */
	bool fills;	     /* beside that '$name' and '${name}' inside of a text: in changes: */
	size_t samples;	     /* how often a sample stood in for a missing parameter */

	/* The experiment whose references are being resolved. */
	struct experiment *experiment;
	struct index steps, checks;
	struct deferred *first_deferred, **last_deferred;
};

/* Complains at a node; NULL: about the file as a whole. */
void complain(struct load *load, const struct node *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* As complain, with '; did you mean' the nearest of known, or else the list of them. */
void complain_unknown(struct load *load, const struct node *at, const char *word,
		      const struct strings *known, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* Complains that the file cannot be read (ERR_IO). */
void complain_io(struct load *load, int errnum);
/* Complains about no place: a setting from the command line. */
void complain_setting(struct load *load, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* True when no further complaint is kept: words for it need not be sought. */
bool complain_is_full(const struct load *load);
/* When that is so, counts one and is true: there is nothing more to do about it. */
bool complain_silently(struct load *load);
/* As complain_unknown's ending, for other messages; lives in load->tree. */
const char *suggest(struct load *load, const char *word, const struct strings *known);
/* A text as a message may show it: one line, clipped; lives in load->tree. */
const char *shown(struct load *load, const char *text);
/* Complaints from number 'from' on in the order of their places. */
void complaints_sort(struct complaints *out, size_t from);

/* The place of a node, valid as long as the loaded thing. */
struct loc place_of(const struct load *load, const struct node *node);
void load_defer(struct load *load, deferred_fn *fn, const struct node *node, void *dst);
/* Runs and forgets all that was deferred. */
void load_resolve(struct load *load);
/* Reads a whole file of at most YAML_SIZE_MAX; -1 with one complaint. */
int load_slurp(struct load *load, struct buf *ret);
