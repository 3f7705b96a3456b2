#!/usr/bin/env python3
"""The report on paper: printed to PDF and read back by pdftotext (poppler-utils)."""
import re
import shutil
import subprocess
import unittest

import page
from page import PROBLEMS, STATES

CONTROLS = {'en': ('Search', 'Per page', 'CSV of this view', 'Show all', 'Previous', 'Copy', 'Link to this host', 'Light / dark', 'Print'),
            'ja': ('検索', '表示件数', '表示中を CSV 保存', '前へ', 'コピー', '明暗切替', '印刷')}
SAYS = {'en': ('3 of 300 servers list no VSS writer; 2 match the published fault.', 'healthy or neutral servers are not printed.'),
        'ja': ('300 台中 3 台で VSS ライターが 1 つも表示されません', '台は印刷していません')}


@unittest.skipUnless(shutil.which('pdftotext'), 'pdftotext is missing (poppler-utils)')
class Paper(page.Page):
    def printed(self, fragment='', url=None):
        """The text of each sheet, lines and blanks as one blank."""
        self.open(fragment, url)
        return self.sheets()

    def sheets(self):
        path = self.folder / 'paper.pdf'
        self.browser.paper(path)
        text = subprocess.run(['pdftotext', '-raw', path, '-'], check=True, capture_output=True, text=True).stdout
        return [re.sub(r'\s+', ' ', sheet) for sheet in text.split('\f')[:-1]]

    def problems(self, rows):
        return [row for row in rows if row['state'] in PROBLEMS]

    def test_verdict_first_and_every_problem_server_and_no_controls(self):
        for lang in ('en', 'ja'):
            url = self.write(300, lang)
            self.open(url=url)
            rows = self.table()
            sheets = self.printed(url=url)
            text, tight = ' '.join(sheets), re.sub(r'\s', '', ''.join(sheets))
            self.assertIn(re.sub(r'\s', '', SAYS[lang][0]), re.sub(r'\s', '', sheets[0]))
            self.assertIn(re.sub(r'\s', '', SAYS[lang][1]), tight)
            for row in self.problems(rows):
                self.assertIn(row['host'].partition('\n')[0].replace(' ', '').removesuffix('.corp.example.jp'), tight)
            listed = tight[tight.index('全サーバー(' if lang == 'ja' else 'Allserversofthisrun'):]
            for row in rows:
                if row['state'] not in PROBLEMS:
                    self.assertNotIn(row['host'].partition('\n')[0], listed, row['state'])
            for control in CONTROLS[lang]:
                self.assertNotRegex(text, rf'(?<![\w]){re.escape(control)}(?![\w])')
            self.assertLess(len(sheets), 12)

    def test_there_is_room_to_sign_where_it_is_asked_for(self):
        for lang, words in (('en', ('Checked by', 'Approved by')), ('ja', ('確認者', '承認者'))):
            first, *rest = self.printed(url=self.write(300, lang, 'complete', 'clear', 'signoff'))
            plain = ' '.join(self.printed(url=self.write(300, lang)))
            for word in words:
                self.assertIn(word, first, 'on the first sheet')
                self.assertNotIn(word, ' '.join(rest))
                self.assertNotIn(word, plain)

    def test_paper_is_a4_and_light(self):
        self.open('#theme=dark')
        self.browser.paper(self.folder / 'paper.pdf')
        info = subprocess.run(['pdfinfo', self.folder / 'paper.pdf'], check=True, capture_output=True, text=True).stdout
        self.assertRegex(info, r'Page size: +84[12][.\d]* x 59[45][.\d]* pts')
        self.browser.devtools('Emulation.setEmulatedMedia', media='print')
        ground, ink = self.browser.run("const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]")
        self.browser.devtools('Emulation.setEmulatedMedia', media='')
        self.assertEqual((ground, ink), ('rgb(255, 255, 255)', 'rgb(0, 0, 0)'))

    def test_what_is_filtered_is_printed_whole_and_the_view_comes_back(self):
        self.open('#state=unreachable')
        count = self.count()
        self.choose('size', '50')
        text = ' '.join(self.sheets())
        for name in [row['host'].partition('.')[0] for row in self.table()]:
            self.assertIn(name, text)
        self.assertEqual(self.count(), count)
        self.open()
        self.sheets()
        self.assertEqual(self.count(), 300, 'the healthy ones are back on the screen')
        self.assertIn('healthy', self.browser.run(STATES) + ['healthy'])

    def test_the_evidence_of_an_open_server_is_printed(self):
        text = ' '.join(self.printed('#host=fs-tyo-0001.corp.example.jp'))
        for part in ('vssadmin list writers', 'svchost.exe', 'EventSystem', 'FontCache', '0x800401fb'):
            self.assertIn(part, text)


page.main()
