//! Checks of every text that is parsed: keys, ids, references, reaches.

use std::fmt::Debug;

use rolecall::{
    Account, AccountId, Assignee, Attribution, CatalogId, ContentHash, Digest, EditError, Effect, Fact,
    FeatureKey, Head, Incarnation, KindKey, PermissionKey, Reach, ResourceId, RoleId, RoleKey, RoleRef,
    ScopeKey, SeatKey, SectionKey, TeamId, UserId,
};
use serde::{Serialize, de::DeserializeOwned};

use super::decode::{decoded, one_line, text};
use super::samples;

/// A text as each kind of key: accepted exactly when it should be, and kept byte by byte. Bytes as JSON of
/// what is made of keys. Whether any of it was accepted.
pub fn keys(bytes: &[u8]) -> bool {
    let composed = [
        reads::<RoleRef>(bytes),
        reads::<Assignee>(bytes),
        reads::<Reach>(bytes),
        reads::<Fact>(bytes),
        reads::<Attribution>(bytes),
        reads::<UserId>(bytes),
        reads::<PermissionKey>(bytes),
        reads::<Head>(bytes),
        reads::<CatalogId>(bytes),
    ];
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    names(text);
    hashes(text);

    let is_key = (1..=rolecall::MAX_KEY_LEN).contains(&text.len())
        && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
        && text.bytes().any(|byte| byte != b' ');
    let is_id = (1..=rolecall::MAX_ID_LEN).contains(&text.len()) && !text.chars().any(char::is_control);
    macro_rules! parses {
        ($expected:expr, $($key:ty)*) => {$(
            let key = <$key>::new(text);
            assert_eq!(key.is_ok(), $expected, concat!(stringify!($key), " of {:?}"), text);
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(serde_json::from_str::<$key>(&json).ok(), key.as_ref().ok().cloned());
            match key {
                Ok(key) => assert!(key.as_str() == text && key.to_string() == text),
                Err(error) => assert!(!error.to_string().chars().any(char::is_control), "{error}"),
            }
        )*};
    }
    parses!(is_key, PermissionKey FeatureKey ScopeKey SectionKey KindKey SeatKey RoleKey);
    parses!(is_id, RoleId TeamId UserId ResourceId AccountId);
    assert_eq!([RoleRef::predefined(text).is_ok(), RoleRef::custom(text).is_ok()], [is_key, is_id]);
    assert_eq!([Assignee::user(text).is_ok(), Assignee::team(text).is_ok()], [is_id; 2]);
    is_key || is_id || composed.contains(&true)
}

/// A text as a hash, and as a head: there is one way of writing each.
fn hashes(text: &str) {
    let is_hex = |text: &str, len| {
        text.len() == len && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    macro_rules! reads {
        ($($hash:ty, $len:literal;)*) => {$(
            let json = serde_json::to_string(text).unwrap();
            let hash = serde_json::from_str::<$hash>(&json);
            assert_eq!(hash.is_ok(), is_hex(text, $len), "{text:?}");
            if let Ok(hash) = hash {
                assert_eq!(hash.to_string(), text);
            }
        )*};
    }
    reads! { ContentHash, 64; Digest, 64; Incarnation, 16; }

    let is_head = text.split_once('-').is_some_and(|(revision, digest)| {
        let number = revision.parse::<u64>().is_ok_and(|number| number.to_string() == revision);
        number && is_hex(digest, 64)
    });
    match text.parse::<Head>() {
        Ok(head) => assert!(is_head && head.to_string() == text),
        Err(error) => {
            assert!(!is_head, "{text:?}");
            one_line(&error);
        }
    }
}

fn reads<T: DeserializeOwned + Serialize + PartialEq + Debug>(bytes: &[u8]) -> bool {
    let Some(value) = decoded::<T>(bytes) else { return false };
    // An equal value gives equal bytes.
    let again: T = serde_json::from_str(&text(&value)).unwrap();
    assert_eq!(text(&again), text(&value));
    true
}

/// A text as a name, a description, and as something that a catalog does not have.
fn names(text: &str) {
    let catalog = samples::catalog();
    for error in [
        catalog.permission(text).err(),
        catalog.feature(text).err(),
        catalog.scope(text).err(),
        catalog.kind(text).err(),
        catalog.section(text).err(),
        catalog.role(text).err(),
    ] {
        let said = error.map_or_else(String::new, |error| error.to_string());
        assert!(said.len() < 1_000 && !said.chars().any(char::is_control), "{said:?}");
    }
    let start = Account::new(catalog, "a1").unwrap();
    let mut edit = start.edit();
    let role = RoleId::new("r").unwrap();
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    let named = (1..=rolecall::MAX_NAME_CHARS).contains(&length) && !trimmed.chars().any(char::is_control);
    // The rule in full is in `tests/it/names.rs`: what is plain is accepted, and what is no name never is.
    let plain = named && trimmed.chars().all(is_plain);
    let key = trimmed.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let taken = catalog.roles().any(|role| role.name().to_lowercase() == key);
    let created = edit.create_role(&role, text);
    match &created {
        Ok(effect) => assert!(named && !taken && *effect == Effect::Changed, "{text:?}"),
        Err(EditError::NameTaken { .. }) => assert!(named && (taken || !trimmed.is_ascii()), "{text:?}"),
        Err(error) => {
            assert!(!plain, "{text:?}: {error}");
            one_line(error);
        }
    }
    match edit.create_team("t", text) {
        Ok(_) => assert!(named, "{text:?}"),
        Err(error) => assert!(!plain, "{text:?}: {error}"),
    }
    match created {
        Ok(_) => assert_eq!(edit.create_role(&role, text), Ok(Effect::Unchanged)),
        Err(_) => assert_eq!(edit.create_role(&role, "Some"), Ok(Effect::Changed)),
    }
    let lines = trimmed.replace("\r\n", "\n").replace('\r', "\n");
    let described = lines.chars().count() <= rolecall::MAX_DESCRIPTION_CHARS
        && lines.chars().all(|c| c == '\n' || !c.is_control());
    assert_eq!(edit.describe_role(&role, text).is_ok(), described, "{text:?}");
    if let Some(done) = edit.finish() {
        assert_eq!(start.replay(done.change()).unwrap().record(), done.account().record());
    }
}

/// Whether anybody sees a character: letters and digits of any script, but for those that are fillers; ASCII.
fn is_plain(c: char) -> bool {
    let filler = matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    matches!(c, ' '..='~') || (c.is_alphanumeric() && !filler)
}
