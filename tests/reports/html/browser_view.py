#!/usr/bin/env python3
"""The host table of the HTML report: tiles, facets, search, order, pages, and the view in the address."""
import itertools
import re

import page
from page import NAMES, ORDER, STATES, STATUS

COLUMNS = 'state host group os finding writers events eventsystem backup checked'.split()
SHOWN = ('group', 'os')  # the facets that are columns
LEADING = {'writers': r'(\d+)', 'events': r'(\d+) /', 'eventsystem': r'\+(\d+)$'}  # the number a column is sorted by


def runs(values):
    return [value for value, _ in itertools.groupby(values)]


def natural(name):
    return [int(part) if part.isdigit() else part for part in re.split(r'(\d+)', name)]


class View(page.Page):
    width = 1700  # all columns are there

    def test_every_tile_holds_what_it_counts(self):
        self.open()
        tiles = self.browser.run("return [...document.querySelectorAll('.tiles button')].map(b =>"
                                 " [b.dataset.state, parseInt(b.querySelector('.count').firstChild.data)])")
        self.assertEqual(sum(count for _, count in tiles), 300)
        for states, count in tiles:
            tile = f'.tiles [data-state="{states}"]'
            self.browser.tap(tile)
            self.assertEqual(self.count(), count, states)
            if count:
                self.assertEqual(set(self.browser.run(STATES)), set(states.split()))
            self.assertEqual(self.browser.run("return document.querySelector(arguments[0]).ariaPressed", tile), 'true')
            self.assertEqual(self.browser.run("return document.querySelectorAll('[aria-pressed=true]').length"), 1)
            self.browser.tap(tile)
        self.assertEqual(self.browser.run(STATUS), '300 of 300 servers')
        self.assertEqual(self.browser.run("return document.querySelectorAll('[aria-pressed=true]').length"), 0)

    def test_tiles_add_up(self):
        self.open()
        for state in ('affected', 'vss_fault'):
            self.browser.click(f'.tiles .{state}')
        self.assertEqual(sorted(self.browser.run(STATES)), ['affected', 'vss_fault'])
        self.assertEqual(self.browser.run('return location.hash'), '#state=affected%2Cvss_fault')

    def facets(self):
        return self.browser.run(
            "return Object.fromEntries([...document.querySelectorAll('.controls select')].map(s =>"
            " [s.id, [...s.options].filter(o => o.value).map(o => [o.value, +o.text.match(/\\((\\d+)\\)$/)[1], o.text])]))")

    def test_every_facet_holds_what_it_says(self):
        self.open()
        facets = self.facets()
        self.assertLessEqual({'group', 'os', 'kind'}, facets.keys())
        for facet, options in facets.items():
            self.assertTrue(options, facet)
            for value, count, text in options:
                self.choose(facet, value)
                self.assertEqual(self.count(), count, text)
                rows = self.table()
                self.assertEqual(len(rows), count)
                if facet in SHOWN:
                    self.assertEqual({row[facet] for row in rows}, {value})
                elif facet == 'kind':
                    self.assertEqual({row['finding'].partition(':')[0] for row in rows}, {text.rpartition(' (')[0]})
            self.choose(facet, '')
        self.assertEqual(self.count(), 300)

    def test_filters_narrow_each_other_and_are_released_together(self):
        self.open()
        rows = self.table()
        group = next(row['group'] for row in rows if row['state'] == 'unreachable')
        for facet, value, keep in (('state', 'unreachable', lambda r: r['state'] in ('unreachable', 'unknown')), ('group', group, lambda r: r['group'] == group),
                                   ('kind', 'auth', lambda r: r['finding'].startswith('Authentication:'))):
            self.browser.tap(f'.tiles [data-state~={value}]') if facet == 'state' else self.choose(facet, value)
            rows = [row for row in rows if keep(row)]
            self.assertEqual(self.table(), rows, facet)
        self.assertTrue(rows)
        self.browser.type('#q', 'nothing like it')
        self.assertEqual(self.browser.run(STATUS), '0 of 300 servers')
        self.assertEqual(self.browser.run("return document.querySelector('#list tbody').innerText"), 'No server matches.')
        self.browser.click('#clear')
        self.assertEqual(self.browser.run(STATUS), '300 of 300 servers')
        self.assertEqual(self.browser.run("return ['q', 'group', 'os', 'kind'].map(i => document.getElementById(i).value)"), [''] * 4)
        self.assertEqual(self.browser.run('return location.hash'), '')

    def test_search_finds_name_address_os_error_and_writer(self):
        self.open()
        for text, expect in (('FS-TYO-0001', lambda r: r['host'].startswith('fs-tyo-0001')), ('10.2.0.7', lambda r: '10.2.0.7' in r['host']),
                             ('2012 r2', lambda r: '2012 R2' in r['os']), ('clock skew', lambda r: r['state'] == 'unreachable'),
                             ('sqlserverwriter', lambda r: r['state'] not in ('affected', 'unreachable')),
                             ('w-2026-014', lambda r: 'W-2026-014' in r['finding'])):
            self.browser.run("const q = document.getElementById('q'); q.value = arguments[0]; q.dispatchEvent(new Event('input'))", text)
            rows = self.table()
            self.assertTrue(rows, text)
            for row in rows:
                self.assertTrue(expect(row), f'{text}: {row}')

    def sorted_by(self, column, direction):
        """The table after a click on a column's button, and what assistive technology is told."""
        self.browser.tap(f'[data-sort={column}]')
        told = self.browser.run("return [...document.querySelectorAll('#list th[aria-sort]')].map(t =>"
                                " [t.querySelector('button').dataset.sort, t.ariaSort])")
        self.assertEqual(told, [[column, direction]])
        return self.table()

    def test_every_column_sorts_both_ways_and_the_unknown_stays_last(self):
        self.open('#sort=host', self.write(100))
        buttons = self.browser.run("return [...document.querySelectorAll('#list > thead button')].map(b => b.dataset.sort)")
        self.assertLessEqual(set(COLUMNS), set(buttons))
        self.browser.tap('[data-sort=state]')
        for column in buttons:
            with self.subTest(column=column):
                up = self.table() if column == 'state' else self.sorted_by(column, 'ascending')
                down = self.sorted_by(column, 'descending')
                self.assertEqual((len(up), sorted(map(str, up))), (100, sorted(map(str, down))))
                self.check_order(column, up, down)

    def check_order(self, column, up, down):
        def key(row):
            text = row[column]
            if text is None or column not in LEADING:
                return text
            return int(found[1]) if (found := re.search(LEADING[column], text)) else 0

        known = [[key(row) for row in rows if row[column] is not None] for rows in (up, down)]
        for rows, keys in zip((up, down), known):
            self.assertEqual([row[column] for row in rows[len(keys):]], [None] * (100 - len(keys)), f'{column}: unknown is last')
        if column == 'state':
            self.assertEqual(runs(known[0]), [s for s in ORDER if s in known[0]])
        elif column == 'host':
            names = [k.split('\n')[0] for k in known[0] if k.split('\n')[0] != page.EVIL_NAME]
            self.assertEqual(names, sorted(names, key=natural))
        elif column in LEADING or column in ('backup', 'checked', 'since'):
            self.assertEqual(known[0], sorted(known[0]), column)
            self.assertGreater(len(set(known[0])), 1)
        self.assertEqual(runs(known[1]), runs(known[0])[::-1], f'{column}: down is up reversed')

    def test_pages_show_each_server_once(self):
        self.open('#sort=host')
        for size in (50, 100, 500):
            self.choose('size', str(size))
            seen = [self.browser.run(NAMES)]
            while not self.browser.run("return document.getElementById('next').disabled"):
                self.browser.tap('#next')
                seen.append(self.browser.run(NAMES))
            self.assertEqual([len(s) for s in seen], [min(size, 300)] * -(-300 // size))
            self.assertEqual(len(set(sum(seen, []))), 300)
            self.assertEqual(self.browser.run("return document.getElementById('pages').textContent"), f'Page {len(seen)} of {len(seen)}')
            if size < 300:
                self.browser.tap('#previous')
                self.assertEqual(self.browser.run(NAMES), seen[-2])

    def test_a_link_shows_the_same_view(self):
        self.open()
        self.browser.click('.tiles .unreachable, .tiles .unchecked')
        self.choose('kind', 'connect')
        self.browser.type('#q', 'corp')
        self.browser.click('[data-sort=checked]')
        self.browser.click('[data-sort=checked]')
        here, rows = self.browser.run('return location.hash'), self.table()
        self.assertTrue(rows)
        self.open(here)
        self.assertEqual(self.table(), rows)
        self.assertEqual(self.browser.run('return location.hash'), here)

    def test_a_link_keeps_language_and_theme(self):
        self.open('#state=vss_fault,at_risk&sort=-host&lang=ja&theme=dark')
        self.assertEqual(self.browser.run('return [document.documentElement.lang, document.documentElement.dataset.theme]'),
                         ['ja', 'dark'])
        self.assertEqual(sorted(self.browser.run(STATES)), ['at_risk', 'vss_fault'])
        self.assertEqual(self.browser.run("return document.querySelector('[data-sort=host]').parentNode.ariaSort"), 'descending')

    def test_a_link_opens_its_host_with_the_evidence(self):
        self.open('#host=fs-tyo-0001.corp.example.jp')
        self.assertEqual(self.browser.run("return document.querySelectorAll('tr.detail .box .mark').length"), 4)
        self.assertIn('vssadmin 1.1', self.browser.run("return document.querySelector('tr.detail pre').textContent"))
        self.assertEqual(self.browser.run("return document.querySelectorAll('tr.detail .tag').length"), 2)
        chips = "return [...document.querySelectorAll('.process.ours .chips span')].map(e => e.textContent)"
        self.assertEqual(self.browser.run(chips), ['EventSystem', 'FontCache', 'netprofm', 'nsi'])

    def test_a_link_to_a_host_behind_the_first_page_shows_it(self):
        name = 'dc-spk-0300.corp.example.jp'
        self.open('#host=' + name)
        self.assertIn(name, self.browser.run(NAMES))
        self.assertTrue(self.browser.run(
            "const b = [...document.querySelectorAll('bdi')].find(b => b.textContent === arguments[0]), r = b.getBoundingClientRect();"
            "return b.contains(document.elementFromPoint(r.x + 5, r.y + 5))", name), 'in the window, not under the head of the table')

    def test_a_link_followed_in_the_open_page_changes_the_view(self):
        self.open()
        self.browser.run("location.hash = '#state=healthy'")
        self.assertTrue(self.browser.wait("return document.querySelector('#list td.state').matches('.healthy')"))
        self.browser.run("location.hash = '#'")

    def test_links_that_make_no_sense_do_no_harm(self):
        for fragment in ('#state=<img src=x onerror=window.hacked=4>,constructor&sort=__proto__&lang=xx&theme=<b>', '#host=__proto__',
                         '#host=constructor', '#q=%E3%81', '#group=nowhere&os=%00', '#size=0&page=-1', '#=&=&&', '#hosts', '#%'):
            self.open(fragment)
            self.assertRegex(self.browser.run(STATUS), r'^(300|0) of 300 servers$', fragment)

    def test_script_and_writer_agree_on_the_first_rows(self):
        """The rows in the file are those that the script shows first, in the same order."""
        self.open()
        raw = self.url.removeprefix('file://')
        with open(raw, encoding='utf-8') as file:
            written = self.browser.run(
                "const d = new DOMParser().parseFromString(arguments[0], 'text/html');"
                "return [...d.querySelectorAll('#list tbody bdi')].map(e => e.textContent)", file.read())
        self.assertGreater(len(written), 15)
        self.assertEqual(self.browser.run(NAMES)[:len(written)], written)


page.main()
