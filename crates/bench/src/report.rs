//! Rows, and how they are shown.

use crate::{error::Failure, machine::Machine};
use serde::Serialize;
use std::{fmt::Write, time::Duration};

/// What is asked of a row.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Asked {
    /// The ratio to the floor, at most.
    RatioAtMost(f64),
    /// The ratio to the floor, at least.
    RatioAtLeast(f64),
    /// The figure itself, at most.
    AtMost(f64),
    /// Nothing: it is there to be compared.
    Nothing,
}

/// One figure, and its floor.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    /// What it is called, for scripts.
    pub(crate) key: String,
    /// What it is, for people.
    pub(crate) what: String,
    /// In what.
    pub(crate) unit: &'static str,
    /// Ours.
    pub(crate) ours: f64,
    /// The same work, bare.
    pub(crate) floor: Option<f64>,
    /// Ours through the floor.
    pub(crate) ratio: Option<f64>,
    /// What was asked.
    pub(crate) asked: Asked,
    /// Whether it is so.
    pub(crate) reached: Option<bool>,
}

impl Row {
    /// A figure.
    pub(crate) fn new(key: impl Into<String>, what: impl Into<String>, unit: &'static str, ours: f64) -> Self {
        let (key, what) = (key.into(), what.into());
        Self { key, what, unit, ours, floor: None, ratio: None, asked: Asked::Nothing, reached: None }
    }

    /// Beside its floor.
    pub(crate) fn floor(mut self, floor: f64) -> Self {
        self.floor = Some(floor);
        self.ratio = Some(self.ours / floor);
        self
    }

    /// With what is asked of it.
    pub(crate) fn asked(mut self, asked: Asked) -> Self {
        self.asked = asked;
        self.reached = match (asked, self.ratio) {
            (Asked::RatioAtMost(limit), Some(ratio)) => Some(ratio <= limit),
            (Asked::RatioAtLeast(limit), Some(ratio)) => Some(ratio >= limit),
            (Asked::AtMost(limit), _) => Some(self.ours <= limit),
            _ => None,
        };
        self
    }
}

/// All rows of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    /// The texts were made from this number.
    seed: u64,
    /// A tenth of the work.
    quick: bool,
    seconds: f64,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(machine: Machine, seed: u64, quick: bool) -> Self {
        Self { machine, seed, quick, seconds: 0.0, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, row: Row) {
        let ratio = row.ratio.map(|ratio| format!(", {ratio:.2} of the floor's")).unwrap_or_default();
        eprintln!("  {}: {} {}{ratio}", row.what, figure(row.ours), row.unit);
        self.rows.push(row);
    }

    /// An earlier row's figure.
    pub(crate) fn row(&self, key: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.key == key)
    }

    pub(crate) fn finish(&mut self, took: Duration) {
        self.seconds = took.as_secs_f64();
        self.machine.look_again();
    }

    pub(crate) fn json(&self) -> Result<String, Failure> {
        Ok(serde_json::to_string(self)?)
    }

    /// For people, and for `docs/BENCHMARKS.md`: a table in Markdown that is readable as it is.
    pub(crate) fn table(&self) -> String {
        let heads = ["measure", "ours", "floor", "ratio", "asked", ""].map(str::to_owned);
        let lines: Vec<[String; 6]> = std::iter::once(heads).chain(self.rows.iter().map(cells)).collect();
        let mut widths = [0; 6];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = format!("{}\ntexts from seed {}", self.machine, self.seed);
        if self.quick {
            text.push_str("; a quick run, whose figures mean little");
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "; took {:.0} s\n", self.seconds);
        for (number, line) in lines.iter().enumerate() {
            for (place, (cell, width)) in line.iter().zip(widths).enumerate() {
                let _ = if place == 0 { write!(text, "| {cell:<width$} ") } else { write!(text, "| {cell:>width$} ") };
            }
            text.push_str("|\n");
            if number == 0 {
                for (place, width) in widths.iter().enumerate() {
                    let _ = write!(text, "|{}{}", "-".repeat(width + 1), if place == 0 { "-" } else { ":" });
                }
                text.push_str("|\n");
            }
        }
        text
    }
}

fn cells(row: &Row) -> [String; 6] {
    let asked = match row.asked {
        Asked::RatioAtMost(limit) => format!("ratio ≤ {}", figure(limit)),
        Asked::RatioAtLeast(limit) => format!("ratio ≥ {}", figure(limit)),
        Asked::AtMost(limit) => format!("≤ {} {}", figure(limit), row.unit),
        Asked::Nothing => String::new(),
    };
    let reached = row.reached.map_or("", |reached| if reached { "ok" } else { "NOT REACHED" });
    [
        row.what.clone(),
        format!("{} {}", figure(row.ours), row.unit),
        row.floor.map(|floor| format!("{} {}", figure(floor), row.unit)).unwrap_or_default(),
        row.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
        asked,
        reached.to_owned(),
    ]
}

/// Three digits that mean something.
fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 1_000.0 => {
            let digits = format!("{value:.0}");
            let mut text = String::new();
            for (place, digit) in digits.chars().enumerate() {
                if place > 0 && (digits.len() - place).is_multiple_of(3) {
                    text.push(',');
                }
                text.push(digit);
            }
            text
        }
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn figures_are_short_to_read() {
        assert_eq!(figure(1_234_567.8), "1,234,568");
        assert_eq!(figure(999.6), "1000");
        assert_eq!(figure(42.25), "42.2");
        assert_eq!(figure(0.5), "0.50");
    }

    #[test]
    fn a_row_knows_whether_it_is_reached() {
        let row = Row::new("a", "a", "s", 3.0).floor(2.0);
        assert_eq!(row.clone().asked(Asked::RatioAtMost(1.5)).reached, Some(true));
        assert_eq!(row.clone().asked(Asked::RatioAtMost(1.4)).reached, Some(false));
        assert_eq!(row.clone().asked(Asked::RatioAtLeast(1.6)).reached, Some(false));
        assert_eq!(row.clone().asked(Asked::AtMost(3.0)).reached, Some(true));
        assert_eq!(row.asked(Asked::Nothing).reached, None);
    }
}
