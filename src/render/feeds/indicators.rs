//! `AccountabilityIndicatorsGeneralPractice.csv`: nine columns, the byte 0xAC between them, windows-1252, CRLF, no quotes.
//!
//! That is the form of the NHS Choices downloads of 2014. A field can therefore hold neither the delimiter nor a line end,
//! nor a character that windows-1252 lacks: such a text is refused with its row, and never becomes a question mark. An
//! empty Value means that no data are available. OrganisationID, a number of NHS Choices' own, is not known and empty.

use crate::render::RenderError;
use crate::report::feeds::PracticeEntry;

const HEADER: [&str; 9] = [
    "OrganisationID",
    "OrganisationCode",
    "OrganisationName",
    "MetricName",
    "TreatmentName",
    "ConditionName",
    "ServiceName",
    "Value",
    "Text",
];
const DELIMITER: u8 = 0xAC;

/// One row for each practice and fact, sorted by code.
pub fn write(practices: &[PracticeEntry]) -> Result<Vec<u8>, RenderError> {
    let mut out = Vec::new();
    line(&mut out, HEADER, "header")?;
    for practice in practices {
        for (_, fact) in practice.public() {
            let value = fact.number().unwrap_or_default();
            let cells = ["", &practice.code, &practice.name, &fact.name, "", "", "", value, &fact.text];
            line(&mut out, cells, &format!("{} {}", practice.code, fact.id))?;
        }
    }
    Ok(out)
}

fn line(out: &mut Vec<u8>, cells: [&str; 9], row: &str) -> Result<(), RenderError> {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(DELIMITER);
        }
        let refused = |why: String| RenderError::Character { row: row.to_owned(), column: HEADER[i], why };
        if let Some(bad) = cell.chars().find(|c| matches!(c, '¬' | '\r' | '\n')) {
            return Err(refused(format!("{bad:?} separates fields or rows, in \"{}\"", cell.escape_debug())));
        }
        let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(cell);
        if unmappable {
            let bad = cell.chars().find(|c| encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2);
            return Err(refused(format!("windows-1252 has no {:?}, in \"{cell}\"", bad.unwrap_or_default())));
        }
        out.extend_from_slice(&bytes);
    }
    out.extend_from_slice(b"\r\n");
    Ok(())
}
