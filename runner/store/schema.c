/* SPDX-License-Identifier: Apache-2.0 */
/* schema: the tables of the state database, and how those of older versions become them. */
#include "runner/store/db.h"

#define HOST_TABLE                                                                                 \
	"CREATE TABLE host(run INTEGER, role TEXT, uri TEXT, PRIMARY KEY(run, role))"              \
	" WITHOUT ROWID;"
#define CHANGE_TABLE                                                                               \
	"CREATE TABLE change(run INTEGER, host TEXT, kind INTEGER, name TEXT, existed INTEGER,"    \
	" undone INTEGER DEFAULT 0, why TEXT, identity TEXT, path TEXT, settled INTEGER DEFAULT"   \
	" 0, tagged INTEGER DEFAULT 0, PRIMARY KEY(run, host, kind, name));"
#define INVENTORY_TABLE                                                                            \
	"CREATE TABLE inventory(run INTEGER, host TEXT, text TEXT, PRIMARY KEY(run, host))"        \
	" WITHOUT ROWID;"

#define RECONCILED_TABLE                                                                           \
	"CREATE TABLE reconciled(run INTEGER, experiment INTEGER, text TEXT, at INTEGER,"          \
	" PRIMARY KEY(run, experiment)) WITHOUT ROWID;"

#define EXAM_TABLE                                                                                 \
	"CREATE TABLE exam(run INTEGER PRIMARY KEY, student TEXT, until INTEGER, mark BLOB);"

static const char schema[] =
	"PRAGMA user_version=7;"
	"CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, lab TEXT, path "
	"TEXT,"
	" mode TEXT, version TEXT, source BLOB, started INTEGER, finished INTEGER DEFAULT 0,"
	" earned INTEGER DEFAULT 0, possible INTEGER DEFAULT 0, exit_code INTEGER DEFAULT 0,"
	" modules_before TEXT, lang TEXT);"
	"CREATE TABLE setting(run INTEGER, name TEXT, value TEXT, PRIMARY KEY(run, name))"
	" WITHOUT ROWID;"
	"CREATE TABLE fact(run INTEGER, n INTEGER, name TEXT, value TEXT, PRIMARY KEY(run, n))"
	" WITHOUT ROWID;"
	"CREATE TABLE prediction(run INTEGER, experiment INTEGER, choice TEXT, reason TEXT,"
	" sure INTEGER, at INTEGER, hash TEXT, PRIMARY KEY(run, experiment)) WITHOUT ROWID;"
	"CREATE TRIGGER prediction_is_locked BEFORE UPDATE ON prediction"
	" BEGIN SELECT RAISE(ABORT, 'a prediction cannot be changed'); END;"
	"CREATE TRIGGER prediction_stays BEFORE DELETE ON prediction"
	" BEGIN SELECT RAISE(ABORT, 'a prediction cannot be deleted'); END;"
	"CREATE TABLE step(run INTEGER, experiment INTEGER, item INTEGER, state INTEGER, at "
	"INTEGER,"
	" why TEXT, PRIMARY KEY(run, experiment, item)) WITHOUT ROWID;"
	"CREATE TABLE looked(run INTEGER, experiment INTEGER, item INTEGER, verdict INTEGER,"
	" reason TEXT, at INTEGER, waited INTEGER, PRIMARY KEY(run, experiment, item)) WITHOUT "
	"ROWID;"
	"CREATE TABLE evidence(run INTEGER, experiment INTEGER, item INTEGER, of INTEGER, n "
	"INTEGER,"
	" name TEXT, kind INTEGER, host TEXT, place TEXT, at INTEGER, error INTEGER, end INTEGER,"
	" status INTEGER, ms INTEGER, out BLOB, out_head INTEGER, out_total INTEGER, out_sha BLOB,"
	" err BLOB, err_head INTEGER, err_total INTEGER, err_sha BLOB,"
	" PRIMARY KEY(run, experiment, of, item, n)) WITHOUT ROWID;"
	"CREATE TABLE answer(run INTEGER, experiment INTEGER, item INTEGER, text TEXT, hints "
	"INTEGER,"
	" at INTEGER, understood TEXT, understood_at INTEGER DEFAULT 0,"
	" PRIMARY KEY(run, experiment, item)) WITHOUT ROWID;" HOST_TABLE CHANGE_TABLE
		INVENTORY_TABLE RECONCILED_TABLE EXAM_TABLE;

/* Since version 2 there is more than one host. */
static const char from_1_to_3[] =
	HOST_TABLE "ALTER TABLE change RENAME TO change_1;" CHANGE_TABLE
		   "INSERT INTO change(run,host,kind,name,existed,undone,why)"
		   " SELECT run,'local',kind,name,existed,undone,why FROM change_1 ORDER BY rowid;"
		   "DROP TABLE change_1;" INVENTORY_TABLE "PRAGMA user_version=3;";

/* Version 3 knows a thing again that it has on record. */
static const char from_2_to_3[] =
	"ALTER TABLE change ADD COLUMN identity TEXT;"
	"ALTER TABLE change ADD COLUMN path TEXT;"
	"ALTER TABLE change ADD COLUMN settled INTEGER DEFAULT 0;"
	"ALTER TABLE change ADD COLUMN tagged INTEGER DEFAULT 0;" INVENTORY_TABLE
	"PRAGMA user_version=3;";

/* Version 4 keeps what a student says of a wrong prediction. */
static const char from_3_to_4[] = RECONCILED_TABLE "PRAGMA user_version=4;";

/* Version 5 knows exams. */
static const char from_4_to_5[] = EXAM_TABLE "PRAGMA user_version=5;";

/* Version 6 goes on in the language in which a run began. */
static const char from_5_to_6[] = "ALTER TABLE run ADD COLUMN lang TEXT; PRAGMA user_version=6;";

/* Version 7 keeps what a student says of a question's hints. */
static const char from_6_to_7[] =
	"ALTER TABLE answer ADD COLUMN understood TEXT;"
	"ALTER TABLE answer ADD COLUMN understood_at INTEGER DEFAULT 0; PRAGMA user_version=7;";

const struct db_upgrade db_upgrades[] = {
	{ 0, DB_VERSION, schema }, { 1, 3, from_1_to_3 },
	{ 2, 3, from_2_to_3 },	   { 3, 4, from_3_to_4 },
	{ 4, 5, from_4_to_5 },	   { 5, 6, from_5_to_6 },
	{ 6, 7, from_6_to_7 },	   { 0 },
};
