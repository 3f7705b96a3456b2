/* Ansible INI: sections, ranges, variables and which of them win. */
#include "lists.h"

#include <string.h>

#define SECRET_WORDS "passwords are not read from an inventory"

static void inventories_become_hosts(void **state)
{
	static const struct {
		const char *about, *text, *expect;
	} cases[] = {
		{ "a group", "[web]\na\nb\n", "a {web}\nb {web}\n" },
		{ "hosts before the first section have none", "a\n[web]\nb\n", "a\nb {web}\n" },
		{ "variables alone make it Ansible's", "a ansible_host=10.0.0.1\nb\n", "a 10.0.0.1\nb\n" },
		{ "BOM, CRLF, comments", "\xef\xbb\xbf[web] # servers\r\n; x\r\na # y\r\n#b\r\n", "a {web}\n" },
		{ "ranges", "[w]\nw[01:03]\n[v]\nv-[a:c:2].x ansible_port=1\n",
			"w01 {w}\nw02 {w}\nw03 {w}\nv-a.x port=1 {v}\nv-c.x port=1 {v}\n" },
		{ "a host in several groups is one host", "[b]\nx\n[a]\nX ansible_port=1\n", "x port=1 {a,b}\n" },
		{ "children give their hosts to the parent",
			"[a]\nx\n[b]\ny\n[p:children]\na\nb # too\n[q:children]\np\n", "x {a,p,q}\ny {b,p,q}\n" },
		{ "children may come before their section", "[p:children]\na\n[a]\nx\n", "x {a,p}\n" },
		{ "all and ungrouped are no groups", "[all]\nx\n[ungrouped]\ny\n[all:children]\ng\nungrouped\n[g]\nz\n",
			"x\ny\nz {g}\n" },
		{ "an explicit section of hosts", "[g:hosts]\nx\n", "x {g}\n" },
		{ "a group without hosts", "[g]\n[h]\nx\n", "x {h}\n" },
		{ "a group in Japanese", "[大阪]\nx\n", "x {大阪}\n" },
		{ "a port behind the name", "a:5986\nb[1:2]:1 c=d\n[2001:db8::1]:5986\n2001:db8::2\n",
			"a port=5986\nb1 port=1\nb2 port=1\n2001:db8::1 port=5986\n2001:db8::2\n" },
		{ "a variable is stronger than the port behind the name", "a:1 ansible_port=2\n", "a port=2\n" },
		{ "all variables",
			"a ansible_host=10.0.0.1 ansible_port=5986 ansible_user=x ansible_winrm_scheme=https"
			" ansible_winrm_transport=kerberos ansible_winrm_server_cert_validation=ignore"
			" ansible_winrm_ca_trust_path=/etc/ca.pem "
			"ansible_winrm_kerberos_hostname_override=fs.corp.example\n",
			"a 10.0.0.1 port=5986 scheme=https auth=kerberos user=x ca=/etc/ca.pem spn=fs.corp.example "
			"cert=ignore\n" },
		{ "ssl and plaintext are Basic", "a ansible_winrm_transport=ssl\nb ansible_winrm_transport=plaintext\n",
			"a auth=basic\nb auth=basic\n" },
		{ "quotes and backslashes on the line of a host",
			"a ansible_user='x y#z' # c\nb ansible_user=\"CORP\\admin\"\nc ansible_user=CORP\\\\admin\n"
			"d 'ansible_user=x y'\ne ansible_user=x\" \"'y'\nf ansible_user=\"a\\\"b\"\ng "
			"ansible_user=\"'x'\"\n"
			"h ansible_user='it\\'\ni ansible_user=x#y\n",
			"a user=x y#z\nb user=CORP\\admin\nc user=CORP\\admin\nd user=x y\ne user=x y\nf user=a\"b\ng "
			"user=x\n"
			"h user=it\\\ni user=x\n" },
		{ "quotes in a section of variables",
			"[a]\na\n[a:vars]\nansible_user = 'x y' # c\nansible_port=\"1\"\n"
			"[b]\nb\n[b:vars]\nansible_user=x y\nansible_port = 2 # two\n"
			"[c]\nc\n[c:vars]\nansible_user='CORP\\admin'\n[d]\nd\n[d:vars]\nansible_user='a'b'\n",
			"a port=1 user=x y {a}\nb port=2 user=x y {b}\nc user=CORP\\admin {c}\nd user='a'b' {d}\n" },
		{ "the last of two on one line, the first of two lines",
			"[g]\na ansible_port=1 ansible_port=2\n"
			"a ansible_port=3 ansible_user=x\n",
			"a port=2 user=x {g}\n" },
		{ "host > child > parent > all",
			"[c]\na ansible_port=1\nb\n[d]\nz\n[p:children]\nc\nd\n[all]\ny\n"
			"[all:vars]\nansible_port=4\nansible_user=all\nansible_winrm_scheme=http\n"
			"[p:vars]\nansible_port=3\nansible_user=p\n[c:vars]\nansible_port=2\n",
			"a port=1 scheme=http user=p {c,p}\nb port=2 scheme=http user=p {c,p}\n"
			"z port=3 scheme=http user=p {d,p}\ny port=4 scheme=http user=all\n" },
		{ "of equally deep groups the last by name",
			"[a]\nx\n[b]\nx\n[a:vars]\nansible_port=1\n[b:vars]\nansible_port=2\n", "x port=2 {a,b}\n" },
		{ "depth is the longest way",
			"[z]\nx\n[a]\nx\n[p:children]\na\n[z:vars]\nansible_port=1\n[a:vars]\nansible_port=2\n",
			"x port=2 {a,p,z}\n" },
		{ "variables of a group may come first, the last value of one wins",
			"[g:vars]\nansible_port=1\nansible_port=2\n[g]\nx\n", "x port=2 {g}\n" },
		{ "variables of ungrouped", "a\n[g]\nb\n[ungrouped:vars]\nansible_port=7\n", "a port=7\nb {g}\n" },
		{ "an address for the only host of a group", "[dc]\na\n[dc:vars]\nansible_host=10.0.0.1\n",
			"a 10.0.0.1 {dc}\n" },
		{ "the same child twice", "[a]\nx\n[p:children]\na\na\n", "x {a,p}\n" },
		{ "one group by two ways", "[a]\nx\n[b:children]\na\n[c:children]\na\n[d:children]\nb\nc\n",
			"x {a,b,c,d}\n" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		if (list_read(&hosts, c->text, &e) < 0)
			fail_msg("%s: %s", c->about, e.cause);
		list_expect(c->about, &hosts, c->expect);
		hosts_done(&hosts);
	}
}

static void malformed_lines_are_named(void **state)
{
	static const struct {
		const char *text, *cause;
	} cases[] = {
		{ "[g]\na ansible_port=99999\n", "hosts.ini:2: port 99999 is not 1-65535" },
		{ "[g]\n\n# c\na ansible_port=\n", "hosts.ini:4: port  is not 1-65535" },
		{ "[g]\na:0\n", "hosts.ini:2: port 0 is not 1-65535" },
		{ "[g]\na:\n", "hosts.ini:2: port  is not 1-65535" },
		{ "[g]\na:b c=d\n", "hosts.ini:2: port b is not 1-65535" },
		{ "[g]\na b\n", "hosts.ini:2: 'b' where name=value is expected" },
		{ "[g]\na ansible_user = x\n", "hosts.ini:2: 'ansible_user' where name=value is expected" },
		{ "[g]\na x='y\n", "hosts.ini:2: a quotation is not closed" },
		{ "[g]\na x=y\\\n", "hosts.ini:2: nothing follows the backslash at the end" },
		{ "[g]\na@b\n", "hosts.ini:2: 'a@b' is not a host name or IP address: '@' is not allowed in it" },
		{ "[g]\na\\b\n", "hosts.ini:2: '\\' in the name of a host" },
		{ "[g]\nw[01:300]\n",
			"hosts.ini:2: 'w[01:300]': range 01:300 needs the same number of digits at both ends" },
		{ "[g]\nw[1:3\n", "hosts.ini:2: 'w[1:3': '[' without ']'" },
		{ "[g]\na\n[g:wars]\n",
			"hosts.ini:3: section [g:wars]; expected [group], [group:children] or [group:vars]" },
		{ "[a b]\n", "hosts.ini:1: 'a b' cannot be the name of a group" },
		{ "[]\n", "hosts.ini:1: '' cannot be the name of a group" },
		{ "[a*]\n", "hosts.ini:1: 'a*' cannot be the name of a group" },
		{ "[!a]\n", "hosts.ini:1: '!a' cannot be the name of a group" },
		{ "[\x93\x8c]\n", "cannot be the name of a group" },
		{ "[g]\na\n[p:children]\nx\n", "hosts.ini:4: group x is not defined; expected a section [x]" },
		{ "[g]\na\n[x:vars]\nb=c\n", "hosts.ini:3: group x is not defined; expected a section [x]" },
		{ "[p:children]\ng h\n[g]\n", "hosts.ini:2: 'h' where only the name of a group is expected" },
		{ "[a:children]\nb\n[b:children]\na\n", "contains itself" },
		{ "[a:children]\na\n", "hosts.ini:2: group a contains itself, through a" },
		{ "[a:children]\nb\n[b:children]\nc\n[c:children]\na\n[d]\nx\n", "contains itself" },
		{ "[a:children]\nall\n", "hosts.ini:2: group all cannot be in group a" },
		{ "[a:children]\nungrouped\n", "hosts.ini:2: group ungrouped cannot be in group a" },
		{ "[a]\n[ungrouped:children]\na\n", "hosts.ini:3: group a cannot be in group ungrouped" },
		{ "[g]\n[g:vars]\nansible_port\n", "hosts.ini:3: 'ansible_port' where name=value is expected" },
		{ "[g]\na[1:2] ansible_host=10.0.0.1\n", "hosts.ini:2: one ansible_host for 2 hosts" },
		{ "[g]\na\nb\n[g:vars]\nx=y\nansible_host=10.0.0.1\n",
			"hosts.ini:6: ansible_host of group g is one address for several hosts: a, b" },
		{ "[g]\na ansible_host=\n",
			"hosts.ini:2: ansible_host has no value; expected a host name or IP address" },
		{ "[g]\na ansible_host=10.0.0.256\n", "hosts.ini:2: ansible_host '10.0.0.256' is not a host name or IP "
						      "address: its last part is a number" },
		{ "[g]\na ansible_winrm_scheme=ftp\n", "hosts.ini:2: ansible_winrm_scheme 'ftp' is not http or https" },
		{ "[g]\na ansible_winrm_transport=credssp\n", "hosts.ini:2: ansible_winrm_transport 'credssp' is not "
							      "basic, certificate, kerberos, negotiate, ntlm, "
							      "plaintext or ssl" },
		{ "[g]\na ansible_winrm_server_cert_validation=no\n",
			"hosts.ini:2: ansible_winrm_server_cert_validation 'no' is not validate or ignore" },
		{ "[g]\na ansible_user=\x93\x8c\n", "hosts.ini:2: the value of ansible_user is not UTF-8" },
		{ "[g]\na ansible_password=hunter2\n", "hosts.ini:2: ansible_password: " SECRET_WORDS },
		{ "[g]\na ansible_winrm_pass='{{ vaulted }}'\n", "hosts.ini:2: ansible_winrm_pass: " SECRET_WORDS },
		{ "[g]\na\n[g:vars]\nansible_become_password = hunter2\n",
			"hosts.ini:4: ansible_become_password: " SECRET_WORDS },
		{ "[all:vars]\nansible_ssh_pass=hunter2\n", "hosts.ini:2: ansible_ssh_pass: " SECRET_WORDS },
		{ "[g]\na ansible_host={{ ip }}\n", "hosts.ini:2: templates ({{ }}) are not evaluated" },
		{ "[g]\n{{ name }}\n", "hosts.ini:2: templates ({{ }}) are not evaluated" },
		{ "[g:vars]\nother=\"{% if x %}\"\n[g]\n", "hosts.ini:2: templates ({{ }}) are not evaluated" },
		{ "[g:vars]\nx=!vault |\n[g]\n", "hosts.ini:2: encrypted with Ansible Vault" },
		{ "[g:vars]\n$ANSIBLE_VAULT;1.1;AES256\n[g]\n", "hosts.ini:2: encrypted with Ansible Vault" },
		{ "[g]\na x=$ANSIBLE_VAULT;1.1;AES256\n", "hosts.ini:2: encrypted with Ansible Vault" },
		{ "[g]\na\x01\n", "hosts.ini:2: control character 0x01; expected text" },
		{ "[g]\na\rb\n", "hosts.ini:2: control character 0x0d; expected text" },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		if (list_read(&hosts, c->text, &e) != -1)
			fail_msg("accepted: %s", c->text);
		if (e.kind != ERROR_LOCAL || strncmp(e.cause, "hosts.ini:", 10) != 0 || !strstr(e.cause, c->cause))
			fail_msg("expected '%s', got '%s'", c->cause, e.cause);
		if (strstr(e.cause, "hunter2"))
			fail_msg("the password is in the message: %s", e.cause);
		hosts_done(&hosts);
	}
}

static void variables_without_a_meaning_are_listed_once(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(list_read(&hosts,
				 "[g]\na x=1 ansible_connection=winrm\nb x=2 ansible_psrp_port=1\n"
				 "[g:vars]\nansible_connection=winrm\nansible_port=1\nmy_password=q\n",
				 &e),
		0);
	assert_int_equal(list_read(&hosts, "[g]\nc x=1 y=1\n", &e), 0);
	static const char *const expect[] = { "ansible_connection", "ansible_psrp_port", "my_password", "x", "y" };
	assert_int_equal(hosts.ignored_count, COUNT(expect));
	for (size_t i = 0; i < COUNT(expect); i++)
		assert_string_equal(hosts.ignored[i], expect[i]);
	hosts_done(&hosts);
}

static void sources_join_and_the_first_wins(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	(void)state;

	assert_int_equal(inventory_add_target(&hosts, "b", &e), 0);
	assert_int_equal(list_read(&hosts, "[g]\na\nb\n[h]\na\n[g:vars]\nansible_port=1\n", &e), 0);
	assert_int_equal(list_read(&hosts, "[k]\na ansible_port=2 ansible_user=x\nc\nc\n", &e), 0);
	list_expect("three sources", &hosts, "b port=1 {g}\na port=1 user=x {g,h,k}\nc {k}\n");
	assert_int_equal(hosts.merged, 3); /* b, a of the second file, and c twice in one group */
	hosts_done(&hosts);
}

static void limits_hold(void **state)
{
	static const struct {
		const char *line, *cause;
		int times;
	} cases[] = {
		{ "[g%d]\n", "hosts.ini:4095: more than 4096 groups", 5000 },
		{ "[g%d]\nx\n", "x is in more than 256 groups", 300 },
		{ "w[1:200000] n=%d\n", "hosts.ini:11: hosts are named more than 2000000 times", 30 },
		{ "w%dw[1:99999] x=y\n", "hosts.ini:3: more than 200000 hosts", 3 },
	};
	(void)state;
	FOR_EACH(c, cases) {
		struct hosts hosts = { 0 };
		struct error e = { 0 };
		struct str text = { 0 };
		for (int i = 0; i < c->times; i++)
			for (const char *p = c->line; *p; p++)
				if (p[0] == '%' && p[1] == 'd') {
					str_addf(&text, "%d", i);
					p++;
				} else
					str_addc(&text, *p);
		assert_int_equal(list_read(&hosts, str_text(&text), &e), -1);
		if (!strstr(e.cause, c->cause))
			fail_msg("expected '%s', got '%s'", c->cause, e.cause);
		str_done(&text);
		hosts_done(&hosts);
	}
}

static void groups_may_be_nested_deeply(void **state)
{
	struct hosts hosts = { 0 };
	struct error e = { 0 };
	struct str text = { 0 };
	(void)state;

	for (int i = 0; i < 4000; i++)
		str_addf(&text, "[g%d:children]\ng%d\n", i, i + 1);
	str_add(&text, "[g4000]\n[h]\nx\n");
	assert_int_equal(list_read(&hosts, str_text(&text), &e), 0);
	list_expect("4000 levels", &hosts, "x {h}\n");
	str_done(&text);
	hosts_done(&hosts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inventories_become_hosts),
		cmocka_unit_test(malformed_lines_are_named),
		cmocka_unit_test(variables_without_a_meaning_are_listed_once),
		cmocka_unit_test(sources_join_and_the_first_wins),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(groups_may_be_nested_deeply),
	};
	return cmocka_run_group_tests(tests, lists_begin, lists_end);
}
