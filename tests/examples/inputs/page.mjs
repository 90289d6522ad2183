// node page.mjs INDEX.html [FOLDER]: the page of examples/wasm in a browser, from file://, wide and
// on a phone, light and dark: all stored points are classified in it, and one that is changed is
// unknown. Screenshots go to FOLDER.
import assert from 'assert';
import { writeFileSync } from 'fs';
import { pathToFileURL } from 'url';
import { Browser } from './browser.mjs';

const [, , index, shots] = process.argv;
const text = (id) => `document.getElementById('${id}').textContent`;
const browser = new Browser();

async function answers(page) {
	await page.until(`${text('proof')}.includes('right')`);
	assert.match(await page.evaluate(text('proof')), /^1,797 of 1,797 stored images are right/);
	assert.strictEqual(await page.evaluate(text('answer')), '0');
}

async function isUnknownWhenChanged(page) {
	await page.evaluate('Math.random = () => 0.6'); // which pixel
	await page.click('#nudge');
	assert.strictEqual(await page.evaluate(text('answer')), 'unknown');
	assert.match(await page.evaluate(text('why')), /^1 pixel differs from stored image 1/);
}

async function showsStoredImages(page) {
	await page.evaluate(`(() => {
		const digit = document.getElementById('digit');
		digit.value = '7';
		digit.dispatchEvent(new Event('change'));
	})()`);
	await page.click('#images li:nth-child(3) button');
	assert.strictEqual(await page.evaluate(text('answer')), '7');
	assert.strictEqual(await page.evaluate(`document.querySelectorAll('[aria-pressed=true]').length`), 1);
	await page.click('#on');
	assert.match(await page.evaluate(text('which')), /^25 to 48 of 179/);
}

async function isPaintedByKeysAndMouse(page) {
	await page.click('#clear');
	assert.strictEqual(await page.evaluate(text('answer')), 'unknown');
	await page.click('#grid [data-at="9"]');
	await page.evaluate(`document.querySelector('#grid [data-at="0"]').focus()`);
	for (const key of ['ArrowRight', 'ArrowDown', '-', 'ArrowDown', ' '])
		await page.press(key);
	assert.strictEqual(await page.evaluate('image.join()'),
		Array.from({ length: 64 }, (_, i) => ({ 9: 15, 17: 16 })[i] ?? 0).join());
}

try {
	for (const [width, dark] of [[1000, false], [1000, true], [360, false], [360, true]]) {
		const page = await browser.open(pathToFileURL(index), { width, dark });

		await answers(page);
		if (shots)
			writeFileSync(`${shots}/${width}-${dark ? 'dark' : 'light'}.png`, await page.screenshot());
		await isUnknownWhenChanged(page);
		await showsStoredImages(page);
		await isPaintedByKeysAndMouse(page);
		assert.ok(await page.evaluate('document.documentElement.scrollWidth') <= width, 'wider than the window');
		assert.deepStrictEqual(await page.nameless(), []);
		assert.deepStrictEqual(page.console, []);
		console.log(`${width} ${dark ? 'dark' : 'light'}: ${await page.evaluate(text('proof'))}`);
	}
} finally {
	await browser.close();
}
