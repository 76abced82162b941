//! Lines in columns, as wide as the widest cell is on a terminal.

use unicode_width::UnicodeWidthStr;

/// Between two columns.
const GAP: &str = "  ";

/// Cells that names, which stand first, have at the most: a longer one moves what stands behind it, and nothing in other
/// rows.
const MAX_NAME: usize = 40;

/// The rows as lines. `numbers`: which columns end where the others begin, so that numbers stand below each other.
pub(super) fn aligned<const N: usize>(rows: &[[String; N]], numbers: [bool; N]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    if let Some(name) = widths.first_mut() {
        *name = MAX_NAME.min(*name);
    }
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).zip(numbers).filter(|((_, width), _)| *width > 0);
        let cells: Vec<String> = cells.map(|((cell, width), number)| padded(cell, width, number)).collect();
        cells.join(GAP).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn padded(cell: &str, width: usize, number: bool) -> String {
    let room = " ".repeat(width.saturating_sub(cell.width()));
    if number { format!("{room}{cell}") } else { format!("{cell}{room}") }
}

#[cfg(test)]
mod tests {
    use super::aligned;

    const NUMBERS: [bool; 5] = [false, false, true, true, false];

    #[test]
    fn columns_are_as_wide_as_on_a_terminal() {
        let row = |cells: [&str; 5]| cells.map(str::to_owned);
        let aligned = |rows: &[[String; 5]]| aligned(rows, NUMBERS);
        let rows =
            [row(["瞎驴", "h:1", "12 messages", "", "then"]), row(["alex", "host:1", "1 message", "", ""])];
        assert_eq!(aligned(&rows), ["瞎驴  h:1     12 messages  then", "alex  host:1    1 message"]);
        let unread = [row(["a", "b", "1", "", "x"]), row(["a", "b", "1", "3 unread", "x"])];
        assert_eq!(aligned(&unread), ["a  b  1            x", "a  b  1  3 unread  x"]);
        let long = "x".repeat(250);
        let told = aligned(&[row([&long, "h:1", "", "", ""]), row(["bo", "h:2", "", "", ""])]);
        assert_eq!(told, [format!("{long}  h:1"), format!("{:42}h:2", "bo")]);
        assert!(aligned(&[]).is_empty());
    }
}
