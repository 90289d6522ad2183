// node sweep.mjs PAGE.html ROWS.csv FOLDER: a page of memc sweep --html in a browser, from file://, wide and light, and dark as
// on a phone: all lines are drawn and can be left out, rows are sorted by mouse and keys, the CSV comes down to FOLDER as
// it is, nothing else is asked for, and the console stays clean; screenshots go to the folder SHOTS names.
import assert from 'assert';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { pathToFileURL } from 'url';
import { Browser } from '../../../examples/inputs/browser.mjs';

const [path, rows, folder] = process.argv.slice(2);
const csv = readFileSync(rows, 'utf8');
const shots = process.env.SHOTS;
const browser = new Browser();

/* A line for each network and choice of the other values, in every chart. */
async function isDrawn(page) {
	const series = await page.evaluate(`[...charts.values()].map(({ chart }) => chart.series.slice(1).map((one) => one.label))`);
	const lines = ['plain, seed = 1', 'plain, seed = 7', 'deep, seed = 1', 'deep, seed = 7'];

	assert.deepStrictEqual(series, Array(9).fill(lines));
	assert.strictEqual(await page.evaluate(`document.querySelectorAll('.uplot canvas').length`), 9);
	assert.strictEqual(await page.evaluate(`document.querySelectorAll('#slopes tbody tr').length`), lines.length);
	assert.deepStrictEqual(await page.evaluate(`charts.get('chart-parameters').chart.data[3][0]`), null); // it failed
	assert.strictEqual(await page.evaluate(`document.querySelectorAll('#rows tbody tr').length`), csv.trimEnd().split('\n').length - 1);
	assert.match(await page.evaluate(`document.querySelector('#rows .failed').textContent`), /L is at most the square root/);
}

async function leavesOutALine(page) {
	const drawn = `charts.get('chart-depth').chart.series.length - 1`;

	await page.click('#lines input');
	assert.strictEqual(await page.evaluate(drawn), 3);
	await page.click('#lines input');
	assert.strictEqual(await page.evaluate(drawn), 4);
}

async function saysWhatIsPointedAt(page) {
	await page.show('#chart-parameters');
	const [x, y] = await page.evaluate(`(() => {
		const { chart } = charts.get('chart-parameters');
		const over = chart.over.getBoundingClientRect();
		return [over.x + chart.valToPos(100, 'x'), over.y + chart.valToPos(chart.data[1][1], 'y')];
	})()`);
	await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: x - 4, y: y - 4 });
	await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y });
	await page.until(`/^plain, seed = \\d, n = 100: [0-9,]+$/.test(document.getElementById('readout-parameters').textContent)`);
}

const column = (page, name) => page.evaluate(`(() => {
	const at = [...document.querySelectorAll('#rows .sort')].findIndex((button) => button.value === '${name}');
	return [...document.querySelectorAll('#rows tbody tr')].map((row) => row.cells[at].textContent);
})()`);
const sorting = (page, name) => page.evaluate(`document.querySelector('#rows [value=${name}]').parentElement.ariaSort`);

/* Numbers as numbers, texts as texts, failed rows, which have none, behind. */
async function isSorted(page) {
	const up = (texts) => texts.filter(Boolean).map((text) => Number(text.replaceAll(',', ''))).sort((a, b) => a - b);
	const there = (texts) => texts.filter(Boolean).map((text) => Number(text.replaceAll(',', '')));

	await page.click('#rows [value=parameters]');
	const ascending = await column(page, 'parameters');
	assert.deepStrictEqual(there(ascending), up(ascending));
	assert.ok(ascending.slice(-2).every((text) => text === ''));
	assert.strictEqual(await sorting(page, 'parameters'), 'ascending');
	await page.evaluate(`document.querySelector('#rows [value=parameters]').focus()`);
	for (const type of ['keyDown', 'keyUp'])
		await page.send('Input.dispatchKeyEvent', { type, key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13,
			text: type === 'keyDown' ? '\r' : undefined });
	const descending = await column(page, 'parameters');
	assert.deepStrictEqual(there(descending), up(ascending).reverse());
	assert.ok(descending.slice(-2).every((text) => text === ''));
	assert.strictEqual(await sorting(page, 'parameters'), 'descending');
	await page.click('#rows [value=network]');
	const networks = await column(page, 'network');
	assert.deepStrictEqual(networks, [...networks].sort());
	assert.deepStrictEqual([await sorting(page, 'network'), await sorting(page, 'parameters')], ['ascending', null]);
}

async function comesDown(page) {
	mkdirSync(folder, { recursive: true });
	await browser.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
	await page.click('#csv');
	for (let tries = 0; !readdirSync(folder).includes('sweep.csv'); tries++) {
		assert.ok(tries < 400, 'no download');
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
	assert.strictEqual(readFileSync(`${folder}/sweep.csv`, 'utf8'), csv);
}

try {
	for (const [width, dark] of [[1200, false], [360, true]]) {
		const asked = [];
		const page = await browser.open('about:blank', { width, dark });

		await page.send('Network.enable');
		browser.listeners.push(({ method, params }) => method === 'Network.requestWillBeSent' && asked.push(params.request.url));
		const loaded = page.event('Page.loadEventFired');
		await page.send('Page.navigate', { url: pathToFileURL(path).href });
		await loaded;
		await isDrawn(page);
		assert.ok(await page.evaluate('document.documentElement.scrollWidth') <= width, 'wider than the window');
		if (shots)
			writeFileSync(`${shots}/sweep-${width}-${dark ? 'dark' : 'light'}.png`, await page.screenshot());
		await leavesOutALine(page);
		await isSorted(page);
		if (!dark) {
			await saysWhatIsPointedAt(page);
			await comesDown(page);
		}
		assert.deepStrictEqual(asked.filter((url) => !url.startsWith('blob:')), [pathToFileURL(path).href]);
		assert.deepStrictEqual(await page.nameless(), []);
		assert.deepStrictEqual(page.console, []);
		console.log(`${width} ${dark ? 'dark' : 'light'}: drawn`);
	}
} finally {
	await browser.close();
}
