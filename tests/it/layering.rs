//! The arrows: what a module may know of, read from its imports. And the tidiness of the source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each module of the crate, lowest first, with the modules that it may import beside those below it
/// in its own folder. A module may name only what stands before it.
const ORDER: [&str; 19] = [
    "quote",
    "error",
    "key",
    "name",
    "reach",
    "digest",
    "change",
    "id",
    "set",
    "slots",
    "catalog",
    "predefined",
    "account",
    "authorizer",
    "credential",
    "review",
    "guard",
    "upgrade",
    "audit",
];

/// `error` and `key` know each other: an error names keys, and parsing a key can be an error. An error also says which
/// catalog a change needs, and it holds a catalog itself: to look for the nearest key when somebody asks, and to say what
/// one catalog does otherwise than another.
const MUTUAL: [(&str, &str); 3] = [("error", "key"), ("error", "change"), ("error", "catalog")];

/// A module that must stay ignorant of more than its place says, and why.
const IGNORANT: [(&str, &[&str], &str); 4] = [
    ("change", &["id", "set", "slots", "catalog"], "a journal is read without a catalog"),
    ("digest", &["key", "change", "id", "set", "error", "catalog"], "bytes are digested whatever they mean"),
    ("slots", &["key", "change", "id", "set", "error", "name"], "a data structure knows no domain"),
    ("set", &["key", "catalog"], "positions have no names"),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                into.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut files = Vec::new();
    walk(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut files);
    files.sort();
    files
}

/// The top-level module that a file belongs to.
fn module(path: &Path) -> String {
    let inside = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
    inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// Code without comments, documentation and unit tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules that code names by `crate::`.
fn named(code: &str) -> BTreeSet<String> {
    let after = code.split("crate::").skip(1);
    after
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>())
        .filter(|name| name.chars().next().is_some_and(|c| c.is_ascii_lowercase()))
        .collect()
}

#[test]
fn no_arrow_points_upward() {
    let rank = |name: &str| ORDER.iter().position(|module| *module == name);
    for (path, text) in sources() {
        let from = module(&path);
        if from == "lib" || from == "docs" {
            continue;
        }
        let here = rank(&from).unwrap_or_else(|| panic!("{from} has no place in the order of modules"));
        for to in named(&code(&text)) {
            let Some(there) = rank(&to) else {
                panic!("{}: `crate::{to}` is no module in the order", path.display());
            };
            let mutual = MUTUAL.contains(&(from.as_str(), to.as_str()));
            assert!(there <= here || mutual, "{}: {from} must not know {to}", path.display());
            for (ignorant, of, why) in IGNORANT {
                assert!(
                    from != ignorant || !of.contains(&to.as_str()),
                    "{}: {from} must not know {to}: {why}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn b1_the_library_touches_nothing_outside() {
    for (path, text) in sources() {
        for forbidden in [
            "std::fs",
            "std::io",
            "std::net",
            "std::env",
            "std::thread",
            "std::time",
            "std::process",
            "println!",
            "Mutex",
            "RwLock",
            "Atomic",
            "async ",
            "unsafe ",
        ] {
            assert!(!code(&text).contains(forbidden), "{} uses {forbidden}", path.display());
        }
    }
}

#[test]
fn serde_is_known_to_stored_shapes_and_text_only() {
    let knows = [
        "quote.rs",
        "serde.rs",
        "key.rs",
        "reference.rs",
        "hash.rs",
        "change.rs",
        "head.rs",
        "succession.rs",
        "reach.rs",
        "record.rs",
    ];
    for (path, text) in sources() {
        if code(&text).contains("serde") {
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(knows.contains(&name), "{} must not know serde", path.display());
        }
    }
}

#[test]
fn files_stay_small_enough_to_hold_in_the_head() {
    /// Longer than that needs a reason, here.
    const CEILING: usize = 400;
    const LONGER: [(&str, usize, &str); 1] =
        [("account/edit.rs", 480, "one documented method for each edit; half of it is documentation")];
    let mut lengths = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        let longer = LONGER.iter().find(|(name, ..)| path.ends_with(name));
        let ceiling = longer.map_or(CEILING, |(_, lines, _)| *lines);
        assert!(lines <= ceiling, "{} has {lines} lines, at most {ceiling}", path.display());
        lengths.push(lines);
    }
    lengths.sort_unstable();
    assert!(lengths[lengths.len() / 2] <= 220, "median {}", lengths[lengths.len() / 2]);
}

#[test]
fn sources_are_ascii() {
    for (path, text) in sources() {
        if let Some((n, line)) = text.lines().enumerate().find(|(_, line)| !line.is_ascii()) {
            panic!("{}:{}: {line}", path.display(), n + 1);
        }
    }
}
