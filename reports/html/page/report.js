/* The report's table, its filters and the details of a host, made from the data blocks of the page.
 * Everything a host said is hostile: it reaches the page as text nodes only. */
'use strict';
(() => {
	const $ = id => document.getElementById(id), all = s => [...document.querySelectorAll(s)];
	const root = document.documentElement, page = document.body.dataset;
	const strings = JSON.parse($('strings').textContent);
	const words = s => s.split(' ');
	const RANK = words('affected writers_missing vss_fault unreachable unknown fix_pending at_risk busy shared healthy');
	const FIELDS = words('name verdict address groups os found expected e8193 e13 pid others backup checked kind reason reason_ja ' +
		'hypervisor since past badges');
	const NOISE = [31, 7001, 8194, 8224, 8225, 8230];
	const SINGLE = words('os hypervisor kind waived'), FACETS = ['group', ...SINGLE];
	const runs = JSON.parse($('runs').textContent); /* when each began, the newest first */
	const rows = JSON.parse($('rows').textContent).map(values => {
		const row = { rank: RANK.indexOf(values[1]) };
		FIELDS.forEach((f, i) => { row[f] = values[i]; });
		row.groups ??= [];
		row.badges ??= [];
		row.first = row.groups[0] ?? null;
		row.waived = row.badges[0]?.[0] === 'waived' ? 'yes' : 'no';
		return row;
	});
	let evidence; /* parsed when the first host is opened or searched for */
	const detailOf = row => (evidence ??= new Map(Object.entries(JSON.parse($('details').textContent)))).get(row.name);
	const FRESH = { state: [], group: '', os: '', hypervisor: '', kind: '', waived: '', q: '', sort: 'state', down: false, page: 0, size: 50 };
	const first = +(root.lang === 'ja'), open = new Set();
	let lang = first, view = FRESH, printing = false;

	/* ---- words, numbers, times ---- */
	const t = (key, ...args) => (strings[key] ?? [key, key])[lang].replace(/\{(\d)(%|\|([^|}]*)\|([^}]*))?\}/g,
		(m, i, form, one, many) => !form ? args[i].toLocaleString('en') :
			form === '%' ? Math.floor(args[i] / 10) + '.' + args[i] % 10 + ' %' : +args[i] === 1 ? one : many);
	const iso = (time, offset) => {
		const at = new Date((typeof time === 'string' ? Date.parse(time) : time * 1000) + offset * 1000);
		return isNaN(at) ? '–' : at.toISOString();
	};
	const time = x => x == null ? '–' : iso(x, +page.offset).slice(0, 16).replace('T', ' ');
	const or = x => x == null || x === '' ? '–' : x;

	/* ---- elements ---- */
	/* el('td.num', { colspan: 2 }, ...): attributes if an object comes first, listeners where they are functions */
	const el = (what, ...children) => {
		const [name, style] = what.split(/\.(.*)/), e = document.createElementNS(
			`http://www.w3.org/${/^(svg|path|text|title)$/.test(name) ? '2000/svg' : '1999/xhtml'}`, name);
		const set = children[0]?.constructor === Object ? children.shift() : {};
		if (style) e.setAttribute('class', style);
		for (const k in set)
			if (typeof set[k] === 'function') e.addEventListener(k, set[k]);
			else if (set[k] != null) e.setAttribute(k, set[k]);
		e.append(...children.flat(9).filter(c => c || c === 0));
		return e;
	};
	const icon = name => {
		const svg = all('.tiles svg')[0].cloneNode(true);
		svg.firstChild.setAttribute('href', '#i-' + name);
		return svg;
	};
	const pairs = list => el('dl', list.filter(p => p[1] != null && p[1] !== '').map(([k, v]) => [el('dt', t(k)), el('dd', v)]));
	const grid = (heads, lines) => el('table', el('thead', el('tr', heads.map(h => el('th', { scope: 'col' }, t(h))))), el('tbody', lines));
	const copy = async (button, text) => {
		try {
			await navigator.clipboard.writeText(text);
		} catch {
			getSelection().selectAllChildren(button.previousElementSibling);
			document.execCommand('copy');
		}
		button.textContent = t('copied');
	};
	const copyable = text => [el('code', text), el('button', { click: e => copy(e.target, text) }, t('copy'))];
	const word = s => /^[\w.:@%+=,/-]+$/.test(s) ? s : "'" + s.replace(/'/g, "'\\''") + "'";
	/* affected, fix_pending and at_risk are cured by isolating */
	const command = row => [0, 5, 6].includes(row.rank) ?
		`vssfleet fix isolate --from-run ${page.run} -l ${word(row.name)}` : `vssfleet show ${word(row.name)} --run ${page.run}`;
	const said = (row, d = row) => lang && d.reason_ja || lang && row.reason_ja || d.reason || row.reason;

	/* ---- a host's details: four checkpoints, errors, provenance ---- */
	const box = (name, d, ...content) => {
		const mark = d.checkpoints[name] ?? 'unknown';
		return el('div.box', el('h3', t('cp.' + name), el('span.mark ' + mark, t('is.' + mark))), content);
	};
	const folded = (key, shut, ...content) => el('details', { open: shut ? null : '' }, el('summary', t(key)), content);
	const tall = content => el('div.tall', { tabindex: 0 }, content);
	const writersBox = (d, e) => {
		const vss = d.vss ?? {}, list = vss.writers ?? [];
		return box('writers', d,
			pairs([['x.command', el('code', 'vssadmin list writers')], ['x.outcome', or(vss.outcome)], ['x.exit', vss.exit],
				['x.missing', vss.missing?.join(', ')], ['x.codepage', e.codepage], ['x.note', e.note]]),
			list[0] && tall(grid(['x.writer', 'c.state', 'x.error', 'x.service'], list.map(([name, state, text, error, service]) =>
				el(state === 1 ? 'tr' : 'tr.bad', el('td', name), el('td.nb', `[${state ?? '?'}] ${text ?? ''}`), el('td', or(error)),
					el('td', or(service)))))),
			e.raw && folded('x.raw', list[0], el('pre', { tabindex: 0 }, e.raw.replace(/\r\n/g, '\n'), e.raw_cut && '\n' + t('x.cut'))));
	};
	const environmentBox = d => {
		const os = d.os ?? {}, p = d.platform ?? {}, b = d.backup ?? {};
		return box('environment', d,
			pairs([['c.os', [or(os.caption), os.version && ` (${os.version})`, os.product_type === 2 && ', ' + t('x.domain_controller')]],
				['x.platform', or([p.hypervisor, p.manufacturer, p.model].filter(Boolean).join(', '))], ['x.codepage', os.oem_codepage],
				['x.product', or(b.product)], ['x.schedule', b.schedule], ['x.success', time(b.last_success)], ['x.failure', time(b.last_failure)]]),
			el('p.dim', t('x.only_wording')));
	};
	const eventLine = ([when, id, hr, text, live]) => el('tr', el('td.nb', time(when)), el('td.nb', id),
		el('td.nb', or(hr), live && [' ', el('span.tag', { title: t('x.live_hint') }, t('x.live'))]), el('td', or(text)));
	const eventList = list => tall(grid(['x.time', 'ID', 'HRESULT', 'x.text'], list.map(eventLine)));
	const seconds = x => Date.parse(x) / 1000;
	const timeline = (d, list, row) => {
		const { last_success: ok, last_failure: bad } = d.backup ?? {}, end = row.checked;
		const start = Math.min(end - (d.events?.window_hours ?? 0) * 3600, ...list.map(x => seconds(x[0])));
		const marks = [...list.map(x => [x[0], x[4] ? 'busy' : 'affected', x[1]]), [ok, 'healthy', t('x.success')],
			[bad, 'vss_fault', t('x.failure')]].filter(([at]) => seconds(at) >= start && start < end);
		const x = at => 4 + 532 * Math.min(1, (seconds(at) - start) / (end - start));
		return marks[0] && el('svg.chart line', { viewBox: '0 0 540 46', role: 'img', 'aria-label': t('x.timeline') },
			el('path.axis', { d: 'M4 24H536' }), marks.map(([at, state, what]) =>
				el('path.' + state, { d: `M${x(at).toFixed(1)} 8V24` }, el('title', time(at) + ' ' + what))),
			el('text.dim', { x: 4, y: 42 }, time(start)), el('text.name dim', { x: 536, y: 42 }, time(end)));
	};
	const eventsBox = (d, e, row) => {
		const ev = d.events ?? {}, list = e.events ?? [], noisy = x => x[2] === '0x8007045b' /* shutdown */ || NOISE.includes(x[1]);
		const noise = list.filter(noisy), rest = list.filter(x => !noisy(x));
		return box('events', d, timeline(d, list, row),
			pairs([['x.window', ev.window_hours && t('x.hours', ev.window_hours)], ['x.covered', ev.covered_from && time(ev.covered_from)],
				['c.events', ev.matching ? `8193: ${ev.matching[8193]}, 13: ${ev.matching[13]}` : t('is.unknown')],
				['HRESULT', Object.entries(ev.hresults ?? {}).map(p => p.join(': ')).join(', ')]]),
			rest[0] && eventList(rest), noise[0] && folded('x.noise', true, eventList(noise)),
			e.events_left && el('p.dim', t('x.left', e.events_left)));
	};
	const process = (p, ours) => el('div.process' + (ours ? ' ours' : ''),
		el('p', el('b', !p.pid ? t('x.stopped') : p.path?.replace(/^.*\\(?=[^\\]*\.exe)/i, '') ?? 'svchost.exe'), el('span', p.pid ? 'PID ' + p.pid : '')),
		el('div.chips', p.names.map(n => el(/^eventsystem$/i.test(n) ? 'span.it' : 'span', n))));
	const eventsystemBox = (d, e) => {
		const es = d.eventsystem ?? {}, processes = {};
		for (const [pid, name, path] of e.services ?? []) (processes[pid] ??= { pid, path, names: [] }).names.push(name);
		const own = p => ({ pid: p.pid, names: ['EventSystem', ...p.shared_with ?? []] }), was = d.before;
		const rest = Object.values(processes).filter(p => p.pid !== es.pid);
		return box('eventsystem', d, pairs([['c.state', or(es.state)], ['x.type', or(es.service_type)]]),
			was && [el('h4', t('x.before')), process(own(was), true), el('h4', t('x.after'))],
			es.pid != null && process(processes[es.pid] ?? own(es), true),
			rest[0] && folded('x.processes', !was, rest.map(p => process(p))));
	};
	const historyBox = (row, d, fix = d?.remedied) => (/\d/.test(row.past) || fix) && el('div.box', el('h3', t('x.history')),
		el('ol.strip', [RANK.indexOf(row.verdict), ...row.past].map((c, i) => [RANK[c], time(runs[i]).slice(5, 10)]).reverse().map(([state, day]) =>
			el('li.' + (state ?? 'dim'), state ? [icon(state), el('span.sr', t('s.' + state))] : '–', el('small', day)))),
		pairs([['c.since', time(row.since)], ['x.repaired', fix && [time(fix.at), fix.action, fix.change].join(', ')]]));
	const errorsBox = d => el('div.box', el('h3', t('x.errors')), grid(['x.step', 'kind', 'kind', 'x.code'], d.errors.map(x =>
		el('tr', el('td', x.probe), el('td.nb', t('k.' + x.kind)), el('td', x.message), el('td.nb', or(x.code))))));
	const provenance = (d, way = d.transport ?? {}) => [way.scheme, way.auth, way.sealed ? t('x.sealed') : way.scheme === 'http' && t('x.unsealed'),
		way.server_authenticated != null && t(way.server_authenticated ? 'x.proved' : 'x.unproved'),
		way.requests && t('x.requests', way.requests), way.retries && t('x.retries', way.retries),
		way.clock_skew_s != null && t('x.skew', way.clock_skew_s), d.duration_ms && (d.duration_ms / 1000).toFixed(1) + ' s', d.source,
	].filter(Boolean).join(' \u00b7 ');
	const detail = row => {
		const d = detailOf(row), e = d?.evidence ?? {}, columns = printing ? 11 : all('#list > thead th').filter(h => h.offsetWidth).length;
		return el(`tr.detail ${row.verdict}-row`, el('td', { colspan: columns },
			el('div.why', el('p', t('w.' + row.verdict), d?.confidence && [' ', el('b', t(d.confidence))]),
				row.reason && el('p', { lang: lang && row.reason_ja ? 'ja' : 'en' }, said(row, d))),
			el('div.boxes', d && (d.vss || d.os || d.eventsystem || d.events) && [writersBox(d, e), environmentBox(d),
				eventsBox(d, e, row), eventsystemBox(d, e)], d?.errors && errorsBox(d), historyBox(row, d)),
			d && pairs([['x.provenance', provenance(d)], ['x.fallbacks', d.fallbacks?.join(', ')]]),
			el('div.actions', !d && el('span.dim', t(row.rank > 6 ? 'x.no_evidence' : 'x.too_big')), copyable(command(row)),
				el('a', { href: '#' + new URLSearchParams({ host: row.name }) }, t('link')))));
	};

	/* ---- the table ---- */
	const hostName = name => {
		const [, label, suffix] = name.match(/^([^.]*[a-z][^.]*|.*)(.*)$/is); /* an address has no suffix */
		return el('bdi', { title: name }, el('b', label), el('span.dim', suffix));
	};
	const when = x => time(x).replace(' ', '\n');
	const line = row => {
		const isOpen = open.has(row.name);
		const tr = el(`tr.row more ${row.verdict}-row${isOpen ? ' open' : ''}`, { click: e => {
			if (!e.target.closest('a, button:not(.toggle)') && !String(getSelection())) toggle(row);
		} },
		el('td.state ' + row.verdict, el('div', el('button.toggle', { 'aria-expanded': isOpen,
			'aria-label': t('details') + ' ' + row.name }), icon(row.verdict), t('s.' + row.verdict))),
		el('th.host', { scope: 'row' }, hostName(row.name), row.address && el('small', row.address)),
		el('td.c-group', or(row.groups.join(', '))), el('td.c-os', or(row.os)),
		el('td.finding', el('div.clamp', row.kind && [el('b', t('k.' + row.kind)), ': '], said(row)),
			row.badges.map(([k, ...texts]) => el('div.badge ' + k, icon(k), t('b.' + k, ...texts)))),
		el('td.num', row.found == null ? '–' : row.expected == null ? row.found : `${row.found} / ${row.expected}`),
		el('td.num c-events', row.e8193 == null ? '–' : `${row.e8193} / ${row.e13 ?? 0}`),
		el('td.num c-eventsystem', (row.pid === 0 ? t('x.stopped') : or(row.pid)) + (row.others > 0 ? ' +' + row.others : '')),
		el('td.c-backup', when(row.backup)), el('td.c-checked', when(row.checked)), el('td.c-since', when(row.since)));
		return isOpen ? [tr, detail(row)] : [tr];
	};
	const lineOf = row => all('#list bdi').find(b => b.title === row.name)?.closest('tr');
	const toggle = row => {
		open.delete(row.name) || open.add(row.name);
		render();
		lineOf(row)?.querySelector('.toggle').focus();
	};
	const textOf = row => row.text ??= [row.name, row.address, row.groups, row.os, row.reason, row.reason_ja, row.kind, row.badges,
		(detailOf(row)?.vss?.writers ?? []).map(w => w[0]), detailOf(row)?.vss?.missing].flat(2).join('\n').toLowerCase();
	const KEYS = { state: 'rank', host: 'name', group: 'first', os: 'os', finding: 'reason', writers: 'found', events: 'e8193',
		eventsystem: 'others', backup: 'backup', checked: 'checked', since: 'since' };
	const natural = new Intl.Collator('en', { numeric: true });
	const selected = () => {
		const q = view.q.toLowerCase(), key = KEYS[view.sort], sign = view.down ? -1 : 1;
		return rows.filter(r => (!view.state.length || view.state.includes(r.verdict)) && (!view.group || r.groups.includes(view.group)) &&
			SINGLE.every(k => !view[k] || r[k] === view[k]) && (!q || textOf(r).includes(q)) &&
			!(printing && r.rank > 6 /* busy, shared, healthy */)).sort((a, b) => {
			const x = a[key], y = b[key]; /* what is not known comes last in both directions */
			return x == null ? +(y != null) : y == null ? -1 : sign * (typeof x === 'number' ? x - y : natural.compare(x, y));
		});
	};
	const render = () => {
		const found = selected(), size = printing ? found.length : view.size, pages = Math.ceil(found.length / size) || 1;
		view.page = Math.min(view.page, pages - 1);
		const now = found.slice(view.page * size, view.page * size + size);
		$('list').tBodies[0].replaceChildren(...now.length ? now.flatMap(line) : [el('tr', el('td', { colspan: 11 }, t('nothing')))]);
		$('status').textContent = t('rows', found.length, rows.length);
		$('pages').textContent = t('page', view.page + 1, pages);
		$('previous').disabled = !view.page;
		$('next').disabled = view.page >= pages - 1;
		$('pager').hidden = found.length <= 50;
		$('clear').hidden = !(view.state.length || view.q || FACETS.some(k => view[k]));
		all('.tiles button').forEach(b => b.setAttribute('aria-pressed', words(b.dataset.state).every(s => view.state.includes(s))));
		all('#list > thead button').forEach(b => b.dataset.sort === view.sort ?
			b.parentNode.setAttribute('aria-sort', view.down ? 'descending' : 'ascending') : b.parentNode.removeAttribute('aria-sort'));
	};
	const csv = () => {
		const utc = s => s == null ? null : iso(s, 0).slice(0, 19) + 'Z';
		const field = v => v == null ? '' : typeof v === 'number' ? v :
			'"' + v.replace(/^[=+\-@\t\r\n＝＋－＠]/, "'$&").replace(/"/g, '""') + '"'; /* CWE-1236 */
		const head = 'host verdict address groups os writers_found writers_expected ev_8193 ev_13 es_pid es_shared ' +
			'backup_last_success_utc checked_at_utc error_kind reason reason_ja hypervisor since_utc';
		const value = (r, f) => f === 'groups' ? r.groups.join(';') : /^reason/.test(f) ? detailOf(r)?.[f] ?? r[f] : /^(backup|checked|since)$/.test(f) ? utc(r[f]) : r[f];
		const lines = selected().map(r => FIELDS.slice(0, 18).map(f => value(r, f)));
		const text = [words(head), ...lines].map(l => l.map(field).join(',') + '\r\n').join('');
		const href = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }));
		el('a', { href, download: `vssfleet-${page.run}.csv` }).click();
	};

	/* ---- the view in the address, language, theme ---- */
	const write = () => {
		const p = new URLSearchParams();
		for (const k of [...FACETS, 'q']) if (view[k]) p.set(k, view[k]);
		if (view.state.length) p.set('state', view.state.join());
		if (view.sort !== 'state' || view.down) p.set('sort', (view.down ? '-' : '') + view.sort);
		if (lang !== first) p.set('lang', root.lang);
		if (root.dataset.theme) p.set('theme', root.dataset.theme);
		history.replaceState(null, '', '#' + p);
	};
	const facet = (id, values) => {
		const counts = new Map();
		values.forEach(v => v != null && counts.set(v, (counts.get(v) ?? 0) + 1));
		const names = [...counts.keys()].sort(natural.compare).slice(0, 300);
		$(id).replaceChildren(el('option', { value: '' }, t('all')), ...names.map(v =>
			el('option', { value: v }, `${id === 'kind' ? t('k.' + v) : id === 'waived' ? t(v) : v} (${counts.get(v)})`)));
		$(id).parentNode.hidden = /^(no)?$/.test(names);
	};
	const speak = () => {
		root.lang = lang ? 'ja' : 'en';
		all('[data-t]').forEach(e => { e.textContent = t(e.dataset.t, ...(e.dataset.a ?? '').split(',').map(Number)); });
		all('[data-label]').forEach(e => e.setAttribute('aria-label', t(e.dataset.label)));
		$('q').placeholder = t('search.hint');
		facet('group', rows.flatMap(r => r.groups));
		SINGLE.forEach(k => facet(k, rows.map(r => r[k])));
		show();
	};
	const show = () => {
		FACETS.forEach(k => { $(k).value = view[k]; });
		if ($('q').value.trim() !== view.q) $('q').value = view.q;
		render();
	};
	const read = () => {
		const raw = location.hash.slice(1), p = new URLSearchParams(raw), sort = (p.get('sort') ?? '').replace('-', '');
		if (raw && !raw.includes('=') && view !== FRESH) return; /* the skip link */
		view = { ...FRESH, size: view.size, down: p.get('sort')?.[0] === '-', sort: Object.hasOwn(KEYS, sort) ? sort : 'state' };
		for (const k of [...FACETS, 'q']) view[k] = p.get(k) ?? '';
		view.state = (p.get('state') ?? '').split(',').filter(s => RANK.includes(s));
		if (p.has('lang')) lang = +(p.get('lang') === 'ja');
		if (/^(dark|light)$/.test(p.get('theme'))) root.dataset.theme = p.get('theme');
		const row = p.has('host') && rows.find(r => r.name === p.get('host'));
		if (row) {
			open.add(row.name);
			view.page = Math.floor(selected().indexOf(row) / view.size);
		}
		speak();
		if (row) lineOf(row)?.scrollIntoView();
	};
	const change = values => {
		view = { ...view, page: 0, ...values };
		show();
		write();
	};
	const on = (id, f, event = 'click') => $(id).addEventListener(event, f);
	all('.tiles button').forEach(b => b.addEventListener('click', () => {
		const own = words(b.dataset.state), rest = view.state.filter(s => !own.includes(s));
		change({ state: own.every(s => view.state.includes(s)) ? rest : [...rest, ...own] });
	}));
	all('#list > thead button').forEach(b => b.addEventListener('click', () =>
		change({ sort: b.dataset.sort, down: view.sort === b.dataset.sort && !view.down })));
	FACETS.forEach(k => on(k, e => change({ [k]: e.target.value }), 'change'));
	on('q', e => change({ q: e.target.value.trim() }), 'input');
	on('size', e => change({ size: +e.target.value }), 'change');
	const turn = by => () => {
		change({ page: view.page + by });
		if (document.activeElement.disabled) $(by < 0 ? 'next' : 'previous').focus(); /* the other one */
	};
	on('previous', turn(-1));
	on('next', turn(1));
	on('csv', csv);
	on('clear', () => { change({ ...FRESH, size: view.size }); $('q').focus(); });
	on('language', () => { lang = 1 - lang; speak(); write(); });
	on('theme', () => {
		const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
		root.dataset.theme = dark ? 'light' : 'dark';
		write();
	});
	on('print', () => print());
	all('.copy').forEach(b => b.addEventListener('click', () => copy(b, b.previousElementSibling.textContent)));
	const paper = on => () => { printing = on; render(); };
	addEventListener('beforeprint', paper(true));
	addEventListener('afterprint', paper(false));
	addEventListener('resize', () => open.size && render());
	addEventListener('hashchange', read);
	all('[data-script]').forEach(e => { e.disabled = e.hidden = false; });
	read();
})();
