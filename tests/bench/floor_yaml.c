/* SPDX-License-Identifier: Apache-2.0 */
/* floor_yaml: how long libyaml's bare event loop takes over a file; the least a loader can take. */
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#include "runner/base/clock.h"
#include "tests/bench/bench.h"

/* All events of the data; exits when libyaml does not like it. */
static void read_events(const char *data, size_t len)
{
	yaml_parser_t parser;
	yaml_event_t event;
	int is_last = 0;

	if (!yaml_parser_initialize(&parser))
		exit(1);
	yaml_parser_set_input_string(&parser, (const unsigned char *)data, len);
	while (!is_last) {
		if (!yaml_parser_parse(&parser, &event))
			exit(1);
		is_last = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

int main(int argc, char **argv)
{
	_cleanup_buf_ struct buf data = { 0 };
	long times = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
	int64_t least = INT64_MAX;

	if (argc < 2 || bench_read(argv[1], &data) < 0)
		return 64;
	for (long i = 0; i < times; i++) {
		int64_t start = clock_us();

		read_events(buf_str(&data), data.len);
		least = bench_least(least, clock_us() - start);
	}
	printf("%lld\n", (long long)least);
	return 0;
}
