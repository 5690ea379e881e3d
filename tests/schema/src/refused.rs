//! The schemas refuse what decoding refuses, and nothing that it reads.

use serde_json::{Value, json};

use crate::{Form, GOLDEN, golden, mended};

/// Every place in a value, as a pointer; the value itself first.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, item)| places(item, &format!("{at}/{n}"), into));
        }
        _ => {}
    }
}

/// The value with another one in one place.
fn with(value: &Value, at: &str, other: Value) -> Value {
    let mut value = value.clone();
    *value.pointer_mut(at).unwrap() = other;
    value
}

/// Each place in turn with everything that `others` says.
fn altered(value: &Value, others: impl Fn(&Value) -> Vec<Value>) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    places(value, "", &mut all);
    let altered = |at: String| {
        let others = others(value.pointer(&at).unwrap());
        others.into_iter().map(move |other| (format!("{at} = {other}"), with(value, &at, other)))
    };
    all.into_iter().flat_map(altered).collect()
}

/// What has another structure: a field missing or too many, something of another type, another kind of fact.
fn restructured(value: &Value, kinds: &[String]) -> Vec<(String, Value)> {
    let types = [json!(null), json!(true), json!(7), json!("text"), json!([]), json!({})];
    altered(value, |old| {
        let is_other = |new: &&Value| std::mem::discriminant(*new) != std::mem::discriminant(old);
        let mut others: Vec<Value> = types.iter().filter(is_other).cloned().collect();
        if old.is_number() {
            others.extend([json!(1.5), json!(-1), json!(1_u64 << 32), json!(1e300)]);
        }
        let Value::Object(fields) = old else { return others };
        for name in fields.keys() {
            let mut less = fields.clone();
            less.remove(name);
            others.push(less.into());
        }
        let mut more = fields.clone();
        more.insert("surprise".to_owned(), json!(1));
        others.push(more.into());
        if let Some((kind, fact)) = fields.iter().next().filter(|(kind, _)| kinds.contains(kind)) {
            others.extend(kinds.iter().filter(|other| *other != kind).map(|other| json!({ other: fact })));
        }
        others
    })
}

#[test]
fn another_structure_is_refused_by_both_or_by_neither() {
    let change = Form::Change.schema();
    let branches = change["$defs"]["fact"]["oneOf"].as_array().unwrap();
    let kinds: Vec<String> =
        branches.iter().map(|branch| branch["required"][0].as_str().unwrap().to_owned()).collect();
    for (name, form) in GOLDEN {
        let (validator, sample) = (form.validator(), golden(name));
        let mut refused = 0;
        for (how, other) in restructured(&sample, &kinds) {
            // It can be decoded, and never restored: see below.
            if form == Form::Account && how == "/head = null" {
                continue;
            }
            let decodes = form.decodes(&other);
            assert_eq!(validator.is_valid(&other), decodes, "{name}: {how}");
            refused += usize::from(!decodes);
        }
        assert!(refused > 50, "{name}: {refused}");
    }
}

/// What has the same structure, and may be out of range, too long, blank, repeated or in another order.
fn revalued(value: &Value) -> Vec<(String, Value)> {
    altered(value, |old| match old {
        Value::String(_) => {
            let short =
                ["", " ", "\u{7}", "\n", "x\n", "x\u{85}", " x", "x ", "\u{2003}x", "\u{feff}", "\u{e9}"];
            let long = [100, 101, 256, 257, 512, 513, 1_000, 1_001].map(|n| "x".repeat(n));
            let texts = short.map(str::to_owned).into_iter().chain(long);
            texts.chain(["\u{e9}".repeat(128), "\u{e9}".repeat(129)]).map(Value::from).collect()
        }
        Value::Number(_) => {
            let bits = [32, 53].map(|bits| 1_u64 << bits);
            let near = bits.iter().flat_map(|n| [n - 2, n - 1, *n]);
            near.chain([0, 1, 2, u64::MAX]).map(Value::from).collect()
        }
        Value::Bool(old) => vec![json!(!old)],
        Value::Array(items) => {
            let twice = items.iter().chain(items.first()).cloned().collect();
            vec![json!([]), twice, items.iter().rev().cloned().collect()]
        }
        _ => Vec::new(),
    })
}

/// A schema never stands between the crate and something that it reads.
#[test]
fn what_a_schema_refuses_the_crate_does_not_read() {
    for (name, form) in GOLDEN {
        let (validator, sample) = (form.validator(), golden(name));
        let (mut refused, mut read) = (0, 0);
        for (how, other) in revalued(&sample) {
            let other = mended(form, other);
            match validator.is_valid(&other) {
                true => read += usize::from(form.reads(&other)),
                false => {
                    refused += 1;
                    assert!(!form.reads(&other), "{name}: {how}");
                }
            }
        }
        assert!(refused > 10 && read > 10, "{name}: {refused} refused, {read} read");
    }
}

/// A golden file with one value in another place, and whether the schema and the crate accept it.
#[track_caller]
fn judged(name: &str, at: &str, other: Value) -> (bool, bool) {
    let form = GOLDEN.into_iter().find(|(known, _)| *known == name).unwrap().1;
    let value = with(&golden(name), at, other);
    let value = if at == "/checksum" { value } else { mended(form, value) };
    (form.validator().is_valid(&value), form.reads(&value))
}

#[test]
fn values_out_of_range_are_refused_by_both() {
    let key = |n| json!("x".repeat(n));
    for (name, at, other) in [
        ("catalog-1.json", "/format", json!(2)),
        ("catalog-1.json", "/name", json!(" ")),
        ("catalog-1.json", "/features/0/key", key(513)),
        ("catalog-1.json", "/features/0/key", json!("\u{e9}")),
        ("catalog-1.json", "/features/0/name", json!("a\u{9f}")),
        ("catalog-1.json", "/scopes/0/description", json!("\t")),
        ("catalog-1.json", "/roles/0/group", json!("")),
        ("catalog-1.json", "/guard/minimums/0/users", json!(0)),
        ("catalog-1.json", "/successions/0/version", json!(0)),
        ("catalog-1.json", "/successions/0/features/0/from", json!([])),
        ("catalog-1.json", "/successions/0/features/0/to", json!(["alpha", "beta"])),
        (
            "catalog-1.json",
            "/successions/0/permissions/0",
            json!({"from": ["x", "y"], "to": [], "needs": "all"}),
        ),
        ("account-2.json", "/format", json!(1)),
        ("account-2.json", "/format", json!(3)),
        ("account-2.json", "/catalog/hash", json!("0".repeat(63))),
        ("account-2.json", "/head", json!(null)),
        ("account-2.json", "/head/digest", json!("A".repeat(64))),
        ("account-2.json", "/account", json!("")),
        ("account-2.json", "/head/revision", json!(1_u64 << 53)),
        ("account-2.json", "/features", json!(["alpha", "alpha"])),
        ("account-2.json", "/roles/0/name", key(101)),
        ("account-2.json", "/roles/0/name", json!("Night ")),
        ("account-2.json", "/roles/0/description", key(1_001)),
        ("account-2.json", "/users/0/id", key(257)),
        ("account-2.json", "/users/0/id", json!("a\u{0}")),
        ("account-2.json", "/users/0/assignments/0/reach", json!({"only": []})),
        ("account-2.json", "/users/0/assignments/0/reach", json!("nothing")),
        ("account-2.json", "/roles/0/scopes", json!(["all:send", "all:send"])),
        ("account-2.json", "/users/0/incarnation", json!("0123456789abcde")),
        ("account-2.json", "/users/0/incarnation", json!("0123456789abcdeF")),
        ("account-2.json", "/checksum", json!(1_u64 << 32)),
        ("change-2.json", "/format", json!(1)),
        ("change-2.json", "/format", json!(3)),
        ("change-2.json", "/follows", json!(null)),
        ("change-2.json", "/follows/revision", json!((1_u64 << 53) - 1)),
        ("change-2.json", "/follows/digest", json!("f".repeat(65))),
        ("change-2.json", "/facts", json!([])),
        ("upgrade-2.json", "/facts/0/catalog-upgraded/catalog/hash", json!("A".repeat(64))),
        ("credential-2.json", "/format", json!(1)),
        ("credential-2.json", "/incarnation", json!("")),
        ("credential-2.json", "/scopes", json!(["all:read", "all:read"])),
    ] {
        assert_eq!(judged(name, at, other.clone()), (false, false), "{name}{at} = {other}");
    }
    let mut facts = golden("upgrade-2.json")["facts"].clone();
    facts.as_array_mut().unwrap().push(json!({"feature-enabled": {"feature": "gamma"}}));
    assert_eq!(judged("upgrade-2.json", "/facts", facts), (false, false), "an upgrade is alone");
    let (at, scopes) = granted();
    let twice = json!([scopes[0], scopes[0]]);
    assert_eq!(judged("change-2.json", &at, twice), (false, false), "a scope selected twice");
}

/// Where a golden fact says which scopes are selected, and which.
fn granted() -> (String, Value) {
    let facts = golden("change-2.json")["facts"].clone();
    let scopes = |fact: &Value| fact.pointer("/permission-granted/scopes").cloned();
    let mut granted = facts.as_array().unwrap().iter().map(scopes).enumerate();
    let some = |scopes: &Value| scopes.as_array().is_some_and(|scopes| !scopes.is_empty());
    let (n, scopes) = granted.find(|(_, scopes)| scopes.as_ref().is_some_and(some)).unwrap();
    (format!("/facts/{n}/permission-granted/scopes"), scopes.unwrap())
}

/// What a session writes before it is finished: decoded, for somebody to look at, and no account to be restored.
#[test]
fn an_account_without_a_head_is_none_to_be_restored() {
    let mut edit = rolecall::Account::new(&crate::CATALOG, "initech").unwrap().edit();
    edit.enable_feature("alpha").unwrap();
    let value = serde_json::to_value(edit.account().record()).unwrap();
    assert_eq!(value["head"], json!(null));
    assert!(Form::Account.decodes(&value) && !Form::Account.reads(&value));
    assert!(!Form::Account.validator().is_valid(&value));
}

/// What no schema can say, as the chapter on stored forms has it.
#[test]
fn some_things_only_the_crate_can_tell() {
    let bytes = json!("\u{e9}".repeat(129));
    let (twice, circle) = (json!({"key": "beta", "name": "B", "description": ""}), json!(["all:manage"]));
    for (name, at, other) in [
        ("account-2.json", "/users/0/id", bytes),
        ("catalog-1.json", "/features/0", twice),
        ("catalog-1.json", "/permissions/0/section", json!("nowhere")),
        ("catalog-1.json", "/scopes/1/includes", circle),
        ("catalog-1.json", "/guard/exclusions/0/most", json!(9)),
        ("catalog-1.json", "/successions/1/version", json!(2)),
        ("account-2.json", "/catalog/name", json!("large")),
        ("account-2.json", "/users/1/teams/0", json!("nowhere")),
        ("account-2.json", "/format", json!(2.0)),
        ("account-2.json", "/checksum", json!(1)),
        ("change-2.json", "/follows/revision", json!(1)),
        ("change-2.json", "/follows/digest", json!("0".repeat(64))),
        ("change-2.json", &granted().0, json!(["fax:send"])),
        ("credential-2.json", "/included", golden("credential-2.json")["scopes"].clone()),
    ] {
        assert_eq!(judged(name, at, other.clone()), (true, false), "{name}{at} = {other}");
    }
}

/// Other spellings that serde reads and the crate never writes.
#[test]
fn the_schemas_describe_one_spelling() {
    let listed = json!(["alpha", "Alpha", ""]);
    for (name, at, other) in [
        ("catalog-1.json", "/features/0", listed),
        ("catalog-1.json", "/guard/governed/0/act", json!({"assign": null})),
        ("account-2.json", "/teams/0/assignments/0/reach", json!({"everything": null})),
    ] {
        assert_eq!(judged(name, at, other.clone()), (false, true), "{name}{at} = {other}");
    }
}
