/* The report's table, its filters and the details of a host, made from the data blocks of the page.
 * Everything a host said is hostile: it reaches the page as text nodes only. */
'use strict';
(() => {
	const $ = id => document.getElementById(id), all = s => [...document.querySelectorAll(s)];
	const root = document.documentElement, page = document.body.dataset;
	const strings = JSON.parse($('strings').textContent);
	const RANK = ['affected', 'writers_missing', 'vss_fault', 'unreachable', 'unknown', 'fix_pending', 'at_risk', 'busy',
		'shared', 'healthy'];
	const PLAIN = RANK.slice(7), SHUTDOWN = '0x8007045b', NOISE = [31, 7001, 8194, 8224, 8225, 8230];
	const FIELDS = ['name', 'verdict', 'address', 'groups', 'os', 'found', 'expected', 'e8193', 'e13', 'pid', 'others',
		'backup', 'checked', 'kind', 'reason'];
	const rows = JSON.parse($('rows').textContent).map((values, index) => {
		const row = { index, rank: RANK.indexOf(values[1]) };
		FIELDS.forEach((f, i) => { row[f] = values[i] ?? null; });
		row.groups ??= [];
		return row;
	});
	let evidence = null; /* parsed when the first host is opened or searched for */
	const detailOf = row => {
		evidence ??= JSON.parse($('details').textContent);
		return Object.hasOwn(evidence, row.name) ? evidence[row.name] : null;
	};
	const FRESH = { state: [], group: '', os: '', kind: '', q: '', sort: 'state', down: false, page: 0, size: 100 };
	let lang = root.lang === 'ja' ? 1 : 0, view = { ...FRESH }, printing = false;
	const first = lang, open = new Set();

	/* ---- words, numbers, times ---- */
	const grouped = n => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
	const say = (key, ...args) => (strings[key] ?? [key, key])[lang].replace(
		/\{(\d)(%|\|([^|}]*)\|([^}]*))?\}/g, (m, i, form, one, many) => form === undefined ? grouped(args[i]) :
			form === '%' ? Math.floor(args[i] / 10) + '.' + args[i] % 10 + ' %' : +args[i] === 1 ? one : many);
	const iso = (s, offset) => new Date((s + offset) * 1000).toISOString();
	const seconds = x => typeof x === 'string' ? Date.parse(x) / 1000 : x;
	const time = x => x == null ? '–' : iso(seconds(x), +page.offset).slice(0, 16).replace('T', ' ');
	const or = (x, unknown = '–') => x == null || x === '' ? unknown : x;

	/* ---- elements ---- */
	const el = (name, attributes, ...children) => {
		const e = document.createElement(name);
		for (const [k, v] of Object.entries(attributes ?? {}))
			if (v != null && v !== false) typeof v === 'function' ? e.addEventListener(k, v) : e.setAttribute(k, v);
		e.append(...children.flat(9).filter(c => c != null && c !== '').map(c => c));
		return e;
	};
	const SVG = 'http://www.w3.org/2000/svg';
	const icon = name => {
		const svg = document.createElementNS(SVG, 'svg'), use = document.createElementNS(SVG, 'use');
		svg.setAttribute('class', 'i');
		svg.setAttribute('aria-hidden', 'true');
		use.setAttribute('href', '#i-' + name);
		svg.append(use);
		return svg;
	};
	const pairs = list => el('dl', null, list.filter(p => p[1] != null && p[1] !== '')
		.map(([k, v]) => [el('dt', null, say(k)), el('dd', null, v)]));
	const grid = (heads, lines) => el('table', null,
		el('thead', null, el('tr', null, heads.map(h => el('th', { scope: 'col' }, say(h))))), el('tbody', null, lines));
	const command = name => 'vssfleet show ' + (/^[\w.:-]+$/.test(name) ? name : "'" + name.replace(/'/g, "'\\''") + "'") +
		' --run ' + page.run;
	const copyable = text => [el('code', null, text), el('button', { type: 'button', click: e => copy(e.target, text) }, say('copy'))];
	const copy = async (button, text) => {
		try {
			await navigator.clipboard.writeText(text);
		} catch {
			getSelection().selectAllChildren(button.previousElementSibling);
			document.execCommand('copy');
		}
		button.textContent = say('copied');
	};

	/* ---- a host's details: four checkpoints, errors, provenance ---- */
	const box = (name, mark, ...content) => el('div', { class: 'box' }, el('h3', null, say('cp.' + name),
		el('span', { class: 'mark ' + (mark ?? 'unknown') }, say(!mark || mark === 'unknown' ? 'cp.unknown' : mark))), content);
	const folded = (key, shut, ...content) => el('details', { open: shut ? null : '' }, el('summary', null, say(key)), content);
	const writersBox = (d, e) => {
		const vss = d.vss ?? {}, list = vss.writers ?? [];
		return box('writers', d.checkpoints.writers,
			pairs([['x.command', el('code', null, 'vssadmin list writers')], ['x.outcome', or(vss.outcome)], ['x.exit', vss.exit],
				['x.missing', (vss.missing ?? []).join(', ')], ['x.codepage', e.codepage], ['x.note', e.note]]),
			list.length ? grid(['x.writer', 'c.state', 'x.error', 'x.service'], list.map(([name, state, text, error, service]) =>
				el('tr', { class: state === 1 ? null : 'bad' }, el('td', null, name),
					el('td', { class: 'nowrap' }, `[${state ?? '?'}] ${text ?? ''}`), el('td', null, or(error)), el('td', null, or(service))))) : '',
			e.raw ? folded('x.raw', list.length, el('pre', { tabindex: 0 }, e.raw.replace(/\r\n/g, '\n'), e.raw_cut ? '\n' + say('x.cut') : '')) : '');
	};
	const environmentBox = d => {
		const os = d.os ?? {}, p = d.platform ?? {}, b = d.backup ?? {};
		return box('environment', d.checkpoints.environment,
			pairs([['c.os', [or(os.caption), os.build ? ` (${os.version ?? os.build})` : '', os.product_type === 2 ? ', ' + say('x.domain_controller') : '']],
				['x.platform', [p.hypervisor, p.manufacturer, p.model].filter(Boolean).join(', ') || '–'],
				['x.codepage', os.oem_codepage], ['x.product', or(b.product)], ['x.schedule', b.schedule],
				['x.success', time(b.last_success)], ['x.failure', time(b.last_failure)]]),
			el('p', { class: 'dim' }, say('x.only_wording')));
	};
	const tall = content => el('div', { class: 'tall', tabindex: 0 }, content);
	const eventLine = ([when, id, hr, text, live]) => el('tr', null, el('td', { class: 'nowrap' }, time(when)), el('td', null, id),
		el('td', { class: 'nowrap' }, or(hr), live ? [' ', el('span', { class: 'tag', title: say('x.live_hint') }, say('x.live'))] : ''),
		el('td', null, or(text)));
	const eventsBox = (d, e) => {
		const ev = d.events ?? {}, list = e.events ?? [], noisy = x => x[2] === SHUTDOWN || NOISE.includes(x[1]);
		const heads = ['x.time', 'ID', 'HRESULT', 'x.text'], noise = list.filter(noisy), rest = list.filter(x => !noisy(x));
		return box('events', d.checkpoints.events,
			pairs([['x.window', ev.window_hours && say('x.hours', ev.window_hours)], ['x.covered', ev.covered_from && time(ev.covered_from)],
				['c.events', ev.matching ? `8193: ${ev.matching['8193']}, 13: ${ev.matching['13']}` : say('x.not_known')], ['HRESULT', Object.entries(ev.hresults ?? {}).map(p => p.join(': ')).join(', ')]]),
			rest.length ? tall(grid(heads, rest.map(eventLine))) : '',
			noise.length ? folded('x.noise', true, tall(grid(heads, noise.map(eventLine)))) : '',
			e.events_left ? el('p', { class: 'dim' }, say('x.left', e.events_left)) : '');
	};
	const process = (pid, path, names, ours) => el('div', { class: 'process' + (ours ? ' ours' : '') },
		el('p', null, el('b', null, pid === 0 ? say('x.stopped') : (path ?? '').replace(/^.*\\(?=[^\\]*\.exe)/i, '') || 'svchost.exe'),
			el('span', null, pid ? 'PID ' + pid : '')),
		el('div', { class: 'chips' }, names.map(n => el('span', { class: n.toLowerCase() === 'eventsystem' ? 'it' : null }, n))));
	const eventsystemBox = (d, e) => {
		const es = d.eventsystem ?? {}, processes = new Map();
		for (const [pid, name, path] of e.services ?? [])
			processes.has(pid) ? processes.get(pid).names.push(name) : processes.set(pid, { path, names: [name] });
		const ours = processes.get(es.pid), rest = [...processes].filter(([pid]) => pid !== es.pid);
		return box('eventsystem', d.checkpoints.eventsystem,
			pairs([['c.state', or(es.state)], ['x.type', or(es.service_type)]]),
			es.pid == null ? '' : process(es.pid, ours?.path, ours?.names ?? ['EventSystem', ...es.shared_with ?? []], true),
			rest.length ? folded('x.service', true, rest.map(([pid, p]) => process(pid, p.path, p.names))) : '');
	};
	const provenance = d => {
		const t = d.transport ?? {};
		return [t.scheme, t.auth, t.sealed == null ? '' : say(t.sealed ? 'x.sealed' : 'x.unsealed'),
			t.server_authenticated == null ? '' : say(t.server_authenticated ? 'x.proved' : 'x.unproved'),
			t.requests == null ? '' : say('x.requests', t.requests), t.retries ? say('x.retries', t.retries) : '',
			t.clock_skew_s == null ? '' : say('x.skew', t.clock_skew_s), d.duration_ms == null ? '' : (d.duration_ms / 1000).toFixed(1) + ' s',
			d.source].filter(Boolean).join(' \u00b7 ');
	};
	const errorsBox = d => el('div', { class: 'box' }, el('h3', null, say('x.errors')), grid(['x.step', 'kind', 'x.cause', 'x.code'],
		d.errors.map(x => el('tr', null, el('td', null, x.probe), el('td', { class: 'nowrap' }, say('k.' + x.kind)),
			el('td', null, x.message), el('td', { class: 'nowrap' }, or(x.code))))));
	const detail = row => {
		const d = detailOf(row), columns = printing ? 10 : all('#list thead th').filter(h => h.offsetWidth).length;
		return el('tr', { class: `detail ${row.verdict}-row` }, el('td', { colspan: columns },
			el('div', { class: 'why' }, el('p', null, say('w.' + row.verdict)), row.reason ? el('p', { lang: 'en' }, row.reason) : ''),
			d ? el('div', { class: 'boxes' }, d.vss || d.os || d.eventsystem || d.events ? [writersBox(d, d.evidence ?? {}),
				environmentBox(d), eventsBox(d, d.evidence ?? {}), eventsystemBox(d, d.evidence ?? {})] : '', d.errors ? errorsBox(d) : '') : '',
			d ? pairs([['x.provenance', provenance(d)], ['x.fallbacks', (d.fallbacks ?? []).join(', ')]]) : '',
			el('div', { class: 'actions' }, d && !d.left_out ? '' : el('span', { class: 'dim' }, say(d ? 'x.too_big' : 'x.no_evidence')),
				copyable(command(row.name)), el('a', { href: '#' + new URLSearchParams({ host: row.name }) }, say('link')))));
	};

	/* ---- the table ---- */
	const label = v => [icon(v), ' ', say('s.' + v)];
	const hostName = name => {
		const dot = /[a-z]/i.test(name) ? name.indexOf('.') : -1;
		return el('bdi', null, el('b', null, dot > 0 ? name.slice(0, dot) : name), dot > 0 ? el('span', { class: 'dim' }, name.slice(dot)) : '');
	};
	const when = x => time(x).split(' ').flatMap((part, i) => i ? [el('br'), part] : [part]);
	const line = row => {
		const isOpen = open.has(row.name);
		const tr = el('tr', { class: `row more ${row.verdict}-row${isOpen ? ' open' : ''}`, click: e => {
			if (!e.target.closest('a, button:not(.toggle)') && !String(getSelection())) toggle(row);
		} },
		el('td', { class: 'state ' + row.verdict }, el('button', { class: 'toggle', type: 'button', 'aria-expanded': String(isOpen),
			'aria-label': `${say('details')} ${row.name}` }, icon('open')), ' ', label(row.verdict)),
		el('th', { class: 'host', scope: 'row' }, hostName(row.name), row.address ? el('small', null, row.address) : ''),
		el('td', { class: 'c-group' }, or(row.groups.join(', '))), el('td', { class: 'os c-os' }, or(row.os)),
		el('td', { class: 'finding' }, el('div', { class: 'clamp' }, row.kind ? [el('b', null, say('k.' + row.kind)), ': '] : '', row.reason)),
		el('td', { class: 'num' }, row.found == null ? '–' : row.expected == null ? row.found : `${row.found} / ${row.expected}`),
		el('td', { class: 'num c-events' }, row.e8193 == null ? '–' : `${row.e8193} / ${row.e13 ?? 0}`),
		el('td', { class: 'num c-eventsystem' }, row.pid == null ? '–' : row.pid === 0 ? say('x.stopped') : [row.pid, row.others ? ` +${row.others}` : '']),
		el('td', { class: 'c-backup' }, when(row.backup)), el('td', { class: 'c-checked' }, when(row.checked)));
		return isOpen ? [tr, detail(row)] : [tr];
	};
	const toggle = row => {
		open.delete(row.name) || open.add(row.name);
		render();
		all('#list .toggle').find(b => b.closest('tr').querySelector('bdi').textContent === row.name)?.focus();
	};
	const textOf = row => row.text ??= [row.name, row.address, row.groups, row.os, row.reason, row.kind, row.kind && say('k.' + row.kind),
		(detailOf(row)?.vss?.writers ?? []).map(w => w[0]), detailOf(row)?.vss?.missing].flat().join('\n').toLowerCase();
	const KEYS = { state: r => r.rank, host: r => r.name, group: r => r.groups[0], os: r => r.os, finding: r => r.reason || null,
		writers: r => r.found, events: r => r.e8193 == null ? null : r.e8193 + (r.e13 ?? 0), eventsystem: r => r.others,
		backup: r => r.backup, checked: r => r.checked };
	const natural = new Intl.Collator('en', { numeric: true });
	const selected = () => {
		const q = view.q.toLowerCase(), key = KEYS[view.sort], sign = view.down ? -1 : 1;
		return rows.filter(r => (!view.state.length || view.state.includes(r.verdict)) && (!view.group || r.groups.includes(view.group)) &&
			(!view.os || r.os === view.os) && (!view.kind || r.kind === view.kind) && (!q || textOf(r).includes(q)) &&
			!(printing && PLAIN.includes(r.verdict))).sort((a, b) => {
			const x = key(a), y = key(b);
			return x === y ? a.index - b.index : x == null ? 1 : y == null ? -1 :
				sign * (typeof x === 'number' ? x - y : natural.compare(x, y)) || a.index - b.index;
		});
	};
	const render = () => {
		const found = selected(), size = printing ? Infinity : view.size, pages = Math.max(1, Math.ceil(found.length / size));
		view.page = Math.min(view.page, pages - 1);
		const from = view.page ? view.page * size : 0, now = found.slice(from, from + size);
		$('list').tBodies[0].replaceChildren(...now.flatMap(line));
		if (!now.length) $('list').tBodies[0].append(el('tr', null, el('td', { colspan: 10 }, say('nothing'))));
		$('status').textContent = say('rows', found.length, rows.length);
		$('pages').textContent = say('page', view.page + 1, pages);
		$('previous').disabled = !view.page;
		$('next').disabled = view.page >= pages - 1;
		all('.pager').forEach(p => { p.hidden = found.length <= 50; });
		all('.tiles button').forEach(b => b.setAttribute('aria-pressed', String(b.dataset.state.split(' ').every(s => view.state.includes(s)))));
		all('#list thead button').forEach(b => b.dataset.sort === view.sort ?
			b.parentNode.setAttribute('aria-sort', view.down ? 'descending' : 'ascending') : b.parentNode.removeAttribute('aria-sort'));
		$('clear').hidden = !(view.state.length || view.group || view.os || view.kind || view.q);
	};
	const facet = (id, values) => {
		const counts = new Map();
		values.flat().forEach(v => v != null && counts.set(v, (counts.get(v) ?? 0) + 1));
		const names = [...counts.keys()].sort(natural.compare).slice(0, 300);
		if (view[id] && !names.includes(view[id])) names.push(view[id]);
		$(id).replaceChildren(el('option', { value: '' }, say('all')), ...names.map(v =>
			el('option', { value: v }, `${id === 'kind' ? say('k.' + v) : v} (${counts.get(v) ?? 0})`)));
		$(id).value = view[id];
		$(id).parentNode.hidden = !names.length;
	};
	const csv = () => {
		const field = v => v == null ? '' : typeof v === 'number' ? v : '"' + String(v).replace(/^[=+\-@\t\r\n＝＋－＠]/, "'$&").replace(/"/g, '""') + '"';
		const utc = s => s == null ? null : iso(s, 0).slice(0, 19) + 'Z';
		const lines = selected().map(r => [r.name, r.address, r.groups.join(' '), r.verdict, r.os, r.found, r.expected, r.e8193, r.e13, r.pid,
			r.others, utc(r.backup), utc(r.checked), r.kind, r.reason]);
		const head = ['host', 'address', 'groups', 'verdict', 'os', 'writers_found', 'writers_expected', 'ev_8193', 'ev_13', 'es_pid',
			'es_shared', 'backup_last_success_utc', 'checked_at_utc', 'error_kind', 'reason'];
		const url = URL.createObjectURL(new Blob(['\ufeff', [head, ...lines].map(l => l.map(field).join(',') + '\r\n').join('')], { type: 'text/csv' }));
		el('a', { href: url, download: `vssfleet-${page.run}.csv` }).click();
		setTimeout(() => URL.revokeObjectURL(url), 10000);
	};

	/* ---- the view in the address, language, theme ---- */
	const write = () => {
		const p = new URLSearchParams();
		for (const k of ['group', 'os', 'kind', 'q']) if (view[k]) p.set(k, view[k]);
		if (view.state.length) p.set('state', view.state.join(','));
		if (view.sort !== 'state' || view.down) p.set('sort', (view.down ? '-' : '') + view.sort);
		if (lang !== first) p.set('lang', root.lang);
		if (root.dataset.theme) p.set('theme', root.dataset.theme);
		history.replaceState(null, '', '#' + p);
	};
	const speak = () => {
		root.lang = lang ? 'ja' : 'en';
		for (const [name, put] of [['t', (e, s) => { e.textContent = s; }], ['label', (e, s) => e.setAttribute('aria-label', s)],
			['hint', (e, s) => { e.placeholder = s; }]])
			all(`[data-${name}]`).forEach(e => put(e, say(e.dataset[name], ...(e.dataset.a ?? '').split(','))));
		rows.forEach(r => { r.text = null; });
		facet('group', rows.map(r => r.groups));
		facet('os', rows.map(r => r.os));
		facet('kind', rows.map(r => r.kind));
		render();
	};
	const read = () => {
		const raw = location.hash.slice(1);
		if (raw && !raw.includes('=')) return; /* the skip link */
		const p = new URLSearchParams(raw), sort = p.get('sort') ?? 'state', host = p.get('host');
		view = { ...FRESH, size: view.size, down: sort[0] === '-', sort: sort.replace('-', '') in KEYS ? sort.replace('-', '') : 'state' };
		for (const k of ['group', 'os', 'kind', 'q']) view[k] = p.get(k) ?? '';
		view.state = (p.get('state') ?? '').split(',').filter(s => RANK.includes(s));
		if (p.has('lang')) lang = p.get('lang') === 'ja' ? 1 : 0;
		if (/^(dark|light)$/.test(p.get('theme'))) root.dataset.theme = p.get('theme');
		$('q').value = view.q;
		const row = host && rows.find(r => r.name === host);
		if (row) {
			open.add(host);
			view.page = Math.floor(selected().indexOf(row) / view.size);
		}
		speak();
		if (row) all('#list bdi').find(b => b.textContent === host)?.scrollIntoView({ block: 'center' });
	};
	const change = values => {
		Object.assign(view, { page: 0 }, values);
		render();
		write();
	};
	all('.tiles button').forEach(b => b.addEventListener('click', () => {
		const own = b.dataset.state.split(' '), on = own.every(s => view.state.includes(s));
		change({ state: on ? view.state.filter(s => !own.includes(s)) : [...new Set([...view.state, ...own])] });
	}));
	all('#list thead button').forEach(b => b.addEventListener('click', () =>
		change({ sort: b.dataset.sort, down: view.sort === b.dataset.sort && !view.down })));
	for (const k of ['group', 'os', 'kind']) $(k).addEventListener('change', e => change({ [k]: e.target.value }));
	$('q').addEventListener('input', e => change({ q: e.target.value.trim() }));
	$('size').addEventListener('change', e => change({ size: +e.target.value }));
	$('previous').addEventListener('click', () => change({ page: view.page - 1 }));
	$('next').addEventListener('click', () => change({ page: view.page + 1 }));
	$('csv').addEventListener('click', csv);
	$('clear').addEventListener('click', () => {
		$('q').value = '';
		change({ ...FRESH, size: view.size });
		for (const k of ['group', 'os', 'kind']) $(k).value = '';
	});
	$('language').addEventListener('click', () => { lang = 1 - lang; speak(); write(); });
	$('theme').addEventListener('click', () => {
		const dark = (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
		root.dataset.theme = dark ? 'light' : 'dark';
		write();
	});
	$('print').addEventListener('click', () => print());
	$('copy')?.addEventListener('click', e => copy(e.currentTarget, $('copy').previousElementSibling.textContent));
	for (const [event, on] of [['beforeprint', true], ['afterprint', false]])
		addEventListener(event, () => { printing = on; render(); });
	addEventListener('hashchange', read);
	addEventListener('resize', () => open.size && render());
	all('[data-script]').forEach(e => { e.disabled = e.hidden = false; });
	read();
})();
