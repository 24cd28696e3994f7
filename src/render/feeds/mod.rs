//! Feeds of facts for patients, as bytes: the nine-column indicator file of NHS Choices, an Atom feed in the shape of its
//! syndication service, metrics in the JSON shape of the later service, the source file of online services.
//!
//! Two files are for programs that read texts as they stand, in layouts of others: the nine columns and the source file hold a
//! name as it is, also where a spreadsheet would run it as a formula. That is the exception: what people open (the information
//! sheet, tables, previews, forms) is guarded ([`crate::read::formula`]).
//!
//! All are written from one view, so a practice or a count that is not in one is in none. No file has a byte order mark,
//! and no instant in them is that of a clock.

mod atom;
mod indicators;
mod information;
mod metrics;
mod source_file;

pub use atom::Gone;
pub use metrics::{Organisation, organisation};

use super::{File, RenderError};
use crate::report::feeds::{Feed, PracticeEntry};

/// The nine-column file.
pub const INDICATORS: &str = "feeds/AccountabilityIndicatorsGeneralPractice.csv";
/// The JSON metrics.
pub const METRICS: &str = "feeds/metrics.json";

/// All feeds of a release.
///
/// # Errors
/// [`RenderError::Character`] for a text of the definition that the nine-column file cannot hold; never for a name.
pub fn files(feed: &Feed) -> Result<Vec<File>, RenderError> {
    let mut files = vec![
        (INDICATORS.to_owned(), indicators::write(&feed.practices)?),
        ("feeds/metric-information.csv".to_owned(), information::write(feed)),
        (METRICS.to_owned(), metrics::document(feed, &feed.practices, None)),
        ("feeds/metrics.schema.json".to_owned(), metrics::schema()),
        (feed.source_path(), source_file::write(feed)),
    ];
    files.extend(atom::pages(feed));
    Ok(files)
}

/// What changed since a former release, below `feeds/changes/`: the practices whose facts are others or that are new, as
/// they now stand in every feed, and those that are gone. Put over the former feeds they give the new ones.
///
/// # Errors
/// As [`files`].
pub fn changes(feed: &Feed, practices: &[PracticeEntry], gone: &[Gone]) -> Result<Vec<File>, RenderError> {
    let below = |name: &str| name.replace("feeds/", "feeds/changes/");
    Ok(vec![
        (below(INDICATORS), indicators::write(practices)?),
        (below(METRICS), metrics::document(feed, practices, Some(gone))),
        (below("feeds/removed.csv"), information::removed(gone)),
        atom::changes(feed, practices, gone),
    ])
}
