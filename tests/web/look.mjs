// SPDX-License-Identifier: Apache-2.0
// look: opens reports in Chromium as a person would, and says what is wrong with them.
//
// usage: node look.mjs MODULES CHROMIUM PROFILE SHOTS FILE...
// Prints PASS/FAIL lines, one per file and view. SHOTS gets a PNG per view and a PDF per file.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, chromium, profile, shots, ...files] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "package.json"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const views = [
	{ name: "light", width: 1100, scheme: "light" },
	{ name: "dark", width: 1100, scheme: "dark" },
	{ name: "narrow", width: 360, scheme: "light" },
	{ name: "narrow-dark", width: 360, scheme: "dark" },
];

let failed = false;

function say(name, problems) {
	failed ||= problems.length > 0;
	const why = problems.join("; ").replaceAll("\n", " ");
	console.log(problems.length ? `FAIL ${name}: ${why}` : `PASS ${name}`);
}

// Runs in the page: what sticks out at the right. Unlike a scroll bar it cannot be hidden by CSS.
function sticking_out() {
	const width = document.documentElement.clientWidth;
	return [...document.querySelectorAll("body *")]
		.filter((e) => e.getBoundingClientRect().right > width + 1)
		.map((e) => `${e.tagName} '${e.textContent.slice(0, 30)}' is wider than the page`)
		.slice(0, 3);
}

// axe-core works in a world of its own: the page's policy lets no script run in the page's.
async function accessibility(page) {
	const session = await page.createCDPSession();
	const { frameTree } = await session.send("Page.getFrameTree");
	const { executionContextId } = await session.send("Page.createIsolatedWorld", {
		frameId: frameTree.frame.id,
	});
	await session.send("Runtime.evaluate", { expression: axe, contextId: executionContextId });
	const { result } = await session.send("Runtime.evaluate", {
		expression: "axe.run(document).then(r => JSON.stringify(r.violations.map(v => " +
			"({id: v.id, impact: v.impact, at: v.nodes[0].target.join(' ')}))))",
		contextId: executionContextId,
		awaitPromise: true,
		returnByValue: true,
	});
	await session.detach();
	return JSON.parse(result.value);
}

async function look(browser, file, view) {
	const page = await browser.newPage();
	const url = pathToFileURL(resolve(file)).href;
	const problems = [];

	page.on("console", (m) => problems.push(`console: ${m.text()}`));
	page.on("pageerror", (e) => problems.push(`error: ${e.message}`));
	page.on("dialog", (d) => {
		problems.push(`dialog: ${d.message()}`);
		d.dismiss();
	});
	page.on("request", (r) => {
		if (r.url() !== url) problems.push(`request: ${r.url()}`);
	});
	await page.setViewport({ width: view.width, height: 900, deviceScaleFactor: 1 });
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: view.scheme }]);
	await page.goto(url, { waitUntil: "load" });
	const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const bright = Number(paper.match(/\d+/)[0]) > 127;
	if (bright !== (view.scheme === "light")) problems.push(`${view.scheme} page is ${paper}`);
	problems.push(...(await page.evaluate(sticking_out)));
	await page.screenshot({ path: join(shots, `${basename(file, ".html")}-${view.name}.png`), fullPage: true });
	await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
	problems.push(...(await page.evaluate(sticking_out)));
	for (const v of await accessibility(page))
		if (v.impact === "serious" || v.impact === "critical")
			problems.push(`axe: ${v.id} at ${v.at}`);
	await page.close();
	say(`web: ${basename(file)} ${view.name}`, problems);
}

async function print(browser, file) {
	const page = await browser.newPage();

	await page.goto(pathToFileURL(resolve(file)).href);
	const pdf = await page.pdf({ path: join(shots, `${basename(file, ".html")}.pdf`), format: "A4" });
	await page.close();
	const ok = Buffer.from(pdf).subarray(0, 5).toString() === "%PDF-" && pdf.length > 5000;
	say(`web: ${basename(file)} prints`, ok ? [] : ["no PDF came out"]);
}

// Chromium's own policy tests: the checks above must be able to see what they look for.
async function control(browser) {
	const page = await browser.newPage();
	let seen = 0;

	page.on("console", () => seen++);
	page.on("request", () => seen++);
	await page.setContent(
		"<script>console.log(1)</script><img src='http://127.0.0.1:1/x.png'><div style='width:5000px'>x</div><p style='color:#eee'>pale</p>",
	);
	const wide = await page.evaluate(sticking_out);
	const found = (await accessibility(page)).some((v) => v.id === "color-contrast");
	await page.close();
	const problems = [];
	if (seen < 2) problems.push("console messages and requests are not seen");
	if (!wide.length) problems.push("what sticks out is not seen");
	if (!found) problems.push("axe-core does not see pale text");
	say("web: control: a bad page is seen as bad", problems);
}

const browser = await puppeteer.launch({
	executablePath: chromium,
	userDataDir: profile,
	headless: true,
	args: [
		"--no-sandbox",
		"--disable-gpu",
		"--disable-quic",
		"--no-first-run",
		"--disable-background-networking",
		"--disable-component-update",
		"--disable-sync",
	],
});
try {
	await control(browser);
	for (const file of files) {
		for (const view of views) await look(browser, file, view);
		await print(browser, file);
	}
} finally {
	await browser.close();
}
process.exit(failed ? 1 : 0);
