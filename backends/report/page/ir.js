/*
 * The network itself: its text form (docs/ir.md), a line a row, folded by layer. Only the rows
 * in sight are in the document.
 */
'use strict';

/* --- the text --- */

/* Without the text, which is too long for a page, a line for each layer. */
const networkText = dataOf('network');
const lines = networkText === null ? layers.slice(0, -1).map(({ stage }, i) => `layer ${i + 1} ${stage}`)
	: networkText.trimEnd().split('\n');

/* A line that others are folded below, to the line `end`: the head, a layer or a table. */
const groups = [];
const groupOf = new Int32Array(lines.length).fill(-1);
const definitions = []; /* the line of %0, %1, ... and of the output */
const inputLines = []; /* the line of x0, x1, ... */

const OPENS = /^(network|layer|table)\b/;
const ALONE = /^(fused|output|%)/;

function readLines() {
	let group = -1;

	lines.forEach((line, at) => {
		if (OPENS.test(line)) {
			group = groups.push({ line: at, end: at + 1, open: false }) - 1;
		} else if (ALONE.test(line)) {
			group = -1;
		}
		groupOf[at] = group;
		if (group >= 0)
			groups[group].end = at + 1;
		if (/^\s*(%\d+ =|output )/.test(line))
			definitions.push(at);
		const inputs = /^inputs (\d+) /.exec(line);
		for (let i = 0; inputs && i < Number(inputs[1]); i++)
			inputLines.push(at);
	});
}

readLines();

const isHead = (at) => groupOf[at] >= 0 && groups[groupOf[at]].line === at;
const nameOf = (at) => /^\s*(%\d+) =/.exec(lines[at])?.[1] ?? (lines[at].startsWith('output ') ? 'output' : null);
const lineOf = (name) => name[0] === 'x' ? inputLines[Number(name.slice(1))] : definitions[Number(name.slice(1))];

/* The layer, from 0, that a line belongs to; the output is the last; or -1. */
function layerOf(at) {
	const head = groupOf[at] >= 0 && /^layer (\d+) /.exec(lines[groups[groupOf[at]].line]);

	return head ? Number(head[1]) - 1 : lines[at].startsWith('output ') ? layers.length - 1 : -1;
}

const VALUES = /%\d+|x\d+/g;

/* The names of what a line reads: what it defines is left of '='. Hexadecimal digits are no names. */
const readsOf = (at) => lines[at].slice(lines[at].indexOf('=') + 1).replace(/0x[0-9a-f]+/g, '').match(VALUES) ?? [];

/* For each name the lines that read it; made when first asked for. */
let uses = null;
function usesOf(name) {
	if (!uses) {
		uses = new Map();
		for (const at of definitions)
			for (const read of readsOf(at))
				if (uses.has(read))
					uses.get(read).push(at);
				else
					uses.set(read, [at]);
	}
	return uses.get(name) ?? [];
}

/* --- rows --- */

const ROW = 24; /* pixels, as in page.css */
const LONGEST = 300; /* characters of a line in a row: the rest is in the details */
let rows = []; /* lines that are not folded */
let active = 0; /* the line under the cursor */
let traced = null; /* what trace.js found: values, texts and fires by line */
let hits = new Set();

function layOut() {
	const onlyFiring = traced && $('only-firing').checked;

	rows = [];
	for (let at = 0; at < lines.length; at++) {
		const group = groups[groupOf[at]];
		if (!group || group.line === at || (group.open && !(onlyFiring && nameOf(at) && !traced.fires[at])))
			rows.push(at);
		if (group && group.line === at && !group.open)
			at = group.end - 1;
	}
	$('ir-room').style.height = `${rows.length * ROW}px`;
	showRows();
}

const indexOf = (line) => {
	let low = 0, high = rows.length;

	while (low < high) {
		const middle = (low + high) >> 1;
		if (rows[middle] < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
};

/* A line with its values as elements that lead to their definitions. */
function linked(text, link) {
	const parts = [];
	let from = 0;

	for (const { 0: name, index } of text.matchAll(/0x[0-9a-f]+|%\d+|\bx\d+/g)) {
		if (name.startsWith('0x'))
			continue;
		parts.push(text.slice(from, index), link(name));
		from = index + name.length;
	}
	return [...parts, text.slice(from)];
}

const rowLink = (name) => el('span', { className: 'value', 'data-name': name }, name);

function headNote(at) {
	const layer = layerOf(at), group = groups[groupOf[at]];
	const inside = group.end - group.line - 1;

	if (layer < 0)
		return plural(inside, 'line');
	const note = `${plural(column('neurons')[layer], 'neuron')}, weights to ${plural(column('greatest_significand')[layer], 'bit')}`;
	return traced ? `${note}, ${count(traced.layers[layer])} fire` : note;
}

function rowOf(at) {
	const text = lines[at].slice(0, LONGEST) + (lines[at].length > LONGEST ? '…' : '');
	const head = isHead(at), group = groups[groupOf[at]];
	const classes = ['row', head ? 'head' : '', at === active ? 'active' : '', hits.has(at) ? 'hit' : '',
		traced?.fires[at] ? 'fires' : ''].join(' ');
	const value = !head && traced?.texts(at);

	return el('div', { className: classes, id: `row-${at}`, role: 'treeitem', 'aria-level': group && !head ? 2 : 1,
		'aria-selected': at === active, 'data-line': at, ...(head ? { 'aria-expanded': group.open } : {}) },
	el('span', { className: 'fold', 'aria-hidden': true }, head && group.end > at + 1 ? (group.open ? '▾' : '▸') : ''),
	el('span', { className: 'text' }, head ? text : linked(text.trim(), rowLink)),
	head ? el('span', { className: 'side' }, headNote(at)) : null,
	value ? el('span', { className: 'side' }, traced.fires[at] ? '● ' : '', value.length > 24 ? `${value.slice(0, 24)}…` : value) : null);
}

function showRows() {
	const view = $('ir');
	const first = Math.max(0, Math.floor(view.scrollTop / ROW) - 5);
	const last = Math.min(rows.length, first + Math.ceil(view.clientHeight / ROW) + 10);

	$('ir-rows').style.transform = `translateY(${first * ROW}px)`;
	$('ir-rows').replaceChildren(...rows.slice(first, last).map(rowOf));
	if ($(`row-${active}`))
		view.setAttribute('aria-activedescendant', `row-${active}`);
	else
		view.removeAttribute('aria-activedescendant');
}

/* Unfolds what hides the line, moves the cursor there and brings it into sight. */
function goTo(line) {
	const group = groups[groupOf[line]], view = $('ir');

	if (group && group.line !== line && !group.open) {
		group.open = true;
		layOut();
	}
	if (rows[indexOf(line)] !== line) {
		$('only-firing').checked = false;
		layOut();
	}
	active = line;
	const top = indexOf(line) * ROW;
	if (top < view.scrollTop || top + ROW > view.scrollTop + view.clientHeight)
		view.scrollTop = Math.max(0, top - view.clientHeight / 3);
	showRows();
	showDetails();
}

function toggle(line, open = !groups[groupOf[line]].open) {
	groups[groupOf[line]].open = open;
	layOut();
}

/* --- details of the line under the cursor --- */

const LISTED = 100; /* uses that are listed, and characters of a link's line */

const jump = (name, label = name) => el('button', { type: 'button', className: 'jump', 'data-name': name }, label);

function usesList(name) {
	const all = usesOf(name);
	const names = all.slice(0, LISTED).map((at) => jump(nameOf(at)));

	return el('p', {}, el('b', {}, all.length ? 'Read by ' : 'Read by nothing'),
		names.flatMap((button) => [button, ' ']), all.length > LISTED ? `and ${count(all.length - LISTED)} more` : null);
}

function layerMeasures(layer) {
	return el('dl', { className: 'inline' }, report.layer_columns.slice(1).map((name, i) =>
		definition(name.replaceAll('_', ' '), rough(Math.round(100 * report.layer_rows[layer][i + 1]) / 100))));
}

function showDetails() {
	const name = nameOf(active), layer = layerOf(active), head = isHead(active);
	const where = layer < 0 ? '' : `, layer ${layer + 1} ${layers[layer].stage}`;
	const value = traced?.texts(active);

	$('details').replaceChildren(...[
		el('h3', {}, name ? name + where : lines[active].slice(0, LISTED)),
		name || !head ? el('p', { className: 'mono full' }, name, name ? ' ' : '', linked(lines[active].trim().slice(name?.length ?? 0).trim(), jump)) : null,
		value ? el('p', { className: 'full' }, el('b', {}, traced.fires[active] ? 'Fires: ' : 'Value: '), el('span', { className: 'mono', id: 'exact' }, value)) : null,
		name && name !== 'output' ? usesList(name) : null,
		head && layer >= 0 ? layerMeasures(layer) : null,
	].filter(Boolean));
}

/* --- search --- */

/* The value of that name as a whole, or any part of a line. */
function finder(query) {
	if (/^(%|x)\d+$/.test(query)) {
		const whole = new RegExp(`(^|[^\\w%])${query}(?!\\d)`);
		return (line) => whole.test(line);
	}
	return (line) => line.toLowerCase().includes(query);
}

let found = []; /* lines, ascending */

function search() {
	const query = $('find').value.trim().toLowerCase();
	const finds = finder(query);

	found = query ? [...lines.keys()].filter((at) => finds(lines[at])) : [];
	hits = new Set(found);
	if (found.length)
		step(0);
	else
		showFound();
}

function showFound() {
	$('found').textContent = !$('find').value.trim() ? '' : !found.length ? 'not found'
		: `${count(found.indexOf(active) + 1)} of ${count(found.length)}`;
	showRows();
}

/* To the next hit (1), the one before (-1), or the one at or behind the cursor (0). */
function step(by) {
	if (!found.length)
		return;
	const at = found.findIndex((line) => line >= active + (by > 0 ? 1 : 0));
	const next = by < 0 ? (at < 0 ? found.length : at) - 1 : at;

	goTo(found[(next < 0 ? (by < 0 ? found.length - 1 : 0) : next)]);
	showFound();
}

/* --- keys and clicks --- */

function move(by) {
	goTo(rows[Math.max(0, Math.min(rows.length - 1, indexOf(active) + by))]);
}

function fold(open) {
	const group = groups[groupOf[active]];

	if (!group)
		return;
	if (isHead(active) && group.open !== open && group.end > active + 1)
		toggle(active, open);
	else if (open)
		move(isHead(active) ? 1 : 0);
	else
		goTo(group.line);
}

function act() {
	if (isHead(active))
		toggle(active);
	else
		$('details').querySelector('button')?.focus();
}

const page = () => Math.max(1, Math.floor($('ir').clientHeight / ROW) - 1);
const KEYS = {
	ArrowDown: () => move(1), ArrowUp: () => move(-1), PageDown: () => move(page()), PageUp: () => move(-page()),
	Home: () => move(-Infinity), End: () => move(Infinity), ArrowRight: () => fold(true), ArrowLeft: () => fold(false),
	Enter: act, ' ': act,
};

function listen() {
	$('ir').addEventListener('scroll', () => requestAnimationFrame(showRows));
	$('ir').addEventListener('keydown', (event) => {
		if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey)
			return;
		event.preventDefault();
		KEYS[event.key]();
	});
	$('ir').addEventListener('click', (event) => {
		const row = event.target.closest('.row'), name = event.target.dataset.name;
		if (!row)
			return;
		goTo(name ? lineOf(name) : Number(row.dataset.line));
		if (!name && isHead(active))
			toggle(active);
	});
	$('details').addEventListener('click', (event) => {
		const name = event.target.dataset.name;
		if (!name)
			return;
		goTo(name === 'output' ? definitions[definitions.length - 1] : lineOf(name));
		$('ir').focus();
	});
	let pause = 0;
	$('find').addEventListener('input', () => {
		clearTimeout(pause);
		pause = setTimeout(search, 150);
	});
	$('find').addEventListener('keydown', (event) => {
		if (event.key === 'Enter')
			step(event.shiftKey ? -1 : 1);
	});
	$('next').addEventListener('click', () => step(1));
	$('before').addEventListener('click', () => step(-1));
	for (const [id, open] of [['unfold', true], ['fold', false]])
		$(id).addEventListener('click', () => {
			groups.forEach((group) => { group.open = open; });
			if (!open && groupOf[active] >= 0)
				active = groups[groupOf[active]].line;
			layOut();
			goTo(active);
		});
	new ResizeObserver(showRows).observe($('ir'));
}

/* Small networks are shown unfolded. */
const SMALL = 200;

$('network-note').textContent = networkText !== null ? '' : 'This network is too large for its weights to be on this page: '
	+ 'its layers are listed with the bits of their weights. memc compile --emit=ir prints it whole.';
groups.forEach((group) => { group.open = lines.length <= SMALL; });
listen();
layOut();
showDetails();
