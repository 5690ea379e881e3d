//! The victim of `tests/kill.rs`: edits an account for ever, and says which edits it was told are stored.
//!
//! `writer FILE SEED [EDITS]` knows all versions of a product, and moves the account to the next one now and then. Told
//! how many edits to make, it makes those and nothing else, and ends. It prints a line for each step, flushed: `opening`, `ready`, `ack HEAD`, `compacting`, `compacted`.
//!
//! Every change but an upgrade begins by writing its revision into the description of the role `ledger`, and ends by passing
//! the role `baton` from one runner to the next. So half of a change could be told from a whole one.

use std::error::Error;
use std::io::Write;

use host_sqlite::{Host, Store};
use rolecall::{AccountId, Assignee, Attribution, Edit, EditError, Reach, RoleId, UserId};

use dice::Dice;

mod dice;
mod product;

type Done = Result<(), Box<dyn Error + Send + Sync>>;

/// The runners hand the baton on in a circle.
const RUNNERS: u64 = 5;

/// One edit in so many is followed by an upgrade.
const UPGRADES: u64 = 50;

fn main() -> Done {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let mut dice = Dice(arguments.next().ok_or("which seed?")?.parse()?);
    let edits: Option<u32> = arguments.next().map(|edits| edits.parse()).transpose()?;

    let catalogs = product::versions()?;
    say("opening")?;
    let host = Host::open(Store::open(file, &catalogs)?, &AccountId::new("initech")?)?;
    say("ready")?;
    let edit = |dice: &mut Dice| -> Done {
        let head = host.edit(Attribution::by("writer"), |edit| change(edit, dice))?;
        Ok(say(&format!("ack {head}"))?)
    };
    for _ in 0..edits.unwrap_or(0) {
        edit(&mut dice)?;
    }
    while edits.is_none() {
        edit(&mut dice)?;
        let version = host.current()?.catalog().version();
        let next = catalogs.iter().find(|catalog| catalog.version() > version);
        if let (Some(next), 0) = (next, dice.below(UPGRADES)) {
            let head = host.upgrade(next, Attribution::by("writer"), |_| Ok(Vec::new()))?;
            say(&format!("ack {head}"))?;
        }
        if dice.below(8) == 0 {
            say("compacting")?;
            host.compact()?;
            say("compacted")?;
        }
    }
    Ok(())
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes())?;
    out.flush()
}

fn change(edit: &mut Edit, dice: &mut Dice) -> Done {
    let (ledger, baton) = (RoleId::new("ledger")?, RoleId::new("baton")?);
    let base = edit.account().revision();
    edit.create_role(&ledger, "Ledger")?;
    edit.create_role(&baton, "Baton")?;
    // The last edit, which an upgrade may have followed.
    let last = edit.account().role(&ledger).and_then(|role| role.description().parse().ok()).unwrap_or(0);
    edit.describe_role(&ledger, &(base + 1).to_string())?;
    for _ in 0..=dice.below(6) {
        use EditError::{Inherited, NotAssigned, UnknownRole, UnknownTeam, UnknownUser};
        match wish(edit, dice) {
            // What isn't there can't be edited, and the session is as it was.
            Ok(())
            | Err(
                UnknownRole { .. }
                | UnknownTeam { .. }
                | UnknownUser { .. }
                | NotAssigned { .. }
                | Inherited(_),
            ) => {}
            Err(other) => return Err(other.into()),
        }
    }
    let runner = |revision: u64| Assignee::user(format!("runner-{}", revision % RUNNERS));
    if edit.account().user(format!("runner-{}", last % RUNNERS)).is_some() {
        let _gone = edit.unassign(&baton, runner(last)?)?;
    }
    edit.assign(&baton, runner(base + 1)?)?;
    Ok(())
}

/// One random edit of some twenty users, eight roles and four teams.
fn wish(edit: &mut Edit, dice: &mut Dice) -> Result<(), EditError> {
    let user = UserId::new(format!("user-{}", dice.below(20)))?;
    let team = format!("team-{}", dice.below(4));
    let (number, queue) = (dice.below(8), format!("queue-{}", dice.below(50)));
    let role = RoleId::new(format!("role-{number}"))?;
    let version = edit.account().catalog().version();
    match dice.below(18) {
        0 => edit.create_role(&role, &format!("Role {number}")).map(drop),
        1 => edit.import(&role, [product::manager(version).as_str(), "editor"]).map(drop),
        2 => edit.grant(&role, product::send(version).as_str()).map(drop),
        3 => edit.revoke(&role, product::send(version).as_str()).map(drop),
        4 => edit.delete_role(&role).map(drop),
        5 => edit.create_team(&team, &team.replace('-', " ")).map(drop),
        6 => edit.add_member(&team, &user).map(drop),
        7 => edit.remove_member(&team, &user).map(drop),
        8 => edit.delete_team(&team).map(drop),
        9 => edit.assign(&role, Assignee::team(&team)?).map(drop),
        10 => edit.assign(&role, user).map(drop),
        11 => edit.unassign(&role, user).map(drop),
        12 => edit.assign_within("viewer", user, Reach::only("queue", [queue])?).map(drop),
        13 => edit.extend("viewer", user, "queue", [queue]).map(drop),
        14 => edit.lift("viewer", user, "queue").map(drop),
        15 => edit.suspend(&user).map(drop),
        16 => edit.reinstate(&user).map(drop),
        _ => edit.remove_user(&user).map(drop),
    }
}
