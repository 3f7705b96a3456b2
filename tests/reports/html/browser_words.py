#!/usr/bin/env python3
"""Languages, light and dark, keyboard, zoom and the structure that assistive technology needs."""
import pathlib
import re
import subprocess
import sys

import page
from page import NAMES, STATUS

GROUND = 'return getComputedStyle(document.body).backgroundColor'
DARK, LIGHT = 'rgb(17, 22, 29)', 'rgb(244, 245, 247)'
# What the page itself says: not what a host, a user or a person in charge said, nor a name, a command or the other language's.
OWN_WORDS = '''
const said = 'script, style, noscript, desc, [hidden], .said, #language, code, pre, bdi, [lang]:not(html), .folded, .badge, td.c-group, td.c-os,'
    + '.host small, #groups th[scope=row], #groups text.name, #group option, #os option, #hypervisor option, td.finding .clamp,'
    + '#waivers tbody :is(td, th), tr.detail :is(dd, tbody td), .chips, .process p, .cause';
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
while (walk.nextNode())
    if (walk.currentNode.data.trim() && !walk.currentNode.parentNode.closest(said))
        texts.push(walk.currentNode.data.trim());
for (const e of document.querySelectorAll('[aria-label], [title], [placeholder]'))
    if (!e.closest(said) && !e.matches('.toggle, time, svg'))
        texts.push(...['aria-label', 'title', 'placeholder'].map(n => e.getAttribute(n)).filter(Boolean));
return [...new Set(texts)]'''
JAPANESE = re.compile('[\u3040-\u30ff\u4e00-\u9fff\uff01-\uff60]')


class Words(page.Page):
    def test_the_language_switches_all_of_the_page(self):
        self.open('#host=fs-tyo-0001.corp.example.jp')
        english = self.browser.run(OWN_WORDS)
        self.assertGreater(len(english), 80)
        self.assertEqual([t for t in english if JAPANESE.search(t)], [])
        self.browser.click('#language')
        self.assertEqual(self.browser.run('return document.documentElement.lang'), 'ja')
        japanese = self.browser.run(OWN_WORDS)
        self.assertGreater(len(japanese), 80)
        catalogue = self.browser.run("return Object.values(JSON.parse(document.getElementById('strings').textContent))")
        taken = {'HRESULT', 'JST', 'SHA', 'results', 'ndjson'} | set(re.findall('[A-Za-z]{3,}', ' '.join(pair[1] for pair in catalogue)))  # also said in Japanese
        foreign = [t for t in japanese if set(re.findall('[A-Za-z]{3,}', t)) - taken]
        self.assertEqual(foreign, [])
        self.browser.click('#language')
        self.assertEqual(self.browser.run(OWN_WORDS), english, 'there and back')

    def test_a_japanese_report_switches_as_well(self):
        text = "return document.querySelector('.sentence').textContent + document.querySelector('#list').textContent"
        self.open(url=self.write(300, 'ja'))
        self.assertIn('ライター消失', self.browser.run(text))
        self.assertIn('VSS ライターが 1 つも表示されません', self.browser.run(text))
        self.browser.click('#language')
        self.assertIn('Writers gone', self.browser.run(text))
        self.assertIn('list no VSS writer', self.browser.run(text))

    def test_script_and_writer_say_the_same(self):
        """What C wrote into the page is what the script says again: one catalogue, two readers."""
        texts = ("[...d.querySelectorAll('.verdict [data-t], .tiles [data-t], #groups [data-t], #unchecked [data-t], "
                 "#diff [data-t], #waivers [data-t]')].map(e => e.textContent)")
        for lang in ('en', 'ja'):
            url = self.write(300, lang)
            self.open(url=url)
            with open(url.removeprefix('file://'), encoding='utf-8') as file:
                written = self.browser.run(f"const d = new DOMParser().parseFromString(arguments[0], 'text/html'); return {texts}",
                                           file.read())
            self.assertGreater(len(written), 40)
            self.assertEqual(self.browser.run(f'const d = document; return {texts}'), written)

    def test_badges_are_there_in_both_languages(self):
        badges = "return [...document.querySelectorAll('#list .badge')].map(e => e.textContent)"
        self.open('#q=W-2026-014')
        self.assertRegex(self.browser.run(badges)[0], r'^Waived: W-2026-014, t\.sato, until \d{4}-\d\d-\d\d$')
        self.open('#host=fs-tyo-0001.corp.example.jp&lang=ja')
        self.assertIn('再発: 修復 2026-11-12、再発 2026-11-22、変更 01JCX7M2V5T8Q4N6R9W3Y1Z0AB', self.browser.run(badges))

    def test_dark_follows_the_viewer_and_the_button(self):
        for prefers, grounds in (('dark', (DARK, LIGHT, DARK)), ('light', (LIGHT, DARK, LIGHT))):
            self.browser.devtools('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': prefers}])
            self.open()
            seen = [self.browser.run(GROUND)]
            for _ in range(2):
                self.browser.click('#theme')
                seen.append(self.browser.run(GROUND))
            self.assertEqual(tuple(seen), grounds, prefers)
        self.browser.devtools('Emulation.setEmulatedMedia', features=[])


class Keyboard(page.Page):
    def focus(self):
        return self.browser.run('const e = document.activeElement; return e.id || e.className || e.dataset.sort || e.tagName')

    def tab_to(self, selector, most=60):
        for _ in range(most):
            self.browser.press('Tab')
            if self.browser.run('return document.activeElement.matches(arguments[0])', selector):
                return
        self.fail(f'{selector} is not reached with {most} tabs')

    def test_the_first_stop_skips_to_the_table(self):
        self.open()
        self.browser.press('Tab')
        self.assertEqual(self.focus(), 'skip')
        left, width = self.browser.run("const r = document.activeElement.getBoundingClientRect(); return [r.left, r.width]")
        self.assertTrue(left >= 0 and width > 0, 'it is seen while it has the focus')
        self.browser.press('Enter')
        self.tab_to('#q', 1)
        self.assertEqual(self.browser.run(STATUS), '300 of 300 servers')

    def test_all_work_is_done_by_keyboard(self):
        self.open()
        self.tab_to('.tiles .affected')
        self.browser.press('Space')
        self.assertEqual(self.browser.run(STATUS), '2 of 300 servers')
        self.assertTrue(self.browser.run("return document.activeElement.matches('.tiles .affected')"), 'the focus stays')
        self.browser.press('Enter')
        self.assertEqual(self.browser.run(STATUS), '300 of 300 servers')
        self.tab_to('#q')
        self.browser.press(*'fs-tyo')
        found = self.browser.run(NAMES)
        self.assertTrue(found and all(n.startswith('fs-tyo') for n in found), found)
        self.tab_to('#group')
        self.browser.press('Down')
        self.assertNotEqual(self.browser.run("return document.getElementById('group').value"), '')
        self.browser.press('Up')
        self.tab_to('[data-sort=host]')
        self.browser.press('Enter', 'Enter')
        self.assertEqual(self.focus(), 'host')
        self.assertEqual(self.browser.run("return document.activeElement.parentNode.ariaSort"), 'descending')
        self.tab_to('#list tbody .toggle')
        self.browser.press('Enter')
        self.assertEqual(self.browser.run('return document.activeElement.ariaExpanded'), 'true')
        self.assertEqual(self.browser.run("return document.querySelectorAll('tr.detail').length"), 1)
        self.browser.press('Space')
        self.assertEqual(self.browser.run('return document.activeElement.ariaExpanded'), 'false')

    def test_the_focus_is_never_lost(self):
        self.open('#state=affected')
        for selector in ('#clear', '#next', '#next', '#previous', '#previous', '#language', '#theme', '#csv'):
            self.browser.run('document.querySelector(arguments[0]).focus()', selector)
            if selector != '#csv':
                self.browser.press('Enter')
            self.assertNotEqual(self.focus(), 'BODY', f'after {selector}')

    def test_the_focus_is_seen(self):
        self.open()
        for _ in range(25):
            self.browser.press('Tab')
            seen = self.browser.run("const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]")
            self.assertEqual(seen, ['solid', '2px'], self.focus())


class Layout(page.Page):
    def tearDown(self):
        self.browser.devtools('Emulation.clearDeviceMetricsOverride')
        super().tearDown()

    def test_nothing_runs_out_of_the_window(self):
        url = self.write(1000, 'ja', 'partial')
        for width, scale in ((1600, 1), (1400, 1), (1100, 1), (800, 1), (640, 2), (480, 1), (360, 1), (320, 4)):
            self.browser.devtools('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=scale, mobile=False)
            self.open('#host=ap-ngy-0972.corp.example.jp', url)
            over = self.browser.run('return document.documentElement.scrollWidth - innerWidth')
            self.assertLessEqual(over, 0, f'{width} pixels wide')

    def test_the_report_of_a_change_fits_its_window(self):
        path = self.folder / 'page-change.html'
        subprocess.run([change_sample, path, 'en'], check=True)
        for width, most in ((1400, 0), (1200, 0), (800, None), (320, None)):  # a narrow window scrolls the table alone
            self.browser.devtools('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1, mobile=False)
            self.open(url=path.as_uri())
            page_over, table_over = self.browser.run(
                "const over = [...document.querySelectorAll('.scroll')].map(e => e.scrollWidth - e.clientWidth);"
                "return [document.documentElement.scrollWidth - innerWidth, Math.max(...over)]")
            self.assertLessEqual(page_over, 0, f'{width} pixels wide')
            if most is not None:
                self.assertLessEqual(table_over, most, f'{width} pixels wide')

    def test_it_is_usable_at_400_percent(self):
        """WCAG 1.4.10: a window of 1280 x 1024 pixels holds 320 x 256 then."""
        self.browser.devtools('Emulation.setDeviceMetricsOverride', width=320, height=256, deviceScaleFactor=4, mobile=False)
        self.open()
        self.browser.click('.tiles .affected')
        self.assertEqual(self.browser.run(STATUS), '2 of 300 servers')
        self.browser.type('#q', 'fs-tyo-0001')
        self.assertEqual(self.browser.run(NAMES), ['fs-tyo-0001.corp.example.jp'])
        self.browser.click('#list .toggle')
        self.assertEqual(self.browser.run("return document.querySelectorAll('tr.detail .box .mark').length"), 4)
        covered = self.browser.run(
            "const t = document.querySelector('#list .toggle'); t.scrollIntoView({ block: 'center' }); const r = t.getBoundingClientRect();"
            "return document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2).closest('.toggle') === t")
        self.assertTrue(covered, 'nothing stands in front of it')

    def test_structure_for_assistive_technology(self):
        self.open()
        count = 'return document.querySelectorAll(arguments[0]).length'
        for selector, expected in (('h1', 1), ('header', 1), ('main', 1), ('[role=status]', 1), ('th:not([scope])', 0),
                                   ('table:not(:has(caption)):not(details table)', 0), ('button:empty:not([aria-label])', 0)):
            self.assertEqual(self.browser.run(count, selector), expected, selector)
        unnamed = self.browser.run("return [...document.querySelectorAll('button,select,input')]"
                                   ".filter(e => !e.labels?.length && !e.ariaLabel && !e.textContent.trim()).length")
        self.assertEqual(unnamed, 0)


change_sample = pathlib.Path(sys.argv.pop(2)).resolve()
page.main()
