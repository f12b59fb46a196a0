// SPDX-License-Identifier: Apache-2.0
// axe: fetches the axe-core that package-lock.json pins, and believes only its hash.
//
// usage: node axe.mjs DIR       leaves DIR/axe.min.js; exit status 1 when it could not
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const dir = process.argv[2];
const lock = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url), "utf8"));
const { version, integrity } = lock.packages["node_modules/axe-core"];
const tgz = join(dir, `axe-core-${version}.tgz`);

const hash = (bytes) => "sha512-" + createHash("sha512").update(bytes).digest("base64");

if (!existsSync(tgz) || hash(readFileSync(tgz)) !== integrity) {
	const url = `https://registry.npmjs.org/axe-core/-/axe-core-${version}.tgz`;
	const answer = await fetch(url, { signal: AbortSignal.timeout(60000) });
	const bytes = Buffer.from(await answer.arrayBuffer());
	if (hash(bytes) !== integrity) throw new Error(`'${url}' is not what package-lock.json pins`);
	writeFileSync(tgz, bytes);
}
execFileSync("tar", ["-xzf", tgz, "-C", dir, "--strip-components=1", "package/axe.min.js"]);
renameSync(join(dir, "axe.min.js"), join(dir, `axe-${version}.js`));
console.log(join(dir, `axe-${version}.js`));
