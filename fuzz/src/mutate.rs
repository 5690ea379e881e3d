//! Mutations of JSON that keep it JSON: most bytes that a blind mutation gives are refused by the parser.
//!
//! Whatever is put somewhere comes from elsewhere in the same document, so the mutations know no field, and
//! follow the stored forms as these change.

use serde_json::{Value, json};

/// Numbers that look random and follow from a seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of `n`; 0 of none.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)) >> 11;
        usize::try_from(mixed % n.max(1) as u64).unwrap_or(0)
    }
}

/// One to four mutations.
pub fn mutate(value: &mut Value, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        step(value, dice);
    }
}

fn step(value: &mut Value, dice: &mut Dice) {
    let donor = {
        let at = dice.below(count(value));
        nth(value, &mut { at }).map_or(Value::Null, |node| node.clone())
    };
    // Small things are what bounds and enums are made of; most places are small ones.
    let at = dice.below(count(value));
    let Some(place) = nth(value, &mut { at }) else { return };
    match place {
        Value::Array(items) => {
            let (a, b) = (dice.below(items.len()), dice.below(items.len()));
            match dice.below(6) {
                0 if !items.is_empty() => drop(items.remove(a)),
                1 if !items.is_empty() => items.insert(b, items[a].clone()),
                2 if !items.is_empty() => items.swap(a, b),
                3 => items.reverse(),
                4 => items.clear(),
                _ => items.insert(a, donor),
            }
        }
        Value::Object(fields) if dice.below(4) == 0 => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let Some(name) = names.get(dice.below(names.len())) else { return };
            if let Some(taken) = fields.remove(name).filter(|_| dice.below(2) == 0) {
                let other = donor.as_str().unwrap_or(name).to_owned();
                fields.insert(other, taken);
            }
        }
        Value::Bool(flag) => *flag = !*flag,
        Value::Number(number) => {
            let n = number.as_u64().unwrap_or(0);
            let near = [n.wrapping_add(1), n.wrapping_sub(1), 0, 1, 1 << 53, u64::MAX];
            *place = match dice.below(9) {
                at @ 0..6 => json!(near[at]),
                6 => json!(-1),
                7 => json!(0.5),
                _ => json!(n.to_string()),
            };
        }
        // A digest or a mark stays one, and becomes another.
        Value::String(text) if is_hex(text) && dice.below(2) == 0 => {
            let at = dice.below(text.len());
            let digit = ["0", "9", "a", "f"][dice.below(4)];
            text.replace_range(at..=at, digit);
        }
        Value::String(text) => match dice.below(8) {
            0 => text.clear(),
            1 => text.push(' '),
            2 => text.push('\u{e9}'),
            3 if text.len() < 64 => *text = text.repeat(dice.below(64)),
            4 => text.make_ascii_uppercase(),
            _ => *place = donor,
        },
        _ => *place = donor,
    }
}

fn is_hex(text: &str) -> bool {
    text.len() >= 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// The `n`th node, counted from the outside in.
fn nth<'v>(value: &'v mut Value, n: &mut usize) -> Option<&'v mut Value> {
    if *n == 0 {
        return Some(value);
    }
    *n -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, n)),
        Value::Object(fields) => fields.values_mut().find_map(|field| nth(field, n)),
        _ => None,
    }
}
