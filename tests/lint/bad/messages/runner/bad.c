/* SPDX-License-Identifier: Apache-2.0 */
/* bad: messages that do not read like the others. */
int bad(void)
{
	err_set(err, ERR_IO, NULL, _("Cannot read '%s'"), path); /* BAD */
	err_set(err, ERR_IO, NULL, _("cannot read '%s'."), path); /* BAD */
	err_set(err, ERR_IO, NULL, "cannot read the file", path); /* BAD */
	err_set(err, ERR_IO, NULL, "%s", text);
	return err_set(err, ERR_IO, NULL, _("cannot read '%s': %s"), path, why);
}
