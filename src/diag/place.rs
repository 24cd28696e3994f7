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

    /// The file that the place lies in, if any.
    pub fn file_name(&self) -> Option<&str> {
        match self {
            Place::Run | Place::Key { .. } => None,
            Place::File { file }
            | Place::Line { file, .. }
            | Place::Cell { file, .. }
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
            Place::Definition { file, line, column, .. } => write!(f, "{file}:{line}:{column}"),
        }
    }
}
