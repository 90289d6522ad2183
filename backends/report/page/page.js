/*
 * The page of memc inspect --html: what docs/inspect.md says of a network, drawn.
 */
'use strict';

const report = dataOf('data');

/* --- layers --- */

/* The rows of the layers are arrays below the names of their columns. */
const layers = report.layer_rows.map(([stage]) => ({ stage }));
const columns = new Map(report.layer_columns.map((name, i) => [name, report.layer_rows.map((row) => row[i])]));
const column = (name) => columns.get(name);
const layerNumbers = layers.map((_, i) => i + 1);

/* Neighbours of one stage: { stage, first, count }. */
function runsOfLayers() {
	const runs = [];

	layers.forEach(({ stage }, i) => {
		const last = runs[runs.length - 1];
		if (last && last.stage === stage)
			last.count++;
		else
			runs.push({ stage, first: i, count: 1 });
	});
	return runs;
}

/* --- head --- */

function fillHead() {
	const { network, data, total } = report;
	const outputs = network.levels ?
		`${count(network.classes)} levels ${network.levels.least} to ${network.levels.greatest}` : plural(network.classes, 'class').replace('classs', 'classes');
	const figures = total ? [['layers', total.depth], ['width', total.width], ['neurons', total.neurons],
		['parameters', total.parameters], ['bits, longest weight', total.greatest_significand],
		['bits, all weights', total.total_significand]] : [];

	if (data)
		figures.unshift(['stored points', data.points]);
	for (const { level, total: operations } of report.levels)
		figures.push([`operations, \u2011O${level}`, operations]);
	document.title = `${network.name} – memc report`;
	$('name').textContent = network.name;
	$('about').textContent = [`${plural(network.inputs, 'input')} of ${network.element}`, outputs,
		report.construct ? `construct ${report.construct.name}` : null,
		total ? null : 'fused'].filter(Boolean).join(', ');
	$('figures').append(...figures.map(([name, value]) => definition(name, count(value))));
	$('made').textContent = [`memc ${report.memc}`,
		network.spec_sha256 && `spec ${network.spec_sha256}`,
		network.points_sha256 && `points ${network.points_sha256}`].filter(Boolean).join(', ');
}

/* --- pipeline --- */

/* Up to this many runs of layers are drawn one by one, more by their stages. */
const FLOW_RUNS = 12;

function flowOfRuns(runs) {
	const neurons = column('neurons'), width = column('width'), bits = column('greatest_significand');
	const greatest = (values, run) => values.slice(run.first, run.first + run.count).reduce((a, b) => Math.max(a, b), 0);

	return runs.map((run) => ({
		stage: run.stage,
		depth: run.count,
		width: greatest(width, run),
		neurons: neurons.slice(run.first, run.first + run.count).reduce((a, b) => a + b, 0),
		greatest_significand: greatest(bits, run),
	}));
}

function flowOfStages(runs) {
	return report.stages.map((stage) => ({ ...stage, runs: runs.filter((run) => run.stage === stage.stage).length }));
}

function fillFlow() {
	const runs = runsOfLayers();
	const boxes = runs.length <= FLOW_RUNS ? flowOfRuns(runs) : flowOfStages(runs);

	$('flow').append(el('li', {}, el('strong', {}, 'inputs'), el('span', {}, count(report.network.inputs)),
		el('span', {}, report.network.element)),
	...boxes.map((box) => el('li', {}, el('strong', {}, box.stage),
		el('span', {}, plural(box.depth, 'layer') + (box.runs > 1 ? ` in ${count(box.runs)} runs` : '')),
		box.neurons ? el('span', {}, `${plural(box.neurons, 'neuron')}, width ${count(box.width)}`) : null,
		el('span', {}, `weights to ${plural(box.greatest_significand, 'bit')}`))));
}

function fillStages() {
	const measures = [['layers', 'depth'], ['width', 'width'], ['neurons', 'neurons'], ['parameters', 'parameters'],
		['longest weight', 'greatest_significand'], ['mean bits', 'mean_significand'],
		['all bits', 'total_significand'], ['in fixed point', 'greatest_fixed'], ['zero %', 'zero_percent'],
		['power of two %', 'power_percent'], ['values proved', 'proved_bits'], ['observed', 'observed_bits']];
	const total = { ...report.total, isTotal: true };

	fillTable('stages', [{ title: 'stage', of: (row) => row.stage },
		...measures.map(([title, name]) => ({ title, number: true, of: (row) => count(Math.round(row[name] * 100) / 100) }))],
	[...report.stages, total], (row) => row.isTotal ? 'total' : '');
}

/* --- charts --- */

const byLayer = { x: 'layer', where: (_, value) => value === null ? '–' : `${value} ${layers[value - 1]?.stage ?? ''}` };
const STEP = { paths: uPlot.paths.stepped({ align: 1 }) };

/* At most this many bars: [first bits of each, weights in it], [bits of a bar]. */
const BARS = 60;
function bins(pairs) {
	const last = pairs.length ? pairs[pairs.length - 1][0] : 0;
	const size = Math.ceil((last + 1) / BARS);
	const counts = new Array(Math.floor(last / size) + 1).fill(0);

	pairs.forEach(([bits, weights]) => { counts[Math.floor(bits / size)] += weights; });
	return { size, x: counts.map((_, i) => i * size), counts: counts.map((n) => n || null) };
}

function drawWeights(form) {
	const { size, x, counts } = bins(report.weight_bits[form]);
	const most = Math.max(...counts);

	draw('chart-weights', [{ label: 'greatest', color: '--first' }, { label: 'mean', color: '--second' }],
		[layerNumbers, column(`greatest_${form}`), column(`mean_${form}`)], byLayer);
	draw('chart-histogram', [{ label: 'weights', color: '--first', fill: '--fill',
		more: { points: { show: false }, paths: uPlot.paths.bars({ size: [0.9, 60], align: 1 }) } }], [x, counts], {
		x: 'bits',
		where: (_, value) => value === null ? '–' : size > 1 ? `${value} to ${value + size - 1}` : value,
		scales: { x: { time: false, range: [0, x.length * size] }, y: { distr: 3, range: [0.5, 2 * most] } },
		splits: (_, __, least, most) => powersOfTen(least, most),
		ticks: (_, values) => values.map((value) => value?.toLocaleString('en', { notation: 'compact' }) ?? ''),
	});
}

function drawLayers() {
	draw('chart-width', [{ label: 'neurons', color: '--first', fill: '--fill', more: STEP }],
		[layerNumbers, column('neurons')], { ...byLayer, scales: { y: { range: (_, __, most) => [0, most * 1.1 || 1] } } });
	draw('chart-values', [{ label: 'proved', color: '--first' },
		...(report.data ? [{ label: 'observed', color: '--second' }] : [])],
	[layerNumbers, column('proved_bits'), ...(report.data ? [column('observed_bits')] : [])], byLayer);
}

/* --- theory --- */

const ratio = (of, to) => to > 0 && of !== null && to !== null ? of / to : null;

function fillPromises() {
	const { construct } = report;

	$('construct').textContent = `${construct.name}: ${construct.source}`;
	$('parameters').append(...Object.entries(construct.parameters).map(([name, value]) =>
		definition(`${name} =`, count(value))));
	fillTable('promised', [
		{ title: 'measure', of: (row) => row.measure },
		{ title: 'promised', number: true, of: (row) => `${row.relation === '<=' ? '≤' : '='} ${count(row.promised)}` },
		{ title: 'built', number: true, of: (row) => count(row.built) },
		{ title: 'built of promised', of: (row) => bar(row.built, row.promised) },
		{ title: 'formula', of: (row) => el('code', {}, row.formula) },
		{ title: 'theorem', of: (row) => row.theorem ?? '' },
	], construct.promises);
}

function fillBounds() {
	const { samples } = report;

	fillTable('lower', [
		{ title: 'bound', of: (row) => row.name },
		{ title: 'at least', number: true, of: (row) => rough(row.least) },
		{ title: 'here', number: true, of: (row) => rough(row.here) },
		{ title: 'times', number: true, of: (row) => rough(ratio(row.here, row.least)) },
		{ title: 'at least, of here (logarithmic)', of: (row) => bar(row.least, row.here, true) },
		{ title: 'what', wide: true, of: (row) => [el('code', {}, row.formula), `: ${row.of}`] },
		{ title: 'from', wide: true, of: (row) => row.source },
	], report.bounds);
	fillTable('payload', [
		{ title: 'bits a stored point', of: (row) => row.name },
		{ title: 'needed', number: true, of: (row) => row.needed === null ? '–' : rough(row.needed) },
		{ title: 'here', number: true, of: (row) => row.here === null ? '–' : rough(row.here) },
		{ title: 'formula', of: (row) => el('code', {}, row.of) },
	], report.payload);
	for (const id of ['samples-title', 'samples', 'samples-note'])
		$(id).hidden = !samples?.rows.length;
	if ($('samples').hidden)
		return;
	fillTable('samples', [
		{ title: '', of: (row) => row.name },
		{ title: 'samples', number: true, of: (row) => rough(row.samples) },
		{ title: 'here', number: true, of: () => count(report.data.points) },
		{ title: 'formula', of: (row) => el('code', {}, row.formula) },
		{ title: 'theorem', of: (row) => row.theorem },
	], samples.rows);
	$('samples-note').textContent = `eps = ${samples.eps}, delta = ${samples.delta}, constants that the theorems leave open = 1; `
		+ `N_D = ${count(samples.N_D)}, the parameters of this network; `
		+ (samples.S_D_estimate === null ? 'S_D is not estimated' : `S_D = ${count(samples.S_D_estimate)}, an estimate`);
}

/* --- optimizer --- */

const kinds = (operations) => Object.entries(operations).map(([name, n]) => `${count(n)} ${name}`).join(', ');

const signed = (n) => n ? n.toLocaleString('en', { signDisplay: 'always' }).replace('-', '−') : '–';

function fillPasses() {
	const most = Math.max(...report.passes.map((pass) => pass.before), 1);
	const short = report.levels.every((row) => row.level === 0);

	$('ran').hidden = short;
	$('passes-note').hidden = !short;
	fillTable('levels', [
		{ title: 'level', of: (row) => `-O${row.level}` },
		{ title: 'operations', number: true, of: (row) => count(row.total) },
		{ title: 'of them', wide: true, of: (row) => kinds(row.operations) },
		{ title: 'table rows', number: true, of: (row) => count(row.rows) },
		{ title: 'C, bytes of tables', number: true, of: (row) => row.c ? count(row.c.table_bytes) : short ? '–' : 'too wide' },
		{ title: 'bytes a stored point', number: true,
			of: (row) => row.c && report.data ? rough(Math.round(100 * row.c.table_bytes / report.data.points) / 100) : '–' },
	], report.levels);
	fillTable('ran', [
		{ title: 'pass', of: (row) => row.name },
		{ title: 'operations before', number: true, of: (row) => count(row.before) },
		{ title: 'after', number: true, of: (row) => count(row.after) },
		{ title: 'change', number: true, of: (row) => signed(row.after - row.before) },
		{ title: 'left (logarithmic)', of: (row) => bar(row.after, most, true) },
	], report.passes);
}

/* --- all --- */

/* What this network does not have is not shown; the rest is listed. */
function fillPage() {
	const shown = { pipeline: report.total, charts: report.total, promises: report.construct, bounds: report.bounds.length,
		precision: report.precision };

	fillHead();
	if (report.total) {
		fillFlow();
		fillStages();
		drawWeights('significand');
		drawLayers();
		$('form').addEventListener('change', (event) => drawWeights(event.target.value));
		keepCharts($('charts'));
	}
	if (report.construct)
		fillPromises();
	fillBounds();
	fillPasses();
	for (const [id, has] of Object.entries(shown))
		$(id).hidden = !has;
	listSections();
}

fillPage();
