//! Printing: text that fits the terminal, or JSON.

use std::fmt::Display;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use serde::Serialize;

/// An answer, as data and as text. The text is made from the data, so the two cannot differ.
pub(crate) trait Report {
    fn print(&self, page: &mut Page);
    fn json(&self) -> serde_json::Result<String>;
}

/// Every report is written the same way.
pub(crate) fn pretty(report: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report)
}

/// Text that fits a width, or is as long as it is where there is no terminal, so that it can be searched.
pub(crate) struct Page {
    width: Option<u16>,
    text: String,
}

impl Page {
    pub(crate) const fn new(width: Option<u16>) -> Self {
        Self { width, text: String::new() }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    pub(crate) const fn width(&self) -> Option<u16> {
        self.width
    }

    pub(crate) fn has_room(&self, columns: u16) -> bool {
        self.width.is_none_or(|width| width >= columns)
    }

    /// A line as it is.
    pub(crate) fn line(&mut self, text: impl Display) {
        self.text.push_str(text.to_string().trim_end());
        self.text.push('\n');
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Text that is wrapped, every line of it indented.
    pub(crate) fn paragraph(&mut self, indent: u16, text: impl Display) {
        let mut listing = Listing::new(indent, &[Column::Flowing]);
        listing.row([text.to_string()]);
        self.listing(listing);
    }

    pub(crate) fn listing(&mut self, listing: Listing) {
        for block in listing.blocks(self.width) {
            self.line(block);
        }
    }
}

/// What there is to say of one thing: a label and a text in each row.
#[derive(Default)]
pub(crate) struct Facts(Vec<(&'static str, String)>);

impl Facts {
    pub(crate) fn say(&mut self, label: &'static str, text: impl ToString) {
        self.0.push((label, text.to_string()));
    }

    /// A line for each.
    pub(crate) fn add(&mut self, label: &'static str, lines: impl Iterator<Item = String>) {
        let lines: Vec<String> = lines.collect();
        self.say(label, if lines.is_empty() { "none".to_owned() } else { lines.join("\n") });
    }

    /// How many, and which.
    pub(crate) fn add_list<'a>(&mut self, label: &'static str, members: impl Iterator<Item = &'a str>) {
        let members: Vec<&str> = members.collect();
        match members.len() {
            0 => self.say(label, "none"),
            many => self.say(label, format_args!("{many}: {}", members.join(", "))),
        }
    }

    pub(crate) fn print(self, page: &mut Page) {
        let mut listing = Listing::new(0, &[Column::Fixed, Column::Flowing]);
        self.0.into_iter().for_each(|(label, text)| listing.row([label.to_owned(), text]));
        page.listing(listing);
    }
}

/// How a column of a [`Listing`] uses its width.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Column {
    /// As wide as its contents.
    Fixed,
    /// The same, aligned to the right.
    Number,
    /// What the others leave, wrapped.
    Flowing,
}

/// Between columns.
pub(crate) const GAP: u16 = 2;

/// A wrapped column does not get narrower than this, whatever the terminal.
const NARROWEST: u16 = 10;

/// Rows in columns, with text between them that runs across the columns.
pub(crate) struct Listing {
    indent: u16,
    columns: Vec<Column>,
    entries: Vec<Entry>,
}

enum Entry {
    Text { indent: u16, text: String },
    Row(Vec<String>),
}

impl Listing {
    pub(crate) fn new(indent: u16, columns: &[Column]) -> Self {
        Self { indent, columns: columns.to_vec(), entries: Vec::new() }
    }

    /// A heading, after a blank line.
    pub(crate) fn heading(&mut self, text: impl Into<String>) {
        self.blank();
        self.entries.push(Entry::Text { indent: 0, text: text.into() });
    }

    pub(crate) fn blank(&mut self) {
        self.entries.push(Entry::Text { indent: 0, text: String::new() });
    }

    /// Text about the heading or row above; nothing if there is none.
    pub(crate) fn note(&mut self, text: &str) {
        if !text.is_empty() {
            self.entries.push(Entry::Text { indent: self.indent + GAP, text: text.to_owned() });
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.entries.push(Entry::Row(cells.into_iter().collect()));
    }

    /// The rows between texts and the texts, in order; the columns of all are equally wide.
    fn blocks(self, width: Option<u16>) -> Vec<String> {
        let widths = self.widths(width);
        let mut blocks = Vec::new();
        let mut rows: Vec<Vec<String>> = Vec::new();
        for entry in self.entries {
            match entry {
                Entry::Row(cells) => rows.push(cells),
                Entry::Text { indent, text } => {
                    blocks.extend(block(self.indent, &self.columns, &widths, std::mem::take(&mut rows)));
                    let whole = width.map_or(u16::MAX / 2, |width| width.saturating_sub(indent));
                    let widest = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
                    let width = widest.min(whole.max(NARROWEST));
                    blocks.extend(block(indent, &[Column::Flowing], &[width], vec![vec![text]]));
                }
            }
        }
        blocks.extend(block(self.indent, &self.columns, &widths, rows));
        blocks
    }

    /// Contents decide; where they are too wide, the flowing columns share what the others leave, and
    /// what one of them does not need is left to the rest.
    fn widths(&self, width: Option<u16>) -> Vec<u16> {
        let mut all = Table::new();
        for entry in &self.entries {
            if let Entry::Row(cells) = entry {
                all.add_row(cells);
            }
        }
        let mut widths = all.column_max_content_widths();
        let Some(width) = width else { return widths };
        let gaps = GAP * u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let mut left = width.saturating_sub(self.indent.saturating_add(gaps));
        let mut flowing: Vec<&mut u16> = Vec::new();
        for (column, needed) in self.columns.iter().zip(&mut widths) {
            match column {
                Column::Flowing => flowing.push(needed),
                Column::Fixed | Column::Number => left = left.saturating_sub(*needed),
            }
        }
        flowing.sort_unstable();
        let mut sharing = u16::try_from(flowing.len()).unwrap_or(u16::MAX);
        for needed in flowing {
            *needed = (*needed).min((left / sharing.max(1)).max(NARROWEST));
            left = left.saturating_sub(*needed);
            sharing -= 1;
        }
        widths
    }
}

fn block(indent: u16, columns: &[Column], widths: &[u16], rows: Vec<Vec<String>>) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled).add_rows(rows);
    for (n, column) in table.column_iter_mut().enumerate() {
        let left = if n == 0 { indent } else { GAP };
        column.set_padding((left, 0));
        if let Some(width) = widths.get(n) {
            // The width of a column includes its padding.
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width.saturating_add(left))));
        }
        if columns.get(n) == Some(&Column::Number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    Some(table.trim_fmt())
}
