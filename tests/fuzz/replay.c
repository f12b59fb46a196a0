/* SPDX-License-Identifier: Apache-2.0 */
/* replay: runs a fuzzer's function over the files and folders it is given, without libFuzzer. */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/base/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	_cleanup_file_ FILE *f = fopen(path, "re");
	_cleanup_buf_ struct buf data = { 0 };
	char part[4096];
	uint8_t *exact;
	size_t n;

	if (!f)
		return -1;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&data, part, n);
	/* A block of just this size, so that reading one byte too many is seen. */
	exact = mem_alloc(data.len);
	if (data.len)
		memcpy(exact, data.data, data.len);
	LLVMFuzzerTestOneInput(exact, data.len);
	free(exact);
	return 0;
}

static long replay_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	long done = 0;

	while (dir && (e = readdir(dir))) {
		_cleanup_buf_ struct buf name = { 0 };

		if (e->d_name[0] == '.')
			continue;
		buf_printf(&name, "%s/%s", path, e->d_name);
		done += replay_file(name.data) == 0;
	}
	if (dir)
		closedir(dir);
	return done;
}

int main(int argc, char **argv)
{
	long done = 0;

	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st) < 0) {
			fprintf(stderr, "%s: cannot be read\n", argv[i]);
			return 1;
		}
		done += S_ISDIR(st.st_mode) ? replay_folder(argv[i]) : replay_file(argv[i]) == 0;
	}
	printf("%ld inputs\n", done);
	return done ? 0 : 1;
}
