//! The catalog and the account that fuzzing decodes against, and a good example of everything stored.

use std::sync::LazyLock;

use rolecall::table::{
    Table, exclusion, feature, guard, kind, merged, permission, renamed, retired, role, scope, seat, section,
    since, split,
};
use rolecall::{
    Account, Act, Assignee, Attribution, Authorizer, Catalog, Change, CredentialRecord, Edit, Reach, RoleId,
    ScopeKey,
};

/// Small, with something of everything: two features, kinds that differ, scopes that include each other.
const TABLE: Table<'_> = Table::new("fuzz", 2)
    .features(&[feature("f", "F"), feature("g", "G")])
    .kinds(&[kind("queue", "Queue"), kind("channel", "Channel")])
    .seats(&[seat("desk", "Desk")])
    .scopes(&[
        scope("all").includes(&["read", "send"]),
        scope("read"),
        scope("send").includes(&["sms"]),
        scope("sms"),
    ])
    .sections(&[
        section("s", "S").permissions(&[
            permission("s/a", "A").on("queue").provides(&["all"]),
            permission("s/b", "B").requires(&["f"]).on("queue").provides(&["sms"]).seat("desk"),
        ]),
        section("t", "T").permissions(&[
            permission("t/c", "C").requires(&["f", "g"]).on("channel"),
            permission("t/d", "D"),
        ]),
    ])
    .roles(&[
        role("viewer", "Viewer").group("General").grants(&["s/a", "t/d"]),
        role("editor", "Editor").grants(&["s/a", "s/b", "t/c"]),
    ])
    .guard(
        guard()
            .governs(&[(Act::Assign, "t/d"), (Act::EditRoles, "s/b")])
            .escalation("t/d")
            .minimums(&[("t/d", 1)])
            .exclusions(&[exclusion("Viewer or editor").when("g").roles(&["viewer", "editor"])]),
    )
    .successions(&[since(2)
        .features(&[renamed("h", "g")])
        .kinds(&[renamed("line", "channel")])
        .scopes(&[renamed("text", "sms"), retired("fax")])
        .permissions(&[
            split("s/all", &["s/a", "s/b"]),
            merged(&["t/one", "t/two"], "t/c"),
            merged(&["t/four", "t/d"], "t/d").of_any(),
            retired("fax/send"),
        ])
        .roles(&[split("owner", &["viewer", "editor"]), retired("ghost")])]);

/// What the catalog was before.
const OLDER: Table<'_> = Table::new("fuzz", 1)
    .features(&[feature("f", "F"), feature("h", "H")])
    .kinds(&[kind("queue", "Queue"), kind("line", "Line")])
    .scopes(&[scope("all"), scope("text"), scope("fax")])
    .sections(&[section("s", "S").permissions(&[
        permission("s/all", "All").requires(&["f"]).on("queue").provides(&["text"]),
        permission("t/one", "One").requires(&["h"]).on("line"),
        permission("t/two", "Two").on("line"),
        permission("t/four", "Four"),
        permission("t/d", "D"),
        permission("fax/send", "Fax").provides(&["fax"]),
        permission("t/lost", "Lost"),
    ])])
    .roles(&[
        role("owner", "Owner").grants(&["s/all", "t/one", "t/two"]),
        role("viewer", "Viewer").grants(&["t/d", "fax/send"]),
        role("ghost", "Ghost").grants(&["t/lost"]),
    ]);

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::from_table(&TABLE).expect("the table holds together"));
static OLD_CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::from_table(&OLDER).expect("the table holds together"));
static MENDED: LazyLock<Catalog> = LazyLock::new(|| mended(&CATALOG).expect("the mended one holds together"));
static ALL: LazyLock<[Catalog; 3]> = LazyLock::new(|| [CATALOG.clone(), MENDED.clone(), OLD_CATALOG.clone()]);
static RETURNED: LazyLock<Account> = LazyLock::new(|| edited(&ACCOUNT, replace_everybody).0);
static OLD_ACCOUNT: LazyLock<Account> = LazyLock::new(|| edited(&blank_under(&OLD_CATALOG), build_older).0);
static ACCOUNT: LazyLock<Account> = LazyLock::new(|| edited(&blank(), build).0);

/// What stored accounts, changes and credentials are read under.
pub fn catalog() -> &'static Catalog {
    &CATALOG
}

/// Every catalog of the product: the newest, what the vendor made of it under the same version, and the one before.
pub fn catalogs() -> &'static [Catalog] {
    &*ALL
}

/// The account after everybody was removed, and somebody else came with the same id.
pub fn returned() -> &'static Account {
    &RETURNED
}

/// The same version with other content: roles grant more and less, on another kind too; scopes and features are provided,
/// included and required otherwise; a rule counts always.
fn mended(catalog: &Catalog) -> Option<Catalog> {
    let mut record = catalog.record();
    let [a, b, c, ..] = record.permissions.as_mut_slice() else { return None };
    a.scopes = vec!["read".to_owned(), "send".to_owned()];
    (b.features, b.scopes) = (Vec::new(), vec!["sms".to_owned(), "all".to_owned()]);
    c.features.truncate(1);
    let send = record.scopes.iter_mut().find(|scope| scope.key == "send")?;
    send.includes.clear();
    let [viewer, editor] = record.roles.as_mut_slice() else { return None };
    viewer.permissions.extend(["s/b", "t/c"].map(str::to_owned));
    editor.permissions = vec!["s/b".to_owned()];
    record.guard.exclusions.clear();
    Catalog::from_record(&record).ok()
}

/// An account under the version before: changes that upgrade are replayed on it.
pub fn old_account() -> &'static Account {
    &OLD_ACCOUNT
}

/// The account that changes are replayed on: something is assigned in every way.
pub fn account() -> &'static Account {
    &ACCOUNT
}

fn blank() -> Account {
    blank_under(catalog())
}

fn blank_under(catalog: &Catalog) -> Account {
    Account::new(catalog, "a1").expect("a good id")
}

fn edited(account: &Account, edits: fn(&mut Edit) -> Option<()>) -> (Account, Change) {
    let attribution = Attribution::by("ana").on_behalf_of("ivo").at("now").because("so");
    let mut edit = account.edit().attributed(attribution);
    edits(&mut edit).expect("every edit is a good one");
    edit.finish().expect("something changed").into_parts()
}

fn custom(id: &str) -> RoleId {
    RoleId::new(id).expect("a good id")
}

fn build(edit: &mut Edit) -> Option<()> {
    let [maja, ivo] = ["maja", "ivo"].map(|id| Assignee::user(id).expect("a good id"));
    let (night, team) = (custom("night"), Assignee::team("t1").ok()?);
    edit.enable_feature("f").ok()?;
    edit.create_role(&night, "Night").ok()?;
    edit.describe_role(&night, "After hours").ok()?;
    edit.import(&night, ["editor"]).ok()?;
    edit.withhold(&night, "sms").ok()?;
    edit.create_team("t1", "One").ok()?;
    edit.assign(&night, team.clone()).ok()?;
    edit.assign_within("viewer", team, Reach::only("queue", ["a", "b"]).ok()?).ok()?;
    edit.add_member("t1", "maja").ok()?;
    let nothing: [&str; 0] = [];
    edit.assign_within("editor", maja, Reach::only("queue", nothing).ok()?).ok()?;
    edit.assign("viewer", ivo).ok()?;
    edit.suspend("ivo").ok()?;
    Some(())
}

fn build_mended(edit: &mut Edit) -> Option<()> {
    build(edit)?;
    edit.assign_within("viewer", Assignee::user("una").ok()?, Reach::only("channel", ["c"]).ok()?).ok()?;
    Some(())
}

fn build_older(edit: &mut Edit) -> Option<()> {
    let [maja, ivo] = ["maja", "ivo"].map(|id| Assignee::user(id).expect("a good id"));
    let (night, team) = (custom("night"), Assignee::team("t1").ok()?);
    edit.enable_feature("h").ok()?;
    edit.create_role(&night, "Editor").ok()?;
    edit.import(&night, ["owner", "viewer"]).ok()?;
    edit.grant(&night, "t/lost").ok()?;
    edit.withhold(&night, "text").ok()?;
    edit.withhold(&night, "fax").ok()?;
    edit.create_team("t1", "One").ok()?;
    edit.assign(&night, team.clone()).ok()?;
    edit.assign_within("owner", team, Reach::only("queue", ["a", "b"]).ok()?).ok()?;
    edit.add_member("t1", "maja").ok()?;
    edit.assign_within("owner", maja.clone(), Reach::only("line", ["c"]).ok()?).ok()?;
    edit.assign_within("viewer", maja, Reach::only("queue", ["a"]).ok()?).ok()?;
    edit.assign("ghost", ivo).ok()?;
    Some(())
}

fn replace_everybody(edit: &mut Edit) -> Option<()> {
    for user in ["maja", "ivo"] {
        edit.remove_user(user).ok()?;
        edit.assign("viewer", Assignee::user(user).ok()?).ok()?;
    }
    Some(())
}

/// A change of [`old_account`] that upgrades.
pub fn upgrade() -> Change {
    upgraded(old_account(), catalog()).1
}

fn upgraded(account: &Account, to: &Catalog) -> (Account, Change) {
    let upgrade = account.upgrade(to).expect("no older version");
    let undeclared = upgrade.undeclared().to_vec();
    let done = upgrade.accepting(undeclared).finish().expect("all is accepted");
    done.expect("another catalog").into_parts()
}

/// Changes of [`old_account`] that follow each other: upgraded twice, and edited in between.
fn long_journal() -> Vec<Change> {
    let (account, first) = upgraded(old_account(), catalog());
    let (account, second) = edited(&account, small);
    let (account, third) = upgraded(&account, &MENDED);
    let (_, fourth) = edited(&account, switch);
    vec![first, second, third, fourth]
}

fn switch(edit: &mut Edit) -> Option<()> {
    edit.enable_feature("f").ok()?;
    edit.disable_feature("g").ok()?;
    Some(())
}

/// A fact of every kind, but for an upgrade: that is a change of its own.
fn everything(edit: &mut Edit) -> Option<()> {
    let (day, night, again) = (custom("day"), custom("night"), custom("again"));
    let [maja, ivo, una] = ["maja", "ivo", "una"].map(|id| Assignee::user(id).expect("a good id"));
    edit.disable_feature("f").ok()?;
    edit.enable_feature("g").ok()?;
    edit.create_role(&day, "Day").ok()?;
    edit.describe_role(&day, "By day").ok()?;
    edit.rename_role(&day, "Noon").ok()?;
    edit.grant(&day, "s/a").ok()?;
    edit.revoke(&night, "s/a").ok()?;
    edit.import(&day, ["viewer"]).ok()?;
    edit.duplicate_role(&night, &again, "Again").ok()?;
    edit.withhold(&day, "all").ok()?;
    drop(edit.release(&night, "sms").ok()?);
    edit.create_team("t2", "Two").ok()?;
    edit.rename_team("t2", "Three").ok()?;
    edit.add_member("t2", "una").ok()?;
    edit.remove_member("t1", "maja").ok()?;
    edit.assign_within(&day, una, Reach::only("queue", ["a"]).ok()?.and_only("channel", ["c"]).ok()?).ok()?;
    edit.extend("editor", maja.clone(), "queue", ["a", "b"]).ok()?;
    edit.limit("editor", maja.clone(), "queue", ["b"]).ok()?;
    edit.limit("editor", maja.clone(), "channel", ["c"]).ok()?;
    edit.lift("editor", maja.clone(), "queue").ok()?;
    edit.forget_resource("channel", "c").ok()?;
    drop(edit.unassign("viewer", ivo).ok()?);
    edit.reinstate("ivo").ok()?;
    edit.suspend("maja").ok()?;
    edit.delete_role(&again).ok()?;
    edit.delete_team("t1").ok()?;
    edit.remove_user("ivo").ok()?;
    Some(())
}

fn small(edit: &mut Edit) -> Option<()> {
    edit.add_member("t1", "una").ok()?;
    edit.assign("viewer", Assignee::user("una").ok()?).ok()?;
    Some(())
}

/// A change of [`account`] with a fact of every kind that a session records.
pub fn change() -> Change {
    edited(account(), everything).1
}

/// Changes of [`account`] that follow each other.
pub fn journal() -> Vec<Change> {
    let (account, first) = edited(account(), small);
    vec![first, edited(&account, everything).1]
}

/// A credential of Ivo's, with a scope of its own and one that it has as part of another.
pub fn credential() -> CredentialRecord {
    let auth = Authorizer::new(account().clone());
    let credential = auth.subject("ivo").mint_all().expect("ivo is known").record();
    let mut record = credential;
    record.scopes = vec![ScopeKey::new("send").expect("a good key")];
    record.included = vec![ScopeKey::new("read").expect("a good key")];
    record
}

/// Good input for a target, to start from.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    let json = |value: serde_json::Result<String>| value.expect("stored forms are JSON").into_bytes();
    match target {
        "catalog" => {
            let mut record = catalog().record();
            let whole = json(serde_json::to_string(&record));
            record.permissions.truncate(1);
            record.roles.clear();
            record.guard = rolecall::GuardRecord::default();
            record.successions.clear();
            record.guard.escalation = Some("s/a".to_owned());
            vec![whole, json(serde_json::to_string(&record))]
        }
        "account" => {
            let mended = edited(&blank_under(&MENDED), build_mended).0;
            let after = edited(account(), everything).0;
            [account(), &blank(), &after, old_account(), &mended, returned()]
                .map(|account| json(serde_json::to_string(&account.record())))
                .to_vec()
        }
        "credential" => {
            let mut older = credential();
            older.catalog = old_account().record().catalog;
            older.scopes =
                ["text", "fax", "gone"].map(|key| ScopeKey::new(key).expect("a good key")).to_vec();
            [credential(), older].map(|record| json(serde_json::to_string(&record))).to_vec()
        }
        "change" => {
            let small = edited(account(), small).1;
            let removed = edited(account(), replace_everybody).1;
            [change(), small, upgrade(), removed].map(|change| json(serde_json::to_string(&change))).to_vec()
        }
        "journal" => {
            let lines = |journal: &[Change]| -> Vec<u8> {
                let lines = journal.iter().map(|change| json(serde_json::to_string(change)));
                lines.collect::<Vec<_>>().join(&b'\n')
            };
            let (short, long) = (journal(), long_journal());
            // A second line of another past: its head is to be mended.
            let broken = [short.clone(), short.clone()].concat();
            vec![
                lines(&short),
                lines(short.get(..1).unwrap_or_default()),
                lines(&[upgrade()]),
                lines(&long),
                lines(&broken),
            ]
        }
        "keys" => {
            let texts = [
                "campaigns/send",
                " a ",
                "\u{e9}t\u{e9}",
                r#"{"predefined":"viewer"}"#,
                r#"{"custom":"night"}"#,
                r#"{"user":"maja"}"#,
                r#""everything""#,
                r#"{"only":[{"kind":"queue","resources":["a","b"]}]}"#,
            ];
            let mut seeds: Vec<_> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
            let head = change().head();
            seeds.extend([head.to_string().into_bytes(), json(serde_json::to_string(&head))]);
            seeds.push(head.digest.to_string().into_bytes());
            seeds.push(json(serde_json::to_string(&catalog().identity())));
            seeds.extend(change().facts.iter().map(|fact| json(serde_json::to_string(fact))));
            seeds
        }
        "edits" => (0..8u8).map(|n| (0..96u8).map(|i| i.wrapping_mul(n * 2 + 1)).collect()).collect(),
        _ => Vec::new(),
    }
}
