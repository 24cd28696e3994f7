"""What a release gives to other programs, read by other programs: python check.py RELEASE

CSV by csvw (metadata, types, shorthand as null) and frictionless, workbooks by openpyxl and odfdo, feeds by feedparser and
check-jsonschema, Atom by a grammar of RFC 4287 (atom.rng). Prints what fails and exits with 1.
"""

import contextlib
import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import feedparser
import frictionless
import odfdo
import openpyxl
from csvw.metadata import CSVW
from lxml import etree

SHORTHAND = {"[c]", "[x]", "[z]"}
release = Path(sys.argv[1] if len(sys.argv) > 1 else "demo/release").resolve()
faults: list[str] = []
done: dict[str, int] = {}


def fail(path: Path, what: object) -> None:
    faults.append(f"{path.relative_to(release)}: {what}")


def each(pattern: str) -> list[Path]:
    found = sorted(release.glob(pattern))
    done[pattern] = len(found)
    return found


for metadata in each("**/*.csv-metadata.json"):
    table = CSVW(str(metadata), validate=True)
    with contextlib.redirect_stderr(io.StringIO()):
        sound = table.is_valid
    if not sound:
        fail(metadata, "csvw does not accept it")

# types are guessed from the whole of a table, shorthand apart; paths outside the folder it runs in need to be meant
detector = frictionless.Detector(field_missing_values=["", *sorted(SHORTHAND)], sample_size=10_000)
for path in each("tables/*.csv"):
    with frictionless.system.use_context(trusted=True):
        report = frictionless.validate(str(path), detector=detector)
    if not report.valid:
        fail(path, report.flatten(["rowNumber", "fieldNumber", "type", "note"])[:3])

for path in each("workbook/**/*.xlsx"):
    book = openpyxl.load_workbook(path)
    for sheet in book:
        if sheet.sheet_state != "visible" or sheet.merged_cells.ranges:
            fail(path, f"{sheet.title} is hidden or has merged cells")
        if not sheet["A1"].value:
            fail(path, f"{sheet.title} has no title in A1")
        for table in sheet.tables.values():
            first, *rest = sheet[table.ref]
            heads = [cell.value for cell in first]
            if len(set(heads)) != len(heads) or not all(isinstance(h, str) and h for h in heads):
                fail(path, f"{sheet.title}: headings {heads}")
            for column in zip(*rest):
                kinds = {type(c.value) for c in column if c.value not in SHORTHAND}
                if {str} < kinds:
                    fail(path, f"{sheet.title}: {column[0].coordinate} and below hold words and figures")

for path in each("workbook/**/*.ods"):
    body = odfdo.Document(path).body
    names = [table.name for table in body.tables]
    if len({name.lower() for name in names}) != len(names) or not names:
        fail(path, f"sheets {names}")
    if any(cell.is_covered() or cell.is_spanned() for table in body.tables for cell in table.get_cells(flat=True)):
        fail(path, "a cell spans others")

grammar = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
ATOM = {"a": "http://www.w3.org/2005/Atom"}
for path in each("feeds/**/*.xml"):
    tree = etree.parse(path)
    if not grammar.validate(tree):
        fail(path, grammar.error_log.last_error)
    # what a grammar cannot say: one way to each related page, and this page is the one that it says it is
    links = [(link.get("rel"), link.get("href")) for link in tree.findall("a:link", ATOM)]
    own = [href for rel, href in links if rel == "self"]
    if len({rel for rel, _ in links}) != len(links) or len(own) != 1 or not own[0].endswith("/" + path.relative_to(release).as_posix()):
        fail(path, f"links {links}")
    feed = feedparser.parse(path.read_bytes())
    if feed.bozo:
        fail(path, feed.bozo_exception)
    identities = [entry.id for entry in feed.entries]
    if len(set(identities)) != len(identities) or not feed.feed.get("updated"):
        fail(path, "an id twice, or no date")

for schema in each("feeds/**/*.schema.json"):
    data = schema.with_name(schema.name.replace(".schema.json", ".json"))
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), str(data)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    if checked.returncode:
        fail(data, checked.stdout.strip()[:400])
    json.loads(data.read_bytes())

for path in each("feeds/AccountabilityIndicators*.csv"):
    raw = path.read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("cp1252"), newline=""), delimiter="\u00ac", quoting=csv.QUOTE_NONE))
    if any(len(row) != 9 for row in rows) or raw.count(b"\n") != raw.count(b"\r\n"):
        fail(path, "not nine columns with CRLF in every row")

for fault in faults[:40]:
    print(fault, file=sys.stderr)
print("; ".join(f"{n} {pattern}" for pattern, n in done.items()), f"({len(faults)} faults)")
sys.exit(1 if faults else 0)
