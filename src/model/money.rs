//! Pence as people write money.

/// `£81,447` or `-£1,234.56`.
pub fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let (whole, rest) = (pence.unsigned_abs() / 100, pence.unsigned_abs() % 100);
    let digits = whole.to_string();
    let groups: Vec<&str> = {
        let first = digits.len() % 3;
        let head = (first > 0).then(|| &digits[..first]);
        let tail = (first..digits.len()).step_by(3).map(|i| &digits[i..i + 3]);
        head.into_iter().chain(tail).collect()
    };
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:02}") };
    format!("{sign}£{}{fraction}", groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_write_it() {
        let check = |pence, text: &str| assert_eq!(pounds(pence), text);
        check(0, "£0");
        check(5, "£0.05");
        check(-23_470_300, "-£234,703");
        check(281_215_400, "£2,812,154");
        check(99_950, "£999.50");
    }
}
