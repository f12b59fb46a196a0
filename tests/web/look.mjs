// SPDX-License-Identifier: Apache-2.0
// look: opens reports in Chromium as a person would, and says what is wrong with them.
//
// usage: node look.mjs CHROMIUM PROFILE SHOTS AXE FILE...
// Prints a PASS or FAIL line per file and view. SHOTS gets a PNG per view and a PDF per file.
// AXE is the path of axe.min.js, or '-': then accessibility is not looked at.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";

const [chromium, profile, shots, axe_path, ...files] = process.argv.slice(2);
const axe = axe_path === "-" ? null : readFileSync(axe_path, "utf8");

const views = [
	{ name: "light", width: 1100, scheme: "light" },
	{ name: "dark", width: 1100, scheme: "dark" },
	{ name: "middle", width: 700, scheme: "light" },
	{ name: "middle-dark", width: 700, scheme: "dark" },
	{ name: "wide", width: 1000, scheme: "light" },
	{ name: "narrow", width: 360, scheme: "light" },
];

let failed = false;

function say(name, problems) {
	failed ||= problems.length > 0;
	const why = problems.join("; ").replaceAll("\n", " ");
	console.log(problems.length ? `FAIL ${name}: ${why}` : `PASS ${name}`);
}

// Runs in the page: what sticks out at the right. Unlike a scroll bar it cannot be hidden by CSS.
const sticking_out = `(() => {
	const width = document.documentElement.clientWidth;
	const scrolls = document.documentElement.scrollWidth > width ? ["the page scrolls sideways"] : [];
	return [...document.querySelectorAll("body *")]
		.filter((e) => e.getBoundingClientRect().right > width + 1)
		.map((e) => e.tagName + " '" + e.textContent.slice(0, 30) + "' is wider than the page")
		.concat(scrolls)
		.slice(0, 3);
})()`;

// Runs in the page: text squeezed into a column of a few letters.
const squeezed = `(() => [...document.querySelectorAll("body *")]
	.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim().length > 8))
	.filter((e) => e.clientWidth > 1 && e.clientWidth < 40 && e.clientHeight > 120)
	.map((e) => e.tagName + " '" + e.textContent.slice(0, 30) + "' is squeezed")
	.slice(0, 3))()`;

// Runs in the page: a word in a table, a list or a heading that is broken over two lines. What has more
// than 20 characters without a space (a hash, a path) may be.
const broken_words = `(() => {
	const found = [];
	const range = document.createRange();
	const lines = (n, from, to) => {
		range.setStart(n, from);
		range.setEnd(n, to);
		const boxes = [...range.getClientRects()].filter((r) => r.width > 0);
		return new Set(boxes.map((r) => Math.round(r.top))).size;
	};
	for (const e of document.querySelectorAll("th, td, dt, dd, h1, h2, h3, .badge, .label")) {
		const walk = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
		for (let n = walk.nextNode(); n; n = walk.nextNode())
			for (const run of n.data.matchAll(/(?<!\\S)\\S{2,20}(?!\\S)/g))
				for (const word of run[0].matchAll(/[\\p{L}\\p{N}_]{2,}/gu)) {
					const from = run.index + word.index;
					if (lines(n, from, from + word[0].length) > 1)
						found.push("the word '" + word[0] + "' is broken in " + e.tagName);
				}
	}
	return found.slice(0, 3);
})()`;

// Runs in the page: text of a drawing that is cut off at its edges, or written over other text of it.
const cut_off = `(() => [...document.querySelectorAll("svg")].flatMap((svg) => {
	const frame = svg.getBoundingClientRect();
	const boxes = [...svg.querySelectorAll("text")].map((e) => ({ e, r: e.getBoundingClientRect() }));
	const cut = boxes
		.filter(({ r }) => r.left < frame.left - 1 || r.right > frame.right + 1 || r.bottom > frame.bottom + 1)
		.map(({ e }) => "'" + e.textContent.slice(0, 30) + "' is cut off");
	const over = boxes
		.filter(({ r }, i) => boxes.some(({ r: o }, k) => k < i && r.left < o.right && o.left < r.right &&
			r.top + 3 < o.bottom && o.top + 3 < r.bottom))
		.map(({ e }) => "'" + e.textContent.slice(0, 30) + "' is written over other text");
	return [...cut, ...over];
}).slice(0, 3))()`;

const unfold = `document.querySelectorAll("details").forEach((d) => (d.open = true))`;

async function accessibility(page) {
	if (!axe) return [];
	const world = await page.world();
	await page.evaluate(`${axe};0`, world);
	const found = await page.evaluate(
		`axe.run(document).then((r) => JSON.stringify(r.violations.map((v) =>
			({ id: v.id, impact: v.impact, at: v.nodes[0].target.join(" ") }))))`,
		world,
	);
	return JSON.parse(found)
		.filter((v) => v.impact === "serious" || v.impact === "critical")
		.map((v) => `axe: ${v.id} at ${v.at}`);
}

// A page of the light scheme is bright, one of the dark scheme is not.
async function scheme(page, wanted) {
	const paper = await page.evaluate("getComputedStyle(document.body).backgroundColor");
	const bright = Number(paper.match(/\d+/)[0]) > 127;
	return bright === (wanted === "light") ? [] : [`the ${wanted} page is ${paper}`];
}

async function look(browser, file, view) {
	const page = await browser.page();
	const problems = [];

	await page.view(view);
	await page.open(pathToFileURL(resolve(file)).href);
	problems.push(...(await scheme(page, view.scheme)));
	problems.push(...(await page.evaluate(sticking_out)));
	problems.push(...(await page.evaluate(squeezed)));
	problems.push(...(await page.evaluate(cut_off)));
	// What the hostile report has are no words.
	if (!basename(file).startsWith("hostile")) problems.push(...(await page.evaluate(broken_words)));
	writeFileSync(join(shots, `${basename(file, ".html")}-${view.name}.png`), await page.picture());
	await page.evaluate(unfold);
	problems.push(...(await page.evaluate(sticking_out)));
	problems.push(...(await accessibility(page)));
	problems.push(...page.complaints);
	await page.close();
	say(`web: ${basename(file)} ${view.name}`, problems);
}

async function print(browser, file) {
	const page = await browser.page();

	await page.open(pathToFileURL(resolve(file)).href);
	const pdf = await page.pdf();
	await page.close();
	writeFileSync(join(shots, `${basename(file, ".html")}.pdf`), pdf);
	const ok = pdf.subarray(0, 5).toString() === "%PDF-" && pdf.length > 5000;
	say(`web: ${basename(file)} prints`, ok ? [] : ["no PDF came out"]);
}

// The checks above must be able to see what they look for.
async function control(browser) {
	const page = await browser.page();
	const problems = [];

	await page.view(views[0]);
	await page.open(
		"data:text/html,<html lang=en><title>x</title><body style='background:white'><script>console.log(1);throw 2</script>" +
			"<img src='http://127.0.0.1:1/x.png'><div style='width:5000px'>x</div>" +
			"<div style='width:10px;overflow-wrap:anywhere'>squeezed to a column</div>" +
			"<table style='width:60px;table-layout:fixed;overflow-wrap:anywhere'><td>Prediction one two " +
			"0123456789abcdef0123456789abcdef</table>" +
			"<p style='color:%23ddd;background:%23fff'>pale</p>" +
			"<svg width=50 height=20><text x=0 y=15>one</text><text x=9 y=15>longer than it is wide</text></svg>",
	);
	for (const kind of ["console", "error", "request"])
		if (!page.complaints.some((c) => c.startsWith(kind))) problems.push(`${kind} is not seen`);
	if (!(await page.evaluate(sticking_out)).length) problems.push("what sticks out is not seen");
	if (!(await page.evaluate(squeezed)).length) problems.push("what is squeezed is not seen");
	if ((await page.evaluate(broken_words)).length !== 1) problems.push("a broken word is not seen");
	if ((await page.evaluate(cut_off)).length !== 2) problems.push("text that is cut off is not seen");
	if (!(await scheme(page, "dark")).length) problems.push("a bright page passes as dark");
	if (axe && !(await accessibility(page)).some((p) => p.includes("color-contrast")))
		problems.push("axe-core does not see pale text");
	await page.close();
	say("web: control: a bad page is seen as bad", problems);
}

const browser = new Browser(chromium, profile);
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
