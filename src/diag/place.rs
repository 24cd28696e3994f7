//! Where a fault is: as much as is known.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Nowhere in particular: the run as a whole.
    Run,
    File {
        file: String,
    },
    /// A line of a text file. `line` counts from 1 and is the first line of the record; `byte` is its offset in
    /// the file (after unpacking).
    Line {
        file: String,
        line: u64,
        byte: u64,
        /// Counts from 1.
        column: Option<u32>,
        field: Option<String>,
        /// The raw text of the line, at most 200 characters.
        text: String,
    },
    /// A cell of a workbook, in A1 style.
    Cell {
        file: String,
        sheet: String,
        cell: String,
        field: Option<String>,
    },
    /// A record known only by its key.
    Key {
        dataset: String,
        key: String,
    },
    /// A row of a stored table: its key, and the file that it is of, with sheet and line as far as one line is meant.
    Row {
        dataset: String,
        key: String,
        file: String,
        sheet: Option<String>,
        line: Option<u64>,
    },
    /// A definition file; `line` and `column` count from 1.
    Definition {
        file: String,
        line: u64,
        column: u64,
        text: String,
    },
}

impl Place {
    pub fn file(file: &str) -> Place {
        Place::File { file: file.to_owned() }
    }

    /// Of a stored row. `source` is its file as the store names it, a worksheet in brackets after it.
    pub fn row(dataset: &str, key: &str, source: Option<&str>, line: Option<u64>) -> Place {
        let (dataset, key) = (dataset.to_owned(), key.to_owned());
        let Some(source) = source else { return Place::Key { dataset, key } };
        let (file, sheet) = match source.strip_suffix(']').and_then(|s| s.rsplit_once(" [")) {
            Some((file, sheet)) => (file, Some(sheet.to_owned())),
            None => (source, None),
        };
        Place::Row { dataset, key, file: file.to_owned(), sheet, line }
    }

    /// The file that the place lies in, if any.
    pub fn file_name(&self) -> Option<&str> {
        match self {
            Place::Run | Place::Key { .. } => None,
            Place::File { file }
            | Place::Line { file, .. }
            | Place::Cell { file, .. }
            | Place::Row { file, .. }
            | Place::Definition { file, .. } => Some(file),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Run => f.write_str("this run"),
            Place::File { file } => f.write_str(file),
            Place::Line { file, line, column, field, .. } => {
                write!(f, "{file}:{line}")?;
                if let Some(c) = column {
                    write!(f, ":{c}")?;
                }
                if let Some(n) = field {
                    write!(f, " field {n}")?;
                }
                Ok(())
            }
            Place::Cell { file, sheet, cell, field } => {
                write!(f, "{file} [{sheet}]!{cell}")?;
                if let Some(n) = field {
                    write!(f, " field {n}")?;
                }
                Ok(())
            }
            Place::Key { dataset, key } => write!(f, "{dataset} {key}"),
            Place::Row { key, file, sheet, line, .. } => {
                f.write_str(file)?;
                if let Some(sheet) = sheet {
                    write!(f, " [{sheet}]")?;
                }
                if let Some(line) = line {
                    write!(f, ":{line}")?;
                }
                write!(f, " {key}")
            }
            Place::Definition { file, line, column, .. } => write!(f, "{file}:{line}:{column}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_row_stands_in_its_file_or_sheet_and_line() {
        let place = Place::row("spend", "06Z", Some("returns/a.xlsx [Return]"), Some(7));
        assert_eq!(
            (place.file_name(), place.to_string().as_str()),
            (Some("returns/a.xlsx"), "returns/a.xlsx [Return]:7 06Z")
        );
        assert_eq!(Place::row("spend", "06Z", Some("a.csv"), None).to_string(), "a.csv 06Z");
        assert_eq!(Place::row("spend", "06Z", None, Some(7)).to_string(), "spend 06Z");
    }
}
