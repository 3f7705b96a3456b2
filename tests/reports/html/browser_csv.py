#!/usr/bin/env python3
"""The CSV of the view, saved by a click and read by Python's csv module: it holds what the table shows."""
import csv
import datetime
import io
import re

import page

COLUMNS = ('host verdict address groups os writers_found writers_expected ev_8193 ev_13 es_pid es_shared backup_last_success_utc '
           'checked_at_utc error_kind reason reason_ja hypervisor since_utc').split()
EAST = datetime.timedelta(hours=9)  # of the page's times


def numbers(cell, pattern):
    """The numbers of a cell, by position; empty where nothing is known."""
    found = re.fullmatch(pattern, cell or '')
    return [n or '' for n in found.groups()] if found else [''] * re.compile(pattern).groups


def local(utc):
    return (datetime.datetime.fromisoformat(utc.replace('Z', '')) + EAST).strftime('%Y-%m-%d\n%H:%M') if utc else None


def shown_as(reason, cell):
    """The cell has a cause before the reason and badges behind it, and cuts a long one short."""
    for length in range(len(reason), 0, -1):
        if reason[:length] + '…' * (length < len(reason)) in cell:
            return length > 30 or length == len(reason)
    return not reason


class Csv(page.Page):
    width = 1700  # all columns are there

    def saved(self):
        name, content = self.browser.download(self.folder, lambda: self.browser.click('#csv'))
        self.assertRegex(name, r'^vssfleet-[0-9A-Z]{26}\.csv$')
        self.assertTrue(content.startswith(b'\xef\xbb\xbf'), 'Excel needs the mark to read UTF-8')
        text = content[3:].decode('utf-8')
        self.assertTrue(text.endswith('\r\n'))
        head, *rows = csv.reader(io.StringIO(text, newline=''), strict=True)
        self.assertEqual(head, COLUMNS)
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def same(self, fragment):
        self.open(fragment)
        rows, shown = self.saved(), self.table()
        self.assertEqual(len(rows), len(shown))
        for row, cell in zip(rows, shown):
            plain = {k: v.removeprefix("'") for k, v in row.items()}
            name, _, address = cell['host'].partition('\n')
            self.assertEqual((plain['host'], row['verdict'], row['address'], plain['groups'], row['os']),
                             (name, cell['state'], address, cell['group'] or '', cell['os'] or ''))
            self.assertEqual([row['writers_found'], row['writers_expected']], numbers(cell['writers'], r'(\d+)(?: / (\d+))?'))
            self.assertEqual([row['ev_8193'], row['ev_13']], numbers(cell['events'], r'(\d+) / (\d+)'))
            pid, others = numbers(cell['eventsystem'], r'(\d+)(?: \+(\d+))?')
            self.assertEqual((row['es_pid'], int(row['es_shared'] or 0)), (pid, int(others or 0)))
            self.assertEqual([local(row[k]) for k in ('backup_last_success_utc', 'checked_at_utc', 'since_utc')],
                             [cell[k] for k in ('backup', 'checked', 'since')])
            reason = plain['reason_ja' if 'lang=ja' in fragment and row['reason_ja'] else 'reason']
            self.assertTrue(shown_as(reason, cell['finding'] or ''), (reason, cell['finding']))
        return rows

    def test_it_holds_the_whole_view_and_not_one_page_of_it(self):
        self.assertEqual(len(self.same('')), 300)

    def test_it_holds_what_is_filtered_in_the_order_that_is_shown(self):
        for fragment in ('#state=vss_fault,at_risk&sort=-host', '#q=clock&sort=checked', '#kind=connect', '#state=unreachable&lang=ja'):
            rows = self.same(fragment)
            self.assertTrue(0 < len(rows) < 300, fragment)
        self.assertEqual(self.same('#q=nothing+like+it'), [])

    def test_what_would_be_a_formula_is_guarded_and_nothing_else(self):
        rows = self.same('')
        self.assertTrue(any(row['groups'].startswith("'=") for row in rows))
        self.assertTrue(any(row['reason'].startswith("'+") for row in rows))
        for row in rows:
            for value in row.values():
                self.assertFalse(value[:1] in tuple('=+-@\t\r\n＝＋－＠') and value, value)
                self.assertFalse(value.startswith("'") and value[1] not in '=+-@', value)

    def test_texts_arrive_as_they_are_shown(self):
        rows = {row['host']: row for row in self.same('')}
        self.assertEqual(rows[page.EVIL_NAME]['reason'], page.EVIL_TEXT)
        self.assertIn('名古屋拠点 <b>', {row['groups'] for row in rows.values()})
        self.assertTrue(all('\u202e' not in value for row in rows.values() for value in row.values()))


page.main()
