//! Text that is broken, odd or malicious, one fault each: the right code, line, column and excerpt, the right
//! outcome, and every row and byte accounted for.

use crate::common::shared;
use crate::return_support::{
    HEADER, assert_accounted, codes, contract, counts, diagnostics, frames, has, only, outcome, read,
    read_by, row, rows, with_cell,
};
use dpcmi::diag::{Place, codes as table};
use encoding_rs::WINDOWS_1252;

const ODS: usize = 0;
const NAME: usize = 1;
const CCG: usize = 2;
const DATE: usize = 3;
const LIST: usize = 4;
const SPEND: usize = 5;

/// Codes that a note of the catalogue names, and the line that it gives.
fn named(note: &str) -> (Vec<&'static str>, Option<u64>) {
    let words = note.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    let codes =
        words.filter(|w| w.contains('_') || w.len() > 6).filter_map(table::find).map(|c| c.name).collect();
    let line = note.split("(line ").nth(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().expect("a line number")
    });
    (codes, line)
}

fn line_of(place: &Place) -> Option<u64> {
    match place {
        Place::Line { line, .. } => Some(*line),
        _ => None,
    }
}

#[test]
fn every_text_of_the_hostile_collection_comes_out_as_the_catalogue_says() {
    let Some(folder) = shared("hostile/synthetic") else { return };
    let text = std::fs::read_to_string(folder.join("EXPECTED.json")).expect("the catalogue");
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for case in &cases {
        let word = |key: &str| case[key].as_str().unwrap_or_default();
        let file = word("file");
        if !["csv/", "enc/", "cell/", "name/"].iter().any(|f| file.starts_with(f)) {
            continue;
        }
        seen += 1;
        let bytes = std::fs::read(folder.join(file)).expect("a sample");
        let found = read(file, &bytes);
        assert_accounted(file, &found, bytes.len());
        let (expected, line) = named(word("diagnostic"));
        if !expected.iter().all(|c| has(&found, c)) {
            wrong.push(format!("{file}: {expected:?}, found {:?}", codes(&found)));
        }
        if let Some(line) = line
            && line_of(&only(&found, expected[0]).place) != Some(line)
        {
            wrong.push(format!("{file}: line {line}, found {}", only(&found, expected[0]).place));
        }
        let right = match word("expect") {
            // the value range of the field may be stricter than the sign
            "accept-warn" if expected == ["NUM_UNICODE_MINUS"] => outcome(&found) == "quarantine-cell",
            "accept-neutral" => neutral(&bytes, &found),
            other => other == outcome(&found),
        };
        if !right {
            wrong.push(format!("{file}: {}, found {}: {:?}", word("expect"), outcome(&found), codes(&found)));
        }
    }
    assert!(seen > 50, "{seen} cases");
    assert!(wrong.is_empty(), "{} of {seen} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The name is stored as it came but for the space around it, or its row is set aside for a control character.
fn neutral(bytes: &[u8], found: &dpcmi::pipeline::intake::Intake) -> bool {
    if outcome(found) == "quarantine-rows" {
        return has(found, "CTRL_CHAR") || has(found, "NAME_TOO_LONG");
    }
    let mut reader = csv::Reader::from_reader(bytes);
    let record = reader.records().next().expect("a record").expect("a sound record");
    frames(found)[0].column("practice_name").unwrap().str().unwrap().get(0) == Some(record[NAME].trim())
}

/// Code, outcome, line, column and excerpt.
type Expected<'a> = (&'a str, &'a str, Option<(u64, Option<u32>)>, &'a str);

#[track_caller]
fn check(bytes: &[u8], (code, class, place, excerpt): Expected<'_>) {
    let what = format!("{code} in {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(160)]));
    let found = read("return.csv", bytes);
    assert_accounted(&what, &found, bytes.len());
    assert_eq!(outcome(&found), class, "{what}: {:?}", codes(&found));
    let d = only(&found, code);
    match (&d.place, place) {
        (Place::Line { line, column, byte, .. }, Some((l, c))) => {
            assert_eq!((*line, *column), (l, c), "{what}");
            // the byte is that of the line, whatever the encoding was
            let before = &bytes[..*byte as usize];
            if code != "CSV_UNCLOSED_QUOTE" {
                assert!(
                    before.is_empty() || matches!(before.last(), Some(b'\n' | b'\r')),
                    "{what}: byte {byte}"
                );
            }
        }
        (Place::File { .. }, None) => {}
        (other, _) => panic!("{what}: at {other}"),
    }
    assert_eq!(d.found.as_deref().unwrap_or(""), excerpt, "{what}");
}

#[test]
fn a_bad_cell_is_named_by_line_column_and_text() {
    for (column, cell, code, class) in [
        (LIST, "99999999999999999999", "NUM_RANGE", "quarantine-cell"),
        (LIST, "1e999", "NUM_NOT_FINITE", "quarantine-cell"),
        (LIST, "Infinity", "NUM_NOT_FINITE", "quarantine-cell"),
        (LIST, "1e40", "NUM_RANGE", "quarantine-cell"),
        (LIST, "3.5e3", "NUM_SCIENTIFIC", "accept-warn"),
        (LIST, "35.5", "NUM_NOT_INTEGER", "quarantine-cell"),
        (LIST, "-3", "NUM_NEGATIVE", "quarantine-cell"),
        (LIST, "\u{2212} 5", "NUM_UNICODE_MINUS", "quarantine-cell"),
        (LIST, "3\u{a0}541", "NUM_NBSP", "accept-warn"),
        (LIST, "3\u{a0} 541", "NUM_NBSP", "accept-warn"),
        (LIST, "35 41", "NUM_SYNTAX", "quarantine-cell"),
        (LIST, "0x10", "NUM_SYNTAX", "quarantine-cell"),
        (LIST, "3541r", "NUM_FLAGGED", "accept-warn"),
        (LIST, "(3541)", "NUM_PAREN_NEGATIVE", "quarantine-cell"),
        (LIST, "٣٥٤١", "NUM_NON_ASCII_DIGITS", "quarantine-cell"),
        (LIST, "######", "SOURCE_COLUMN_TOO_NARROW", "quarantine-cell"),
        (LIST, "#DIV/0!", "EXCEL_ERROR_VALUE", "quarantine-cell"),
        (SPEND, "12,50", "NUM_DECIMAL_COMMA", "quarantine-cell"),
        (SPEND, "$12.50", "NUM_CURRENCY", "quarantine-cell"),
        (SPEND, "12.505", "NUM_SYNTAX", "quarantine-cell"),
        (DATE, "31/02/2015", "DATE_INVALID", "quarantine-cell"),
        (DATE, "30/04/2215", "DATE_RANGE", "quarantine-cell"),
        (DATE, "30-Apr-15", "DATE_TWO_DIGIT_YEAR", "accept-warn"),
        (DATE, "42124", "DATE_SERIAL", "accept-warn"),
        (CCG, "1.00E+05", "CODE_SCIENTIFIC_MANGLED", "quarantine-rows"),
        (CCG, "7X", "CODE_LENGTH", "quarantine-rows"),
        (ODS, "F850З6", "ODS_CONFUSABLE", "quarantine-rows"),
        (ODS, "F85O36", "ODS_CONFUSABLE", "quarantine-rows"),
        (ODS, "85036", "CODE_LENGTH", "quarantine-rows"),
        (ODS, "", "REQUIRED_MISSING", "quarantine-rows"),
        (ODS, " f85036 ", "ODS_NORMALISED", "accept-warn"),
        (NAME, "A\u{2066}B", "BIDI_CONTROL", "accept-warn"),
        (NAME, "A\0B", "CTRL_CHAR", "quarantine-rows"),
        (NAME, "\u{1b}[31mRED", "CTRL_CHAR", "quarantine-rows"),
    ] {
        let place = Some((2, Some(column as u32 + 1)));
        check(&with_cell(column, cell), (code, class, place, &dpcmi::diag::excerpt(cell)));
    }
}

#[test]
fn marks_for_no_value_are_no_faults() {
    for (cell, code, word) in [
        ("*", "SUPPRESSED", "suppressed"),
        ("[c]", "SUPPRESSED", "suppressed"),
        ("-", "MISSING", "missing"),
        ("", "MISSING", "missing"),
    ] {
        let bytes = with_cell(LIST, cell);
        let found = read("return.csv", &bytes);
        assert_accounted(cell, &found, bytes.len());
        assert_eq!((outcome(&found), codes(&found).contains(&code)), ("accept", true), "{cell}");
        let status = frames(&found)[0].column("list_size_status").unwrap().str().unwrap().get(0);
        assert_eq!(status, Some(word));
    }
}

#[test]
fn a_broken_record_costs_itself_and_nothing_else() {
    let file = |bad: &str| format!("{HEADER}{}{bad}{}", row(1), row(2)).into_bytes();
    for (bad, code, excerpt) in [
        ("F85039,RAINBOW PRACTICE,07X\n", "CSV_FIELD_COUNT", "F85039,RAINBOW PRACTICE,07X"),
        ("F85039,A \"B\" C,07X,2015-04-30,1,1\n", "CSV_STRAY_QUOTE", "F85039,A \"B\" C,07X,2015-04-30,1,1"),
        ("F85039,\"A\" B,07X,2015-04-30,1,1\n", "CSV_STRAY_QUOTE", "F85039,\"A\" B,07X,2015-04-30,1,1"),
    ] {
        let bytes = file(bad);
        check(&bytes, (code, "quarantine-rows", Some((3, None)), excerpt));
        assert_eq!(counts(&read("return.csv", &bytes)), (2, 1, 0), "{bad}");
    }
    let long = format!("F85039,{},07X,2015-04-30,1,1\n", "X".repeat(70_000));
    let found = read("return.csv", &file(&long));
    assert_eq!((line_of(&only(&found, "LIMIT_FIELD_BYTES").place), counts(&found)), (Some(3), (2, 1, 0)));
}

#[test]
fn a_stray_quote_in_line_3_of_2_000_rows_costs_one_row() {
    let mut lines: Vec<String> = rows(2_000).lines().map(|l| format!("{l}\n")).collect();
    lines[2] = lines[2].replace("WILLOW", "WIL\"LOW");
    let bytes = lines.concat().into_bytes();
    let found = read("return.csv", &bytes);
    assert_accounted("stray quote", &found, bytes.len());
    assert_eq!(counts(&found), (1_999, 1, 0));
    let d = only(&found, "CSV_STRAY_QUOTE");
    assert_eq!(line_of(&d.place), Some(3));
    assert_eq!(d.found.as_deref(), Some(dpcmi::diag::excerpt(lines[2].trim_end()).as_str()));
}

#[test]
fn a_quote_that_swallows_rows_gives_them_back() {
    let mut lines: Vec<String> = rows(2_000).lines().map(|l| format!("{l}\n")).collect();
    lines[2] = lines[2].replace(",WILLOW", ",\"WILLOW");
    lines[6] = lines[6].replace("SURGERY,", "SURGERY\",");
    let bytes = lines.concat().into_bytes();
    let found = read("return.csv", &bytes);
    assert_accounted("swallowed rows", &found, bytes.len());
    assert_eq!(line_of(&only(&found, "CSV_QUOTE_SPANS_RECORDS").place), Some(3));
    assert_eq!(line_of(&only(&found, "CSV_STRAY_QUOTE").place), Some(7));
    assert_eq!(counts(&found), (1_998, 2, 0), "lines 4 to 6 are read as what they are");
}

#[test]
fn a_quote_that_never_closes_refuses_the_file_and_says_where_it_opens() {
    let mut lines: Vec<String> = rows(2_000).lines().map(|l| format!("{l}\n")).collect();
    lines[2] = lines[2].replace(",120345.67", ",\"120345.67");
    let text = lines.concat();
    check(text.as_bytes(), ("CSV_UNCLOSED_QUOTE", "reject-file", Some((3, None)), "\"120345.67"));
    let Place::Line { byte, .. } = only(&read("return.csv", text.as_bytes()), "CSV_UNCLOSED_QUOTE").place
    else {
        panic!("a line")
    };
    assert_eq!(byte as usize, text.find('"').unwrap());
    let cr = text.replace('\n', "\r");
    check(cr.as_bytes(), ("CSV_UNCLOSED_QUOTE", "reject-file", Some((3, None)), "\"120345.67"));
}

#[test]
fn a_cut_file_never_passes_in_silence() {
    let whole = rows(3);
    for cut in HEADER.len() + 1..whole.len() - 1 {
        let bytes = &whole.as_bytes()[..cut];
        let found = read("return.csv", bytes);
        assert_accounted("cut", &found, cut);
        // a cut at the end of a row leaves a smaller whole file: only the comparison with what is held finds it
        let clean = bytes.ends_with(b"\n");
        let told = has(&found, "TRUNCATED_TAIL") || has(&found, "NO_FINAL_EOL");
        assert_eq!(told, !clean, "{:?}: {:?}", &whole[cut - 10..cut], codes(&found));
        assert!(!has(&found, "TRUNCATED_TAIL") || frames(&found).is_empty(), "nothing of a cut file is used");
    }
    let mid = whole.len() - 30;
    let last = whole[..mid].lines().last().unwrap();
    check(&whole.as_bytes()[..mid], ("TRUNCATED_TAIL", "reject-file", Some((4, None)), last));
    let found = read("return.csv", &whole.as_bytes()[..mid]);
    let account = &found.tables[0].1.account;
    assert_eq!((account.rows_accepted, account.rows_quarantined, account.rows_refused), (0, 1, 2));
    // whole but for its line end, as the payments files are published
    let found = read("return.csv", whole.trim_end().as_bytes());
    assert_eq!((counts(&found), outcome(&found)), ((3, 0, 0), "accept"));
}

#[test]
fn preamble_notes_totals_and_blank_rows_are_skipped_and_counted() {
    let text = format!(
        "\"Table 1: patients, April\",,,,,\n,,,,,\n{HEADER}{}\nENGLAND,Total,,,3541,1\n,,,,,\n\"Notes: one, two\",,,,,\n\"Source: us\",,,,,\n",
        row(1)
    );
    let found = read("return.csv", text.as_bytes());
    assert_accounted("notes", &found, text.len());
    let times = |code| only(&found, code).count;
    assert_eq!(
        (times("PREAMBLE_SKIPPED"), times("FOOTNOTES_SKIPPED"), times("TOTAL_ROW_SKIPPED")),
        (2, 3, 1)
    );
    assert_eq!((times("BLANK_ROW"), counts(&found), outcome(&found)), (1, (1, 0, 7), "accept-warn"));
}

#[test]
fn the_encoding_is_found_out_and_said() {
    let text = format!("{HEADER}F85036,CAFÉ SURGERY – D’ARCY,07X,2015-04-30,3541,£120\n");
    let name = |bytes: &[u8]| {
        let found = read("return.csv", bytes);
        assert_accounted("encoding", &found, bytes.len());
        let names = frames(&found).first().map(|f| f.column("practice_name").unwrap().str().unwrap().clone());
        let first = names.and_then(|n| n.get(0).map(str::to_owned));
        let of_text = |c: &&str| *c != "PERIOD_INFERRED";
        (outcome(&found), codes(&found).into_iter().filter(of_text).collect::<Vec<_>>(), first)
    };
    let cafe = Some("CAFÉ SURGERY – D’ARCY".to_owned());
    let bom: Vec<u8> = ["\u{feff}".as_bytes(), text.as_bytes()].concat();
    let utf16 = |big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let single = WINDOWS_1252.encode(&text).0.into_owned();
    let not_sign = WINDOWS_1252.encode(&text.replace(',', "¬")).0.into_owned();
    assert_eq!(name(text.as_bytes()), ("accept", vec![], cafe.clone()));
    assert_eq!(name(&bom), ("accept", vec!["BOM_REMOVED"], cafe.clone()));
    assert_eq!(name(&single), ("accept-warn", vec!["ENCODING"], cafe.clone()));
    assert_eq!(name(&not_sign), ("accept-warn", vec!["ENCODING", "DELIMITER"], cafe.clone()));
    assert_eq!(name(&[vec![0xFE, 0xFF], utf16(true)].concat()), ("accept-warn", vec!["ENCODING"], cafe));
    assert_eq!(name(&utf16(true)), ("reject-file", vec!["ENC_UNDECLARED_UTF16"], None));
    assert_eq!(name(b""), ("reject-file", vec!["EMPTY_FILE"], None));
    assert_eq!(name(b"\xEF\xBB\xBF"), ("reject-file", vec!["EMPTY_FILE"], None));
    assert_eq!(name(HEADER.as_bytes()), ("reject-file", vec!["NO_DATA_ROWS"], None));
    let twice = text.replace('É', "Ã‰");
    assert_eq!(name(twice.as_bytes()).1, ["ENC_MOJIBAKE_SUSPECT"]);
}

#[test]
fn bytes_that_are_no_text_cost_their_row_at_the_right_place() {
    for bad in [b"\xC0\xAFX".as_slice(), b"\xED\xA0\x80", b"\xFF"] {
        let mut bytes = format!("{HEADER}F85036,CAFÉ,07X,2015-04-30,1,1\nF85037,").into_bytes();
        let line = bytes.len() - 7;
        bytes.extend_from_slice(bad);
        bytes.extend_from_slice(b",07X,2015-04-30,1,1\n");
        bytes.extend_from_slice(row(3).as_bytes());
        let found = read("return.csv", &bytes);
        assert_accounted("mixed", &found, bytes.len());
        assert_eq!(counts(&found), (2, 1, 0));
        let d = only(&found, "ENC_MIXED");
        let Place::Line { line: at, byte, column, .. } = d.place else { panic!("{}", d.place) };
        assert_eq!((at, byte as usize, column), (3, line, Some(2)));
        assert!(d.found.as_deref().is_some_and(|f| f.starts_with('\u{FFFD}')));
        let after = read("return.csv", &[&bytes[..], b"F1,A,07X,2015-04-30,1,1\n"].concat());
        let Place::Line { byte, .. } = only(&after, "ODS_SYNTAX").place else { panic!("a line") };
        assert_eq!(byte as usize, bytes.len(), "places after lost bytes still point into the file");
    }
    let mut undefined = b"F85036,CAF\xC9 \x81,07X,2015-04-30,1,1\n".to_vec();
    undefined.splice(0..0, HEADER.bytes());
    assert!(has(&read("return.csv", &undefined), "ENC_C1_CONTROL"));
}

#[test]
fn the_order_of_day_and_month_is_that_of_the_whole_file_or_the_file_is_refused() {
    let dates = |list: &[&str]| {
        let rows: Vec<String> =
            list.iter().enumerate().map(|(i, d)| format!("F{i:05},A,07X,{d},1,1\n")).collect();
        let text = HEADER.to_owned() + &rows.concat();
        let found = read("return.csv", text.as_bytes());
        assert_accounted("dates", &found, text.len());
        let days = frames(&found)
            .first()
            .map(|f| f.column("return_date").unwrap().date().unwrap().phys.get(0).unwrap());
        for refused in diagnostics(&found).iter().filter(|d| d.code.name.starts_with("DATE_")) {
            let named = matches!(&refused.place, Place::Line { line: 2.., column: Some(4), .. });
            assert!(named && refused.found.is_some(), "the cell is named: {refused:?}");
        }
        (outcome(&found), codes(&found).first().copied(), days)
    };
    assert_eq!(dates(&["13/04/2015", "04/13/2015"]), ("reject-file", Some("DATE_MIXED_ORDER"), None));
    assert_eq!(dates(&["03/04/2015"]), ("reject-file", Some("DATE_AMBIGUOUS"), None));
    // 3 April and 4 March 2015 in days since 1970
    assert_eq!(dates(&["03/04/2015", "30/04/2015"]).2, Some(16_528));
    assert_eq!(dates(&["03/04/2015", "04/30/2015"]).2, Some(16_498));
}

#[test]
fn a_renamed_column_is_refused_with_the_name_that_is_near() {
    let text = rows(2).replacen("list_size", "list_sise", 1);
    let found = read("return.csv", text.as_bytes());
    let d = only(&found, "HEADER_MISSING");
    assert_eq!(
        (outcome(&found), line_of(&d.place), d.found.as_deref()),
        ("reject-file", Some(1), Some("list_sise"))
    );
    assert!(d.message.contains("`list_size`") && d.remedy().contains("`list_sise`"), "{d:?}");
    // a column that has its place already is nobody else's
    let text = rows(2).replacen(",spend_gbp", ",amount", 1).replacen("practice_name", "practice_nam", 1);
    let d = only(&read("return.csv", text.as_bytes()), "HEADER_MISSING").clone();
    assert!(d.remedy().contains("`practice_nam`: if it is the column `practice_name`"), "{}", d.remedy());
    let text = rows(2).replacen("ccg_code", "commissioner", 1);
    let d = only(&read("return.csv", text.as_bytes()), "HEADER_MISSING").clone();
    assert!(
        d.hint.is_none(),
        "neither ods_code, which is used, nor commissioner, which is far: {:?}",
        d.hint
    );
}

#[test]
fn copies_count_once_and_contradictions_not_at_all() {
    let text = format!("{}{}", rows(3), row(1));
    let found = read("return.csv", text.as_bytes());
    assert_eq!((counts(&found), line_of(&only(&found, "DUPLICATE_ROW").place)), ((3, 0, 1), Some(5)));
    let text = format!("{}{}", rows(3), row(1).replace("3541", "9"));
    let found = read("return.csv", text.as_bytes());
    assert_accounted("contradiction", &found, text.len());
    assert_eq!((counts(&found), outcome(&found)), ((2, 2, 0), "quarantine-rows"));
    assert!(found.tables[0].1.quarantine.iter().all(|q| q.codes == ["DUPLICATE_KEY"]));
}

#[test]
fn a_million_faults_are_not_a_million_lines() {
    let text = HEADER.to_owned() + &"F85039,RAINBOW\n".repeat(20_000) + &row(1) + &row(1).repeat(5_000);
    let found = read("return.csv", text.as_bytes());
    assert_accounted("many", &found, text.len());
    let of = |code| -> (usize, u64) {
        let all: Vec<_> = found.tables[0].1.diagnostics.iter().filter(|d| d.code.name == code).collect();
        (all.len(), all.iter().map(|d| d.count).sum())
    };
    assert_eq!((of("CSV_FIELD_COUNT"), of("DUPLICATE_ROW")), ((1_001, 20_000), (1_001, 5_000)));
}

/// The return with a period in every row, and columns that must look like CCGs.
fn by_row() -> Vec<dpcmi::define::Contract> {
    let text = include_str!("../fixtures/datasets/practice_return.toml");
    let text = text.replace("{ latest = [\"return_date\"] }, ", "{ column = \"return_date\" }, ");
    let looks = "title = \"Six columns with commas\"\nlooks = [{ field = \"ccg_code\", pattern = '^\\d\\d[A-Z]$', share = 0.9 }]";
    let text = text.replace("title = \"Six columns with commas\"", looks);
    let text = text.replace("missing = [\"-\"]", "missing = [\"-\"]\nempty = \"not_applicable\"");
    vec![contract("by_row.toml", &text)]
}

#[test]
fn a_row_without_a_date_is_set_aside_when_dates_say_where_rows_go() {
    let text = format!("{}F85036,A,07X,,1,1\nF85037,A,07X,31/02/2015,1,1\n", rows(2));
    let found = read_by(&by_row(), "return.csv", text.as_bytes());
    assert_accounted("no period", &found, text.len());
    assert_eq!(counts(&found), (2, 2, 0));
    assert_eq!(line_of(&only(&found, "REQUIRED_MISSING").place), Some(4));
    assert_eq!(line_of(&only(&found, "DATE_INVALID").place), Some(5));
}

#[test]
fn a_file_with_the_right_header_and_other_bodies_in_it_is_nobodys() {
    let text = rows(20).replace(",07X,", ",Q44,");
    let found = read_by(&by_row(), "teams.csv", text.as_bytes());
    assert!(found.unclaimed && codes(&found) == ["UNCLAIMED_FILE"], "{:?}", codes(&found));
    let mixed = rows(20).replacen(",07X,", ",Q44,", 2);
    assert!(!read_by(&by_row(), "mostly.csv", mixed.as_bytes()).unclaimed);
}

#[test]
fn a_note_in_the_midst_of_a_wide_sheet_is_skipped_and_a_lone_value_is_not() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let names =
        ["ods_code", "practice_name", "ccg_code", "return_date", "list_size", "spend_gbp", "latitude"];
    sheet.write_row(0, 0, names).unwrap();
    for (at, code) in [(1, "F85036"), (3, "F85037"), (6, "F85038")] {
        sheet.write_row(at, 0, [code, "A", "07X", "2015-04-30", "1", "1", "5.1E-2"]).unwrap();
    }
    sheet.write(2, 3, "Copyright © 2025 nobody").unwrap();
    sheet.write(4, 1, "A NAME AND NOTHING ELSE").unwrap();
    sheet.write(5, 4, 12).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let found = read("return.xlsx", &bytes);
    assert_accounted("sheet", &found, bytes.len());
    assert_eq!((counts(&found), has(&found, "DATE_INVALID")), ((3, 2, 1), false), "{:?}", codes(&found));
    assert_eq!(only(&found, "FOOTNOTES_SKIPPED").message, "one row, line 3");
    assert!(found.tables[0].1.quarantine.iter().all(|q| q.codes == ["REQUIRED_MISSING"] && q.line >= 5));
    // a double in the form that spreadsheets write is nothing to warn about
    assert!(!has(&found, "NUM_SCIENTIFIC"));
    let degrees = frames(&found)[0].column("latitude").unwrap().f64().unwrap().get(0);
    assert_eq!(degrees, Some(0.051));
}

#[test]
fn an_empty_cell_means_what_the_contract_says() {
    let bytes = with_cell(LIST, "");
    let found = read_by(&by_row(), "return.csv", &bytes);
    assert!(has(&found, "NOT_APPLICABLE") && !has(&found, "MISSING"), "{:?}", codes(&found));
    let status = frames(&found)[0].column("list_size_status").unwrap().str().unwrap().get(0);
    assert_eq!(status, Some("not_applicable"));
}
