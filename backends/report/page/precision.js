/*
 * How many stored points survive with how many bits, and where --engine loses the others.
 */
'use strict';

const { precision } = report;

const ofAll = (n, all) => n === all ? `all ${count(all)}` : `${count(n)} of ${count(all)}`;
const lostAs = ({ row, class: label, answer }) => `row ${count(row)}, stored as ${labelText(label)}, is `
	+ (answer === null ? 'unknown' : labelText(answer));

/* --- the curve --- */

/* The formats of floats where their significands lie on the axis. */
function drawSurvival() {
	const { survival, survival_sampled: all } = precision;
	const last = survival[survival.length - 1][0];
	const floats = new Map([[24, precision.float32], [53, precision.float64]].filter(([bits]) => bits <= last));
	const survive = new Map(survival);
	const bits = [...new Set([...survive.keys(), ...floats.keys()])].sort((a, b) => a - b);

	draw('chart-survival', [
		{ label: 'survive', color: '--first', fill: '--fill', more: { spanGaps: true } },
		...(floats.size ? [{ label: 'in floats', color: '--second', points: { show: true, size: 9 }, more: { paths: () => null } }] : []),
	], [bits, bits.map((n) => survive.get(n)), ...(floats.size ? [bits.map((n) => floats.get(n))] : [])], {
		x: 'P, bits of significands',
		where: (_, value) => value ?? '–',
		scales: { x: { time: false, range: (_, least, most) => [least <= 1 ? 0 : least, most] }, y: { range: [0, all * 1.05] } },
	});
}

/* --- what is needed, and what there is --- */

function fillNeeded() {
	const { survival_sampled: all, least_bits: least, named } = precision;
	const survive = new Map(precision.survival);
	const of = precision.least_sampled === all ? '' : `, of ${ofAll(precision.least_sampled, precision.points)} stored points`;
	const rows = [
		{ what: 'float32', bits: 24, survive: precision.float32 },
		{ what: 'float64', bits: 53, survive: precision.float64 },
	];

	if (least > 1)
		rows.push({ what: 'one bit too few', bits: least - 1, survive: survive.get(least - 1), why: lostAs(named) + of });
	if (least)
		rows.push({ what: 'least P with which all survive', bits: least, survive: survive.get(least), total: true,
			why: of.replace(', ', '') });
	rows.push({ what: 'longest weight', bits: report.total.greatest_significand },
		{ what: 'longest weight in fixed point', bits: report.total.greatest_fixed },
		...precision.promises.map(({ measure, relation, promised }) =>
			({ what: `promised: ${measure}`, bits: promised, relation: relation === '<=' ? '≤ ' : '' })));
	fillTable('needed', [
		{ title: '', wide: true, of: (row) => row.what },
		{ title: 'bits', number: true, of: (row) => (row.relation ?? '') + count(row.bits) },
		{ title: 'survive', number: true, of: (row) => row.survive === undefined ? '' : ofAll(row.survive, all) },
		{ title: '', of: (row) => row.survive === undefined ? '' : bar(row.survive, all) },
		{ title: '', wide: true, of: (row) => row.why ?? '' },
	], rows, (row) => row.total ? 'total' : '');
}

function sayLeast() {
	const { least_bits: least, points, survival_sampled: sampled } = precision;
	const which = sampled < points ? `The curve is that of ${ofAll(sampled, points)} stored points, spread evenly. ` : '';

	$('survived').textContent = which + (least ? `${precision.least_sampled < points ? 'Of this sample all' : `All ${count(points)} stored points`} survive in bits:${least}`
		+ (precision.named ? `; in bits:${least - 1} ${lostAs(precision.named)}.` : '.')
		: `With no P do all survive: ${lostAs(precision.named)}.`);
}

/* --- the engine --- */

/* Points that fail are rows, up to so many. */
const FAILING = 20;

const placeText = (at) => at === null ? 'never' : `${count(at.layer)} ${at.stage}${typeof at.value === 'number' ? ` %${at.value}` : ''}`;

/* Powers of two that are not greater. */
function errorText(at) {
	if (at === null)
		return '';
	if (at.error_exponent === null)
		return 'infinite';
	return `2^${at.error_exponent} of ${at.size_exponent === null ? '0' : `2^${at.size_exponent}`}`;
}

function fillEngine() {
	const { engine, failing, sampled } = precision;
	const layersOf = [['not exact', 'not_exact'], ['off by 1/2', 'off_by_half'], ['decisive', 'decisive']];

	$('engine').hidden = false;
	$('engine-title').textContent = `In ${engine}`;
	$('engine-survived').textContent = `Of ${ofAll(sampled, precision.points)} stored points ${count(precision.survive)} survive, `
		+ `${count(precision.wrong)} are wrong and ${count(precision.unknown)} unknown.`;
	if (!failing.length)
		return;
	fillTable('lost', [
		{ title: 'stage', of: (row) => row.stage },
		{ title: 'layers', number: true, of: (row) => count(row.layers) },
		...layersOf.map(([title, name]) => ({ title, number: true, of: (row) => count(row[name]) })),
	], precision.stages);
	fillTable('failing', [
		{ title: 'row', number: true, of: (row) => count(row.row) },
		{ title: 'stored as', of: (row) => labelText(row.class) },
		{ title: 'is', of: (row) => row.answer === null ? 'unknown' : labelText(row.answer) },
		...layersOf.map(([title, name]) => ({ title: `layer: ${title}`, of: (row) => placeText(row[name]) })),
		{ title: 'first off by', of: (row) => errorText(row.not_exact) },
	], failing.slice(0, FAILING));
	$('failing-note').textContent = `Traced: ${ofAll(failing.length, sampled - precision.survive)} that fail; `
		+ `listed: ${ofAll(Math.min(failing.length, FAILING), failing.length)} of these.`;
}

if (precision) {
	drawSurvival();
	fillNeeded();
	sayLeast();
	if (precision.engine)
		fillEngine();
}
