/* SPDX-License-Identifier: Apache-2.0 */
/* cleanup: handles that close themselves when their variable goes out of scope. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/base/arena.h"
#include "runner/base/buf.h"

static inline void cleanup_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_file(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

#define _cleanup_fd_	__attribute__((cleanup(cleanup_fd)))
#define _cleanup_file_	__attribute__((cleanup(cleanup_file)))
#define _cleanup_free_	__attribute__((cleanup(cleanup_free)))
#define _cleanup_buf_	__attribute__((cleanup(buf_done)))
#define _cleanup_arena_ __attribute__((cleanup(arena_done)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
