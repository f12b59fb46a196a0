/* SPDX-License-Identifier: Apache-2.0 */
/* become_root: what sudo does when it need not ask, to be installed set-user-ID root by a test. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int at = 1;

	while (at < argc && argv[at][0] == '-')
		if (!strcmp(argv[at++], "--"))
			break;
	if (at >= argc || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		return 1;
	clearenv();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	execvp(argv[at], argv + at);
	return 127;
}
