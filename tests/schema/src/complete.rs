//! The schemas leave nothing out: every field, every kind, each with words to it.

use std::collections::BTreeSet;

use rolecall::{Act, Fact, Needs};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::{FORMS, Form, GOLDEN, file, golden};

/// Every schema within a schema, with the place where it stands.
fn each(at: &str, schema: &Value, look: &mut impl FnMut(&str, &Map<String, Value>)) {
    let Value::Object(fields) = schema else { panic!("{at} is no schema") };
    look(at, fields);
    for (keyword, inside) in fields {
        let at = format!("{at}/{keyword}");
        match (keyword.as_str(), inside) {
            ("properties" | "$defs", Value::Object(named)) => {
                named.iter().for_each(|(name, schema)| each(&format!("{at}/{name}"), schema, look));
            }
            ("oneOf" | "anyOf", Value::Array(branches)) => {
                branches.iter().for_each(|branch| each(&at, branch, look));
            }
            ("items" | "contains" | "if" | "then", schema) => each(&at, schema, look),
            ("properties" | "$defs" | "oneOf" | "anyOf", _) => panic!("{at} is of another shape"),
            _ => {}
        }
    }
}

#[test]
fn each_is_a_schema_of_its_draft() {
    for form in FORMS {
        let schema = form.schema();
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{form:?}");
        let name = format!("{form:?}").to_lowercase();
        let format = form.format();
        assert_eq!(schema["$id"], format!("urn:rolecall:schema:{name}:{format}"));
        assert_eq!(schema["title"], format!("{form:?}, format {format}"));
        assert_eq!(schema["properties"]["format"]["const"], json!(format));
    }
}

/// Nothing is optional, nothing else is accepted, and a list says of what.
#[test]
fn every_object_is_closed_and_complete() {
    for form in FORMS {
        each(&format!("{form:?}"), &form.schema(), &mut |at, schema| match schema.get("type") {
            Some(Value::String(of)) if of == "object" && !at.ends_with("/contains") => {
                assert_eq!(schema["additionalProperties"], json!(false), "{at}");
                let fields: BTreeSet<_> = schema["properties"].as_object().unwrap().keys().collect();
                let required = schema["required"].as_array().unwrap();
                let named: BTreeSet<_> = required.iter().map(|name| name.as_str().unwrap()).collect();
                assert!(fields.iter().copied().eq(named.iter().copied()), "{at}");
                assert_eq!(required.len(), named.len(), "{at}");
            }
            Some(Value::String(of)) if of == "array" => assert!(schema.contains_key("items"), "{at}"),
            Some(Value::String(of)) if of == "integer" => {
                assert!(schema.contains_key("minimum") && schema.contains_key("maximum"), "{at}");
            }
            _ => {}
        });
    }
}

/// The fields of a schema with their places: what closes, and so describes, everything that is written.
fn fields(form: Form) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    each(&format!("{form:?}"), &form.schema(), &mut |at, schema| {
        // Only narrows fields that another schema describes.
        if schema.get("type").is_none() {
            return;
        }
        for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            found.push((format!("{at}/{name}"), name.clone(), field.clone()));
        }
    });
    found
}

#[test]
fn every_field_and_definition_is_described() {
    for form in FORMS {
        let schema = form.schema();
        let fields = fields(form).into_iter().map(|(at, _, field)| (at, field));
        let defined = schema["$defs"].as_object().unwrap().iter();
        let defined = defined.map(|(name, schema)| (format!("{form:?} {name}"), schema.clone()));
        for (at, schema) in fields.chain(defined) {
            let words = schema["description"].as_str().unwrap_or_else(|| panic!("{at} is not described"));
            assert!(words.ends_with('.') && words.len() > 5, "{at}: {words}");
        }
    }
}

fn names(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            into.insert(name.clone());
            names(value, into);
        }),
        Value::Array(items) => items.iter().for_each(|item| names(item, into)),
        _ => {}
    }
}

/// No field is left over from what used to be written, and the golden files have every field.
#[test]
fn every_field_is_written() {
    for form in FORMS {
        let mut written = BTreeSet::new();
        for (name, _) in GOLDEN.into_iter().filter(|(_, of)| *of == form) {
            names(&golden(name), &mut written);
        }
        let described: BTreeSet<_> = fields(form).into_iter().map(|(_, name, _)| name).collect();
        assert_eq!(written, described, "{form:?}");
    }
}

#[test]
fn every_definition_is_used() {
    for form in FORMS {
        let schema = form.schema();
        let text = schema.to_string();
        for name in schema["$defs"].as_object().unwrap().keys() {
            assert!(text.contains(&format!("\"#/$defs/{name}\"")), "{form:?} {name}");
        }
    }
}

/// The names that an enum knows, from what it says of one that it does not.
fn known<T: DeserializeOwned>(unknown: Value) -> BTreeSet<String> {
    let error = serde_json::from_value::<T>(unknown).err().unwrap().to_string();
    let (_, list) = error.split_once("expected").unwrap();
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_kind_of_fact_act_and_need_is_listed() {
    let change = Form::Change.schema();
    let branches = change["$defs"]["fact"]["oneOf"].as_array().unwrap();
    let kinds: BTreeSet<String> = branches.iter().flat_map(|branch| texts(&branch["required"])).collect();
    assert_eq!(kinds.len(), branches.len());
    assert_eq!(kinds, known::<Fact>(json!({"surprise": {}})));
    let facts = ["change-2.json", "upgrade-2.json"].map(|name| golden(name)["facts"].clone());
    let facts = facts.iter().flat_map(|facts| facts.as_array().unwrap());
    let written: BTreeSet<String> =
        facts.flat_map(|fact| fact.as_object().unwrap().keys().cloned()).collect();
    assert_eq!(kinds, written);

    let catalog = Form::Catalog.schema();
    let acts = texts(&catalog["$defs"]["governed"]["properties"]["act"]["enum"]);
    assert_eq!(acts, known::<Act>(json!("surprise")));
    for schema in [catalog, change] {
        let needs = texts(&schema["$defs"]["succession"]["properties"]["needs"]["enum"]);
        assert_eq!(needs, known::<Needs>(json!("surprise")));
    }
}

/// The chapter has a row for every field and every kind of fact.
#[test]
fn the_chapter_names_every_field() {
    let chapter = file("src/docs/stored_forms.md");
    let rows: BTreeSet<&str> = chapter
        .lines()
        .filter(|line| line.starts_with('|'))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect();
    for (at, name, _) in FORMS.into_iter().flat_map(fields) {
        assert!(rows.contains(name.as_str()), "{at}");
    }
}
