/* SPDX-License-Identifier: Apache-2.0 */
/* question_fields: predictions, questions, their choices and right answers. */
#include <string.h>

#include "runner/base/i18n.h"
#include "runner/load/lab_fields.h"

/* The order of enum question_part and question_kind. */
static const char *const parts[] = { "observe", "explain", NULL };
static const char *const kinds[] = { "choice", "number", "text", NULL };

const struct field choice_fields[] = {
	{ .name = "text",
	  .type = FIELD_TEXT,
	  .required = true,
	  .offset = offsetof(struct choice, text),
	  .text = N_("The choice in words."),
	  .example = "text: {id: Tidak ada, en: None}" },
	{ .name = "right_if",
	  .type = FIELD_CUSTOM,
	  .custom = condition_read,
	  .offset = offsetof(struct choice, right_if),
	  .text = N_("CONDITION under which this prediction turns out right."),
	  .example = "right_if: {flags: {flag: svm}}" },
	{ 0 },
};

/* id: text, or id: {text:, right_if:} */
void choices_read(struct load *load, const struct node *node, void *dst)
{
	struct choices *ret = dst;

	if (!node_expect(load, node, NODE_MAPPING, node->key))
		return;
	if (node->n < 2)
		complain(load, node, _("'%s' must offer two or more"), node->key);
	ret->v = arena_array(load->arena, struct choice, node->n);
	for (const struct node *c = node_first(node); c; c = c->next) {
		struct choice *choice = &ret->v[ret->n++];

		choice->id = c->key;
		if (!is_id(choice->id))
			complain(load, node_key(c),
				 _("'%s' must be small letters, digits, '_' and '-', a letter "
				   "first"),
				 shown(load, choice->id));
		if (node_get(c, "text") || node_get(c, "right_if"))
			fields_fill(load, c, choice_fields, choice->id, choice);
		else
			text_read(load, c, choice->id, &choice->text);
	}
}

const struct field predict_fields[] = {
	{ .name = "ask",
	  .type = FIELD_TEXT,
	  .required = true,
	  .offset = offsetof(struct predict, ask),
	  .text = N_("What the student commits to before any command runs."),
	  .example = "ask: {id: Apa yang akan terlihat?, en: What will be seen?}" },
	{ .name = "choices",
	  .type = FIELD_CUSTOM,
	  .custom = choices_read,
	  .required = true,
	  .sub = choice_fields,
	  .offset = offsetof(struct predict, choices),
	  .text = N_("What can be predicted: id to text, or id to {text:, right_if:}."),
	  .example =
		  "choices: {up: {text: It rises, right_if: {load: {rises: true}}}, down: Falls}" },
	{ .name = "reason",
	  .type = FIELD_BOOL,
	  .offset = offsetof(struct predict, reason),
	  .default_text = "false",
	  .example = "reason: true",
	  .text = N_("Ask for a reason too.") },
	{ .name = "sure",
	  .type = FIELD_BOOL,
	  .offset = offsetof(struct predict, sure),
	  .default_text = "false",
	  .example = "sure: true",
	  .text = N_("Ask how sure the student is, 1 to 5.") },
	{ 0 },
};

static void read_patterns(struct load *load, const struct node *node, void *dst)
{
	struct field row = { .name = node->key, .type = FIELD_STRINGS };

	field_read(load, &row, node, dst);
	if (node->kind == NODE_SEQUENCE && !node->n)
		complain(load, node, _("'%s' is empty; give one pattern or more"), node->key);
	for (const struct node *c = node_first(node); c; c = c->next)
		if (c->kind == NODE_SCALAR && !c->bad)
			pattern_check(load, c, c->text, true);
}

static const struct field rubric_fields[] = {
	{ .name = "points",
	  .type = FIELD_INT,
	  .required = true,
	  .min = 1,
	  .max = 1000,
	  .offset = offsetof(struct rubric_row, points),
	  .example = "points: 2",
	  .text = N_("What the row is worth, as a share of the question.") },
	{ .name = "any",
	  .type = FIELD_CUSTOM,
	  .custom = read_patterns,
	  .required = true,
	  .offset = offsetof(struct rubric_row, any),
	  .text = N_("PCRE2 patterns, capitals or not; one that matches earns the points."),
	  .example = "any: [memor[iy], RAM]" },
	{ .name = "none",
	  .type = FIELD_CUSTOM,
	  .custom = read_patterns,
	  .offset = offsetof(struct rubric_row, none),
	  .text = N_("PCRE2 patterns, capitals or not; one that matches takes the points away, as "
		     "where the sentence says the opposite."),
	  .example = "none: ['not .{0,20}RAM', 'bukan (memori|RAM)']" },
	{ .name = "text",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct rubric_row, text),
	  .text = N_("What this row looks for."),
	  .example = "text: {id: Menyebut memori, en: Names memory}" },
	{ 0 },
};

static const struct field hint_fields[] = {
	{ .name = "cost",
	  .type = FIELD_INT,
	  .max = 1000,
	  .offset = offsetof(struct hint, cost),
	  .default_text = "1",
	  .example = "cost: 1",
	  .text = N_("Points of its question that taking it costs.") },
	{ .name = "text",
	  .type = FIELD_TEXT,
	  .required = true,
	  .offset = offsetof(struct hint, text),
	  .text = N_("The hint."),
	  .example = "text: {id: Lihat baris flags., en: Look at the flags line.}" },
	{ 0 },
};

static void read_tolerance(struct load *load, const struct node *node, void *dst)
{
	struct question *q =
		(struct question *)((char *)dst - offsetof(struct question, tolerance));
	struct scalar s;
	size_t len;
	double v;

	if (scalar_read(load, node, "tolerance", &s) < 0)
		return;
	len = strlen(s.s);
	q->tolerance_is_share = len && s.s[len - 1] == '%';
	if (q->tolerance_is_share)
		s.s = arena_memdup(load->tree, s.s, len - 1);
	if (s.quoted || parse_number(s.s, &v) < 0 || v < 0)
		complain(load, node,
			 _("'tolerance' must be a number or a share such as 20%%, not '%s'"),
			 shown(load, node->text));
	else
		q->tolerance = q->tolerance_is_share ? v / 100 : v;
}

const struct field question_fields[] = {
	{ .name = "id",
	  .type = FIELD_ID,
	  .required = true,
	  .offset = offsetof(struct question, id),
	  .text = N_("Name of the question in its experiment."),
	  .example = "id: seen" },
	{ .name = "part",
	  .type = FIELD_ENUM,
	  .enum_values = parts,
	  .required = true,
	  .offset = offsetof(struct question, part),
	  .text = N_("The part of the grade that it belongs to."),
	  .example = "part: observe" },
	{ .name = "kind",
	  .type = FIELD_ENUM,
	  .enum_values = kinds,
	  .required = true,
	  .offset = offsetof(struct question, kind),
	  .text = N_(
		  "How it is answered. A number may have a unit behind it, a decimal point or "
		  "comma, and marks between thousands: 204 ms, 1200.5, 1.200,5 and 1,200.5. Of a "
		  "lone mark before three digits (1.200) the reading that is right counts."),
	  .example = "kind: choice" },
	{ .name = "ask",
	  .type = FIELD_TEXT,
	  .required = true,
	  .offset = offsetof(struct question, ask),
	  .text = N_("The question."),
	  .example = "ask: {id: Apa yang terlihat?, en: What did you see?}" },
	{ .name = "choices",
	  .type = FIELD_CUSTOM,
	  .custom = choices_read,
	  .offset = offsetof(struct question, choices),
	  .text = N_("Of kind choice: id to text. A measured answer is compared with the ids."),
	  .example = "choices: {svm: AMD-V, none: {id: Tidak ada, en: None}}" },
	{ .name = "answer",
	  .type = FIELD_CUSTOM,
	  .text = N_(
		  "The right answer: 'check.measure' of this run, or a value. Not of kind text."),
	  .example = "answer: flags.flag" },
	{ .name = "unit",
	  .type = FIELD_STRING,
	  .offset = offsetof(struct question, unit),
	  .text = N_("Of kind number: the unit to answer in."),
	  .example = "unit: ms" },
	{ .name = "tolerance",
	  .type = FIELD_CUSTOM,
	  .custom = read_tolerance,
	  .offset = offsetof(struct question, tolerance),
	  .text = N_("Of kind number: how far off is still right, as a number or a share."),
	  .example = "tolerance: 20%" },
	{ .name = "points",
	  .type = FIELD_INT,
	  .max = 1000,
	  .offset = offsetof(struct question, points),
	  .default_text = "1",
	  .example = "points: 1",
	  .text = N_("Its share of the points of its part.") },
	{ .name = "applies_if",
	  .type = FIELD_CUSTOM,
	  .custom = condition_read,
	  .offset = offsetof(struct question, applies_if),
	  .text = N_("CONDITION without which it is not asked and costs nothing."),
	  .example = "applies_if: {flags: {vendor: amd}}" },
	{ .name = "rubric",
	  .type = FIELD_LIST,
	  .sub = rubric_fields,
	  .sub_size = sizeof(struct rubric_row),
	  .offset = offsetof(struct question, rubric),
	  .text = N_("Of kind text: what earns points."),
	  .example = "rubric: [{points: 2, any: [RAM, memor]}]" },
	{ .name = "model_answer",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct question, model_answer),
	  .text = N_("What a good answer says, shown afterwards."),
	  .example = "model_answer: {id: Memorinya berubah., en: Its memory changes.}" },
	{ .name = "hints",
	  .type = FIELD_LIST,
	  .sub = hint_fields,
	  .sub_size = sizeof(struct hint),
	  .offset = offsetof(struct question, hints),
	  .text = N_("Hints, in the order of giving."),
	  .example = "hints: [{cost: 1, text: Look at the flags line.}]" },
	{ 0 },
};

/* A measure can answer a question when its values can be those of the question. */
static bool can_answer(const struct question *q, enum value_type type)
{
	if (q->kind == QUESTION_NUMBER)
		return type == VALUE_INT || type == VALUE_NUMBER;
	return type == VALUE_STRING || type == VALUE_BOOL;
}

static void resolve_measure(struct load *load, const struct node *node, struct question *q,
			    const char *measure)
{
	const char *id = arena_memdup(load->tree, node->text, (size_t)(measure - node->text));
	const struct check *check;
	int i;

	if (!index_find(&load->checks, id, &q->answer_check)) {
		complain_unknown(load, node, id, &load->checks.names,
				 _("there is no check '%s' in this experiment"), shown(load, id));
		return;
	}
	check = &load->experiment->checks.v[q->answer_check];
	i = measure_find(load, node, check, measure + 1);
	if (i < 0)
		return;
	q->answer_is_measure = true;
	q->answer_measure = (size_t)i;
	if (!can_answer(q, check->specs[i].type))
		complain(load, node, _("'%s' is of type %s, which is no answer to a %s question"),
			 shown(load, node->text), value_type_name(check->specs[i].type),
			 kinds[q->kind]);
}

static bool is_choice(const struct question *q, const char *id)
{
	for (size_t i = 0; i < q->choices.n; i++)
		if (!strcmp(q->choices.v[i].id, id))
			return true;
	return false;
}

static void complain_choice(struct load *load, const struct node *node, const struct question *q)
{
	struct strings known = { .v = arena_array(load->tree, const char *, q->choices.n) };

	for (; known.n < q->choices.n; known.n++)
		known.v[known.n] = q->choices.v[known.n].id;
	complain_unknown(load, node, node->text, &known,
			 _("'answer' must be one of the choices or 'check.measure', not '%s'"),
			 shown(load, node->text));
}

static void resolve_answer(struct load *load, const struct node *node, void *dst)
{
	struct question *q = dst;
	struct scalar s;
	const char *dot;
	double v;

	if (scalar_read(load, node, "answer", &s) < 0)
		return;
	dot = strchr(s.s, '.');
	if (q->kind == QUESTION_NUMBER && !parse_number(s.s, &v))
		q->answer = (struct value){ .type = VALUE_NUMBER, .d = v };
	else if (q->kind == QUESTION_CHOICE && is_choice(q, s.s))
		q->answer = (struct value){ .type = VALUE_STRING, .s = s.s };
	else if (dot)
		resolve_measure(load, node, q, dot);
	else if (q->kind == QUESTION_CHOICE)
		complain_choice(load, node, q);
	else
		complain(load, node, _("'answer' must be a number or 'check.measure', not '%s'"),
			 shown(load, s.s));
}

/* Keys that mean nothing for the kind. */
static void check_kind(struct load *load, const struct node *node, const struct question *q)
{
	static const struct {
		const char *key;
		int kind;
	} only[] = {
		{ "choices", QUESTION_CHOICE },
		{ "unit", QUESTION_NUMBER },
		{ "tolerance", QUESTION_NUMBER },
		{ "rubric", QUESTION_TEXT },
	};

	for (size_t i = 0; i < sizeof(only) / sizeof(only[0]); i++) {
		const struct node *c = node_get(node, only[i].key);

		if (c && q->kind != only[i].kind)
			complain(load, node_key(c),
				 _("'%s' belongs to kind %s; this question is of kind %s"),
				 only[i].key, kinds[only[i].kind], kinds[q->kind]);
	}
}

void question_finish(struct load *load, const struct node *node, void *dst)
{
	const struct node *answer = node_get(node, "answer"), *kind = node_get(node, "kind");
	struct question *q = dst;

	q->loc = place_of(load, node);
	if (!kind || kind->kind != NODE_SCALAR || strcmp(kind->text, kinds[q->kind]))
		return;
	check_kind(load, node, q);
	if (q->kind == QUESTION_TEXT) {
		if (answer)
			complain(load, node_key(answer),
				 _("'answer' does not belong to kind text; give 'rubric' and "
				   "'model_answer'"));
		return;
	}
	if (q->kind == QUESTION_CHOICE && !node_get(node, "choices"))
		complain(load, node, _("missing key 'choices' in a question of kind choice"));
	if (!answer)
		complain(load, node, _("missing key 'answer' in a question of kind %s"),
			 kinds[q->kind]);
	else if (!answer->bad)
		load_defer(load, resolve_answer, answer, q);
}
