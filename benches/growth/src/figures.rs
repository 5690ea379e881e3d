//! What was measured: panels of lines of figures, and the table of all.

use std::collections::BTreeMap;
use std::fmt::Write as _;

#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Nanoseconds,
    Microseconds,
    Bytes,
}

impl Unit {
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "\u{b5}s",
            Self::Bytes => "bytes a user",
        }
    }

    /// A round value at an axis, with the unit that suits it.
    pub(crate) fn tick(self, value: f64) -> String {
        let (small, large) = match self {
            Self::Nanoseconds => ("ns", "\u{b5}s"),
            Self::Microseconds if value < 1.0 => return format!("{:.0} ns", value * 1e3),
            Self::Microseconds => ("\u{b5}s", "ms"),
            Self::Bytes => ("B", "kB"),
        };
        if value < 1e3 { format!("{value} {small}") } else { format!("{} {large}", value / 1e3) }
    }
}

/// One line: a value for each of some numbers of users.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// Not of the crate: drawn in the background.
    pub(crate) for_scale: bool,
    /// The least of the rounds, by the number of users: other work on the machine only ever adds.
    pub(crate) values: BTreeMap<usize, f64>,
}

pub(crate) struct Panel {
    pub(crate) title: &'static str,
    pub(crate) subtitle: &'static str,
    pub(crate) unit: Unit,
    pub(crate) lines: Vec<Line>,
}

impl Panel {
    pub(crate) const fn new(title: &'static str, subtitle: &'static str, unit: Unit) -> Self {
        Self { title, subtitle, unit, lines: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: &'static str, users: usize, value: f64) {
        self.push(name, false, users, value);
    }

    pub(crate) fn add_for_scale(&mut self, name: &'static str, users: usize, value: f64) {
        self.push(name, true, users, value);
    }

    fn push(&mut self, name: &'static str, for_scale: bool, users: usize, value: f64) {
        let at = self.lines.iter().position(|line| line.name == name).unwrap_or_else(|| {
            self.lines.push(Line { name, for_scale, values: BTreeMap::new() });
            self.lines.len() - 1
        });
        let least = self.lines[at].values.entry(users).or_insert(value);
        *least = least.min(value);
    }
}

/// Lines down, numbers of users across.
pub(crate) fn table(sizes: &[usize], panels: &[Panel]) -> String {
    let mut table = String::from("| users |");
    for users in sizes {
        let _ = write!(table, " {} |", grouped(*users));
    }
    let _ = writeln!(table, "\n|---|{}", "---:|".repeat(sizes.len()));
    for panel in panels {
        for line in &panel.lines {
            let _ = write!(table, "| {}: {}, {} |", panel.title, line.name, panel.unit.symbol());
            for users in sizes {
                let value = line.values.get(users);
                let _ = write!(table, " {} |", value.map_or_else(String::new, |value| rounded(*value)));
            }
            table.push('\n');
        }
    }
    table
}

/// Three digits that count, or all of a whole number.
fn rounded(value: f64) -> String {
    match value {
        ..1.0 => format!("{value:.3}"),
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => grouped(value.round() as usize),
    }
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}
