#!/usr/bin/env python3
"""What stands around the host table: what to do, changes, waivers, charts; the page without its script, and a large one."""
import re

import page
from page import PROBLEMS, STATUS


class Around(page.Page):
    def texts(self, selector):
        return self.browser.run('return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)', selector)

    def test_what_to_do_names_the_servers_the_commands_and_the_way_back(self):
        self.open()
        cards = self.texts('#remedy .card')
        self.assertGreaterEqual(len(cards), 3)
        isolate = cards[0]
        for part in ('fs-tyo-0001.corp.example.jp', 'sc config EventSystem type= own', 'vssfleet fix isolate', 'vssfleet rollback'):
            self.assertIn(part, isolate)
        for card in cards:
            if 'event_class_lost' in card:
                self.assertNotIn('vssfleet fix isolate', card, 'isolating does not help there')

    def test_a_command_is_copied_whole(self):
        self.open()
        commands = self.browser.run("return [...document.querySelectorAll('.copy')].map(b => b.previousElementSibling.textContent)")
        self.assertGreaterEqual(len(commands), 2)
        for i, command in enumerate(commands[:2]):
            self.browser.run("document.querySelectorAll('.copy')[arguments[0]].focus()", i)
            self.browser.press('Enter')
            self.assertTrue(self.browser.wait(f"return document.querySelectorAll('.copy')[{i}].textContent === 'Copied'"))
            self.browser.run("const q = document.getElementById('q'); q.value = ''; q.focus()")
            self.browser.press('Control+v')
            self.assertEqual(self.browser.run("return document.getElementById('q').value"), command.strip())

    def test_waivers_are_never_hidden_and_expired_ones_are_loud(self):
        self.open()
        rows = [row.split('\t') for row in self.texts('#waivers tbody tr')]
        states = {row[0]: row[1] for row in rows}
        self.assertEqual(states['W-2025-101'], 'expired')
        self.assertEqual(states['W-2026-020'], 'unused')
        self.assertEqual(states['W-2026-014'], 'ends within 30 days')
        self.assertEqual(states['W-2026-009'], 'active')
        self.assertEqual(rows[0][1], 'expired', 'first')
        self.assertEqual(self.browser.run("return document.querySelector('#waivers tbody td.bad').textContent"), 'expired')

    def test_waived_servers_keep_their_verdict_and_are_found(self):
        self.open()
        self.choose('waived', 'yes')
        rows = self.table()
        self.assertTrue(rows)
        for row in rows:
            self.assertIn('Waived: ', row['finding'])
            self.assertIn(row['state'], PROBLEMS)
        waived = self.count()
        self.choose('waived', 'no')
        self.assertFalse([row for row in self.table() if 'Waived: ' in (row['finding'] or '')])
        self.assertEqual(self.count(), 300 - waived)
        self.assertEqual(self.browser.run('return location.hash'), '#waived=no')

    def test_charts_say_their_numbers_in_words_and_in_a_table(self):
        self.open()
        for section in ('groups', 'trend'):
            role, words, cells = self.browser.run(
                "const svg = document.querySelector(`#${arguments[0]} svg`), ids = svg.getAttribute('aria-labelledby').split(' ');"
                "return [svg.getAttribute('role'), ids.map(id => document.getElementById(id).textContent).join(' '),"
                " [...document.querySelectorAll(`#${arguments[0]} details td`)].map(e => e.textContent)]", section)
            self.assertEqual(role, 'img')
            numbers = set(re.findall(r'\b\d+\b', words.replace(page.FORMULA, '').replace('Last 2 runs', '')))
            self.assertTrue(numbers, section)
            self.assertLessEqual(numbers, set(cells), section)

    def test_the_reason_of_a_server_is_in_both_languages(self):
        self.open('#host=fs-tyo-0001.corp.example.jp&lang=ja')
        japanese = self.texts('tr.detail .why')[0]
        self.assertRegex(japanese, 'ライター')
        self.browser.click('#language')
        self.assertNotRegex(self.texts('tr.detail .why')[0], '[\u3040-\u30ff]')
        self.assertIn('vssadmin lists no writer', self.texts('tr.detail .why')[0])

    def test_a_cause_leads_to_its_servers(self):
        self.open()
        self.browser.click('#unchecked a')
        self.assertTrue(self.browser.wait(STATUS.replace('textContent', "textContent.startsWith('300') === false")))
        self.assertTrue(all(row['state'] in ('unreachable', 'unknown') for row in self.table()))

    def test_a_large_fleet_is_all_there(self):
        self.open(url=self.write(10000, 'en'))
        self.assertEqual(self.browser.run(STATUS), '10,000 of 10,000 servers')
        self.choose('kind', 'connect')
        self.assertEqual(self.count(), len(self.table()))

    def test_without_script_the_problems_are_there(self):
        self.open()
        problems = [row['host'].partition('\n')[0] for row in self.table() if row['state'] in PROBLEMS]
        self.browser.devtools('Emulation.setScriptExecutionDisabled', value=True)
        try:
            self.open()
            document = self.browser.devtools('DOM.getDocument')['root']['nodeId']
            find = lambda selector: self.browser.devtools('DOM.querySelectorAll', nodeId=document, selector=selector)['nodeIds']
            self.assertEqual(find('#list .toggle'), [], 'no script has run')
            self.assertEqual(len(find('#list tbody bdi')), len(problems))
            self.assertEqual(len(find('button:not([disabled]):not([hidden]):not([hidden] *)')), 0, 'nothing is offered that needs one')
        finally:
            self.browser.devtools('Emulation.setScriptExecutionDisabled', value=False)


page.main()
