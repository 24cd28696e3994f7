//! Caps on what one input may cost. The defaults are far above anything that the NHS publishes.

/// Sizes in bytes unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub file: u64,
    /// All entries of an archive together.
    pub inflated: u64,
    /// Inflated to stored bytes, applied past the first mebibyte.
    pub ratio: u64,
    pub entries: usize,
    pub field: usize,
    /// Characters of a workbook's cell (Excel's own cap).
    pub sheet_text: usize,
    pub record: usize,
    pub columns: usize,
    pub rows: usize,
    pub cells: usize,
    pub sheets: usize,
    pub xml_depth: usize,
    pub xml_attributes: usize,
    /// Processor seconds of the child that reads a workbook.
    pub seconds: u64,
    /// Address space of the child that reads a workbook.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file: 256 << 20,
            inflated: 1 << 30,
            ratio: 200,
            entries: 1_000,
            field: 64 << 10,
            sheet_text: 32_767,
            record: 1 << 20,
            columns: 2_048,
            rows: 5_000_000,
            cells: 50_000_000,
            sheets: 64,
            xml_depth: 64,
            xml_attributes: 64,
            seconds: 60,
            memory: 2 << 30,
        }
    }
}
