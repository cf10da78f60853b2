#!/usr/bin/env python3
"""Writes seeds for the fuzz targets from the project's own files into corpus/: `fuzz/seeds.py`."""
import csv
import pathlib

here = pathlib.Path(__file__).parent
root = here.parent


def write(target, seeds):
    folder = here / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (folder / f"seed-{number:04}").write_bytes(seed)


rows = []
for name in ["html-mail", "tool-templates", "witty-hints"]:
    with open(root / f"data/corpus/{name}.csv", newline="", encoding="utf-8") as file:
        rows += list(csv.DictReader(file))[::5]
write("document", [bytes([i % 32]) + row["text"].encode() for i, row in enumerate(rows)])

table = (root / "data/examples/templates.csv").read_bytes()
mail = b"From: a@b.example\r\nSubject: Hi\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n--x--\r\n"
json = b'{"id":"1","text":"Hi","attachments":[{"name":"a.pdf","bytes":9}],"note":null}\n{"text":""}\n'
write("readers", [b"\0" + table[:3000], b"\2" + table[-1500:], b"\1" + json, b"\3" + mail, b'\0id,text,a,a\n1,"oh\n2,"x"\n', b"\2\xff\xfet\0e\0x\0t\0\n\0"])
write("policy", [path.read_bytes() for path in sorted((root / "data/policies").glob("*.toml"))])
write("bundle", [bytes([which, how]) + rest for which in range(6) for how, rest in [(0, b"{}"), (1, b"\x10\0\xff"), (1, b"\0\0\0\x20\0\x30")]])
