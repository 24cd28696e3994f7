//! What holds for any bytes at all: reading never panics, rows and bytes add up, and the size of the pieces that
//! threads take changes nothing. On sound text the `csv` crate is the second opinion.

use crate::return_support::{HEADER, assert_accounted, pack, read, row};
use dpcmi::read::Limits;
use dpcmi::read::lexer::{CHUNK, Chunk, Dialect, OpenQuote, RowPlace, lex};
use proptest::prelude::*;

const COMMA: Dialect = Dialect { delimiter: ',', quoted: true };

/// What the lexer found, without the pieces: records with their places, bad rows with their codes, blank lines.
#[derive(Debug, PartialEq)]
struct Lexed {
    records: Vec<(RowPlace, Vec<String>)>,
    bad: Vec<(RowPlace, &'static str, String)>,
    blank: Vec<RowPlace>,
}

fn lexed(text: &str, columns: usize, chunk: usize) -> Result<Lexed, OpenQuote> {
    let chunks = lex(text, (0, 1), columns, COMMA, &Limits::default(), chunk)?;
    let record =
        |c: &Chunk, row: usize| c.columns.iter().map(|col| c.field(text, col[row]).to_owned()).collect();
    Ok(Lexed {
        records: chunks
            .iter()
            .flat_map(|c| c.places.iter().enumerate().map(|(i, p)| (*p, record(c, i))))
            .collect(),
        bad: chunks.iter().flat_map(|c| &c.bad).map(|b| (b.place, b.code, b.message.clone())).collect(),
        blank: chunks.iter().flat_map(|c| c.blank.clone()).collect(),
    })
}

/// Bytes that a lexer stumbles over, mostly.
fn rough(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => Just(b','), 3 => Just(b'"'), 2 => Just(b'\n'), 1 => Just(b'\r'), 2 => Just(b'a'), 1 => Just(b' '),
        1 => any::<u8>(),
    ];
    prop::collection::vec(byte, 0..most)
}

/// Cells of sound records of three columns; a cell of several lines holds no delimiter, so that none of its lines is
/// a record by itself.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9 .£é-]{0,8}", "[a-z,\"]{1,6}", "[a-z\"\n]{1,6}", "[a-z]{0,2}\r\n[a-z\"]{0,2}",]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_below_a_header_are_accounted_for(tail in rough(400), mark in any::<bool>()) {
        let mark: &[u8] = if mark { b"\xEF\xBB\xBF" } else { b"" };
        let bytes = [mark, HEADER.as_bytes(), row(1).as_bytes(), &tail].concat();
        assert_accounted("rough", &read("rough.csv", &bytes), bytes.len());
    }

    #[test]
    fn any_bytes_at_all_are_refused_or_unclaimed_and_never_panic(bytes in rough(300)) {
        for label in ["any.csv", "any.xlsx", "any.zip", "any"] {
            let found = read(label, &bytes);
            prop_assert!(found.refused || found.unclaimed);
        }
    }

    #[test]
    fn any_damage_to_a_good_file_is_accounted_for(at in 0_usize..4_000, byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = crate::return_support::rows(70).into_bytes();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        assert_accounted("damaged", &read("damaged.csv", &bytes), bytes.len());
    }

    #[test]
    fn a_flipped_byte_of_an_archive_never_changes_a_number_in_silence(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let text = crate::return_support::rows(40);
        let mut bytes = pack(&[("return.csv", text.as_bytes())]);
        let whole = read("return.zip", &bytes);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let found = read("return.zip", &bytes);
        if !found.refused && !found.unclaimed {
            // attributes, times and versions are in no checksum and change nothing
            let frames = |i: &dpcmi::pipeline::intake::Intake| -> Vec<_> {
                let drop = |f: &polars::prelude::DataFrame| f.drop("_source").expect("lineage");
                crate::return_support::frames(i).into_iter().map(drop).collect()
            };
            prop_assert_eq!(frames(&found), frames(&whole), "byte {}", at);
        }
    }

    #[test]
    fn pieces_of_any_size_give_the_same_records(text in rough(300), chunk in 1_usize..64) {
        let text = String::from_utf8_lossy(&text);
        prop_assert_eq!(lexed(&text, 3, chunk), lexed(&text, 3, CHUNK));
    }

    #[test]
    fn sound_text_gives_the_records_of_another_reader(
        records in prop::collection::vec(prop::collection::vec(cell(), 3), 1..20), chunk in 1_usize..200,
    ) {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        for record in &records {
            writer.write_record(record).expect("a record");
        }
        let text = String::from_utf8(writer.into_inner().expect("bytes")).expect("text");
        let found = lexed(&text, 3, chunk).expect("closed quotes");
        prop_assert_eq!(&found, &lexed(&text, 3, CHUNK).expect("closed quotes"));
        prop_assert!(found.bad.is_empty() && found.blank.is_empty(), "{:?}", found.bad);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let theirs: Vec<(u64, Vec<String>)> = reader
            .records()
            .map(|r| r.expect("a sound record"))
            .map(|r| (r.position().expect("a place").byte(), r.iter().map(str::to_owned).collect()))
            .collect();
        let ours: Vec<(u64, Vec<String>)> =
            found.records.into_iter().map(|(p, cells)| (u64::from(p.start), cells)).collect();
        prop_assert_eq!(ours, theirs);
    }
}

#[test]
fn every_border_of_a_small_file_is_a_place_to_cut_it() {
    let text = "a,\"b\nb\",c\n\n1,2\n\"x\"\"y\",\"z\r\n\",3\r\nq,\"r\n1,2,3\nr\",s\nlast,\"l\",l";
    let whole = lexed(text, 3, CHUNK).expect("closed quotes");
    assert_eq!((whole.records.len(), whole.bad.len(), whole.blank.len()), (4, 3, 1));
    for chunk in 1..text.len() {
        assert_eq!(lexed(text, 3, chunk).as_ref(), Ok(&whole), "pieces of {chunk} bytes");
    }
}
