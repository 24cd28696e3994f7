//! `AccountabilityIndicatorsGeneralPractice.csv`: nine columns, the byte 0xAC between them, windows-1252, CRLF, no quotes.
//!
//! That is the form of the NHS Choices downloads of 2014. A field can therefore hold neither the delimiter nor a line end,
//! nor a character that windows-1252 lacks. Where a practice's name has one, OrganisationName is the practice's code (own
//! rule): its facts stay, nothing becomes a question mark or another name, and `FEED_CHARACTER` and the information sheet say
//! so. All other texts are of the definition, which is refused when it is loaded. An empty Value means that no data are
//! available. OrganisationID, a number of NHS Choices' own, is not known and empty.

use crate::define::feeds::unwritable;
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
            let cells =
                ["", &practice.code, practice.indicator_name(), &fact.name, "", "", "", value, &fact.text];
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
        if let Some(why) = unwritable(cell) {
            return Err(RenderError::Character { row: row.to_owned(), column: HEADER[i], why });
        }
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(cell);
        out.extend_from_slice(&bytes);
    }
    out.extend_from_slice(b"\r\n");
    Ok(())
}
