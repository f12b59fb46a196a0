/* SPDX-License-Identifier: Apache-2.0 */
/* recipe: finds the folder of the Debian image's recipe, and names what it would make. */
#include "runner/sandbox/recipe.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

#define NAME "guest-debian"

int recipe_find(struct arena *arena, const char **ret, struct err *err)
{
	static const char *const places[] = { "/../fixtures/" NAME, "/../../fixtures/" NAME,
					      "/../share/kvmlab/" NAME };
	char exe[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[n > 0 ? n : 0] = '\0';
	slash = strrchr(exe, '/');
	for (size_t i = 0; slash && i < ARRAY_SIZE(places); i++) {
		_cleanup_free_ char *real = NULL;

		*slash = '\0';
		real = realpath(arena_printf(arena, "%s%s", exe, places[i]), NULL);
		if (!real)
			continue;
		*ret = arena_strdup(arena, real);
		return 0;
	}
	return err_set(err, ERR_ENV, NULL,
		       _("the recipe of the image is not beside this program: no '%s'"),
		       "share/kvmlab/" NAME);
}

/* A short text, of which another one than was hashed would make another image. */
static int add_file(crypto_hash_sha256_state *hash, const char *path, const char *name)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char chunk[4096];
	ssize_t n = -1;

	crypto_hash_sha256_update(hash, (const unsigned char *)name, strlen(name) + 1);
	while (fd >= 0 && (n = read(fd, chunk, sizeof(chunk))) > 0)
		crypto_hash_sha256_update(hash, chunk, (unsigned long long)n);
	crypto_hash_sha256_update(hash, (const unsigned char *)"", 1);
	return n < 0 ? -1 : 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

int recipe_hash(const char *folder, struct arena *arena, const char **ret, struct err *err)
{
	char *roots[] = { (char *)folder, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	crypto_hash_sha256_state hash;
	unsigned char sha256[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(sha256) + 1];
	int failed = fts ? 0 : errno;
	FTSENT *e;

	crypto_hash_sha256_init(&hash);
	while (fts && !failed && (e = fts_read(fts)))
		if (e->fts_info == FTS_F && strcmp(e->fts_name, "README.md") != 0 &&
		    add_file(&hash, e->fts_accpath, e->fts_path + strlen(folder)) < 0)
			failed = errno;
	if (fts)
		fts_close(fts);
	if (failed)
		return err_errno(err, ERR_ENV, failed, _("cannot read '%s'"), folder);
	crypto_hash_sha256_final(&hash, sha256);
	*ret = arena_strdup(arena, sodium_bin2hex(hex, sizeof(hex), sha256, sizeof(sha256)));
	return 0;
}
