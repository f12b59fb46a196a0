// SPDX-License-Identifier: Apache-2.0
// browser: Chromium through its debugging pipe (Chrome DevTools Protocol), without any package.
import { spawn } from "node:child_process";

const flags = [
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--hide-scrollbars",
	"--remote-debugging-pipe",
];
const deadline = 60000;

// Rejects when promise takes longer than the deadline.
function within(promise, what) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer to '${what}'`)), deadline);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Browser {
	#process;
	#waiting = new Map();
	#pages = new Map();
	#next = 1;
	#rest = "";

	constructor(chromium, profile) {
		this.#process = spawn(chromium, [...flags, `--user-data-dir=${profile}`], {
			stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
		});
		this.#process.stdio[4].setEncoding("utf8");
		this.#process.stdio[4].on("data", (text) => this.#read(text));
		this.#process.stdio[3].on("error", () => {});
	}

	// Messages end with a NUL.
	#read(text) {
		const parts = (this.#rest + text).split("\0");
		this.#rest = parts.pop();
		for (const part of parts) this.#take(JSON.parse(part));
	}

	#take(message) {
		const waiting = this.#waiting.get(message.id);
		if (!waiting) {
			this.#pages.get(message.sessionId)?.event(message.method, message.params);
			return;
		}
		this.#waiting.delete(message.id);
		if (message.error) waiting.reject(new Error(message.error.message));
		else waiting.resolve(message.result);
	}

	send(method, params = {}, sessionId = undefined) {
		const id = this.#next++;
		const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
		this.#process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
		return within(answer, method);
	}

	async page() {
		const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
		const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
		const page = new Page(this, sessionId, targetId);
		this.#pages.set(sessionId, page);
		for (const domain of ["Page", "Runtime", "Network", "Log"]) await page.send(`${domain}.enable`);
		return page;
	}

	// Its profile may be removed afterwards.
	async close() {
		const gone = new Promise((resolve) => this.#process.once("exit", resolve));
		await this.send("Browser.close").catch(() => this.#process.kill("SIGKILL"));
		await within(gone, "exit");
	}
}

class Page {
	#browser;
	#session;
	#target;
	#loaded = () => {};
	// Everything that a page which minds its own business would not do.
	complaints = [];
	url = "about:blank";

	constructor(browser, session, target) {
		this.#browser = browser;
		this.#session = session;
		this.#target = target;
	}

	send(method, params) {
		return this.#browser.send(method, params, this.#session);
	}

	event(method, p) {
		if (method === "Page.loadEventFired") this.#loaded();
		else if (method === "Runtime.consoleAPICalled")
			this.complaints.push(`console: ${p.args.map((a) => a.value).join(" ")}`);
		else if (method === "Log.entryAdded") this.complaints.push(`log: ${p.entry.text}`);
		else if (method === "Runtime.exceptionThrown")
			this.complaints.push(`error: ${p.exceptionDetails.text}`);
		else if (method === "Network.requestWillBeSent" && p.request.url !== this.url)
			this.complaints.push(`request: ${p.request.url.slice(0, 80)}`);
		else if (method === "Page.javascriptDialogOpening") {
			this.complaints.push(`dialog: ${p.message}`);
			this.send("Page.handleJavaScriptDialog", { accept: false }).catch(() => {});
		}
	}

	async view({ width, scheme }) {
		await this.send("Emulation.setDeviceMetricsOverride", {
			width,
			height: 900,
			deviceScaleFactor: 1,
			mobile: false,
		});
		await this.send("Emulation.setEmulatedMedia", {
			features: [{ name: "prefers-color-scheme", value: scheme }],
		});
	}

	async open(url) {
		this.url = url;
		const loaded = new Promise((resolve) => (this.#loaded = resolve));
		await this.send("Page.navigate", { url });
		await within(loaded, `load of ${url.slice(0, 80)}`);
	}

	// The value of an expression; in a world of its own the page's policy and scripts do not reach it.
	async evaluate(expression, contextId = undefined) {
		const { result, exceptionDetails } = await this.send("Runtime.evaluate", {
			expression,
			contextId,
			awaitPromise: true,
			returnByValue: true,
		});
		if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? "it threw");
		return result.value;
	}

	async world() {
		const { frameTree } = await this.send("Page.getFrameTree");
		const { executionContextId } = await this.send("Page.createIsolatedWorld", {
			frameId: frameTree.frame.id,
		});
		return executionContextId;
	}

	async picture() {
		const { cssContentSize: size } = await this.send("Page.getLayoutMetrics");
		const { data } = await this.send("Page.captureScreenshot", {
			captureBeyondViewport: true,
			clip: { x: 0, y: 0, width: size.width, height: size.height, scale: 1 },
		});
		return Buffer.from(data, "base64");
	}

	async pdf() {
		const { data } = await this.send("Page.printToPDF", { paperWidth: 8.27, paperHeight: 11.69 });
		return Buffer.from(data, "base64");
	}

	close() {
		return this.#browser.send("Target.closeTarget", { targetId: this.#target });
	}
}
