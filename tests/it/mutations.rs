//! P4: whatever bytes come in, an error or a valid value comes out. The checks are those of `fuzz/`: what is
//! accepted comes back as an equal canonical value, and answers as the rule does.

use std::path::Path;

use allocation_counter::measure;
use rolecall::{Account, AccountRecord, Catalog, CatalogRecord, Change, Credential, CredentialRecord, Fact};
use serde_json::{Value, json};

use crate::oracle;

#[path = "../../fuzz/src/decode.rs"]
mod decode;
#[path = "../../fuzz/src/edits.rs"]
mod edits;
#[path = "../../fuzz/src/journal.rs"]
mod journal;
#[path = "../../fuzz/src/keys.rs"]
mod keys;
#[path = "../../fuzz/src/moves.rs"]
mod moves;
#[path = "../../fuzz/src/mutate.rs"]
mod mutate;
#[path = "../../fuzz/src/samples.rs"]
mod samples;
#[path = "../../fuzz/src/targets.rs"]
mod targets;

use mutate::{Dice, mutate};
use targets::{Check, TARGETS};

/// The targets that read one JSON document, each with the largest good one.
fn documents() -> Vec<(&'static str, Check, String)> {
    let documents = TARGETS.into_iter().filter(|(name, _)| !["journal", "keys", "edits"].contains(name));
    documents
        .map(|(name, check)| (name, check, String::from_utf8(samples::seeds(name).remove(0)).unwrap()))
        .collect()
}

#[test]
fn every_seed_is_accepted() {
    for (name, check) in TARGETS {
        for seed in samples::seeds(name) {
            assert!(check(&seed), "{name}: {}", String::from_utf8_lossy(&seed));
        }
    }
}

/// A fact of a new kind belongs into the sample, so that it is mutated too.
#[test]
fn the_sample_change_has_a_fact_of_every_kind() {
    let unknown = serde_json::from_str::<Fact>(r#"{"?":{}}"#).unwrap_err().to_string();
    let (_, kinds) = unknown.split_once("expected one of ").unwrap();
    let sample = decode::text(&samples::change()) + &decode::text(&samples::upgrade());
    let kinds: Vec<&str> = kinds.split('`').skip(1).step_by(2).collect();
    assert!(kinds.len() >= 23, "{kinds:?}");
    for kind in kinds {
        assert!(sample.contains(&format!("{{\"{kind}\":")), "no fact `{kind}`");
    }
}

/// What fuzzing found worth keeping. After a change of a stored form:
/// `cargo run --no-default-features --example seeds` in `fuzz/`.
#[test]
fn the_corpus_is_replayed() {
    let corpus = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus"));
    if !corpus.is_dir() {
        println!("no corpus beside the tests");
        return;
    }
    for (name, check) in TARGETS {
        let files = std::fs::read_dir(corpus.join(name)).unwrap();
        let texts: Vec<Vec<u8>> = files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        let accepted = texts.iter().filter(|text| check(text)).count();
        println!("{name}: {} files, {accepted} accepted", texts.len());
        assert!(accepted > 0, "{name}: write the seeds again, the stored form has changed");
    }
}

#[test]
fn a_document_cut_off_anywhere_is_refused() {
    for (name, check, text) in documents() {
        for end in 0..text.len() {
            assert!(!check(&text.as_bytes()[..end]), "{name} cut off at {end}");
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_is_refused_or_gives_a_valid_value() {
    for (name, check, text) in documents() {
        let mut accepted = 0;
        for (at, bit) in (0..text.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            accepted += usize::from(check(&bytes));
        }
        println!("{name}: {} bytes, {accepted} of {} flips accepted", text.len(), text.len() * 8);
        assert!(accepted < text.len() * 4, "{name}: most flips hit a key, a name or the syntax");
    }
}

/// The mutations of the fuzzer, a fixed choice of them.
#[test]
fn mutated_documents_are_refused_or_give_valid_values() {
    for (name, check, text) in documents() {
        let sample: Value = serde_json::from_str(&text).unwrap();
        let mut accepted = 0;
        for seed in 0..3_000 {
            let (mut value, mut dice) = (sample.clone(), Dice::new(seed));
            mutate(&mut value, &mut dice);
            accepted += usize::from(check(value.to_string().as_bytes()));
        }
        println!("{name}: {accepted} of 3000 mutations accepted");
        assert!(accepted > 0 && accepted < 3_000, "{name}");
    }
}

/// Every place in a document, as a path.
fn places(value: &Value, path: &str, into: &mut Vec<String>) {
    into.push(path.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| places(value, &format!("{path}/{}", escaped(key)), into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| places(item, &format!("{path}/{n}"), into));
        }
        _ => {}
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Numbers as text, fractions, too large or negative; objects without fields; another type altogether.
#[test]
fn a_value_of_another_type_is_refused_wherever_it_stands() {
    let others =
        [json!(true), json!(0), json!(-1), json!(1.5), json!(1e300), json!("1"), json!([]), json!({})];
    for (name, check, text) in documents() {
        let sample: Value = serde_json::from_str(&text).unwrap();
        let mut paths = Vec::new();
        places(&sample, "", &mut paths);
        for path in paths {
            let original = sample.pointer(&path).unwrap();
            for other in &others {
                let kind = std::mem::discriminant(original) == std::mem::discriminant(other);
                let unsuitable = match other {
                    Value::Number(number) => !number.is_u64(),
                    other => *other == json!({}),
                };
                if (kind && !unsuitable) || (original.is_null() && *other == json!("1")) {
                    continue;
                }
                let mut value = sample.clone();
                *value.pointer_mut(&path).unwrap() = other.clone();
                assert!(!check(value.to_string().as_bytes()), "{name}{path}: {other}");
            }
            if original.is_number() {
                for huge in ["18446744073709551616", "1e999", "-0", "01", "0x1", "NaN", "1.0", "Infinity"] {
                    let mark = json!("the number is here");
                    let mut value = sample.clone();
                    *value.pointer_mut(&path).unwrap() = mark.clone();
                    let text = value.to_string().replace(&mark.to_string(), huge);
                    assert!(!check(text.as_bytes()), "{name}{path}: {huge}");
                }
            }
        }
    }
}

#[test]
fn what_is_around_a_document_or_twice_in_it_is_refused() {
    for (name, check, text) in documents() {
        let spaces = " ".repeat(1_000_000);
        assert!(check(format!("{spaces}{text}\n\t\r ").as_bytes()), "{name}: white space says nothing");
        for wrong in [
            format!("\u{feff}{text}"),
            format!("{text}0"),
            format!("{text}{text}"),
            format!("{text},"),
            format!("{text}\0"),
            format!("[{text}]"),
            format!("// comment\n{text}"),
            text.replacen(':', "=", 1),
            text.replace('"', "'"),
            text.replacen("}", ",}", 1),
            text.replacen("]", ",]", 1),
        ] {
            assert!(!check(wrong.as_bytes()), "{name}: {wrong:.80}");
        }
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(!check(&utf16), "{name}");
        // Each key of the outermost object a second time, with the same value.
        let Value::Object(fields) = serde_json::from_str(&text).unwrap() else { panic!("{name}") };
        for (key, value) in fields {
            let twice = format!("{},{}:{value}}}", &text[..text.len() - 1], json!(key));
            assert!(!check(twice.as_bytes()), "{name}: {key} twice");
        }
    }
}

/// At every place where a value begins.
#[test]
fn nesting_beyond_reason_is_refused() {
    for (name, check, text) in documents() {
        let starts = text.match_indices(':').map(|(at, _)| at + 1).chain([0]);
        for at in starts {
            for deep in ["[", "{\"only\":", "{\"a\":[", "{\"custom\":"] {
                let bytes = format!("{}{}", &text[..at], deep.repeat(100_000));
                assert!(!check(bytes.as_bytes()), "{name} at {at}: {deep}");
            }
        }
    }
}

/// What a host does with bytes, and nothing else.
fn load(target: &str, bytes: &[u8]) -> bool {
    fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
        serde_json::from_slice(bytes).ok()
    }
    match target {
        "catalog" => read::<CatalogRecord>(bytes).is_some_and(|stored| Catalog::from_record(&stored).is_ok()),
        "account" => read::<AccountRecord>(bytes)
            .is_some_and(|stored| Account::restore(&stored, samples::catalog()).is_ok()),
        "credential" => read::<CredentialRecord>(bytes)
            .is_some_and(|stored| Credential::restore(&stored, samples::catalog()).is_ok()),
        "change" => read::<Change>(bytes).is_some_and(|change| samples::account().replay(&change).is_ok()),
        _ => panic!("{target}"),
    }
}

/// The most memory at a time, in bytes for each byte of input.
fn memory(target: &str, text: &str, what: &str, most: u64) {
    let counted = measure(|| {
        load(target, text.as_bytes());
    });
    let each = counted.bytes_max / text.len() as u64;
    println!(
        "{target} {what}: {} bytes in, at most {} at a time, {each} each",
        text.len(),
        counted.bytes_max
    );
    assert!(each <= most, "{target} {what}: {each} bytes for each byte of input");
}

/// B1: every list with many of one entry of its own: an outermost one of short entries with a million.
#[test]
fn memory_follows_the_size_of_the_input() {
    for (name, _, text) in documents() {
        let sample: Value = serde_json::from_str(&text).unwrap();
        let mut paths = Vec::new();
        places(&sample, "", &mut paths);
        for path in paths {
            let Some(Value::Array(items)) = sample.pointer(&path) else { continue };
            let Some(item) = items.first().map(Value::to_string) else { continue };
            let outermost = path.matches('/').count() == 1;
            let count = if outermost && item.len() < 10 { 1_000_000 } else { 300_000 / item.len() };
            let many = format!("{item},").repeat(count);
            let mut value = sample.clone();
            *value.pointer_mut(&path).unwrap() = json!("the list is here");
            let text = value.to_string().replace("\"the list is here\"", &format!("[{many}{item}]"));
            memory(name, &text, &path, 24);
        }
    }
}
