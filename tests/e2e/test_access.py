"""Who may in: a wrong password locks no account, clear text only where both sides were told to, no trust without a check."""

import unittest

from fleet import Fleet

HEALTHY = ("--host", "a.sim.example=healthy-2019-en", "--host", "b.sim.example=shared-2012r2-ja")


def over_http(fleet):
    """The same hosts on their HTTP port."""
    lines = [f"{name} {host['address']}" for name, host in fleet.hosts().items()]
    fleet.inventory = fleet.path / "http.txt"
    fleet.inventory.write_text("\n".join(lines))
    return "--scheme", "http", "--port", fleet.http_port


class Access(unittest.TestCase):
    def test_a_wrong_password_is_tried_three_times_for_the_whole_fleet(self):
        with Fleet("--fleet", 60) as fleet:
            (fleet.path / "password").write_text("wrong")
            code, records, _ = fleet.scan_records("--vssadmin-timeout", "4s")
            self.assertEqual(4, code)
            self.assertEqual({"unreachable"}, {record["verdict"] for record in records.values()})
            self.assertEqual(60, len(records))
            self.assertLessEqual(fleet.journal()["authentication_failures"], 3)
            self.assertTrue(any("suspended" in record["reason"] for record in records.values()))

    def test_clear_text_is_refused_by_windows_defaults(self):
        with Fleet(*HEALTHY) as fleet:
            code, records, _ = fleet.scan_records(*over_http(fleet), "--insecure-plaintext")
            self.assertEqual(4, code)
            self.assertEqual({"unreachable"}, {record["verdict"] for record in records.values()})

    def test_clear_text_works_where_both_sides_were_told_to_and_stands_in_the_record(self):
        with Fleet(*HEALTHY, "--allow-unencrypted") as fleet:
            code, records, lines = fleet.scan_records(*over_http(fleet), "--insecure-plaintext")
            self.assertEqual(0, code)
            self.assertEqual({"healthy", "shared"}, {record["verdict"] for record in records.values()})
            for record in records.values():
                transport = record["transport"]
                self.assertEqual(("http", False, False), (transport["scheme"], transport["sealed"], transport["server_authenticated"]))
            self.assertTrue(lines[0]["meta"]["insecure_plaintext"])

    def test_a_certificate_of_an_unknown_authority_gets_no_password(self):
        with Fleet(*HEALTHY) as fleet, Fleet(*HEALTHY) as other:
            (fleet.path / "ca.pem").write_bytes((other.path / "ca.pem").read_bytes())
            code, records, _ = fleet.scan_records()
            self.assertEqual(4, code)
            for record in records.values():
                self.assertEqual(("unreachable", "tls"), (record["verdict"], record["errors"][0]["kind"]))
            self.assertEqual(0, fleet.journal()["requests"])

    def test_a_certificate_for_another_name_gets_no_password(self):
        with Fleet(*HEALTHY) as fleet:
            text = fleet.inventory.read_text().replace("a.sim.example", "a.other.example")
            fleet.inventory.write_text(text)
            _, records, _ = fleet.scan_records()
            error = records["a.other.example"]["errors"][0]
            self.assertEqual("tls", error["kind"])
            self.assertIn("name", error["message"].lower() + " " + records["a.other.example"]["reason"].lower())
            self.assertIn(records["b.sim.example"]["verdict"], ("healthy", "shared"))

    def test_basic_is_refused_to_a_server_that_is_not_verified(self):
        with Fleet(*HEALTHY) as fleet:
            code, records, _ = fleet.scan_records("--insecure-tls")
            self.assertEqual(4, code)
            self.assertEqual(0, fleet.journal()["requests"])
            self.assertEqual({"unreachable"}, {record["verdict"] for record in records.values()})


if __name__ == "__main__":
    unittest.main()
