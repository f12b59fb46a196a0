/* SPDX-License-Identifier: Apache-2.0 */
/* keys: fingerprints of a guest's SSH host keys. Private keys are not read. */
#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/guestfs/guest.h"

#define BLOB_MAX 8192

/* ssh-ed25519 is ED25519, ssh-rsa RSA, ecdsa-sha2-nistp256 ECDSA. */
static const char *type_name(const char *line, size_t len, struct arena *arena)
{
	char *name;

	if (len > 4 && !strncmp(line, "ssh-", 4)) {
		line += 4;
		len -= 4;
	}
	name = arena_memdup(arena, line, len);
	name[strcspn(name, "-")] = 0;
	for (char *p = name; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return name;
}

const char *guest_fingerprint(const char *line, struct arena *arena)
{
	size_t type_len = strcspn(line, " "), len;
	const char *blob = line + type_len + (line[type_len] == ' ');
	unsigned char bytes[BLOB_MAX], hash[crypto_hash_sha256_BYTES];
	char text[sodium_base64_ENCODED_LEN(sizeof(hash),
					    sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];

	if (sodium_base642bin(bytes, sizeof(bytes), blob, strcspn(blob, " "), NULL, &len, NULL,
			      sodium_base64_VARIANT_ORIGINAL) < 0 ||
	    !len)
		return NULL;
	crypto_hash_sha256(hash, bytes, len);
	sodium_bin2base64(text, sizeof(text), hash, sizeof(hash),
			  sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	return arena_printf(arena, "SHA256:%s (%s)", text, type_name(line, type_len, arena));
}

void guest_keys(struct guest *guest)
{
	const char *const *public = guest_glob(guest, "/etc/ssh/ssh_host_*_key.pub");
	const char *const *private = guest_glob(guest, "/etc/ssh/ssh_host_*_key");

	for (; *public; public ++) {
		const char *text = guest_read(guest, *public), *line = guest_line(guest, &text);
		const char *found = line ? guest_fingerprint(line, guest->arena) : NULL;

		if (found)
			guest_print(guest, "host_key", "%s", found);
	}
	for (; *private; private ++)
		guest_print(guest, "host_key_private", "%s", *private);
}
