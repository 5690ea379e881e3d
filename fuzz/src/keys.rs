//! Checks of every text that is parsed: keys, ids, references, reaches.

use std::fmt::Debug;

use rolecall::{
    Account, AccountId, Assignee, Attribution, Effect, Fact, FeatureKey, KindKey, PermissionKey, Reach,
    ResourceId, RoleId, RoleKey, RoleRef, ScopeKey, SeatKey, SectionKey, TeamId, UserId,
};
use serde::{Serialize, de::DeserializeOwned};

use super::decode::{decoded, text};
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
    ];
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    names(text);

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
    let fits = |most: usize| trimmed.chars().count() <= most && !trimmed.chars().any(char::is_control);
    let taken = catalog.roles().any(|role| role.name().to_lowercase() == trimmed.to_lowercase());
    let named = !trimmed.is_empty() && fits(rolecall::MAX_NAME_CHARS);
    assert_eq!(edit.create_role(&role, text).is_ok(), named && !taken, "{text:?}");
    assert_eq!(edit.create_team("t", text).is_ok(), named, "{text:?}");
    if named && !taken {
        assert_eq!(edit.create_role(&role, text), Ok(Effect::Unchanged));
        assert_eq!(edit.describe_role(&role, text).is_ok(), fits(rolecall::MAX_DESCRIPTION_CHARS));
    }
    if let Some(done) = edit.finish() {
        assert_eq!(start.replay(done.change()).unwrap().record(), done.account().record());
    }
}
