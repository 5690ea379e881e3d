//! Random accounts, decided by rolecall, by Cedar and by Casbin: all three must agree on every question.
//!
//! Features, predefined and custom roles, teams and suspended users; no assignment that is limited to some
//! resources.

use std::time::Instant;

use rolecall::table::{feature, permission, role, section};
use rolecall::{Account, Assignee, Authorizer, Catalog, Edit, EditError, RoleId, RoleRef, TeamId, UserId};

use crate::translate::{Casbin, Cedar};
use crate::world::Random;

/// Ids come from one short list, so that users, teams and roles of either kind often share one.
const IDS: [&str; 9] = ["ana", "bea", "carl", "dora", "emil", "fay", "gus", "hal", "ida"];

/// How many decisions were compared, and what they were about.
#[derive(Debug, Default)]
pub struct Compared {
    pub accounts: usize,
    pub decisions: usize,
    pub allowed: usize,
    /// Decisions that are a denial only since the user is suspended, or a feature disabled.
    pub narrowed: usize,
}

/// Compares decisions until there were enough, a whole account at a time.
///
/// # Panics
///
/// Two engines answered differently: the message says about what.
pub fn compare(decisions: usize, seed: u64) -> Compared {
    let mut compared = Compared::default();
    while compared.decisions < decisions {
        let seed = seed.wrapping_add(compared.accounts as u64);
        compare_account(&mut compared, seed);
        compared.accounts += 1;
    }
    compared
}

/// Compares, and prints the figures.
pub fn print(decisions: usize, seed: u64) {
    let start = Instant::now();
    let Compared { accounts, decisions, allowed, narrowed } = compare(decisions, seed);
    println!(
        "{decisions} decisions on {accounts} accounts: rolecall, Cedar and Casbin agree on all of them."
    );
    println!(
        "{allowed} were allowed, {narrowed} denied by a suspension or a disabled feature alone; {:.0} s.",
        start.elapsed().as_secs_f64()
    );
}

/// All users and a stranger, asked about all permissions of one account.
fn compare_account(compared: &mut Compared, seed: u64) {
    let random = &mut Random(seed);
    let catalog = random_catalog(random);
    let account = random_account(random, &catalog).expect("edits of what is there");
    let (catalog_record, record) = (catalog.record(), account.record());
    let (cedar, casbin) = (Cedar::new(&catalog_record, &record), Casbin::new(&catalog_record, &record));
    let authorizer = Authorizer::new(account);

    let users = record.users.iter().map(|user| user.id.as_str());
    for user in users.chain(["stranger"]) {
        let subject = authorizer.subject(user);
        for permission in catalog.permissions() {
            let key = permission.key().as_str();
            let allowed = subject.can(permission.id());
            assert_eq!(cedar.allows(user, key), allowed, "Cedar: seed {seed}, `{user}`, `{key}`");
            assert_eq!(casbin.allows(user, key), allowed, "Casbin: seed {seed}, `{user}`, `{key}`");
            compared.decisions += 1;
            compared.allowed += usize::from(allowed);
            compared.narrowed += usize::from(!allowed && subject.granted().contains(permission.id()));
        }
    }
}

/// A product with up to 3 features, up to 4 predefined roles and 4 to 20 permissions.
fn random_catalog(random: &mut Random) -> Catalog {
    let features: Vec<_> = (0..random.between(0, 3)).map(|n| format!("feature-{n}")).collect();
    let keys: Vec<_> = (0..random.between(4, 20)).map(|n| format!("section/act-{n}")).collect();
    let pick = |random: &mut Random, from: &[String], most: usize| -> Vec<String> {
        let count = random.between(0, most);
        random.some(count, from.len()).into_iter().map(|n| from[n].clone()).collect()
    };
    fn texts(picked: &[String]) -> Vec<&str> {
        picked.iter().map(String::as_str).collect()
    }
    let required: Vec<_> = keys.iter().map(|_| pick(random, &features, 2)).collect();
    let required: Vec<_> = required.iter().map(|picked| texts(picked)).collect();
    let permissions: Vec<_> =
        keys.iter().zip(&required).map(|(key, features)| permission(key, "Act").requires(features)).collect();

    let mut builder = Catalog::builder("random", 1);
    for key in &features {
        builder = builder.feature(feature(key, key));
    }
    builder = builder.section(section("section", "Section").permissions(&permissions));
    for key in &IDS[..random.between(0, 4)] {
        let granted = pick(random, &keys, keys.len() / 2);
        builder = builder.role(role(key, key).grants(&texts(&granted)));
    }
    builder.build().expect("a catalog without problems")
}

/// An account of it: features, custom roles, teams, assignments, members, suspensions; some edits are taken
/// back again.
fn random_account(random: &mut Random, catalog: &Catalog) -> Result<Account, EditError> {
    let account = Account::new(catalog, "random").expect("a valid id");
    let mut edit = account.edit();
    for feature in catalog.features() {
        if random.below(3) > 0 {
            edit.enable_feature(feature.key())?;
        }
    }
    let mut roles: Vec<_> = catalog.roles().map(|role| RoleRef::Predefined(role.key().clone())).collect();
    for id in &IDS[..random.between(0, 5)] {
        roles.push(custom_role(random, &mut edit, catalog, id)?);
    }
    let teams: Vec<_> =
        IDS[..random.between(0, 4)].iter().map(|id| TeamId::new(id).expect("a valid id")).collect();
    for team in &teams {
        edit.create_team(team, team.as_str())?;
    }
    let users: Vec<_> =
        IDS[..random.between(1, 9)].iter().map(|id| UserId::new(id).expect("a valid id")).collect();
    let holders: Vec<Assignee> = users
        .iter()
        .map(|user| Assignee::User(user.clone()))
        .chain(teams.iter().map(|team| Assignee::Team(team.clone())))
        .collect();
    for holder in &holders {
        let count = random.between(0, 3);
        for n in random.some(count, roles.len()) {
            edit.assign(&roles[n], holder.clone())?;
        }
    }
    for user in &users {
        let count = random.between(0, 2);
        for n in random.some(count, teams.len()) {
            edit.add_member(&teams[n], user)?;
        }
    }
    let Some(edited) = edit.finish() else { return Ok(account) };
    let account = edited.into_account();

    let mut edit = account.edit();
    let known: Vec<_> = account.users().map(|user| user.id().clone()).collect();
    for user in known {
        if random.below(8) == 0 {
            edit.suspend(&user)?;
        }
    }
    for team in &teams {
        if random.below(10) == 0 {
            edit.delete_team(team)?;
        }
    }
    Ok(edit.finish().map_or(account, |edited| edited.into_account()))
}

/// A custom role with up to a third of the permissions, named so that no predefined role is named like it.
fn custom_role(
    random: &mut Random,
    edit: &mut Edit,
    catalog: &Catalog,
    id: &str,
) -> Result<RoleRef, EditError> {
    let role = RoleId::new(id).expect("a valid id");
    edit.create_role(&role, &format!("Custom {id}"))?;
    let count = random.between(0, catalog.permissions().len() / 3);
    let chosen = random.some(count, catalog.permissions().len());
    for (n, permission) in catalog.permissions().enumerate() {
        if chosen.contains(&n) {
            edit.grant(&role, permission.key())?;
        }
    }
    Ok(RoleRef::Custom(role))
}
