/* SPDX-License-Identifier: Apache-2.0 */
/* param: values that a lab leaves open, checked by type before anything uses them. */
#include "runner/load/param.h"

#include <arpa/inet.h>
#include <string.h>

#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"

static bool is_string(const char *s)
{
	return !strpbrk(s, "\r\n");
}

static bool is_int(const char *s)
{
	int64_t v;

	return !parse_int(s, &v);
}

static bool is_bool(const char *s)
{
	bool v;

	return !parse_bool(s, &v);
}

static bool is_duration(const char *s)
{
	int64_t v;

	return !parse_duration(s, &v);
}

static bool is_ipv4(const char *s)
{
	struct in_addr a;

	return inet_pton(AF_INET, s, &a) == 1;
}

static bool is_ipv6(const char *s)
{
	struct in6_addr a;

	return inet_pton(AF_INET6, s, &a) == 1;
}

/* scheme:rest, without blanks, quotes or control characters. */
static bool is_uri(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789+.-");

	if (!n || s[n] != ':' || !s[n + 1] || *s < 'a')
		return false;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || strchr("\"'`\\<>^{|}\x7f", *s))
			return false;
	return true;
}

static bool is_libvirt_uri(const char *s)
{
	const char *path = strstr(s, "://");

	return is_uri(s) && path && strchr(path + 3, '/');
}

static bool is_url(const char *s)
{
	return is_uri(s) && (!strncmp(s, "http://", 7) || !strncmp(s, "https://", 8)) &&
	       s[strcspn(s, ":") + 3];
}

const struct param_type param_types[] = {
	{ "string", N_("any text of one line"), "some words", is_string },
	{ "name", N_("letters, digits, '_', '.', '+' and '-'"), "kvm_intel", is_name },
	{ "int", N_("a whole number"), "4", is_int },
	{ "bool", N_("true or false"), "true", is_bool },
	{ "duration", N_("a number with ms, s, m or h"), "30s", is_duration },
	{ "ipv4", N_("an IPv4 address"), "192.0.2.10", is_ipv4 },
	{ "ipv6", N_("an IPv6 address"), "2001:db8::10", is_ipv6 },
	{ "domain", N_("the name of a libvirt domain"), "db01", is_name },
	{ "path", N_("an absolute path without '..'"), "/var/lib/libvirt/images", is_path },
	{ "libvirt-uri", N_("a libvirt connection URI"), "qemu+ssh://host2/system",
	  is_libvirt_uri },
	{ "url", N_("an http or https URL"), "https://example.org/disk.qcow2", is_url },
	{ 0 },
};

static void read_type(struct load *load, const struct node *node, void *dst)
{
	struct strings known = { .v = arena_array(load->tree, const char *, 32) };
	struct scalar s;
	int type;

	if (scalar_read(load, node, "type", &s) < 0)
		return;
	for (type = 0; param_types[type].name; type++) {
		if (!strcmp(param_types[type].name, s.s)) {
			memcpy(dst, &type, sizeof(type));
			return;
		}
		known.v[known.n++] = param_types[type].name;
	}
	complain_unknown(load, node, s.s, &known, _("there is no parameter type '%s'"),
			 shown(load, s.s));
}

static const char *const sandbox_names[] = { "default", "guest-address", NULL };

const struct field param_fields[] = {
	{ .name = "name",
	  .type = FIELD_ID,
	  .offset = offsetof(struct param, name),
	  .text = N_("Name of the parameter and of the environment variable that commands get.") },
	{ .name = "type",
	  .type = FIELD_CUSTOM,
	  .custom = read_type,
	  .required = true,
	  .text = N_("What may be given; see the list of parameter types."),
	  .example = "type: domain",
	  .offset = offsetof(struct param, type) },
	{ .name = "default",
	  .type = FIELD_STRING,
	  .example = "default: db01",
	  .text = N_("The value when --set gives none. Without it the parameter must be given."),
	  .offset = offsetof(struct param, default_value) },
	{ .name = "sandbox",
	  .type = FIELD_ENUM,
	  .enum_values = sandbox_names,
	  .default_text = "default",
	  .example = "sandbox: guest-address",
	  .text = N_("The value when --set gives none and the hosts are of 'kvmlab sandbox': "
		     "'guest-address' is that of its guest, which its options decide."),
	  .offset = offsetof(struct param, sandbox) },
	{ .name = "exam",
	  .type = FIELD_STRINGS,
	  .offset = offsetof(struct param, exam),
	  .text = N_("Values of which each student gets one in an exam, by id and secret."),
	  .example = "exam: [db01, db02, db03]" },
	{ .name = "text",
	  .type = FIELD_TEXT,
	  .offset = offsetof(struct param, text),
	  .text = N_("What the parameter is for."),
	  .example = "text: {id: Nama VM., en: Name of the VM.}" },
	{ 0 },
};

static const char *find_setting(const struct load *load, const char *name)
{
	const char *ret = NULL;

	for (size_t i = 0; load->settings && i < load->settings->n; i++)
		if (!strcmp(load->settings->v[i].name, name))
			ret = load->settings->v[i].value;
	return ret;
}

/* The value given from outside beats the default; a wrong one is complained about, not used. */
static void take_value(struct load *load, const struct node *node, struct param *p)
{
	const struct param_type *type = &param_types[p->type];
	const char *given = find_setting(load, p->name);

	if (p->default_value && !type->is_valid(p->default_value)) {
		complain(load, node_get(node, "default"),
			 _("'%s' is not of type %s: %s, for example '%s'"),
			 shown(load, p->default_value), type->name, _(type->text), type->example);
		p->default_value = NULL;
		return;
	}
	for (size_t i = 0; i < p->exam.n; i++)
		if (!type->is_valid(p->exam.v[i]))
			complain(load, node_get(node, "exam"),
				 _("'%s' is not of type %s: %s, for example '%s'"),
				 shown(load, p->exam.v[i]), type->name, _(type->text),
				 type->example);
	if (given && !type->is_valid(given))
		complain_setting(load, _("--set %s=%s: not of type %s: %s, for example '%s'"),
				 p->name, shown(load, given), type->name, _(type->text),
				 type->example);
	else if (given)
		p->value = arena_strdup(load->arena, given);
	else if (p->default_value)
		p->value = p->default_value;
	else if (load->mode == LOAD_RUN)
		complain(load, node_key(node),
			 _("parameter '%s' has no value; give one with --set %s=%s"), p->name,
			 p->name, type->example);
}

void param_finish(struct load *load, const struct node *node, void *dst)
{
	struct param *p = dst;
	const struct node *type = node_get(node, "type");

	p->loc = place_of(load, node_key(node));
	if (!p->name)
		return;
	if (strchr(p->name, '-'))
		complain(load, node_key(node),
			 _("'%s' names an environment variable too, which cannot hold '-'"),
			 p->name);
	/* A wrong type has been complained about. */
	if (type && type->kind == NODE_SCALAR && !strcmp(type->text, param_types[p->type].name))
		take_value(load, node, p);
}

/* Once, when all parameters have been read. */
static void index_params(struct load *load)
{
	if (load->params.v)
		return;
	load->params = index_new(load->tree, load->lab->params.n);
	for (size_t i = 0; i < load->lab->params.n; i++)
		index_add(&load->params, load->lab->params.v[i].name, i);
	index_sort(&load->params);
}

void params_finish(struct load *load)
{
	size_t ignored;

	index_params(load);
	for (size_t i = 0; load->settings && i < load->settings->n; i++) {
		const char *name = load->settings->v[i].name;

		if (!index_find(&load->params, name, &ignored))
			complain_setting(load, _("--set %s: this lab has no such parameter%s"),
					 shown(load, name),
					 suggest(load, name, &load->params.names));
	}
}

/* The parameter of that name, or NULL with a complaint. */
static const struct param *find_param(struct load *load, const struct node *node, const char *name)
{
	size_t i;

	if (index_find(&load->params, name, &i))
		return &load->lab->params.v[i];
	complain_unknown(load, node, name, &load->params.names, _("there is no parameter '%s'"),
			 shown(load, name));
	return NULL;
}

/* Its value, or a sample for a value that is missing. */
static const char *value_of(struct load *load, const struct param *p, struct scalar *s)
{
	if (p->value)
		return p->value;
	s->sample = true;
	load->samples++;
	return param_types[p->type].example;
}

/* The name behind a '$', without its braces; *len is what it takes with them. NULL: none. */
static const char *name_at(struct load *load, const char *p, size_t *len)
{
	size_t brace = *p == '{';
	size_t n = strspn(p + brace, "abcdefghijklmnopqrstuvwxyz0123456789_");

	*len = n + 2 * brace;
	if (!n || (brace && p[brace + n] != '}'))
		return NULL;
	return arena_memdup(load->tree, p + brace, n);
}

/* '$name' and '${name}' anywhere in the text; '$$' stands for one '$'. */
static int fill(struct load *load, const struct node *node, struct scalar *s)
{
	_cleanup_buf_ struct buf out = { 0 };
	const struct param *param;
	const char *name;
	size_t len;

	for (const char *p = s->s; *p; p += len) {
		len = strcspn(p, "$");
		buf_add(&out, p, len);
		p += len;
		if (!*p++)
			break;
		len = *p == '$';
		name = len ? NULL : name_at(load, p, &len);
		param = name ? find_param(load, node, name) : NULL;
		if (name && !param)
			return -1;
		buf_puts(&out, param ? value_of(load, param, s) : "$");
		len = param || *p == '$' ? len : 0;
	}
	s->s = arena_strdup(load->arena, buf_str(&out));
	return 0;
}

int param_substitute(struct load *load, const struct node *node, struct scalar *s)
{
	const struct param *p;

	index_params(load);
	if (load->fills)
		return strchr(s->s, '$') ? fill(load, node, s) : 0;
	if (s->s[0] != '$')
		return 0;
	if (s->s[1] == '$') {
		s->s++;
		return 0;
	}
	if (!is_id(s->s + 1))
		return 0;
	p = find_param(load, node, s->s + 1);
	if (!p)
		return -1;
	s->quoted = false;
	s->s = value_of(load, p, s);
	return 0;
}
