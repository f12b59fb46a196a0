/* SPDX-License-Identifier: Apache-2.0 */
/* cloud_init: what cloud-init made of a running guest, seen by logging in to it. */
#include <string.h>

#include "checks/checker.h"
#include "checks/collector.h"
#include "runner/base/cleanup.h"
#include "runner/base/i18n.h"
#include "runner/base/json_read.h"

#define SSH_MS	    30000 /* an emulated guest takes seconds to agree on keys */
#define SSH_KEEP    (64u * 1024u)
#define SSH_FAILED  255 /* ssh(1): it could not log in, or lost the connection */
#define RESULT_MARK "result.json:\n"

struct params {
	const char *address, *user, *key, *account;
	int64_t port;
};

static const struct field fields[] = {
	{ .name = "address",
	  .type = FIELD_STRING,
	  .required = true,
	  .text = N_("The guest's address or name, as seen from the check's host."),
	  .example = "address: 192.168.122.50",
	  .offset = offsetof(struct params, address) },
	{ .name = "user",
	  .type = FIELD_NAME,
	  .required = true,
	  .text = N_("Whom to log in as."),
	  .example = "user: siswa",
	  .offset = offsetof(struct params, user) },
	{ .name = "key",
	  .type = FIELD_PATH,
	  .required = true,
	  .text = N_("The private key on the check's host, without a passphrase."),
	  .example = "key: /root/.ssh/id_ed25519",
	  .offset = offsetof(struct params, key) },
	{ .name = "account",
	  .type = FIELD_NAME,
	  .text = N_("Another account to look for; else 'user'."),
	  .example = "account: budi",
	  .offset = offsetof(struct params, account) },
	{ .name = "port",
	  .type = FIELD_INT,
	  .min = 1,
	  .max = 65535,
	  .default_text = "22",
	  .text = N_("The port of the guest's SSH server."),
	  .example = "port: 2222",
	  .offset = offsetof(struct params, port) },
	{ 0 },
};

static const struct measure_spec measures[] = {
	{ "reachable", VALUE_BOOL, NULL, N_("Its SSH server answered.") },
	{ "login", VALUE_BOOL, NULL, N_("It let the user in with this key.") },
	{ "finished", VALUE_BOOL, NULL,
	  N_("Cloud-init has run to its end in this boot; false as long as nobody gets in.") },
	{ "errors", VALUE_INT, NULL, N_("How many errors it reports when it has finished.") },
	{ "datasource", VALUE_STRING, NULL,
	  N_("Where it found who the guest is: 'DataSourceNoCloud [seed=/dev/vdb][dsmode=net]'.") },
	{ "hostname", VALUE_STRING, NULL, N_("The guest's host name.") },
	{ "account_exists", VALUE_BOOL, NULL, N_("The account is there.") },
	{ "instance_id", VALUE_STRING, NULL, N_("The instance that it was set up as.") },
	{ "machine_id", VALUE_STRING, NULL, N_("Its /etc/machine-id.") },
	{ "boot_id", VALUE_STRING, NULL, N_("The kernel's name for this boot.") },
	{ 0 },
};

static const struct checker_example examples[] = {
	{ N_("The guest became who its seed says; booting takes a while."),
	  "with: {address: 192.168.122.50, user: siswa, key: /root/.ssh/id_ed25519}\n"
	  "expect: {finished: true, hostname: web-02, account_exists: true}\n"
	  "within: 5m\n" },
	{ N_("It found its seed, and nothing in it went wrong."),
	  "with: {address: 192.168.122.50, user: siswa, key: /root/.ssh/id_ed25519}\n"
	  "expect: {datasource: {contains: NoCloud}, errors: 0}\n" },
	{ 0 },
};

/* cloud-init writes result.json when its last stage has ended; /run starts empty at each boot. */
static const char script[] = "echo hostname=$(cat /proc/sys/kernel/hostname)\n"
			     "echo account=$(id -u %s 2>/dev/null)\n"
			     "echo instance_id=$(cat /var/lib/cloud/data/instance-id)\n"
			     "echo machine_id=$(cat /etc/machine-id)\n"
			     "echo boot_id=$(cat /proc/sys/kernel/random/boot_id)\n"
			     "echo result.json:\n"
			     "cat /run/cloud-init/result.json 2>/dev/null\n"
			     "true\n";

static const char *const *ssh_argv(const struct params *p, struct arena *arena)
{
	const char *words[] = { "ssh",
				"-n",
				"-F",
				"/dev/null",
				"-o",
				"BatchMode=yes",
				"-o",
				"IdentitiesOnly=yes",
				"-o",
				"ConnectTimeout=10",
				"-o",
				"StrictHostKeyChecking=no",
				"-o",
				"UserKnownHostsFile=/dev/null",
				"-o",
				"GlobalKnownHostsFile=/dev/null",
				"-i",
				p->key,
				"-p",
				arena_printf(arena, "%lld", (long long)p->port),
				"-l",
				p->user,
				"--",
				p->address,
				arena_printf(arena, script, p->account ? p->account : p->user),
				NULL };
	const char **ret = arena_array(arena, const char *, ARRAY_SIZE(words));

	memcpy(ret, words, sizeof(words));
	return ret;
}

/* That only root may read the key is no answer of the guest's. */
static bool must_be_root(const struct evidence_item *ssh)
{
	return ssh->end == END_EXITED && ssh->status == SSH_FAILED &&
	       strstr(ssh->err.kept, "Load key") && strstr(ssh->err.kept, ": Permission denied\n");
}

/* What keeps ssh from even asking is no answer of the guest's either. */
static int check_key(const struct evidence_item *ssh, const struct params *p, struct err *err)
{
	static const char *const faults[] = { "No such file or directory", "bad permissions",
					      "error in libcrypto", "invalid format",
					      "incorrect passphrase" };

	if (ssh->end == END_NOT_RUN)
		return err_errno(err, ERR_ENV, ssh->error, _("cannot run '%s'"), "ssh");
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
		if (ssh->status == SSH_FAILED && strstr(ssh->err.kept, p->key) &&
		    strstr(ssh->err.kept, faults[i]))
			return err_set(err, ERR_ENV, NULL, _("the key '%s' cannot be used: %s"),
				       p->key, faults[i]);
	return 0;
}

static int run(struct collector *c, const struct params *p, bool root, struct err *err)
{
	struct evidence_item *item = evidence_add(c->ev, root ? "ssh-as-root" : "ssh");
	const struct process_spec spec = {
		.argv = ssh_argv(p, c->arena),
		.root = root,
		.timeout_ms = SSH_MS,
		.keep = SSH_KEEP,
		.cancel = c->cancel,
	};

	item->host = c->host->role;
	if (c->host->ops->run(c->host, &spec, c->arena, item, err) < 0)
		return -1;
	return item->end == END_CANCELLED ? err_set(err, ERR_INTERRUPT, NULL, _("interrupted")) : 0;
}

static const struct evidence_item *answer(const struct evidence *ev)
{
	const struct evidence_item *as_root = evidence_find(ev, "ssh-as-root");

	return as_root ? as_root : evidence_find(ev, "ssh");
}

static int collect(struct collector *c, const void *params, struct err *err)
{
	const struct params *p = params;

	if (run(c, p, false, err) < 0)
		return -1;
	if (must_be_root(answer(c->ev)) && run(c, p, true, err) < 0)
		return -1;
	return check_key(answer(c->ev), p, err);
}

static void set_key(struct measures *ret, const struct evidence_item *ssh, const char *key)
{
	const char *value = evidence_key(ssh, key, ret->arena);

	if (value && *value)
		measures_set_string(ret, key, value);
}

/* cloud-init's own account of how it ended. */
static int measure_result(const struct evidence_item *ssh, struct measures *ret, struct err *err)
{
	const char *json = strstr(ssh->out.kept, RESULT_MARK) + strlen(RESULT_MARK);
	const char *datasource;
	struct json_doc *doc;
	int errors;

	measures_set_bool(ret, "finished", *json);
	if (!*json)
		return 0;
	if (json_read(json, strlen(json), "result.json", &doc, err) < 0)
		return -1;
	datasource = json_doc_string(doc, "v1.datasource", ret->arena);
	errors = json_doc_count(doc, "v1.errors");
	if (datasource)
		measures_set_string(ret, "datasource", datasource);
	if (errors >= 0)
		measures_set_int(ret, "errors", errors);
	json_doc_free(doc);
	return 0;
}

/* Nobody got in: the server may have answered all the same. */
static int measure_refusal(const struct evidence_item *ssh, struct measures *ret)
{
	measures_set_bool(ret, "reachable",
			  ssh->end == END_EXITED && strstr(ssh->err.kept, "Permission denied ("));
	measures_set_bool(ret, "login", false);
	measures_set_bool(ret, "finished", false);
	return 0;
}

static int measure(const struct evidence *ev, const void *params, struct measures *ret,
		   struct err *err)
{
	const struct params *p = params;
	const struct evidence_item *ssh = answer(ev);
	const char *account;

	if (!ssh)
		return err_set(err, ERR_ENV, NULL, _("'%s' was not looked at"), p->address);
	if (check_key(ssh, p, err) < 0)
		return -1;
	if (ssh->end != END_EXITED || ssh->status == SSH_FAILED)
		return measure_refusal(ssh, ret);
	if (ssh->status || output_is_truncated(&ssh->out) || !strstr(ssh->out.kept, RESULT_MARK))
		return err_set(err, ERR_ENV, NULL, _("the guest did not say what was asked"));
	measures_set_bool(ret, "reachable", true);
	measures_set_bool(ret, "login", true);
	set_key(ret, ssh, "hostname");
	set_key(ret, ssh, "instance_id");
	set_key(ret, ssh, "machine_id");
	set_key(ret, ssh, "boot_id");
	account = evidence_key(ssh, "account", ret->arena);
	measures_set_bool(ret, "account_exists", account && *account);
	return measure_result(ssh, ret, err);
}

const struct checker checker_cloud_init = {
	.name = "cloud_init",
	.summary = N_("Cloud-init has set a running guest up, and as whom."),
	.why = N_("A seed only says what should become of a guest; whether it did, only the guest "
		  "itself can tell."),
	.source = "cloud-init's documentation of /run/cloud-init, ssh(1)",
	.params_size = sizeof(struct params),
	.fields = fields,
	.measures = measures,
	.examples = examples,
	.collect = collect,
	.measure = measure,
};
