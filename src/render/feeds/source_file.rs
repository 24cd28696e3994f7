//! `CHOICES_POMI_SOURCE_<MMMYYYY>.csv`: the file from which NHS Choices took its online services, fourteen columns, one row
//! a practice, sorted by code. States are written 1 for on and 0 for not on; where the published layout writes 0 for a
//! state that is not known, the cell is empty. Counts are rounded to 5, and empty where 1 to 7 or not known.

use crate::report::feeds::{Answer, Feed, PracticeEntry};

pub(super) fn write(feed: &Feed) -> Vec<u8> {
    let services = &feed.definition.source_file.services;
    let mut header: Vec<String> =
        ["report_period_end", "practice_code", "practice_name", "system_supplier", "patient_list_size"]
            .map(str::to_owned)
            .to_vec();
    for s in services {
        header.extend([
            format!("Sys_{}_Enbld", s.stem),
            format!("Pat_{}_Enbld", s.stem),
            format!("Pat_{}_Use", s.stem),
        ]);
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let day = feed.source_day().strftime("%d%b%Y").to_string().to_uppercase();
    // writing to memory cannot fail
    let _ = writer.write_record(&header);
    for practice in &feed.practices {
        let people =
            |id: &str| practice.fact(id).and_then(|f| f.people).map_or_else(String::new, |n| n.to_string());
        let mut cells = vec![
            day.clone(),
            practice.code.clone(),
            practice.name.clone(),
            practice.supplier.clone().unwrap_or_default(),
            list_size(practice, services.iter().map(|s| s.enabled.as_str())),
        ];
        for s in services {
            let state = match practice.fact(&s.state).map(|f| f.answer) {
                Some(Answer::Yes) => "1",
                Some(Answer::No) => "0",
                _ => "",
            };
            cells.extend([state.to_owned(), people(&s.enabled), people(&s.used)]);
        }
        let _ = writer.write_record(&cells);
    }
    writer.into_inner().unwrap_or_default()
}

/// The number of registered patients that the shares are of.
fn list_size<'s>(practice: &PracticeEntry, mut shares: impl Iterator<Item = &'s str>) -> String {
    let found = shares.find_map(|id| practice.fact(id)?.of_people);
    found.map_or_else(String::new, |n| n.to_string())
}
