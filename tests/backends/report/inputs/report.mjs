// node report.mjs PAGE.html [FOLDER]: the page of memc inspect --html in a browser, from file://, wide and on a
// phone, light and dark: it is drawn, the console stays clean, every control has a name. Screenshots go to FOLDER.
import assert from 'assert';
import { writeFileSync } from 'fs';
import { pathToFileURL } from 'url';
import { Browser } from '../../../examples/inputs/browser.mjs';

const [, , path, shots] = process.argv;
const browser = new Browser();

async function isDrawn(page) {
	const rows = (id) => page.evaluate(`document.querySelectorAll('#${id} tbody tr').length`);
	const report = await page.evaluate('report');

	assert.strictEqual(await page.evaluate(`document.getElementById('name').textContent`), report.network.name);
	assert.strictEqual(await rows('stages'), report.stages.length + 1);
	assert.strictEqual(await rows('promised'), report.construct.promises.length);
	assert.strictEqual(await rows('lower'), report.bounds.length);
	assert.strictEqual(await rows('ran'), report.passes.length);
	assert.strictEqual(await page.evaluate(`document.querySelectorAll('.uplot canvas').length`), 4);
}

async function countsAllWeights(page) {
	for (const form of ['fixed', 'significand']) {
		await page.click(`#form [value=${form}]`);
		assert.ok(await page.evaluate(`charts.get('chart-histogram').chart.data[1].reduce((a, b) => a + b) ===
			report.total.parameters`), form);
	}
}

try {
	for (const [width, dark] of [[1200, false], [1200, true], [360, false]]) {
		const page = await browser.open(pathToFileURL(path), { width, dark });

		await isDrawn(page);
		await countsAllWeights(page);
		if (shots)
			writeFileSync(`${shots}/${width}-${dark ? 'dark' : 'light'}.png`, await page.screenshot());
		assert.ok(await page.evaluate('document.documentElement.scrollWidth') <= width, 'wider than the window');
		assert.deepStrictEqual(await page.nameless(), []);
		assert.deepStrictEqual(page.console, []);
		console.log(`${width} ${dark ? 'dark' : 'light'}: drawn`);
	}
} finally {
	await browser.close();
}
