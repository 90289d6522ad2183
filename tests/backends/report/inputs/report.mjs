// node report.mjs PAGE.html... : pages of memc inspect --html in a browser, from file://. The first is looked at wide
// and light, and dark as on a phone: it is drawn, the console stays clean, every control has a name; screenshots go to
// the folder SHOTS names. Of all, PAGE.json is what the tracer made of some points; those called *.bare.html cannot be
// traced, and say so.
import assert from 'assert';
import { writeFileSync } from 'fs';
import { pathToFileURL } from 'url';
import { Browser } from '../../../examples/inputs/browser.mjs';

const paths = process.argv.slice(2).filter((path) => !path.endsWith('.bare.html'));
const bare = process.argv.slice(2).filter((path) => path.endsWith('.bare.html'));
const shots = process.env.SHOTS;
const browser = new Browser();

const text = (page, id) => page.evaluate(`document.getElementById('${id}').textContent`);

async function isDrawn(page) {
	const rows = (id) => page.evaluate(`document.querySelectorAll('#${id} tbody tr').length`);
	const report = await page.evaluate('report');

	assert.strictEqual(await page.evaluate(`document.getElementById('name').textContent`), report.network.name);
	assert.strictEqual(await rows('stages'), report.stages.length + 1);
	assert.strictEqual(await rows('promised'), report.construct.promises.length);
	assert.strictEqual(await rows('lower'), report.bounds.length);
	assert.strictEqual(await rows('payload'), report.payload.length);
	assert.strictEqual(await rows('ran'), report.passes.length);
	assert.strictEqual(await rows('needed'), 6 + report.precision.promises.length);
	assert.match(await text(page, 'survived'), new RegExp(`^All ${report.data.points} .* in bits:${report.precision.least_bits};`));
	assert.deepStrictEqual(await page.evaluate(`charts.get('chart-survival').chart.data[1].filter((n) => n !== undefined)`),
		report.precision.survival.map(([, survive]) => survive));
	assert.strictEqual(await page.evaluate(`document.querySelectorAll('.uplot canvas').length`), 5);
}

async function countsAllWeights(page) {
	for (const form of ['fixed', 'significand']) {
		await page.click(`#form [value=${form}]`);
		assert.ok(await page.evaluate(`charts.get('chart-histogram').chart.data[1].reduce((a, b) => a + b) ===
			report.total.parameters`), form);
	}
}

const shown = (page) => page.evaluate(`[...document.querySelectorAll('#ir .row')].map((row) => row.textContent)`);

/* A value is found, its uses lead on, layers fold, by keys alone. */
async function isBrowsedByKeys(page) {
	await page.evaluate(`document.getElementById('ir').focus()`);
	await page.press('Home');
	assert.match((await shown(page))[0], /^▸network @iris/);
	await page.press('ArrowDown');
	await page.press('ArrowRight');
	await page.press('ArrowDown');
	assert.match(await text(page, 'details'), /^%0, layer 1 project%0 = relu 197\*x0 .*Read by %1 %2 %3/);
	await page.press('Enter'); // x0, the first of its links
	await page.evaluate('document.activeElement.click()');
	assert.match(await text(page, 'details'), /^inputs 1 in 43\.\.79/);
	await page.evaluate(`document.getElementById('find').focus()`);
	for (const key of '%12')
		await page.press(key);
	await page.until(`document.getElementById('found').textContent`);
	assert.match(await text(page, 'details'), /^%12, layer 5 select.*Read by %16 $/);
	await page.press('Enter');
	assert.match(await text(page, 'details'), /^%16, layer 6 select/);
	assert.strictEqual(await text(page, 'found'), '2 of 2');
}

/* However long the network, the document holds what is in sight; whatever is in sight is right. */
async function holdsFewRows(page) {
	await page.click('#unfold');
	const lines = await page.evaluate('lines.length');
	assert.strictEqual(await page.evaluate('rows.length'), lines);
	await page.evaluate(`document.getElementById('ir').focus()`);
	await page.press('End');
	const rows = await shown(page);
	assert.ok(rows.length < 60 && rows.length < lines);
	assert.match(rows[rows.length - 1], /^output /);
	assert.match(await text(page, 'details'), /^output, layer/);
	await page.click('#fold');
	assert.strictEqual(await page.evaluate('rows.length'), await page.evaluate('groups.length + 1'));
}

/* What the page shows of a point that was traced. */
const TRACE = `(() => {
	const named = definitions.map((at) => [nameOf(at), at]);
	return {
		point: document.getElementById('point').value,
		values: named.map(([name, at]) => [name, traced.texts(at)]),
		fires: named.filter(([, at]) => traced.fires[at]).map(([name]) => name),
		answer: document.getElementById('answer').textContent,
	};
})()`;

async function tracesOf(page) {
	const traces = [];

	for (const i of [0, 1, 2]) {
		await page.evaluate(`(() => {
			const stored = document.getElementById('stored');
			stored.value = '${i}';
			stored.dispatchEvent(new Event('change'));
		})()`);
		traces.push(await page.evaluate(TRACE));
		assert.match(traces[i].answer, /, as stored/);
	}
	await page.evaluate(`document.getElementById('point').value = points[3].grid.map((x, i) =>
		rawOf(i ? BigInt(x) : features[0].lo, features[i])).join()`);
	await page.click('#trace');
	traces.push(await page.evaluate(TRACE));
	return traces;
}

/* Values stand in the rows, gates that fire are marked and may be all that is shown; bad points are refused. */
async function showsATrace(page) {
	await page.click('#again');
	await page.evaluate('goTo(definitions[5])');
	assert.strictEqual(await page.evaluate(`document.querySelectorAll('#ir .fires').length`),
		await page.evaluate(`document.querySelectorAll('#ir .row').length - document.querySelectorAll('#ir .head').length -
			[...document.querySelectorAll('#ir .row:not(.head) .side')].filter((side) => side.textContent === '0').length`));
	assert.strictEqual(await text(page, 'exact'), await page.evaluate('numberText(traced.values[features.length + 5])'));
	await page.click('#only-firing');
	assert.ok((await shown(page)).every((row) => /^[▸▾]/.test(row) || row.includes('● ')));
	await page.click('#only-firing');
	for (const [point, wrong] of [['1,2', '4 numbers wanted, 2 found'], ['5,3,1,z', `x3: 'z' is no number`],
		['5,3,1,100', 'x3: 100 is not in 0.1 to 2.5: unknown']]) {
		await page.evaluate(`document.getElementById('point').value = '${point}'`);
		await page.click('#trace');
		assert.strictEqual(await text(page, 'answer'), wrong);
		assert.strictEqual(await page.evaluate(`document.querySelectorAll('#ir .fires, #exact').length`), 0);
	}
}

try {
	for (const [width, dark] of [[1200, false], [360, true]]) {
		const page = await browser.open(pathToFileURL(paths[0]), { width, dark });

		await isDrawn(page);
		if (!dark) {
			await countsAllWeights(page);
			await isBrowsedByKeys(page);
			await holdsFewRows(page);
		}
		await showsATrace(page);
		if (shots)
			writeFileSync(`${shots}/${width}-${dark ? 'dark' : 'light'}.png`, await page.screenshot());
		assert.ok(await page.evaluate('document.documentElement.scrollWidth') <= width, 'wider than the window');
		assert.deepStrictEqual(await page.nameless(), []);
		assert.deepStrictEqual(page.console, []);
		console.log(`${width} ${dark ? 'dark' : 'light'}: drawn`);
	}
	for (const path of paths) {
		const page = await browser.open(pathToFileURL(path));

		writeFileSync(`${path}.json`, JSON.stringify(await tracesOf(page)));
		assert.deepStrictEqual(page.console, []);
	}
	for (const path of bare) {
		const page = await browser.open(pathToFileURL(path));

		console.log(await text(page, 'tracer-note'), await text(page, 'network-note'));
		(await shown(page)).forEach((row) => console.log(row));
		assert.strictEqual(await page.evaluate(`document.getElementById('tracer-form').hidden`), true);
		assert.deepStrictEqual(page.console, []);
	}
} finally {
	await browser.close();
}
