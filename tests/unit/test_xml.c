/* SPDX-License-Identifier: Apache-2.0 */
/* test_xml: XPath over a document that is not trusted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/base/cleanup.h"
#include "runner/base/xml.h"

static const char domain[] = "<domain type='qemu' id='3'>\n"
			     "  <name>db01</name>\n"
			     "  <devices>\n"
			     "    <disk type='file'><target dev='vda' bus='virtio'/></disk>\n"
			     "    <disk type='network'><target dev='sda' bus='sata'/></disk>\n"
			     "    <interface type='bridge'><model type='virtio'/></interface>\n"
			     "    <description>a &lt;b&gt; &amp; c</description>\n"
			     "  </devices>\n"
			     "</domain>\n";

static struct xml *parse(const char *text)
{
	struct xml *x = NULL;
	struct err err = { 0 };

	if (xml_parse(text, strlen(text), "it", &x, &err) < 0)
		fail_msg("%s", err.msg);
	return x;
}

static void test_xml__answers_with_the_first_node(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct xml *x = parse(domain);

	(void)state;
	assert_string_equal(xml_string(x, "/domain/name", &arena), "db01");
	assert_string_equal(xml_string(x, "/domain/@type", &arena), "qemu");
	assert_string_equal(xml_string(x, "//target/@bus", &arena), "virtio");
	assert_string_equal(xml_string(x, "//description", &arena), "a <b> & c");
	assert_string_equal(xml_string(x, "count(//disk)", &arena), "2");
	assert_null(xml_string(x, "/domain/title", &arena));
	assert_string_equal(xml_string(x, "string(/domain/title)", &arena), "");
	xml_free(x);
}

static void test_xml__tells_what_is_there(void **state)
{
	struct xml *x = parse(domain);

	(void)state;
	assert_true(xml_is(x, "//interface"));
	assert_false(xml_is(x, "//graphics"));
	assert_true(xml_is(x, "//target/@bus != 'virtio'"));
	assert_false(xml_is(x, "//model/@type != 'virtio'"));
	xml_free(x);
}

static void test_xml__lists_in_the_order_of_the_document(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct xml *x = parse(domain);
	struct strings buses = xml_list(x, "//disk/target/@bus", &arena);

	(void)state;
	assert_int_equal(buses.n, 2);
	assert_string_equal(buses.v[0], "virtio");
	assert_string_equal(buses.v[1], "sata");
	assert_int_equal(xml_list(x, "//graphics", &arena).n, 0);
	assert_int_equal(xml_list(x, "1 = 1", &arena).n, 0);
	xml_free(x);
}

static void test_xml__copies_nodes(void **state)
{
	_cleanup_arena_ struct arena arena = { 0 };
	struct xml *x = parse(domain);

	(void)state;
	assert_string_equal(
		xml_copy(x, "//target", &arena),
		"<target dev=\"vda\" bus=\"virtio\"/><target dev=\"sda\" bus=\"sata\"/>");
	assert_string_equal(xml_copy(x, "//description", &arena),
			    "<description>a &lt;b&gt; &amp; c</description>");
	assert_string_equal(xml_copy(x, "//graphics", &arena), "");
	xml_free(x);
}

static void refuse(const char *text, size_t len, const char *words)
{
	struct xml *x = NULL;
	struct err err = { 0 };

	assert_int_equal(xml_parse(text, len, "the domain", &x, &err), -1);
	assert_null(x);
	if (!strstr(err.msg, words))
		fail_msg("'%s' does not say '%s'", err.msg, words);
	assert_int_equal(err.kind, ERR_IO);
}

static void refuse_text(const char *text, const char *words)
{
	refuse(text, strlen(text), words);
}

static void test_xml__refuses_what_is_no_xml(void **state)
{
	(void)state;
	refuse_text("", "the domain is no XML");
	refuse_text("error: failed to get domain 'db01'\n", "is no XML");
	refuse_text("<domain><name>db01</domain>", "is no XML");
	refuse_text("<domain/><domain/>", "is no XML");
	refuse("<a/>\0<b/>", 10, "is no XML");
}

/* Entities that read files, grow without end or come from the network need a document type. */
static void test_xml__refuses_document_types(void **state)
{
	(void)state;
	refuse_text("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
		    "document type");
	refuse_text("<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a/>", "document type");
	refuse_text("<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'><!ENTITY y '&x;&x;&x;&x;&x;&x;&x;&x;'>"
		    "<!ENTITY z '&y;&y;&y;&y;&y;&y;&y;&y;'><!ENTITY w '&z;&z;&z;&z;&z;&z;&z;'>]>"
		    "<a>&w;&w;&w;</a>",
		    "the domain");
	/* The control: the words alone, where they mean nothing, are no document type. */
	xml_free(parse("<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>"));
}

static char *nest(size_t depth)
{
	char *text = mem_alloc(depth * 7 + 1), *p = text;

	for (size_t i = 0; i < depth; i++, p += 3)
		memcpy(p, "<a>", 3);
	for (size_t i = 0; i < depth; i++, p += 4)
		memcpy(p, "</a>", 4);
	*p = 0;
	return text;
}

static void test_xml__limits_size_and_depth(void **state)
{
	_cleanup_free_ char *deep = nest(100000), *shallow = nest(100);
	_cleanup_free_ char *big = mem_alloc(XML_MAX_BYTES + 2);

	(void)state;
	refuse_text(deep, "is no XML");
	xml_free(parse(shallow));
	memset(big, ' ', XML_MAX_BYTES + 1);
	memcpy(big, "<a>", 3);
	memcpy(big + XML_MAX_BYTES - 4, "</a>", 5);
	xml_free(parse(big));
	memcpy(big + XML_MAX_BYTES - 4, "</a> ", 6);
	refuse_text(big, "longer than");
}

static void test_xml__aborts_on_a_path_that_is_none(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		struct xml *x = parse(domain);

		signal(SIGABRT, SIG_DFL);
		xml_is(x, "/domain/[");
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xml__answers_with_the_first_node),
		cmocka_unit_test(test_xml__tells_what_is_there),
		cmocka_unit_test(test_xml__lists_in_the_order_of_the_document),
		cmocka_unit_test(test_xml__copies_nodes),
		cmocka_unit_test(test_xml__refuses_what_is_no_xml),
		cmocka_unit_test(test_xml__refuses_document_types),
		cmocka_unit_test(test_xml__limits_size_and_depth),
		cmocka_unit_test(test_xml__aborts_on_a_path_that_is_none),
	};

	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
