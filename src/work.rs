//! Counts steps, so that tests can tell how work grows with the input, without a clock (B4). Outside of the crate's own
//! tests it is nothing.

/// That so many steps of work were done.
#[inline(always)]
pub(crate) fn steps(_done: usize) {
    #[cfg(test)]
    counted::DONE.with(|done| done.set(done.get() + _done as u64));
}

#[cfg(test)]
mod counted {
    use std::cell::Cell;

    thread_local! {
        pub(super) static DONE: Cell<u64> = const { Cell::new(0) };
    }
}

#[cfg(test)]
mod tests {
    use super::counted::DONE;
    use crate::catalog::table::{kind, permission, role, section};
    use crate::*;

    /// A catalog of so many permissions, each with a scope of its own, every other on a kind.
    fn catalog(n: usize, version: u32, prefix: &str) -> Catalog {
        let base = Catalog::builder("acme", version)
            .kind(kind("queue", "Queue"))
            .section(section("all", "All").permissions(&[permission("first", "First")]))
            .role(role("nothing", "Nothing"));
        let mut record = base.build().unwrap().record();
        for i in 0..n {
            let text = String::new;
            let (key, scope) = (format!("{prefix}/{i}"), format!("{prefix}:{i}"));
            record.scopes.push(ScopeRecord { key: scope.clone(), description: text(), includes: Vec::new() });
            record.permissions.push(PermissionRecord {
                key,
                name: "P".to_owned(),
                description: text(),
                section: "all".to_owned(),
                features: Vec::new(),
                scopes: vec![scope],
                kind: (i % 2 == 0).then(|| "queue".to_owned()),
                seat: None,
            });
        }
        record.roles.push(PredefinedRoleRecord {
            key: "everything".to_owned(),
            name: "Everything".to_owned(),
            description: String::new(),
            group: None,
            permissions: (0..n).map(|i| format!("{prefix}/{i}")).collect(),
        });
        Catalog::from_record(&record).unwrap()
    }

    fn renaming(catalog: &Catalog) -> Catalog {
        let mut record = catalog.record();
        let permissions =
            record.permissions.iter_mut().filter(|permission| permission.key.starts_with("old/"));
        for (version, permission) in (2..).zip(permissions) {
            let to = permission.key.replace("old", "now");
            let row = SuccessionRecord {
                from: vec![std::mem::replace(&mut permission.key, to.clone())],
                to: vec![to],
                needs: Needs::All,
            };
            record.successions.push(SuccessionsRecord {
                version,
                features: Vec::new(),
                kinds: Vec::new(),
                scopes: Vec::new(),
                permissions: vec![row],
                roles: Vec::new(),
            });
            record.version = version;
        }
        for role in &mut record.roles {
            role.permissions.iter_mut().for_each(|key| *key = key.replace("old", "now"));
        }
        Catalog::from_record(&record).unwrap()
    }

    fn id(i: usize) -> RoleId {
        RoleId::new(format!("r{i}")).unwrap()
    }

    fn key<K>(text: impl AsRef<str>, new: impl Fn(&str) -> Result<K, KeyError>) -> K {
        new(text.as_ref()).unwrap()
    }

    /// What a function is asked of: a catalog, a later one that lacks every key, and accounts of some size.
    struct World {
        n: usize,
        catalog: Catalog,
        later: Catalog,
        /// A later one that renames one key in each version.
        renaming: Catalog,
        /// One custom role that grants everything, held by one user.
        wide: Account,
        /// Many custom roles, nobody's.
        roles: Account,
        /// The same roles, each limited, of one user.
        limited: Account,
        /// Many teams with that user as the only member.
        teams: Account,
    }

    fn finished(edit: Edit) -> Account {
        edit.finish().unwrap().into_account()
    }

    fn world(n: usize) -> World {
        let (catalog, later) = (catalog(n, 1, "old"), catalog(n, 2, "new"));
        let empty = Account::new(&catalog, "initech").unwrap();
        let mut edit = empty.edit();
        edit.create_role(&id(0), "Wide").unwrap();
        let _ = edit.select_section(id(0), "all").unwrap();
        edit.assign(id(0), user()).unwrap();
        let wide = finished(edit);
        let mut edit = empty.edit();
        (0..n).for_each(|i| _ = edit.create_role(&id(i), &format!("Role {i}")).unwrap());
        let roles = finished(edit);
        let mut edit = roles.edit();
        for i in 0..n {
            edit.assign_within(id(i), user(), Reach::only("queue", [format!("q{i}")]).unwrap()).unwrap();
        }
        let limited = finished(edit);
        let mut edit = empty.edit();
        for i in 0..n {
            edit.create_team(team(i), "Team").unwrap();
            edit.add_member(team(i), "maja").unwrap();
        }
        World { n, renaming: renaming(&catalog), catalog, later, wide, roles, limited, teams: finished(edit) }
    }

    fn user() -> Assignee {
        Assignee::user("maja").unwrap()
    }

    fn team(i: usize) -> TeamId {
        key(format!("t{i}"), |text| TeamId::new(text))
    }

    fn replay(account: &Account, facts: impl Iterator<Item = Fact>) {
        let change = Change {
            format: CHANGE_FORMAT,
            account: account.id().clone(),
            follows: account.head().unwrap(),
            attribution: Attribution::default(),
            facts: facts.collect(),
        };
        drop(account.replay(&change).unwrap());
    }

    /// What is counted, and how it is done.
    type Case = (&'static str, fn(&World));

    /// Every function that takes outside data, or is called for each of many facts.
    const CASES: &[Case] = &[
        ("Catalog::from_record", |w| drop(Catalog::from_record(&w.catalog.record()).unwrap())),
        ("Catalog::check_follows", |w| assert!(w.later.check_follows(&w.catalog).unwrap().len() > w.n)),
        ("asking for unknown keys", |w| {
            (0..w.n).for_each(|i| assert!(w.catalog.permission(format!("nope/{i}")).is_err()));
        }),
        ("Account::restore with unknown names", |w| {
            let account = Account::restore(&w.wide.record(), &w.later).unwrap();
            assert!(account.problems().len() > w.n);
        }),
        ("Account::restore_with", |w| {
            let catalogs = [w.catalog.clone()];
            drop(Account::restore_with(&w.wide.record(), &w.later, &catalogs).unwrap());
        }),
        ("Account::record and restore", |w| {
            for account in [&w.roles, &w.limited, &w.teams] {
                drop(Account::restore(&account.record(), &w.catalog).unwrap());
            }
        }),
        ("Account::upgrade, report", |w| {
            let upgrade = w.wide.upgrade(&w.later).unwrap();
            assert!(upgrade.report().to_string().len() > w.n);
        }),
        ("Credential::restore with unknown scopes", |w| {
            let key = Authorizer::new(w.wide.clone()).subject("maja").mint_all().unwrap();
            assert_eq!(Credential::restore(&key.record(), &w.later).unwrap().missing().count(), w.n);
        }),
        ("Endpoint::any_of", |w| {
            let scopes = (0..w.n).map(|i| format!("old:{i}"));
            assert_eq!(Endpoint::any_of(&w.catalog, scopes).unwrap().scopes().count(), w.n);
        }),
        ("explaining a call of many scopes", |w| {
            let endpoint = Endpoint::any_of(&w.catalog, (0..w.n).map(|i| format!("old:{i}"))).unwrap();
            let auth = Authorizer::new(w.wide.clone());
            assert_eq!(auth.subject("maja").explain_call(&endpoint).accepted.len(), w.n);
        }),
        ("an upgrade over many versions", |w| {
            assert_eq!(w.renaming.check_follows(&w.catalog).unwrap(), []);
            let upgrade = w.wide.upgrade(&w.renaming).unwrap();
            assert_eq!(upgrade.report().users, []);
            drop(Account::restore(&w.wide.record(), &w.renaming).unwrap());
        }),
        ("replaying role-created", |w| {
            let account = Account::new(&w.catalog, "initech").unwrap();
            let created = |i| Fact::RoleCreated { role: id(i), name: format!("Role {i}") };
            replay(&account, (0..w.n).map(created));
        }),
        ("replaying role-deleted", |w| replay(&w.roles, (0..w.n).map(|i| Fact::RoleDeleted { role: id(i) }))),
        ("replaying role-deleted of limited roles", |w| {
            replay(&w.limited, (0..w.n).map(|i| Fact::RoleDeleted { role: id(i) }));
        }),
        ("replaying team-deleted", |w| {
            replay(&w.teams, (0..w.n).map(|i| Fact::TeamDeleted { team: team(i) }));
        }),
        ("replaying role-assigned with limits", |w| {
            let reach = |i| Reach::only("queue", [format!("q{i}")]).unwrap();
            let assigned =
                |i| Fact::RoleAssigned { role: RoleRef::Custom(id(i)), assignee: user(), reach: reach(i) };
            replay(&w.roles, (0..w.n).map(assigned));
        }),
        ("replaying assignment-extended of one", |w| {
            let extended = |i: usize| Fact::AssignmentExtended {
                role: RoleRef::Custom(id(0)),
                assignee: user(),
                kind: key("queue", |text| KindKey::new(text)),
                resources: [key(format!("x{i}"), |text| ResourceId::new(text))].into(),
            };
            replay(&w.limited, (0..w.n).map(extended));
        }),
        ("replaying import-remembered", |w| {
            let remembered = |i| Fact::ImportRemembered {
                role: id(0),
                source: RoleRef::Custom(id(i)),
                permissions: Vec::new(),
            };
            replay(&w.roles, (1..w.n).map(remembered));
        }),
        ("creating and renaming roles", |w| {
            let mut edit = Account::new(&w.catalog, "initech").unwrap().edit();
            (0..w.n).for_each(|i| _ = edit.create_role(&id(i), &format!("Role {i}")).unwrap());
            (0..w.n).for_each(|i| _ = edit.rename_role(id(i), &format!("Rule {i}")).unwrap());
            finished(edit);
        }),
        ("withholding, releasing, revoking, granting", |w| {
            let mut edit = w.wide.edit();
            (0..w.n).for_each(|i| _ = edit.withhold(id(0), format!("old:{i}")).unwrap());
            (0..w.n).for_each(|i| _ = edit.release(id(0), format!("old:{i}")).unwrap());
            (0..w.n).for_each(|i| _ = edit.revoke(id(0), format!("old/{i}")).unwrap());
            (0..w.n).for_each(|i| _ = edit.grant(id(0), format!("old/{i}")).unwrap());
            finished(edit);
        }),
        ("extending one assignment", |w| {
            let mut edit = w.limited.edit();
            (0..w.n).for_each(|i| _ = edit.extend(id(0), user(), "queue", [format!("x{i}")]).unwrap());
            finished(edit);
        }),
        ("limiting, lifting and unassigning many of one user", |w| {
            let mut edit = w.limited.edit();
            (0..w.n).for_each(|i| _ = edit.limit(id(i), user(), "queue", <[&str; 0]>::default()).unwrap());
            (0..w.n).for_each(|i| _ = edit.lift(id(i), user(), "queue").unwrap());
            (0..w.n).for_each(|i| _ = edit.unassign(id(i), user()).unwrap());
            finished(edit);
        }),
        ("forgetting resources", |w| {
            let mut edit = w.limited.edit();
            (0..w.n).for_each(|i| _ = edit.forget_resource("queue", format!("q{i}")).unwrap());
            finished(edit);
        }),
        ("importing and duplicating", |w| {
            let mut edit = w.wide.edit();
            edit.create_role(&id(1), "Copy").unwrap();
            edit.import(id(1), [RoleRef::Custom(id(0))]).unwrap();
            edit.duplicate_role(id(1), &id(2), "Another").unwrap();
            finished(edit);
        }),
        ("a refusal", |w| {
            let auth = Authorizer::new(w.wide.clone());
            let mut edit = w.wide.edit();
            let of = |i: usize| Assignee::user(format!("u{i}")).unwrap();
            (0..w.n).for_each(|i| _ = edit.assign(id(0), of(i)).unwrap());
            let refused = auth.admit(edit.finish().unwrap(), "maja").unwrap_err();
            assert!(refused.refusals.len() <= MAX_REFUSALS && refused.to_string().len() < 64_000);
        }),
        ("what a user with many roles has", |w| {
            let auth = Authorizer::new(w.limited.clone());
            let maja = auth.subject("maja");
            assert_eq!(maja.roles().len(), w.n);
            let _ = (maja.scopes(), maja.permissions());
            let scope = w.catalog.scope("old:0").unwrap();
            drop(maja.explain_scope(scope).unwrap().to_string());
            drop(maja.explain(w.catalog.permission("old/0").unwrap()).to_string());
        }),
    ];

    fn counted(case: fn(&World), world: &World) -> u64 {
        let before = DONE.get();
        case(world);
        DONE.get() - before
    }

    /// Four times the input, at most some five times the work: n log n, and no more.
    #[test]
    fn b4_work_follows_the_input() {
        let (small, large) = (world(400), world(1_600));
        for (what, case) in CASES {
            let (few, many) = (counted(*case, &small), counted(*case, &large));
            assert!(few > 0, "{what} does no work that is counted");
            assert!(many < 5 * few + 4_000, "{what}: {few} steps for 400, {many} for 1,600");
        }
    }

    /// The counter sees what it is for.
    #[test]
    fn b4_work_that_grows_faster_is_seen() {
        let (small, large) = (world(400), world(1_600));
        let each_looks_at_all: fn(&World) = |w| {
            for _ in 0..w.n {
                assert_eq!(w.roles.custom_roles().count(), w.n);
            }
        };
        let (few, many) = (counted(each_looks_at_all, &small), counted(each_looks_at_all, &large));
        assert!(many > 10 * few, "{few} {many}");
    }
}
