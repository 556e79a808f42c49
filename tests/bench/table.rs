//! Medians and ratios as a Markdown table.

/// What a column shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    pub(crate) digits: usize,
    /// Whether the ratio to the first row is shown beside it.
    pub(crate) ratio: bool,
}

/// Rows of contenders; each has a list of rounds, each round a value per column.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<(String, Vec<Vec<f64>>)>,
}

impl Column {
    pub(crate) const fn plain(title: &'static str, digits: usize) -> Self {
        Self {
            title,
            digits,
            ratio: false,
        }
    }

    pub(crate) const fn ratio(title: &'static str, digits: usize) -> Self {
        Self {
            title,
            digits,
            ratio: true,
        }
    }
}

impl Table {
    pub(crate) fn new(columns: &[Column], rows: impl IntoIterator<Item = String>) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: rows.into_iter().map(|name| (name, Vec::new())).collect(),
        }
    }

    /// Adds the values of one round to a row.
    pub(crate) fn add(&mut self, row: usize, values: Vec<f64>) {
        assert_eq!(values.len(), self.columns.len(), "a value per column");
        self.rows[row].1.push(values);
    }

    pub(crate) fn print(&self) {
        let titles: Vec<&str> = self.columns.iter().map(|column| column.title).collect();
        println!("| | {} |", titles.join(" | "));
        println!("|---|{}", "---|".repeat(titles.len()));
        for (row, (name, _)) in self.rows.iter().enumerate() {
            let cells: Vec<String> = (0..self.columns.len())
                .map(|column| self.cell(row, column))
                .collect();
            println!("| {name} | {} |", cells.join(" | "));
        }
    }

    fn cell(&self, row: usize, column: usize) -> String {
        let Column { digits, ratio, .. } = self.columns[column];
        let values = self.values(row, column);
        let value = median(values.clone());
        let text = format!("{value:.digits$}");
        if !ratio || row == 0 {
            return text;
        }
        let ratios = values
            .iter()
            .zip(self.values(0, column))
            .map(|(value, yardstick)| value / yardstick)
            .collect();
        let ratio: f64 = median(ratios);
        if ratio < 0.1 {
            format!("{text} ({ratio:.3}×)")
        } else {
            format!("{text} ({ratio:.2}×)")
        }
    }

    fn values(&self, row: usize, column: usize) -> Vec<f64> {
        self.rows[row].1.iter().map(|round| round[column]).collect()
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
