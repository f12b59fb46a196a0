/* SPDX-License-Identifier: Apache-2.0 */
/* step_output: how did a step end, and what does its output say? */
#include "checks/checker.h"
#include "checks/collector.h"
#include "checks/pattern.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

enum stream { STREAM_STDOUT, STREAM_STDERR, STREAM_BOTH };

struct params {
	const char *step;
	int stream;
	struct pattern pattern;
};

static const char *const streams[] = { "stdout", "stderr", "both", NULL };

static const struct field fields[] = {
	{ .name = "step",
	  .type = FIELD_STEP,
	  .required = true,
	  .text = N_("The step of this experiment whose output is read."),
	  .example = "step: look",
	  .offset = offsetof(struct params, step) },
	{ .name = "stream",
	  .type = FIELD_ENUM,
	  .text = N_("Which output: stdout, stderr, or both (stdout is searched first)."),
	  .example = "stream: both",
	  .default_text = "stdout",
	  .offset = offsetof(struct params, stream),
	  .enum_values = streams },
	{ .name = "pattern",
	  .type = FIELD_REGEX,
	  .text = N_("PCRE2 pattern to search for; each named group becomes a measure."),
	  .example = "pattern: '(?m)^cpus=(?<cpus>\\d+)$'",
	  .offset = offsetof(struct params, pattern.text) },
	{ .name = "numbers",
	  .type = FIELD_NAMES,
	  .text = N_("Named groups that are whole numbers; the others are strings."),
	  .example = "numbers: [cpus]",
	  .offset = offsetof(struct params, pattern.numbers) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "exit_status", VALUE_INT, NULL,
	  N_("The exit status; nothing when it did not end by itself.") },
	{ "signalled", VALUE_BOOL, NULL, N_("A signal ended it.") },
	{ "timed_out", VALUE_BOOL, NULL, N_("It was ended because its time was over.") },
	{ "matched", VALUE_BOOL, NULL, N_("The pattern was found; nothing when none was given.") },
	{ "bytes", VALUE_INT, "bytes", N_("Length of the chosen output, all of it.") },
	{ "duration_ms", VALUE_INT, "ms", N_("How long the step took.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("A step ended well and printed a number that later questions ask for."),
	  "with: {step: look, pattern: '(?m)^cpus=(?<cpus>\\d+)$', numbers: [cpus]}\n"
	  "expect: {exit_status: 0, cpus: {ge: 1}}\n" },
	{ N_("A step was refused, and standard error says why."),
	  "with: {step: look, stream: stderr, pattern: 'Operation not supported'}\n"
	  "expect: {exit_status: {ne: 0}, matched: true}\n" },
	{ 0 },
};

static int more_measures(const void *params, struct arena *arena, const struct measure_spec **ret,
			 struct err *err)
{
	const struct params *p = params;

	return pattern_specs(&p->pattern, measures, arena, ret, err);
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	return collect_step(c, "step", p->step, err);
}

static void measure_end(const struct evidence_item *step, struct measures *ret)
{
	measures_set_bool(ret, "signalled", step->end == END_SIGNALLED);
	measures_set_bool(ret, "timed_out",
			  step->end == END_TIMED_OUT || step->end == END_UNKILLABLE);
	measures_set_int(ret, "duration_ms", step->ms);
	if (step->end == END_EXITED)
		measures_set_int(ret, "exit_status", step->status);
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *step = evidence_find(ev, "step");
	const struct output *outputs[2];
	size_t n = 0;
	uint64_t bytes = 0;

	if (!step)
		return err_set(err, ERR_ENV, NULL, _("step '%s' left no evidence"), p->step);
	if (step->end == END_NOT_RUN || step->end == END_CANCELLED)
		return err_set(err, ERR_ENV, NULL, _("step '%s' did not run to an end"), p->step);
	if (p->stream != STREAM_STDERR)
		outputs[n++] = &step->out;
	if (p->stream != STREAM_STDOUT)
		outputs[n++] = &step->err;
	for (size_t i = 0; i < n; i++)
		bytes += outputs[i]->total;
	measure_end(step, ret);
	measures_set_int(ret, "bytes", (int64_t)bytes);
	return pattern_measure(&p->pattern, outputs, n, ret, err);
}

const struct checker checker_step_output = {
	.name = "step_output",
	.summary = N_("How a step ended and what its output says."),
	.why = N_("What a command printed on this host, at that moment, is the nearest thing to an "
		  "observation: later steps and questions can build on it."),
	.source = "pcre2pattern(3), wait(2)",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.more_measures = more_measures,
	.collect = collect,
	.measure = measure,
};
