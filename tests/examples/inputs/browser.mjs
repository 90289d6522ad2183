// A headless Chromium, spoken to by the DevTools protocol through two pipes: no port, no
// package. open() gives a page whose console must stay clean.
import { spawn } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';

export class Browser {
	constructor() {
		// Not in TMPDIR, whose path may be too long for the name of a socket.
		this.profile = mkdtempSync('/tmp/chromium-');
		this.process = spawn('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
			'--disable-dev-shm-usage', '--remote-debugging-pipe', `--user-data-dir=${this.profile}`],
			{ stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: this.profile } });
		this.waiting = new Map();
		this.listeners = [];
		this.last = 0;
		this.ended = new Promise((resolve) => this.process.on('exit', resolve));
		this.ended.then(() => this.waiting.forEach(({ reject }) => reject(new Error(`chromium ended: ${said}`))));
		let said = '';
		this.process.stderr.on('data', (chunk) => { said += chunk; });
		for (const pipe of this.process.stdio.slice(3))
			pipe.on('error', () => {}); // the process has ended
		let rest = Buffer.alloc(0);
		this.process.stdio[4].on('data', (chunk) => {
			rest = Buffer.concat([rest, chunk]);
			for (let end; (end = rest.indexOf(0)) >= 0; rest = rest.subarray(end + 1))
				this.#receive(JSON.parse(rest.subarray(0, end).toString()));
		});
	}

	#receive(message) {
		const { resolve, reject } = this.waiting.get(message.id) ?? {};

		this.waiting.delete(message.id);
		if (message.error)
			reject(new Error(JSON.stringify(message.error)));
		else if (resolve)
			resolve(message.result);
		else
			this.listeners.forEach((listen) => listen(message));
	}

	send(method, params = {}, sessionId = undefined) {
		const id = ++this.last;

		this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
		return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
	}

	async open(url, { width = 1000, height = 900, dark = false } = {}) {
		const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
		const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
		const page = new Page(this, sessionId);

		for (const domain of ['Page', 'Runtime', 'Log', 'Accessibility'])
			await page.send(`${domain}.enable`);
		await page.send('Emulation.setDeviceMetricsOverride',
			{ width, height, deviceScaleFactor: 1, mobile: width < 600 });
		await page.send('Emulation.setEmulatedMedia',
			{ features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }] });
		const loaded = page.event('Page.loadEventFired');
		await page.send('Page.navigate', { url });
		await loaded;
		return page;
	}

	async close() {
		this.send('Browser.close').catch(() => {});
		await this.ended;
		rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
	}
}

const COMPLAINTS = ['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'];

class Page {
	constructor(browser, session) {
		this.browser = browser;
		this.session = session;
		this.console = [];
		browser.listeners.push(({ method, params, sessionId }) => {
			if (sessionId === session && COMPLAINTS.includes(method))
				this.console.push(JSON.stringify(params));
		});
	}

	send(method, params) {
		return this.browser.send(method, params, this.session);
	}

	event(name) {
		return new Promise((resolve) => this.browser.listeners.push(({ method, params, sessionId }) => {
			if (method === name && sessionId === this.session)
				resolve(params);
		}));
	}

	async evaluate(expression) {
		const { result, exceptionDetails } = await this.send('Runtime.evaluate',
			{ expression, awaitPromise: true, returnByValue: true });

		if (exceptionDetails)
			throw new Error(JSON.stringify(exceptionDetails));
		return result.value;
	}

	/* Waits until the expression is true. */
	async until(expression) {
		for (let tries = 0; !await this.evaluate(expression); tries++) {
			if (tries === 600)
				throw new Error(`never: ${expression}; console: ${this.console}`);
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}

	async press(key) {
		for (const type of ['keyDown', 'keyUp'])
			await this.send('Input.dispatchKeyEvent', { type, key, text: type === 'keyDown' && key.length === 1 ? key : undefined });
	}

	/* Brings an element into sight, and waits for the frame in which a mouse finds it there. */
	show(selector) {
		return this.evaluate(`new Promise((done) => {
			document.querySelector(${JSON.stringify(selector)}).scrollIntoView({ block: 'center' });
			requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
		})`);
	}

	async click(selector) {
		await this.show(selector);
		const [x, y] = await this.evaluate(`(() => {
			const r = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
			return [r.x + r.width / 2, r.y + r.height / 2];
		})()`);

		for (const type of ['mousePressed', 'mouseReleased'])
			await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
	}

	/* Controls that assistive software could not name. */
	async nameless() {
		const { nodes } = await this.send('Accessibility.getFullAXTree');
		const roles = ['button', 'combobox', 'slider', 'gridcell', 'grid', 'link'];

		return nodes.filter((node) => !node.ignored && roles.includes(node.role?.value) && !node.name?.value)
			.map((node) => node.role.value);
	}

	async screenshot() {
		const { data } = await this.send('Page.captureScreenshot', { captureBeyondViewport: true });

		return Buffer.from(data, 'base64');
	}
}
