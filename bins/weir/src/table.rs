//! Tables for people: columns as wide as they must be, numbers to the right.

use std::fmt::Write as _;

/// The gap between two columns.
const GAP: &str = "  ";

/// A table being filled.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// One column: its heading and the side its cells lean to.
#[derive(Debug, Clone, Copy)]
pub enum Column {
    /// Words: to the left.
    Left(&'static str),
    /// Numbers: to the right.
    Right(&'static str),
}

impl Column {
    fn heading(self) -> &'static str {
        match self {
            Self::Left(heading) | Self::Right(heading) => heading,
        }
    }
}

impl Table {
    /// An empty table with these columns.
    #[must_use]
    pub fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row. Cells beyond the columns are left out, missing ones are empty; control
    /// characters are shown as `?`, so that no name on the wire can steer a terminal.
    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let mut cells: Vec<String> = cells
            .into_iter()
            .map(|cell| cell.into().replace(char::is_control, "?"))
            .take(self.columns.len())
            .collect();
        cells.resize(self.columns.len(), String::new());
        self.rows.push(cells);
    }

    /// How many rows there are, the heading not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text, each line ended, no line with spaces at its end.
    #[must_use]
    pub fn render(&self) -> String {
        self.render_rows(self.rows.len())
    }

    /// The heading and the first `rows_max` rows; what is left out is counted in a last line.
    #[must_use]
    pub fn render_rows(&self, rows_max: usize) -> String {
        let widths = self.widths();
        let mut text = String::new();
        let headings: Vec<String> =
            self.columns.iter().map(|column| column.heading().to_owned()).collect();
        self.render_line(&headings, &widths, &mut text);
        for row in self.rows.iter().take(rows_max) {
            self.render_line(row, &widths, &mut text);
        }
        let left_out = self.rows.len().saturating_sub(rows_max);
        if left_out > 0 {
            let _ = writeln!(text, "… and {left_out} more");
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> =
            self.columns.iter().map(|column| column.heading().chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        widths
    }

    fn render_line(&self, cells: &[String], widths: &[usize], text: &mut String) {
        let mut line = String::new();
        for ((column, cell), width) in self.columns.iter().zip(cells).zip(widths) {
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            match column {
                Column::Left(_) => line.extend([cell.as_str(), &padding, GAP]),
                Column::Right(_) => line.extend([&padding, cell.as_str(), GAP]),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[Column::Left("LOGIN"), Column::Right("DOWN")]);
        table.row(["ann", "1.00 kB"]);
        table.row(["bartholomew", "5 B"]);
        table
    }

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let expected = "LOGIN           DOWN\nann          1.00 kB\nbartholomew      5 B\n";
        assert_eq!(table().render(), expected);
    }

    #[test]
    fn rows_that_do_not_fit_are_counted() {
        assert!(table().render_rows(1).ends_with("1.00 kB\n… and 1 more\n"));
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let mut table = Table::new(&[Column::Left("LOGIN")]);
        table.row(["a\u{1b}[2Jb"]);
        assert_eq!(table.render(), "LOGIN\na?[2Jb\n");
    }

    #[test]
    fn rows_have_exactly_the_columns() {
        let mut table = Table::new(&[Column::Left("A"), Column::Left("B")]);
        table.row(["1"]);
        table.row(["1", "2", "3"]);
        assert_eq!(table.render(), "A  B\n1\n1  2\n");
    }
}
