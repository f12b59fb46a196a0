/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field: one row describes one key that may stand in a YAML mapping: its type, range, default and
 * help. The loader, 'lint', 'schema', labs/SCHEMA.md and 'explain' are all printed from these rows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_BOOL,	/* bool */
	FIELD_INT,	/* int64_t, min..max */
	FIELD_NUMBER,	/* double */
	FIELD_DURATION, /* int64_t milliseconds; written 250ms, 30s, 5m, 1h */
	FIELD_SIZE,	/* int64_t bytes; written 4096, 512KiB, 20MiB, 2GiB, 1TiB */
	FIELD_STRING,	/* const char *, any text */
	FIELD_NAME,  /* const char *, [A-Za-z0-9_][A-Za-z0-9_.+-]*: a module, a domain, a command */
	FIELD_PATH,  /* const char *, absolute, no '..' */
	FIELD_REGEX, /* const char *, a PCRE2 pattern; compiled at load to report mistakes */
	FIELD_ENUM,  /* int, index into enum_values */
	FIELD_TEXT,  /* struct text: a string or {id:, en:} */
	FIELD_NAMES, /* struct strings of FIELD_NAME */
	FIELD_STRINGS, /* struct strings of FIELD_STRING */
	FIELD_STEP,    /* const char *, the id of a step of the same experiment */
	FIELD_HOST,    /* const char *, a host's role: 'local', or one of needs.hosts */
	FIELD_OBJECT,  /* a struct described by sub, allocated: struct x * */
	FIELD_LIST,    /* YAML sequence of sub: struct { struct x *v; size_t n; } */
	FIELD_MAP, /* YAML mapping of id to sub, whose FIELD_ID row gets the key: as FIELD_LIST */
	FIELD_ID,  /* const char *, [a-z][a-z0-9_-]*, unique among its siblings */
	FIELD_CUSTOM,	/* read by custom */
	FIELD_MEASURES, /* documents a dynamic measure map; not loaded */
};

struct node;
struct load;

struct field {
	const char *name;
	enum field_type type;
	bool required;
	const char *text;	  /* what it is for; marked for translation; never NULL */
	const char *example;	  /* a YAML line that loads: 'module: kvm_intel' */
	const char *default_text; /* as it would be written in YAML; NULL: zero, or required */
	size_t offset;		  /* offsetof in the struct that is filled */
	int64_t min, max;	  /* FIELD_INT, FIELD_NUMBER, FIELD_DURATION; both 0: no limit */
	const char *const *enum_values; /* ended by NULL */
	const char *probe;		/* FIELD_STEP: it is this probe; NULL: it runs a command */
	const struct field *sub;	/* FIELD_OBJECT, FIELD_LIST, FIELD_MAP */
	size_t sub_size;		/* sizeof one element */
	/*
	 * FIELD_CUSTOM: fills *dst from node; complains through load. FIELD_OBJECT, FIELD_LIST,
	 * FIELD_MAP: called with each element when its rows have been read, to check it as a whole.
	 */
	void (*custom)(struct load *load, const struct node *node, void *dst);
};

/* What a value of that type looks like, for help and documents; marked for translation. */
const char *field_type_name(enum field_type type);

/* A list of strings, arena-owned. */
struct strings {
	const char **v;
	size_t n;
};
