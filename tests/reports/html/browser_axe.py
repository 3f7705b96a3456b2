#!/usr/bin/env python3
"""axe-core on the pages, light and dark, English and Japanese: what assistive technology would stumble over. It comes from
npm (`npm ci` in this folder); without it these tests are skipped by name."""
import pathlib
import subprocess
import sys
import unittest

import page

AXE = pathlib.Path(__file__).parent / 'node_modules/axe-core/axe.min.js'
RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']
VIEWS = {'whole': '', 'a host opened among those of a filter': 'state=affected,vss_fault&host=fs-tyo-0001.corp.example.jp',
         'nothing found': 'q=nothing+like+it'}
# SVG text on a coloured ground is where axe gives up: the contrast of the numbers in the chart is worked out here.
CHART = '''
const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(v => v / 255).map(v => v > .04045 ? ((v + .055) / 1.055) ** 2.4 : v / 12.92);
    return .2126 * r + .7152 * g + .0722 * b; };
return [...document.querySelectorAll('.chart text.in')].map(t => {
    const [a, b] = [getComputedStyle(t).fill, getComputedStyle(t.previousElementSibling).fill].map(light).sort((x, y) => y - x);
    return (a + .05) / (b + .05); })'''


@unittest.skipUnless(AXE.exists(), 'axe-core is missing: npm ci --prefix tests/reports/html')
class Axe(page.Page):
    def check(self, about):
        """What a script of the driver does, the page's policy does not forbid."""
        found = self.browser.run_async(
            AXE.read_text(encoding='utf-8') + ';const done = arguments[1];'
            "axe.run(document, { runOnly: arguments[0], resultTypes: ['violations'] }).then("
            'r => done([r.passes.length, r.violations.map(v => `${v.id}: ${v.nodes.length}, ${v.nodes[0].html}`)]), e => done([0, [String(e)]]))',
            RULES)
        self.assertEqual(found[1], [], about)
        self.assertGreater(found[0], 20, f'{about}: axe looked at the page')

    def test_the_report(self):
        for lang in ('en', 'ja'):
            url = self.write(300, lang)
            for theme in ('light', 'dark'):
                for about, view in VIEWS.items():
                    with self.subTest(lang=lang, theme=theme, view=about):
                        self.open(f'#{view}&theme={theme}', url)
                        self.check(about)
                contrasts = self.browser.run(CHART)
                self.assertTrue(contrasts and min(contrasts) >= 4.5, f'{theme}: {contrasts}')

    def test_the_report_of_a_change(self):
        for lang in ('en', 'ja'):
            path = self.folder / f'page-change-{lang}.html'
            subprocess.run([change_sample, path, lang], check=True)
            for theme in ('light', 'dark'):
                self.browser.devtools('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': theme}])
                with self.subTest(lang=lang, theme=theme):
                    self.open(url=path.as_uri())
                    self.check('change')
        self.browser.devtools('Emulation.setEmulatedMedia', features=[])

    def test_a_fault_would_be_found(self):
        self.open()
        self.browser.run("document.getElementById('q').labels[0].remove(); const i = document.createElement('input'); document.body.append(i)")
        with self.assertRaisesRegex(AssertionError, 'label: 1'):
            self.check('an input without a name')


change_sample = pathlib.Path(sys.argv.pop(2)).resolve()
page.main()
