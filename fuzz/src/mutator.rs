//! The mutations as libFuzzer wants them: in place, within a size.

use serde_json::Value;

use super::mutate::{Dice, mutate};

/// A custom mutator for one JSON document; `None`: mutate bytes as usual.
pub fn document(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    let mut dice = Dice::new(seed.into());
    if dice.below(5) == 0 {
        return None;
    }
    let mut value: Value = serde_json::from_slice(data.get(..size)?).ok()?;
    mutate(&mut value, &mut dice);
    put(&serde_json::to_vec(&value).ok()?, data, max_size)
}

/// A custom mutator for JSON documents, one a line.
pub fn lines(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    let mut dice = Dice::new(seed.into());
    if dice.below(5) == 0 {
        return None;
    }
    let documents = data.get(..size)?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let documents: Result<Vec<Value>, _> = documents.map(serde_json::from_slice).collect();
    let mut value = Value::Array(documents.ok()?);
    mutate(&mut value, &mut dice);
    let Value::Array(documents) = value else { return None };
    let lines: Vec<String> = documents.iter().map(Value::to_string).collect();
    put(lines.join("\n").as_bytes(), data, max_size)
}

fn put(text: &[u8], data: &mut [u8], max_size: usize) -> Option<usize> {
    let fits = text.len() <= max_size;
    data.get_mut(..text.len()).filter(|_| fits)?.copy_from_slice(text);
    Some(text.len())
}
