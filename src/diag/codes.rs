//! The table of codes: one row each, never reused, never renumbered.
//!
//! The letter names the stage: `S` snapshot, `R` read, `C` contract, `H` harmonise, `K` rules (checks), `T` store,
//! `D` definitions, `I` index, `M` money, `A` agreements, `P` publication. Names follow `CSV_UNCLOSED_QUOTE` style and are as stable as the ids.

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Accepted; worth knowing.
    Note,
    /// Accepted and flagged.
    Warning,
    /// Something was quarantined.
    Error,
    /// A whole file, or the run, was refused.
    Fatal,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Fatal => "fatal",
        }
    }
}

/// What is set aside when the code fires, in the words of NHS England's Data Validation Engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Nothing.
    None,
    Cell,
    Record,
    /// The whole file.
    Submission,
    /// The definitions or the store: the run does not start.
    Integrity,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    pub id: &'static str,
    pub name: &'static str,
    pub severity: Severity,
    pub scope: Scope,
    /// What it means.
    pub means: &'static str,
    /// What a person can do about it.
    pub remedy: &'static str,
}

/// The row of this name.
///
/// # Panics
/// When no row has the name: a bug of the caller, found by `every_code_used_is_in_the_table`.
pub fn by_name(name: &str) -> &'static Code {
    match TABLE.iter().find(|c| c.name == name) {
        Some(code) => code,
        None => panic!("diagnostic code `{name}` is not in the table"),
    }
}

/// By id (`C012`) or by name (`NUM_SYNTAX`), whatever the case.
pub fn find(word: &str) -> Option<&'static Code> {
    TABLE.iter().find(|c| c.id.eq_ignore_ascii_case(word) || c.name.eq_ignore_ascii_case(word))
}

macro_rules! table {
    ($($id:literal $name:literal $sev:ident $scope:ident $means:literal $remedy:literal;)*) => {
        pub static TABLE: &[Code] = &[$(Code {
            id: $id, name: $name, severity: Severity::$sev, scope: Scope::$scope, means: $means, remedy: $remedy,
        }),*];
    };
}

table! {
"S001" "UNCLAIMED_FILE" Note None "No contract claims this file: its header and content match none." "If it belongs to the quarter, compare its header with `datasets/*.toml`; a new layout is a new [[era]] there.";
"S002" "EMPTY_FILE" Fatal Submission "The file holds nothing (or only a byte order mark)." "Ask the sender for the file again.";
"S003" "INPUT_CHANGED" Fatal Submission "The file changed while it was read." "Wait until the copy has finished and run again.";
"S004" "NOT_A_REGULAR_FILE" Fatal Submission "A link, pipe, device or folder where a file was expected." "Copy the file itself into the inputs folder.";
"S005" "LIMIT_FILE_BYTES" Fatal Submission "The file is larger than the limit." "Split the file or raise the limit in the pipeline.";
"S006" "DUPLICATE_CONTENT" Note None "Another input has the same content." "Nothing to do: it is counted once.";
"S007" "UNREADABLE" Fatal Submission "The file could not be opened or read." "Check that the file exists and that you may read it.";
"R001" "NO_DATA_ROWS" Fatal Submission "There is a header and nothing below it." "Ask the sender whether the extract was cut.";
"R002" "MAGIC_MISMATCH" Fatal Submission "The file is not of the kind that its name says." "Save it again in the kind that the name says, or rename it.";
"R003" "ENCODING" Warning None "The text is not UTF-8; it was read in the encoding named." "Nothing to do if the names look right.";
"R004" "BOM_REMOVED" Note None "A byte order mark was removed." "Nothing to do.";
"R005" "ENC_MIXED" Error Record "A byte sequence that is not UTF-8 in a file that otherwise is." "Ask the sender to export the whole file in one encoding.";
"R006" "ENC_C1_CONTROL" Error Record "A byte that windows-1252 leaves undefined." "Ask the sender which encoding the file has.";
"R007" "REPLACEMENT_CHAR" Warning None "U+FFFD: a character was lost before the file came here." "Ask for the original.";
"R008" "ENC_MOJIBAKE_SUSPECT" Warning None "Text that looks decoded twice (such as `Ã‰`)." "Ask the sender to export as UTF-8 once.";
"R009" "ENC_UNDECLARED_UTF16" Fatal Submission "UTF-16 without a byte order mark." "Save the file as UTF-8.";
"R010" "DELIMITER" Warning None "The fields are separated by something other than a comma." "Nothing to do if the contract expects it.";
"R011" "CSV_UNCLOSED_QUOTE" Fatal Submission "A quotation mark opens and never closes: everything after it would be one cell." "Close or double the quotation mark on the line named.";
"R012" "CSV_QUOTE_SPANS_RECORDS" Error Record "A quoted cell swallows whole records." "Close the quotation mark on the line named.";
"R013" "CSV_STRAY_QUOTE" Error Record "A quotation mark inside an unquoted cell, or text after a closing one." "Quote the cell and double the marks inside it.";
"R014" "CSV_MIXED_EOL" Note None "Line ends of more than one kind." "Nothing to do.";
"R015" "CSV_FIELD_COUNT" Error Record "The record has more or fewer fields than the header." "Quote the cells that hold the delimiter, or add the missing cells.";
"R016" "TRUNCATED_TAIL" Fatal Submission "The last record has too few cells and no line end: the file was cut, and nothing says how much is missing, so nothing of it is used." "Ask the sender for the file again. If the last line is a note or a whole record, put a line end after it.";
"R017" "BLANK_ROW" Note Record "An empty row, skipped and counted." "Nothing to do.";
"R018" "PREAMBLE_SKIPPED" Warning Record "Rows above the header, skipped and counted." "Nothing to do.";
"R019" "FOOTNOTES_SKIPPED" Warning Record "Note rows below the data, skipped and counted." "Nothing to do.";
"R020" "TOTAL_ROW_SKIPPED" Warning Record "A total row, skipped and counted; it is not a unit." "Nothing to do.";
"R021" "LIMIT_FIELD_BYTES" Error Record "A cell longer than the limit." "Look for a missing quotation mark.";
"R022" "LIMIT_ROW_BYTES" Error Record "A record longer than the limit." "Look for a missing quotation mark.";
"R023" "LIMIT_COLUMNS" Fatal Submission "More columns than the limit." "Check that this is the right file.";
"R024" "LIMIT_ROWS" Fatal Submission "More rows than the limit." "Split the file or raise the limit.";
"R025" "CTRL_CHAR" Error Record "A control character in a cell." "Remove it at the source.";
"R026" "NO_FINAL_EOL" Note None "The last line has no line end: if the file was cut inside its last cell, nothing else shows it." "Compare the last line with the original.";
"R030" "ZIP_UNSAFE_PATH" Fatal Submission "An archive entry whose name leaves its folder." "Do not unpack this archive; ask the sender for a clean one.";
"R031" "ZIP_SYMLINK" Fatal Submission "An archive entry that is a link." "Ask the sender for an archive of plain files.";
"R032" "ZIP_DUPLICATE_NAME" Fatal Submission "Two archive entries with one name." "Ask the sender which one counts.";
"R033" "ZIP_OVERLAP" Fatal Submission "Archive entries that share bytes." "Do not use this archive; ask the sender for a clean one.";
"R034" "ZIP_RATIO" Fatal Submission "An entry inflates beyond the limit." "Do not use this archive; ask the sender for a clean one.";
"R035" "ZIP_SIZE_MISMATCH" Fatal Submission "An entry's real size is not its declared size." "Ask the sender for the archive again.";
"R036" "ZIP_CRC" Fatal Submission "An entry's checksum is wrong: bytes have changed." "Ask the sender for the archive again.";
"R037" "ZIP_NESTED_DEPTH" Fatal Submission "An archive inside an archive." "Unpack the inner archive and put its files beside it.";
"R038" "ZIP_ENCRYPTED" Fatal Submission "An encrypted archive." "Send the files without a password over a safe channel.";
"R039" "ZIP_TRUNCATED" Fatal Submission "The archive's directory cannot be read: its end is missing or damaged." "Ask the sender for the archive again.";
"R040" "ZIP_PREFIX_DATA" Warning None "Bytes stand before the archive." "Nothing to do if the content is as expected.";
"R041" "LIMIT_ENTRIES" Fatal Submission "More archive entries than the limit." "Send the files that the quarter needs only.";
"R042" "LIMIT_UNCOMPRESSED" Fatal Submission "The archive holds more bytes than the limit." "Split the archive.";
"R043" "ZIP_METHOD" Fatal Submission "An archive entry packed in a way that is not read (only stored and deflate are)." "Pack the files again as an ordinary zip.";
"R050" "XLSX_OUT_OF_GRID" Fatal Submission "A cell outside the grid of a worksheet." "The workbook is damaged: save it again from a spreadsheet program.";
"R051" "XLSX_DUPLICATE_CELL" Fatal Submission "The same cell twice." "The workbook is damaged: save it again from a spreadsheet program.";
"R052" "XLSX_SST_INDEX" Fatal Submission "A text cell that points to no shared string." "The workbook is damaged: save it again from a spreadsheet program.";
"R053" "XLSX_HIDDEN_SHEET" Warning None "A hidden sheet." "Check whether it was meant to be sent.";
"R054" "XLSX_REL_TARGET" Fatal Submission "A part of the workbook that points outside it." "Save the workbook without links to other files.";
"R055" "XML_DOCTYPE" Fatal Submission "A document type declaration: real workbooks have none." "Do not open this file; ask the sender for a clean one.";
"R056" "XML_DEPTH" Fatal Submission "XML nested deeper than the limit." "Do not open this file; ask the sender for a clean one.";
"R057" "XML_ATTR_LIMIT" Fatal Submission "An XML element with more attributes than the limit." "Do not open this file; ask the sender for a clean one.";
"R058" "XLSX_SST_COUNT" Warning None "The declared number of shared strings is wrong; it was ignored." "Nothing to do.";
"R059" "XLSX_MACRO_PRESENT" Warning None "The workbook carries macros; they were ignored." "Send the workbook without macros.";
"R060" "XLSX_EXTENT" Warning None "The sheet's cells lie far apart." "Check for stray cells.";
"R061" "XLSX_FORMULA_UNCACHED" Error Cell "A formula without a stored result." "Open the workbook in a spreadsheet program, let it calculate, save it.";
"R062" "XLSX_FORMULA_CELL" Note None "A formula; its stored result was used." "Send values, not formulas.";
"R063" "XLSX_DATE1904" Warning None "The workbook counts dates from 1904." "Nothing to do.";
"R064" "XLSX_ROW_LIMIT" Fatal Submission "Exactly as many rows as a spreadsheet can hold: the table was probably cut." "Ask for the table as CSV.";
"R065" "XLSX_DAMAGED" Fatal Submission "The workbook cannot be read." "Save it again from a spreadsheet program.";
"R066" "READER_CRASHED" Fatal Submission "The reader of this file crashed, ran out of memory or of time; the run went on without it." "The file is damaged or hostile: ask the sender for a clean one.";
"R067" "XLSX_ENCODING" Fatal Submission "A part of the workbook is not in UTF-8." "Save the workbook again from a spreadsheet program.";
"R068" "XLSX_UNORDERED" Warning None "The cells of a sheet are not in order; they were sorted." "Nothing to do.";
"R069" "XLSX_MERGED" Note None "Merged cells: only the first cell of each has a value." "Nothing to do if the table itself has none.";
"R070" "XLSX_EXTERNAL_LINK" Note None "The workbook refers to other files or live data; they were not followed." "Send the workbook without links to other files.";
"R071" "LIMIT_SHEETS" Fatal Submission "More sheets than the limit." "Send the sheets that the quarter needs only.";
"C001" "HEADER_MISSING" Fatal Submission "A column that the layout needs is not there." "Compare the header with the contract; a renamed column is a new alias in TOML.";
"C002" "HEADER_DUPLICATE" Fatal Submission "A column name twice." "Ask the sender which one counts.";
"C003" "HEADER_UNKNOWN" Note None "A column that the layout does not know; it is not stored." "If it is wanted, add it to the era in the contract.";
"C004" "HEADER_ALIAS" Note None "A column under another of its known names." "Nothing to do.";
"C005" "HEADER_BLANK" Note None "A column without a name." "Nothing to do.";
"C007" "PERIOD_UNKNOWN" Fatal Submission "Nothing in the file says which period it covers." "Put the period into the file name as the contract describes.";
"C008" "PERIOD_FROM_NAME" Note None "The period stands in the file name only; a wrong name would go unseen." "Check the file name against the publication.";
"C009" "PERIOD_INFERRED" Warning None "The file does not say its period: it is inferred from its latest dates, which may be early or late." "Check the period named against the publication; where the contract reads names, a period in the file's name is used instead.";
"C024" "PERIOD_STATED" Warning None "The period, or the year of its dates, is stated in the contract and stands nowhere in the file." "Check that the file is the one that the contract speaks of: a file of another year would be dated wrongly.";
"C025" "PERIOD_DISAGREES" Warning None "The file's name and the latest dates inside it are of different periods." "Check the file's name against the publication: the name was used.";
"C010" "NUM_SYNTAX" Error Cell "Not a number." "Correct the cell at the source.";
"C011" "NUM_RANGE" Error Cell "A number outside the range of the field." "Correct the cell at the source.";
"C012" "NUM_NOT_FINITE" Error Cell "Not a finite number." "Correct the cell at the source.";
"C013" "NUM_NOT_INTEGER" Error Cell "A whole number was expected." "Correct the cell at the source.";
"C014" "NUM_NEGATIVE" Error Cell "A negative number where none can be." "Correct the cell at the source.";
"C015" "NUM_NON_ASCII_DIGITS" Error Cell "Digits of another script." "Type the number with the digits 0 to 9.";
"C016" "NUM_PAREN_NEGATIVE" Error Cell "A number in brackets: negative or a note?" "Write a minus sign, or remove the brackets.";
"C017" "NUM_DECIMAL_COMMA" Error Cell "A comma that may be a decimal sign." "Write a full stop as the decimal sign.";
"C018" "NUM_SCIENTIFIC" Warning None "A number in scientific notation." "Format the column as a plain number.";
"C019" "NUM_NBSP" Warning None "A non-breaking space inside a number." "Nothing to do.";
"C020" "NUM_UNICODE_MINUS" Warning None "A typographic minus sign." "Nothing to do.";
"C021" "NUM_FLAGGED" Warning None "A number with a note mark." "Nothing to do.";
"C022" "NUM_CURRENCY" Error Cell "A foreign currency sign." "State the amount in pounds.";
"C030" "SUPPRESSED" Note Cell "The publisher withheld the value." "Nothing to do.";
"C031" "MISSING" Note Cell "The cell is empty or holds a mark for no value." "Nothing to do.";
"C032" "NOT_APPLICABLE" Note Cell "The cell says that the question does not apply." "Nothing to do.";
"C033" "SOURCE_COLUMN_TOO_NARROW" Error Cell "`####`: the value was lost in a spreadsheet at the source." "Widen the column at the source and export again.";
"C034" "EXCEL_ERROR_VALUE" Error Cell "A spreadsheet error value." "Correct the formula at the source.";
"C035" "REQUIRED_MISSING" Error Record "A field that every record needs is empty." "Fill the field at the source.";
"C036" "ENUM_UNKNOWN" Error Cell "A word that the field does not know." "If the word is right, add it to the contract.";
"C037" "PATTERN" Error Cell "Text that does not have the form of the field." "Correct the cell at the source.";
"C038" "VALUE_MAPPED" Note None "A known variant was mapped to the standard value." "Nothing to do.";
"C039" "NOT_AVAILABLE" Note Cell "The publisher does not have the value." "Nothing to do.";
"C040" "DATE_INVALID" Error Cell "Not a date." "Write dates as 2018-09-30.";
"C041" "DATE_RANGE" Error Cell "A date outside the range of the field." "Correct the cell at the source.";
"C042" "DATE_AMBIGUOUS" Fatal Submission "Day and month cannot be told apart anywhere in the column: the file is refused, or of returns that are collected in parts the part alone." "Write dates as 2018-09-30, or set the column's order in the contract.";
"C043" "DATE_MIXED_ORDER" Fatal Submission "Some dates have the day first and some the month: the file is refused, or of returns that are collected in parts the part alone." "Write dates as 2018-09-30.";
"C044" "DATE_TWO_DIGIT_YEAR" Warning None "A year of two digits, read as 20yy." "Write the whole year.";
"C045" "DATE_SERIAL" Warning None "A spreadsheet's day number where a date was expected." "Format the column as a date.";
"C050" "ODS_SYNTAX" Error Record "Not an ODS code of this kind." "Look the code up in the ODS portal.";
"C051" "ODS_CONFUSABLE" Error Record "A code with a letter that only looks right." "Type the code again.";
"C052" "ODS_NORMALISED" Warning None "Spaces removed or letters raised in a code." "Nothing to do.";
"C053" "CODE_LENGTH" Error Record "A code of the wrong length; a leading zero may be lost." "Format the column as text at the source.";
"C054" "CODE_SCIENTIFIC_MANGLED" Error Record "A spreadsheet has turned the code into a number." "Format the column as text at the source.";
"C055" "BRANCH_CODE" Note Record "A branch surgery (practice code and three digits), set apart from practices." "Nothing to do.";
"C056" "PSEUDO_UNIT" Note Record "A row for no real practice (`Unmapped`, `Unassigned`), skipped and counted." "Nothing to do.";
"C060" "DUPLICATE_ROW" Warning Record "An exact copy of an earlier row; counted once." "Nothing to do.";
"C061" "DUPLICATE_KEY" Error Record "Two rows for one key with different values; both are set aside." "Ask the sender which one counts.";
"C062" "OWNER_UNREADABLE" Warning None "Of a record that was set aside it cannot be read whose figure it is a part of, or of which period. It is held to be of the owner whose rows stand beside it; between two owners some figure lacks it, and nothing says which." "Correct the record at the source; until then read the figures named as ones that may lack it.";
"C070" "BIDI_CONTROL" Warning None "A character that changes the direction of text; shown without it." "Remove it at the source.";
"C071" "ZERO_WIDTH" Warning None "An invisible character." "Remove it at the source.";
"C072" "NAME_TOO_LONG" Error Record "A name longer than any real one." "Correct the cell at the source.";
"H001" "ODS_UNKNOWN" Warning None "A code that the ODS files do not know." "Check the code; or add the ODS file of the date.";
"H002" "ODS_CLOSED" Warning None "A code of an organisation closed before the period." "Check the code.";
"H003" "MEMBERSHIP_DISAGREES" Note None "The source and the ODS name different CCGs for a practice." "See the basis on the table.";
"H004" "COMMISSIONER_DISAGREES" Note None "Columns 15 and 24 of epraccur name different commissioners." "Column 15 was used.";
"H005" "NO_MEMBERSHIP" Warning None "No CCG is known for a practice on the chosen basis." "Add the ODS file of the date, or choose another basis.";
"H006" "ODS_NOT_OF_DATE" Warning None "The ODS practice file used is after the period, or much older: it cannot know what opened or closed in between." "Add the ODS file of the date.";
"H007" "TWO_MEMBERSHIPS" Note None "One file puts a practice under two CCGs; the one on most of its rows was used." "Ask the publisher.";
"H008" "NOT_IN_SCOPE" Note None "A practice outside the scope of the membership rules, such as another country; left out." "Nothing to do.";
"H009" "LIST_OF_NOBODY" Warning None "A list of nobody is published for a practice that returns patients; its list is not known and it weighs nothing." "Add a list size file of the date.";
"H010" "LISTS_APART" Note None "Published lists that are far from those that the practices return." "Nothing to do; compare the dates of the two, and see who has merged or opened since.";
"K001" "RULE_ABOVE_DENOMINATOR" Warning None "A part larger than its whole (such as enabled patients above the list)." "Kept and flagged; the value is capped where the framework says so.";
"K002" "RECON_TOTAL" Warning None "The rows do not add up to the published total." "Ask the publisher.";
"K004" "RESUBMISSION" Warning None "Another release of a period that is held already or stands in another file of the batch; both are kept, the later one is used." "Check that the release named is the one that counts; the other one stays in the store.";
"K005" "SUPPLIER_OVERLAP" Warning None "One practice reported from two systems in one month; its counts are not added twice." "Nothing to do.";
"K007" "RESUBMISSION_SHRANK" Fatal Submission "A release of a period with less than half of the rows of another one, held in the store or in another file of the batch." "If it is right, ingest it into a new store, or ask the sender whether the file was cut.";
"K006" "RULE_FAILED" Warning None "A rule of the contract does not hold." "See the rule's text.";
"T001" "STORE_DAMAGED" Fatal Integrity "A stored file is not what was committed." "Restore the store from a backup; `dpcmi verify` names every damaged file.";
"T002" "RECONCILIATION_FAILED" Fatal Integrity "Rows or bytes are unaccounted for." "This is a bug of dpcmi: please report it with the file.";
"T003" "STORE_LITTER" Warning None "A file that no version names, left by a run that was stopped." "Nothing to do: the next run removes it.";
"D001" "CONFIG_PARSE" Fatal Integrity "The definition is not valid TOML or lacks a field." "Correct the line named.";
"D002" "CONFIG_UNKNOWN_KEY" Fatal Integrity "A field that no definition of this kind has." "Correct the spelling.";
"D003" "CONFIG_PATH_ESCAPE" Fatal Integrity "A path that leaves the project." "Use a relative path without `..`.";
"D004" "CONFIG_NOT_FINITE" Fatal Integrity "A number that is not finite." "Write a finite number.";
"D005" "CONFIG_WEIGHTS" Fatal Integrity "A weight is missing, negative, without a reason or without an owner, or a group has none." "Give every weight a number, a reason and an owner.";
"D006" "CONFIG_DUPLICATE_ID" Fatal Integrity "An id twice." "Rename one of the two.";
"D007" "CONFIG_REFERENCE" Fatal Integrity "A name that nothing defines." "Correct the name.";
"D008" "CONFIG_VALUE" Fatal Integrity "A value that the field does not allow." "Correct the value.";
"D009" "CONFIG_CYCLE" Fatal Integrity "A tree that contains itself." "Break the cycle.";
"D020" "CONFIG_METHOD" Fatal Integrity "Two steps of a method that do not go together." "Change one of the two; the message names both.";
"D021" "WHAT_IF" Fatal Integrity "A change that names nothing in the store or the framework." "Correct the dataset, the rows, the column or the id; `dpcmi status` says what is held.";
"I001" "NOT_COLLECTED" Note None "No input for an indicator in a quarter: nobody is scored on it." "Add the file of the quarter if it exists.";
"I002" "LOW_COVERAGE" Warning None "Too little of the framework's weight was collected in a quarter to rank anyone." "Read the scores of the quarter as a partial view.";
"I003" "DIVISION_BY_ZERO" Note None "A denominator of zero: no value." "Nothing to do.";
"I004" "NO_POPULATION" Warning None "A unit without a list size: it cannot weigh in an area." "Add the list sizes of the quarter.";
"I005" "UNKNOWN_ANSWER" Warning None "An answer for which the framework has no points: counted as missing." "Add the answer to the points of the indicator, or to its unknown ones.";
"I007" "POPULATION_THIN" Warning None "A quarter covers much less of England than it should: most of its practices have no list, or it has less than half of the patients of another quarter." "Look for a list size file that is missing, cut or of another month; read no figure of the quarter as one of England.";
"I006" "VALUES_CELL" Error Submission "A cell of a table of values that is no value, or a row without a unit." "Correct the cell; leave it empty if there is no value.";
"I020" "VALUES_METHOD" Error Submission "Values that a step of the framework cannot work on, such as no range to normalise by." "See the message: another step, or other values.";
"I024" "SIMULATION" Error Submission "Replicates that the framework does not describe, or that cannot be run." "State `[uncertainty]` in the framework, or leave `--replicates` and `--design` out.";
"I025" "PEER_UNKNOWN" Warning None "A list of peers or own groups names a code that the quarter does not have: the row is left out." "Correct the code, or send in a list of the quarter.";
"I026" "GROUP_SMALL" Warning None "An own group has too few practices with a score for any of them to be compared with the others." "Send in a larger group, or wait for the returns of its practices.";
"I023" "SCREENED_OUT" Note None "A unit with too few values to be scored." "See the table `screening`.";
"I021" "SUPPLIER_STEP" Warning None "A figure jumped, or an independent trace turned, at the practices of one supplier in one quarter and at no others: taken for a fault of the data and held." "Ask the publisher of the data; a corrected file releases it.";
"I022" "CONTRADICTED" Note None "An independent trace shows otherwise than an answer; the answer is kept and graded D." "Ask the practice or CCG; the table `evidence` names each.";
"A001" "AGREEMENT_UNDATED" Warning None "An agreement that is signed or escalated, and nobody says when: it does not count as in time." "Ask the CCG for the day.";
"A002" "AGREEMENT_AHEAD" Warning None "An agreement that is signed or escalated after the day that the list speaks of: not counted." "Check the day in the list; or send the list of the next quarter.";
"A003" "AGREEMENT_NO_LIST" Warning None "Of no practice of a CCG is the state of the agreement known: unknown, not `neither`." "Ask the CCG for its list.";
"A004" "AGREEMENT_STRANGER" Note None "A list names a practice that is none of the quarter." "Check the code; it may have closed.";
"M001" "HOST_RECHARGE" Warning None "A payment to another CCG: the host would be counted twice." "Shown as reported and without recharges.";
"M002" "MONTHS_MISSING" Warning None "Months without a file or without a line: not a year's total." "Do not compare as a year.";
"M003" "SWAPPED_COLUMNS" Warning None "Expense type and expense area are exchanged." "Nothing to do.";
"M004" "REVERSAL" Note None "A negative amount, kept as a reversal." "Nothing to do.";
"M005" "SPEND_OUT_OF_SCOPE" Note None "A line of another expense area: counted, and in no figure." "Nothing to do; or add the area to the definition.";
"M006" "REPEATED_LINE" Note None "The same transaction, expense type, supplier and amount as another line; both kept, since both may be genuine." "Ask the CCG.";
"M007" "NO_DENOMINATOR" Warning None "No population is held for a CCG with spend: no figure per head." "Add the list sizes of the year.";
"M008" "DENOMINATOR_OTHER_YEAR" Note None "The population is of another year than the spend." "Add the population of the year if it exists.";
"M020" "SCENARIO_OVERSPENT" Fatal Integrity "The parts of a scenario are more than its pot." "Lower a part, or raise the pot.";
"M021" "SCENARIO_NO_PEOPLE" Fatal Integrity "A CCG, or the country, has no people of the denominator." "Choose another denominator, or add the population.";
"M022" "SCENARIO_NO_BASELINE" Fatal Integrity "A pace of change under 1 needs the running cost of every CCG." "State the running costs, or set `pace = 1.0`.";
"M023" "SCENARIO_UNKNOWN_CCG" Fatal Integrity "A running cost of a CCG that has no people." "Correct the code, say with `[[merged]]` what it became, or with `[running_costs]` of which day it is.";
"M024" "SCENARIO_NO_POPULATION" Fatal Integrity "The population that a scenario names is not among the inputs." "Add the file, or name another day or dataset.";
"M030" "SPEND_UNMAPPED" Warning None "A line that no rule of the scope map puts into a category: in the figure as reported, not in the one like for like." "Ask the CCG what was bought, or add a rule to the scope map.";
"M031" "SPEND_REFUSED" Warning None "A figure that the plausibility gate refuses: shown as refused, with the question to the CCG, and given no place." "Put the question to the CCG; a corrected return replaces this one.";
"M032" "SHARES_NOT_ONE" Warning None "The shares of one bill do not add up to 1; every line is kept as stated." "Ask the CCGs that share the bill which share is right.";
"M033" "POPULATION_ZERO" Warning None "A population of zero: there is no figure per head, and not an infinite or zero one." "Ask for the population.";
"M034" "SPEND_PRICE" Note None "A line many times dearer, or cheaper, per head than the same thing at other CCGs." "Ask the CCG for the unit of the amount.";
"M035" "SPEND_UNIT" Warning None "An amount that is not a whole number of pence in the unit stated; the line is counted as odd and in no figure." "Write the amount in pounds.";
"M036" "COVERS_UNCLEAR" Warning None "The days that a line covers cannot be read, end before they begin, or lie outside the year of the return; the line is kept." "Correct the dates.";
"M037" "LINES_SET_ASIDE" Warning None "Lines of a CCG's spend were set aside at intake: its figure lacks them, is no whole year, has no place and is no yardstick for others." "Ask the CCG to correct the lines; `quality/quarantine` holds each with its codes, `quality/issues` the cells.";
"M038" "RETURN_REFUSED" Warning None "A CCG's return could not be used, as a whole or because each of its lines was set aside: its published lines over £25,000 speak for it, or nothing does." "Ask the CCG to send the return again; `quality/issues` names the cell or the lines.";
"M039" "POPULATION_DISAGREES" Warning None "The population that a return says it divides by is far from the published one; pounds a head here are always over the published one." "Ask the CCG which list, of which day, it divides by.";
"M040" "LINE_DATE_INVALID" Warning None "The date of a published line is lost, impossible or of another year: the line stays in the figure, in the month of its file, without a day." "Ask the CCG for the day; nothing needs it.";
"M041" "LINE_DATE_AMBIGUOUS" Warning None "The date of a published line may be day-month or month-day: it is read by the month of its file where that tells, and else left without a day; the line stays in the figure." "Ask the CCG to publish dates as 2018-09-30.";
"P001" "FEED_NOT_ALLOWED" Fatal Integrity "A feed for patients asks for a column that the allow-list does not hold." "Take the fact out, or write the column under [[public]] with a reason: a feed tells only what was decided to be public.";
"P002" "FEED_WORDING" Fatal Integrity "A text for patients holds a word that judges a practice." "Say what is there, not how good it is.";
"P003" "FEED_CHARACTER" Warning None "A practice's name holds a character that windows-1252 does not have, or that separates fields: in the nine-column file the practice's code stands for its name; its facts stay, and every other feed has the name as it is." "Correct the name at its source, if it is wrong there; nothing is replaced by a question mark.";
"P004" "FEED_IMPOSSIBLE" Warning None "More people than there are: the figure is shown as not known." "Ask the sender; the figure comes back when it is possible.";
"P005" "FEED_LEFT_OUT" Note None "Practices that are not open by the directory of the day are in no feed." "Nothing to do, unless the directory is older than the practices.";
"P006" "REPLY_STALE" Warning None "A reply about another value than the one that would be published: it is not applied." "Send the practice a new preview.";
"P007" "REPLY_UNKNOWN" Warning None "A reply about a practice or a fact that no feed holds: it is not applied." "Correct the code or the fact; `dpcmi preview` writes both.";
"P008" "REPLY_VALUE" Warning None "A correction without a usable value: it is not applied." "Write yes or no; for a number of people, a whole number not above the list.";
"P009" "REPLY_LATE" Warning None "A reply after the last day for replies, or one without a day where there is a last one: it is not applied in this release." "It counts in the next one when it is sent again.";
"P010" "REPLY_DEADLINE" Warning None "A reply whose file names another last day for replies than the run was told, or none: the run's day holds, and where the run was told none, nothing is late." "Run with `--reply-by` and the day that `dpcmi preview` named; where one practice's file differs, ask it.";
"P011" "FEED_SUCCESSORS" Fatal Submission "The file that was given as a list of successors is none." "Give the ODS file succ.csv (or succarc.csv): five columns without a header, which are old code, new code, reason, date as 20180930, indicator.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_and_names_are_unique_and_every_code_says_what_to_do() {
        let ids: BTreeSet<_> = TABLE.iter().map(|c| c.id).collect();
        let names: BTreeSet<_> = TABLE.iter().map(|c| c.name).collect();
        assert_eq!((ids.len(), names.len()), (TABLE.len(), TABLE.len()));
        assert!(TABLE.iter().all(|c| !c.means.is_empty() && !c.remedy.is_empty()));
        assert!(find("c012").is_some_and(|c| c.name == "NUM_NOT_FINITE"));
    }
}
