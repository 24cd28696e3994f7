//! Archives and workbooks, honest and hostile: what comes out of each, and that none takes the run down.

use crate::common::{files, shared};
use dpcmi::diag::{Diagnostic, Place, Severity};
use dpcmi::read::child::Reader;
use dpcmi::read::{Limits, Sheet, SheetCell, archive, workbook};
use proptest::prelude::*;
use rayon::prelude::*;
use std::io::{Cursor, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;

fn reader() -> Reader {
    Reader { program: Some(env!("CARGO_BIN_EXE_dpcmi").into()) }
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    let mut names: Vec<_> = diagnostics.iter().map(|d| d.code.name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn fatal(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Fatal)
}

/// What a caller does with a file: by its name first, then by its bytes.
fn open(reader: &Reader, label: &str, bytes: &[u8]) -> (Vec<Sheet>, usize, Vec<Diagnostic>) {
    if let Some(mismatch) = archive::mismatch(label, bytes) {
        return (Vec::new(), 0, vec![mismatch]);
    }
    if archive::is_workbook(bytes) {
        let (sheets, found) = reader.workbook(label, bytes, &Limits::default());
        return (sheets, 0, found);
    }
    let (entries, found) = archive::entries(label, bytes, &Limits::default());
    (Vec::new(), entries.len(), found)
}

fn pack(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a name");
        zip.write_all(content).expect("room");
    }
    zip.finish().expect("an archive").into_inner()
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A workbook of one sheet from the content of its `sheetData` and of its `sst`.
fn book(data: &str, strings: &str) -> Vec<u8> {
    book_with(data, strings, &[])
}

fn book_with(data: &str, strings: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let root = format!(
        "<Relationships><Relationship Id='r' Type='{RELATIONS}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
    );
    let relations = format!(
        "<Relationships><Relationship Id='a' Type='{RELATIONS}/worksheet' Target='worksheets/sheet1.xml'/>\
         <Relationship Id='b' Type='{RELATIONS}/sharedStrings' Target='sharedStrings.xml'/>\
         <Relationship Id='c' Type='{RELATIONS}/styles' Target='styles.xml'/></Relationships>"
    );
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", root),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name='S &amp; T' r:id='a'/></sheets></workbook>".to_owned(),
        ),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/sharedStrings.xml", format!("<sst uniqueCount='3'>{strings}</sst>")),
        (
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>".into(),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{data}</sheetData></worksheet>")),
    ];
    let mut all: Vec<(&str, &[u8])> = Vec::new();
    for (name, content) in &parts {
        if !more.iter().any(|(other, _)| other == name) {
            all.push((name, content.as_bytes()));
        }
    }
    all.extend(more.iter().map(|(name, content)| (*name, content.as_bytes())));
    pack(&all)
}

fn shown(sheet: &Sheet) -> Vec<String> {
    let cell = |c: &SheetCell| format!("{} {:?} {}", Sheet::a1(c.row, c.column), c.kind, sheet.text(c));
    sheet.cells.iter().map(cell).collect()
}

// ---------------------------------------------------------------- the published samples

#[test]
fn each_synthetic_archive_and_workbook_has_its_expected_outcome() {
    let Some(folder) = shared("hostile/synthetic") else { return };
    let list = std::fs::read_to_string(folder.join("EXPECTED.json")).expect("the list");
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let mut tried = 0;
    for case in list.as_array().expect("a list") {
        let word = |key: &str| case[key].as_str().expect("text");
        let (file, expect, diagnostic) = (word("file"), word("expect"), word("diagnostic"));
        if !(file.starts_with("zip/") || file.starts_with("xlsx/")) {
            continue;
        }
        tried += 1;
        let bytes = std::fs::read(folder.join(file)).expect("a sample");
        let (sheets, entries, found) = open(&reader(), file, &bytes);
        let names = codes(&found);
        let context = format!("{file}: {found:#?}");
        match file {
            "xlsx/ok.xlsx" => assert!(names.is_empty(), "{context}"),
            "xlsx/sst_count_lie_4e9.xlsx" => assert_eq!(names, ["XLSX_SST_COUNT"], "{context}"),
            // What is not a finite number is for the contract of its column: the text says what stood there.
            "xlsx/number_nan_inf.xlsx" => assert_eq!(shown(&sheets[0]), ["A1 Number NaN", "B1 Number inf"]),
            _ => {
                let expected = names.iter().any(|n| diagnostic.split([' ', '/', ',']).any(|d| d == *n));
                assert!(expected, "{context}");
            }
        }
        assert_eq!(fatal(&found), expect == "reject-file", "{context}");
        assert_eq!(sheets.is_empty() && entries == 0, expect == "reject-file", "{context}");
    }
    assert_eq!(tried, 22);
}

#[test]
fn no_third_party_workbook_or_parquet_file_takes_the_run_down() {
    let (Some(books), Some(parquet)) = (shared("hostile/xlsx"), shared("hostile/parquet")) else { return };
    let all: Vec<_> = files(&books).into_iter().chain(files(&parquet)).collect();
    let outcomes: Vec<_> = all
        .par_iter()
        .map(|path| {
            let bytes = std::fs::read(path).expect("a sample");
            let label = path.file_name().and_then(|n| n.to_str()).expect("a name");
            // Straight into the reader as well, whatever the bytes look like.
            let (sheets, found) = reader().workbook(label, &bytes, &Limits::default());
            let _ = open(&Reader::default(), label, &bytes);
            (label.to_owned(), sheets.len(), codes(&found))
        })
        .collect();
    for (label, sheets, codes) in &outcomes {
        println!("{label}: {sheets} sheets {codes:?}");
        assert!(*sheets > 0 || !codes.is_empty(), "{label} gave nothing and no reason");
    }
}

#[test]
fn real_workbooks_have_as_many_rows_as_their_description_says() {
    let Some(folder) = shared("data/online-consultations") else { return };
    let month = |name: &str, rows: usize, columns: u32| {
        let path = folder.join(format!("Submissions via {name}.xlsx"));
        let (sheets, found) =
            reader().workbook("oc.xlsx", &std::fs::read(path).expect("a file"), &Limits::default());
        assert!(!fatal(&found), "{found:#?}");
        let table = sheets.iter().find(|s| s.name == "Table 2").expect("Table 2");
        // The header is on row 12, the data from row 13; notes below them have no column R.
        let filled = table.cells.iter().filter(|c| c.row >= 12 && c.column == 17).count();
        let widest = table.cells.iter().filter(|c| c.row == 11).map(|c| c.column + 1).max();
        assert_eq!((filled, widest), (rows, Some(columns)), "{name}");
    };
    month("OC Systems in General Practice - April 2025", 6_210, 19);
    month("OC Systems in General Practice - December 2025", 6_173, 19);
    month("Online Consultation Systems in General Practice - May 2024", 4_769, 18);
}

#[test]
fn a_real_archive_gives_its_one_large_entry() {
    let Some(folder) = shared("data/pomi") else { return };
    let bytes = std::fs::read(folder.join("pomi_1819-apr2018_to_sep2018.zip")).expect("a file");
    let (entries, found) = archive::entries("pomi.zip", &bytes, &Limits::default());
    assert_eq!(found, []);
    assert_eq!(entries.iter().map(|e| e.bytes.len()).collect::<Vec<_>>(), [97_274_436]);
}

#[test]
fn real_workbooks_are_read_alike_in_the_child_and_here() {
    for folder in ["data/online-consultations", "data/cloud-telephony", "data/gpsoc"] {
        let Some(folder) = shared(folder) else { return };
        let books = files(&folder).into_iter().filter(|p| p.extension().is_some_and(|e| e == "xlsx"));
        // One of each publication: the unoptimised build takes a second for each.
        let path = books.max().expect("a workbook");
        let bytes = std::fs::read(&path).expect("a file");
        let apart = reader().workbook("a.xlsx", &bytes, &Limits::default());
        let here = Reader::default().workbook("a.xlsx", &bytes, &Limits::default());
        assert!(!apart.0.is_empty() && !fatal(&apart.1), "{}: {:#?}", path.display(), apart.1);
        assert!(apart == here, "{}", path.display());
    }
}

// ---------------------------------------------------------------- archives made here

/// Changes bytes of the directory line or header that holds `pattern`, at a distance from it.
fn patch(bytes: &mut [u8], pattern: &[u8], offset: usize, with: &[u8]) {
    let at = (0..bytes.len()).rev().find(|&i| bytes[i..].starts_with(pattern)).expect("the pattern");
    bytes[at + offset..at + offset + with.len()].copy_from_slice(with);
}

const LINE: &[u8] = b"PK\x01\x02";
const HEADER: &[u8] = b"PK\x03\x04";

fn refused(bytes: &[u8], code: &str) {
    let (entries, found) = archive::entries("q1.zip", bytes, &Limits::default());
    assert!(entries.is_empty(), "{code}");
    assert_eq!(codes(&found), [code], "{found:#?}");
    assert!(found.iter().all(|d| d.place == Place::file("q1.zip")));
}

#[test]
fn an_honest_archive_gives_its_files_in_order() {
    let bytes = pack(&[("b.csv", b"x,y\n1,2\n"), ("folder/a.csv", b""), ("É.csv", b"z")]);
    let (entries, found) = archive::entries("q1.zip", &bytes, &Limits::default());
    assert_eq!(found, []);
    let names: Vec<_> = entries.iter().map(|e| (e.name.as_str(), e.bytes.len())).collect();
    assert_eq!(names, [("b.csv", 8), ("folder/a.csv", 0), ("É.csv", 1)]);
}

#[test]
fn an_archive_with_a_fault_gives_nothing_and_says_why() {
    let good = || pack(&[("first.csv", b"first,first,first,first"), ("second.csv", b"second,second,second")]);
    refused(&pack(&[("a.csv", b"x"), ("A.csv", b"y")]), "ZIP_DUPLICATE_NAME");
    refused(&pack(&[("../a.csv", b"x")]), "ZIP_UNSAFE_PATH");
    refused(&pack(&[("a.csv", b"x"), ("inner.zip", &pack(&[("b.csv", b"y")]))]), "ZIP_NESTED_DEPTH");

    let mut link = good();
    patch(&mut link, LINE, 38, &(0o120_777u32 << 16).to_le_bytes());
    refused(&link, "ZIP_SYMLINK");

    let mut overlap = good();
    let first = overlap.windows(4).position(|w| w == LINE).expect("a line");
    let size = u32::from_le_bytes(overlap[first + 20..first + 24].try_into().expect("4")) + 20;
    overlap[first + 20..first + 24].copy_from_slice(&size.to_le_bytes());
    overlap[18..22].copy_from_slice(&size.to_le_bytes());
    refused(&overlap, "ZIP_OVERLAP");

    let mut size = good();
    patch(&mut size, LINE, 24, &99u32.to_le_bytes());
    patch(&mut size, HEADER, 22, &99u32.to_le_bytes());
    refused(&size, "ZIP_SIZE_MISMATCH");
    patch(&mut size, LINE, 24, &3u32.to_le_bytes());
    patch(&mut size, HEADER, 22, &3u32.to_le_bytes());
    refused(&size, "ZIP_SIZE_MISMATCH");

    let mut method = good();
    patch(&mut method, LINE, 10, &12u16.to_le_bytes());
    patch(&mut method, HEADER, 8, &12u16.to_le_bytes());
    refused(&method, "ZIP_METHOD");

    let mut name = good();
    patch(&mut name, HEADER, 30, b"SECOND");
    refused(&name, "ZIP_TRUNCATED");

    let whole = good();
    for cut in 0..whole.len() {
        refused(&whole[..cut], "ZIP_TRUNCATED");
    }
}

#[test]
fn a_bomb_is_refused_by_its_size_before_it_is_inflated() {
    let zeros = vec![b'0'; 8 << 20];
    refused(&pack(&[("zeros.csv", &zeros)]), "ZIP_RATIO");
    let small = Limits { inflated: 1 << 10, ..Limits::default() };
    let (entries, found) = archive::entries("q1.zip", &pack(&[("a.csv", &[7; 2_000])]), &small);
    assert_eq!((entries.len(), codes(&found)), (0, vec!["LIMIT_UNCOMPRESSED"]));
    let few = Limits { entries: 1, ..Limits::default() };
    let (entries, found) = archive::entries("q1.zip", &pack(&[("a", b""), ("b", b"")]), &few);
    assert_eq!((entries.len(), codes(&found)), (0, vec!["LIMIT_ENTRIES"]));
}

#[test]
fn bytes_before_an_archive_are_noticed_and_a_workbook_inside_is_welcome() {
    let inner = book("<row><c><v>1</v></c></row>", "");
    assert!(archive::is_workbook(&inner));
    let mut bytes = b"#!/bin/sh\n".to_vec();
    bytes.extend(pack(&[("return.xlsx", &inner)]));
    let (entries, found) = archive::entries("q1.zip", &bytes, &Limits::default());
    assert_eq!(codes(&found), ["ZIP_PREFIX_DATA"]);
    assert_eq!(entries.iter().map(|e| &e.bytes).collect::<Vec<_>>(), [&inner]);
}

#[test]
fn a_name_that_promises_another_kind_is_noticed() {
    for (label, bytes, is) in [
        ("a.xlsx", b"code,name\n".as_slice(), true),
        ("a.XLSX", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", true),
        ("a.xlsx", &pack(&[("a.csv", b"")]), true),
        ("a.csv", &pack(&[("a.csv", b"")]), true),
        ("a.zip", b"code,name\n", true),
        ("a.xlsx", &book("", ""), false),
        ("a.csv", b"code,name\n", false),
        ("README", b"PK\x03\x04", false),
    ] {
        let found = archive::mismatch(label, bytes).map(|d| d.code.name);
        assert_eq!(found, is.then_some("MAGIC_MISMATCH"), "{label}");
    }
}

// ---------------------------------------------------------------- workbooks made here

const STRINGS: &str = "<si><t>Practice</t></si><si><r><t xml:space='preserve'>Bold </t></r><r><t xml:space='preserve'>&amp; plain</t></r></si><si><t/></si>";

#[test]
fn a_workbook_gives_text_and_kind_of_each_filled_cell() {
    let data = "<row r='2'><c r='A2' t='s'><v>0</v></c><c t='s'><v>1</v></c><c t='s'><v>2</v></c><c s='1'/></row>\
        <row r='5'><c><v>3541</v></c><c><v>0.1</v></c><c s='1'><v>45748</v></c><c t='b'><v>1</v></c>\
        <c t='e'><v>#N/A</v></c><c><f>1+1</f></c><c><f>1+1</f><v>2</v></c><c t='inlineStr'><is><t>in</t></is></c>\
        <c t='str'><f>A1</f><v>x &lt; y</v></c></row>";
    let (sheets, found) = reader().workbook("a.xlsx", &book(data, STRINGS), &Limits::default());
    assert_eq!(sheets.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["S & T"]);
    let expected = [
        "A2 Text Practice",
        "B2 Text Bold & plain",
        "A5 Number 3541",
        "B5 Number 0.1",
        "C5 Date 2025-04-01",
        "D5 Bool TRUE",
        "E5 Error #N/A",
        "F5 UncachedFormula ",
        "G5 Number 2",
        "H5 Text in",
        "I5 Text x < y",
    ];
    assert_eq!(shown(&sheets[0]), expected);
    assert_eq!(codes(&found), ["XLSX_FORMULA_CELL", "XLSX_FORMULA_UNCACHED"]);
    let places: Vec<_> = found.iter().map(|d| (d.place.to_string(), d.count)).collect();
    assert_eq!(places, [("a.xlsx [S & T]!F5".into(), 1), ("a.xlsx [S & T]!G5".into(), 2)]);
}

#[test]
fn parts_with_a_byte_order_mark_are_read_like_those_without() {
    let data = "<row><c t='s'><v>0</v></c><c s='1'><v>45748</v></c></row>";
    let strings = format!("\u{feff}<sst>{STRINGS}</sst>");
    let styles =
        "\u{feff}<styleSheet><numFmts/><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>";
    let sheet = format!("\u{feff}<x:worksheet><x:sheetData>{data}</x:sheetData></x:worksheet>");
    let more = [
        ("xl/sharedStrings.xml", strings.as_str()),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    let (sheets, found) = workbook::read("a.xlsx", &book_with("", "", &more), &Limits::default());
    assert_eq!(
        (shown(&sheets[0]), found),
        (vec!["A1 Text Practice".into(), "B1 Date 2025-04-01".into()], vec![])
    );
}

#[test]
fn cells_out_of_order_are_sorted_and_flagged() {
    let data = "<row r='2'><c r='B2'><v>4</v></c><c r='A2'><v>3</v></c></row><row r='1'><c r='A1'><v>1</v></c></row>";
    let (sheets, found) = workbook::read("a.xlsx", &book(data, ""), &Limits::default());
    assert_eq!(shown(&sheets[0]), ["A1 Number 1", "A2 Number 3", "B2 Number 4"]);
    assert_eq!(codes(&found), ["XLSX_SST_COUNT", "XLSX_UNORDERED"]);
}

#[test]
fn a_text_that_is_too_long_or_holds_controls_is_set_aside() {
    let strings = format!(
        "<si><t>{}</t></si><si><t>a_x0007_b</t></si><si><t>line&#10;break</t></si>",
        "é".repeat(32_768)
    );
    let data = "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c t='s'><v>2</v></c></row>";
    let (sheets, found) = workbook::read("a.xlsx", &book(data, &strings), &Limits::default());
    assert_eq!(shown(&sheets[0]), ["A1 Error #LIMIT!", "B1 Error #LIMIT!", "C1 Text line\nbreak"]);
    assert_eq!(codes(&found), ["CTRL_CHAR", "LIMIT_FIELD_BYTES"]);
}

#[test]
fn many_faults_of_a_kind_are_counted_and_not_listed() {
    let data: String = (0..100).map(|_| "<row><c><f>1</f></c></row>").collect();
    let (_, found) = workbook::read("a.xlsx", &book(&data, STRINGS), &Limits::default());
    assert_eq!((found.len(), found.iter().map(|d| d.count).sum::<u64>()), (21, 100));
}

#[test]
fn a_table_that_fills_the_grid_of_an_old_spreadsheet_was_cut() {
    let rows = |n| "<row><c><v>1</v></c></row>".repeat(n);
    let limits = Limits { ratio: 1_000_000, ..Limits::default() };
    let full = workbook::prescan("a.xlsx", &book(&rows(65_536), STRINGS), &limits);
    assert_eq!(codes(&full), ["XLSX_ROW_LIMIT"]);
    assert_eq!(workbook::prescan("a.xlsx", &book(&rows(65_535), STRINGS), &limits), []);
}

#[test]
fn what_lies_outside_the_sheets_is_flagged_and_not_followed() {
    let external = format!(
        "<Relationships><Relationship Id='x' Type='{RELATIONS}/externalLinkPath' TargetMode='External' \
         Target='file:///etc/passwd'/><Relationship Id='y' Type='{RELATIONS}/hyperlink' Target='https://example.org/' \
         TargetMode='External'/></Relationships>"
    );
    let sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData><mergeCells><mergeCell ref='A1:B1'/>\
        <mergeCell ref='A2:B2'/></mergeCells></worksheet>";
    let list = "<workbook><workbookPr date1904='1'/><sheets><sheet name='S' state='veryHidden' r:id='a'/></sheets></workbook>";
    let more = [
        ("xl/externalLinks/_rels/externalLink1.xml.rels", external.as_str()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/workbook.xml", list),
        ("xl/vbaProject.bin", "macro"),
    ];
    let (sheets, found) = reader().workbook("a.xlsm", &book_with("", STRINGS, &more), &Limits::default());
    assert!(sheets[0].hidden);
    let expected =
        ["XLSX_DATE1904", "XLSX_EXTERNAL_LINK", "XLSX_HIDDEN_SHEET", "XLSX_MACRO_PRESENT", "XLSX_MERGED"];
    assert_eq!(codes(&found), expected);
}

#[test]
fn a_workbook_with_a_fault_gives_nothing_and_says_why() {
    let check = |part: &str, content: &str, code: &str| {
        let bytes = book_with("<row><c><v>1</v></c></row>", STRINGS, &[(part, content)]);
        let (sheets, found) = workbook::read("a.xlsx", &bytes, &Limits::default());
        assert!(sheets.is_empty() && codes(&found).contains(&code), "{part} {found:#?}");
    };
    let deep = "<a>".repeat(100);
    let sheets =
        |n| format!("<workbook><sheets>{}</sheets></workbook>", "<sheet name='S' r:id='a'/>".repeat(n));
    check("xl/styles.xml", "<!DOCTYPE a><styleSheet/>", "XML_DOCTYPE");
    check("xl/drawings/drawing1.xml", "<!DOCTYPE a><a/>", "XML_DOCTYPE");
    check("xl/styles.xml", &deep, "XML_DEPTH");
    check("xl/sharedStrings.xml", "<sst><si><t>", "XLSX_DAMAGED");
    check(
        "xl/sharedStrings.xml",
        "<?xml version='1.0' encoding='windows-1252'?><sst><si><t>É</t></si></sst>",
        "XLSX_ENCODING",
    );
    check("xl/workbook.xml", &sheets(65), "LIMIT_SHEETS");
    check("xl/workbook.xml", &sheets(2), "XLSX_DAMAGED");
    check(
        "xl/worksheets/_rels/sheet1.xml.rels",
        "<Relationships><Relationship Type='x/drawing' Target='../../../x'/></Relationships>",
        "XLSX_REL_TARGET",
    );
    let far = "<worksheet><sheetData><row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>";
    check("xl/worksheets/sheet1.xml", far, "XLSX_EXTENT");
    check(
        "xl/worksheets/sheet1.xml",
        "<worksheet><sheetData><row><c r='CAA1'><v>1</v></c></row></sheetData></worksheet>",
        "LIMIT_COLUMNS",
    );
}

// ---------------------------------------------------------------- the child

#[test]
fn a_child_that_dies_hangs_or_babbles_costs_one_file() {
    let program = |p: &str| Reader { program: Some(p.into()) };
    let bytes = book("<row><c><v>1</v></c></row>", STRINGS);
    let quick = Limits { seconds: 0, ..Limits::default() };
    let why = |reader: Reader, limits: &Limits| {
        let (sheets, found) = reader.workbook("a.xlsx", &bytes, limits);
        assert!(sheets.is_empty());
        assert_eq!(codes(&found), ["READER_CRASHED"]);
        found[0].message.clone()
    };
    assert!(why(program("/nonexistent/dpcmi"), &quick).contains("could not be started"));
    let defaults = Limits::default();
    if Path::new("/bin/false").exists() {
        assert!(why(program("/bin/false"), &defaults).contains("code 1"));
    }
    // Too little address space to start in: the process aborts.
    let tight = Limits { memory: 1 << 20, ..defaults };
    assert!(why(reader(), &tight).contains("stopped half way"));
    if Path::new("/usr/bin/yes").exists() {
        // One that never ends: by the clock, and by the size of what it says.
        assert!(why(program("/usr/bin/yes"), &quick).contains("no answer"));
        assert!(why(program("/usr/bin/yes"), &tight).contains("stopped half way"));
    }
    // The next file is read as if nothing had been.
    assert_eq!(reader().workbook("a.xlsx", &bytes, &defaults).0.len(), 1);
}

#[test]
fn a_text_repeated_in_many_cells_meets_the_limit_of_its_total() {
    let strings = format!("<si><t>{}</t></si>", "x".repeat(30_000));
    let data = "<row>".to_owned() + &"<c t='s'><v>0</v></c>".repeat(1_000) + "</row>";
    let limits = Limits { inflated: 20 << 20, ..Limits::default() };
    let (sheets, found) = reader().workbook("a.xlsx", &book(&data, &strings), &limits);
    assert!(sheets.is_empty());
    assert_eq!(codes(&found), ["LIMIT_UNCOMPRESSED", "XLSX_SST_COUNT"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), zip: bool) {
        if zip {
            bytes.splice(0..0, *b"PK\x03\x04");
        }
        let _ = open(&Reader::default(), "a.xlsx", &bytes);
        let _ = archive::entries("a.zip", &bytes, &Limits::default());
        let _ = workbook::read("a.xlsx", &bytes, &Limits::default());
    }

    #[test]
    fn a_changed_byte_of_a_packed_workbook_never_panics(at: prop::sample::Index, value: u8) {
        let mut bytes = book("<row><c t='s'><v>0</v></c><c s='1'><v>45748</v></c></row>", STRINGS);
        let at = at.index(bytes.len());
        bytes[at] = value;
        let _ = archive::entries("a.zip", &bytes, &Limits::default());
        let _ = workbook::read("a.xlsx", &bytes, &Limits::default());
    }

    #[test]
    fn a_changed_byte_of_a_sheet_never_panics(at: prop::sample::Index, value: u8) {
        let data = "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' s='1'><f t='shared' ref='B1:B2' si='0'>A1</f><v>45748</v></c></row>";
        let mut sheet = format!("<worksheet><dimension ref='A1:B2'/><sheetData>{data}</sheetData></worksheet>").into_bytes();
        let at = at.index(sheet.len());
        sheet[at] = value;
        let mut sheet = String::from_utf8_lossy(&sheet).into_owned();
        let bytes = book_with("", STRINGS, &[("xl/worksheets/sheet1.xml", &sheet)]);
        let here = Reader::default().workbook("a.xlsx", &bytes, &Limits::default());
        prop_assert!(!here.1.iter().any(|d| d.code.name == "READER_CRASHED"), "{sheet}");
        sheet.clear();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_parent_outlives_any_changed_workbook(at: prop::sample::Index, value: u8) {
        let mut bytes = book("<row><c t='s'><v>0</v></c></row>", STRINGS);
        let at = at.index(bytes.len());
        bytes[at] = value;
        let (sheets, found) = reader().workbook("a.xlsx", &bytes, &Limits::default());
        prop_assert!(!sheets.is_empty() || fatal(&found));
    }
}
