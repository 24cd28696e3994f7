//! Codes of tables as people read them: `sign_or_escalate`, `own:region`. Tables and CSV keep the codes; sentences, pages and
//! workbooks have the words.

/// Codes whose words say more than the code with spaces for its underscores does.
const WORDS: [(&str, &str); 26] = [
    // agreements
    ("find_out", "find out whether it is signed"),
    ("from_signature", "counted from the signature"),
    ("on_time", "in time"),
    ("sign_or_escalate", "sign, or escalate to the regional team"),
    // evidence
    ("near_the_line", "the share lies near the line"),
    ("no_trace", "nothing is held against it"),
    ("trace_contradicts", "a trace shows otherwise"),
    ("trace_fits", "an indirect trace fits"),
    ("trace_missing", "the trace is missing"),
    ("trace_shows_more", "a trace shows more"),
    ("trace_shows_unanswered", "no answer, and a trace shows it"),
    ("trace_supports", "a direct trace shows it"),
    ("traces_disagree", "traces disagree"),
    // providers
    ("too_few_answers", "too few practices have a figure"),
    ("too_few_ccgs", "too few CCGs to compare"),
    ("too_few_practices", "too few practices to compare"),
    // spend
    ("core_mandated", "core and mandated"),
    ("half_year", "half a year"),
    ("host_recharge", "a recharge to a host"),
    ("no_lines", "no line in this scope"),
    ("not_tested", "could not be tested"),
    ("out_of_scope", "out of scope"),
    ("times_ten", "ten times too much"),
    ("times_twelve", "twelve times too much"),
    ("whole_budget", "a whole IT budget"),
    ("without_recharges", "without payments to other CCGs"),
];

/// Before the kind of an own group in a way of choosing peers.
const OWN: &str = "own:";

/// The words of one code; `None` for a text that is none.
fn code(text: &str) -> Option<String> {
    let known = own_words(text).map(str::to_owned).or_else(|| own_group(text));
    known.or_else(|| is_code(text).then(|| text.replace('_', " ")))
}

/// A text with each code in it in words.
pub fn plain(text: &str) -> String {
    each(text, &code)
}

/// As [`plain`], where some codes are known by other words.
pub fn plain_but(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    each(text, &|word| known(word).filter(|_| is_code(word)).or_else(|| code(word)))
}

/// A text that may name columns of files, which keep their names: only codes that have words of their own are told in words.
pub fn plain_of_files(text: &str) -> String {
    each(text, &|word| own_words(word).map(str::to_owned).or_else(|| own_group(word)))
}

/// Each word of a text, without the marks around it, by other words where there are some.
fn each(text: &str, of: &dyn Fn(&str) -> Option<String>) -> String {
    let words = |word: &str| {
        let core = word.trim_matches(|c: char| !c.is_alphanumeric());
        of(core).map_or_else(|| word.to_owned(), |words| word.replacen(core, &words, 1))
    };
    text.split(' ').map(words).collect::<Vec<_>>().join(" ")
}

fn own_group(way: &str) -> Option<String> {
    let kind = way.strip_prefix(OWN).filter(|kind| !kind.is_empty())?;
    Some(format!("own group: {}", code(kind).as_deref().unwrap_or(kind)))
}

fn own_words(code: &str) -> Option<&'static str> {
    WORDS.iter().find(|(own, _)| *own == code).map(|(_, words)| *words)
}

/// Lower-case words joined by underscores: a file has a dot in its name, and what people write has none of it.
fn is_code(text: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    text.contains('_') && text.split('_').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_as_words_and_its_sentence_stays() {
        let check = |text, words: &str| assert_eq!(plain(text), words);
        check("on_time", "in time");
        check("partly_met", "partly met");
        check("own:region", "own group: region");
        check("own:GP federation", "own group: GP federation");
        check(
            "refused by the plausibility gate (size, peers; looks like whole_budget or times_ten).",
            "refused by the plausibility gate (size, peers; looks like a whole IT budget or ten times too much).",
        );
        check(
            "registered: list_sizes 2018-04-30; resident: none",
            "registered: list sizes 2018-04-30; resident: none",
        );
    }

    #[test]
    fn names_of_files_and_of_people_are_no_codes() {
        for text in
            ["returns/ccg_gpit_2018.csv", "its own: nothing", "A_B Surgery", "St_Mary's", "_", "co-op"]
        {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn columns_of_files_keep_their_names_where_a_text_speaks_of_files() {
        assert_eq!(
            plain_of_files("13 cells of practice_code; own:hub looks like host_recharge"),
            "13 cells of practice_code; own group: hub looks like a recharge to a host"
        );
    }

    #[test]
    fn a_code_has_one_wording_and_no_two_share_it() {
        let codes: std::collections::BTreeSet<_> = WORDS.iter().map(|w| w.0).collect();
        let words: std::collections::BTreeSet<_> = WORDS.iter().map(|w| w.1).collect();
        assert_eq!([codes.len(), words.len()], [WORDS.len(); 2]);
        assert!(WORDS.iter().all(|(code, words)| is_code(code) && plain(words) == *words));
    }

    #[test]
    fn a_column_of_the_same_sheet_has_its_heading() {
        let heading = |code: &str| (code == "rank_low").then(|| "Rank, first".to_owned());
        assert_eq!(
            plain_but("Not without rank_low and next_steps.", &heading),
            "Not without Rank, first and next steps."
        );
    }
}
