//! The format of the data sets: what a file says, before anything is made of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Why a file cannot be judged, in words.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// The format that this example reads.
const FORMAT: u32 = 1;

/// One file: a set, or several cases under one name.
pub(crate) struct DataFile {
    pub(crate) name: String,
    pub(crate) sets: Vec<Set>,
}

/// A product, its customers, and what each of their users may do.
#[derive(Clone, Deserialize)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) features: Vec<Feature>,
    #[serde(default)]
    pub(crate) scopes: Vec<Scope>,
    /// The order is that of the positions in `expected_matrix`.
    pub(crate) permissions: Vec<Permission>,
    pub(crate) roles: Vec<Role>,
    pub(crate) teams: Vec<Team>,
    #[serde(default)]
    pub(crate) accounts: Vec<Account>,
    pub(crate) users: Vec<User>,
    /// By user, the positions of everything they may do. What is not listed is denied.
    pub(crate) expected_matrix: BTreeMap<String, Vec<usize>>,
    /// Decisions that the source itself states.
    #[serde(default)]
    pub(crate) expected: Vec<Stated>,
    /// By user, the positions in `scopes` of everything that their effective permissions provide.
    pub(crate) expected_scopes: Option<BTreeMap<String, Vec<usize>>>,
    /// What the vendor does to the product afterwards.
    pub(crate) update: Option<Update>,
    /// The permissions after it.
    #[serde(default)]
    pub(crate) permission_keys_after: Vec<String>,
    /// As `expected_matrix`, after it, with positions in `permission_keys_after`.
    #[serde(default)]
    pub(crate) expected_matrix_after: BTreeMap<String, Vec<usize>>,
}

/// The next version of a product, as what differs.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Update {
    pub(crate) permissions_added: Vec<Permission>,
    pub(crate) permissions_removed: Vec<String>,
    pub(crate) roles_added: Vec<Role>,
    pub(crate) roles_removed: Vec<String>,
    pub(crate) roles_changed: Vec<RoleChange>,
}

/// What a predefined role comes to grant, and ceases to.
#[derive(Clone, Deserialize)]
pub(crate) struct RoleChange {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) add: Vec<String>,
    #[serde(default)]
    pub(crate) remove: Vec<String>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Feature {
    pub(crate) key: String,
    pub(crate) name: String,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Scope {
    pub(crate) key: String,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Permission {
    pub(crate) key: String,
    pub(crate) feature: String,
    /// A free label; it may be empty.
    pub(crate) section: String,
    #[serde(default)]
    pub(crate) name: String,
    /// The scopes that the permission provides.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Role {
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) kind: RoleKind,
    pub(crate) permissions: Vec<String>,
    /// How a custom role came to its permissions: those of these roles, ...
    pub(crate) imported_from: Option<Vec<String>>,
    /// ... without these, ...
    #[serde(default)]
    pub(crate) removed: Vec<String>,
    /// ... and with these.
    #[serde(default)]
    pub(crate) added: Vec<String>,
}

#[derive(Clone, Copy, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RoleKind {
    #[default]
    Predefined,
    Custom,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Team {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Account {
    pub(crate) key: String,
    /// The enabled features.
    pub(crate) features: Vec<String>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct User {
    pub(crate) key: String,
    pub(crate) roles: Vec<String>,
    pub(crate) teams: Vec<String>,
    pub(crate) account: Option<String>,
}

#[derive(Clone, Deserialize)]
pub(crate) struct Stated {
    pub(crate) user: String,
    pub(crate) permission: String,
    pub(crate) allow: bool,
}

/// What tells the two sorts of file apart; serde's untagged enums would not say where a file is malformed.
#[derive(Deserialize)]
struct Header {
    format: u32,
    name: String,
    cases: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Set>,
}

/// Reads a file, unpacking it if its name ends in `.gz`.
pub(crate) fn read(path: &Path) -> Result<DataFile, Failure> {
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        MultiGzDecoder::new(fs::File::open(path)?).read_to_string(&mut text)?;
    } else {
        text = fs::read_to_string(path)?;
    }
    parse(&text)
}

/// Reads the text of a file.
pub(crate) fn parse(text: &str) -> Result<DataFile, Failure> {
    let Header { format, name, cases } = serde_json::from_str(text)?;
    if format != FORMAT {
        return Err(format!("format {format} is unknown: this example reads format {FORMAT}").into());
    }
    let sets = match cases {
        Some(_) => serde_json::from_str::<Cases>(text)?.cases,
        None => vec![serde_json::from_str(text)?],
    };
    sets.iter().try_for_each(Set::positions)?;
    Ok(DataFile { name, sets })
}

impl Set {
    /// Every position of the matrix must be that of a permission.
    fn positions(&self) -> Result<(), Failure> {
        let matrices = [
            ("expected_matrix", &self.expected_matrix, self.permissions.len()),
            ("expected_matrix_after", &self.expected_matrix_after, self.permission_keys_after.len()),
        ];
        for (name, matrix, count) in matrices {
            for (user, positions) in matrix {
                if let Some(position) = positions.iter().find(|position| **position >= count) {
                    let set = &self.name;
                    return Err(format!(
                        "set `{set}`: `{name}` of user `{user}`: no permission at position {position} of {count}"
                    )
                    .into());
                }
            }
        }
        Ok(())
    }
}
