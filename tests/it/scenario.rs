//! Scenarios a person can read (`scenarios/*.txt`), asked of the authorizer and of the oracle.
//!
//! Lines are read top to bottom. `feature`, `permission` and `role` lines make the catalog and come first.
//! Every edit is a session of its own, replayed and compared, and the authorizer is refreshed after it.
//! `#` begins a comment.
//!
//! ```text
//! feature broadcast
//! permission campaigns/send needs broadcast
//! role sender grants campaigns/send
//!
//! assign sender to maja
//! maja may not campaigns/send because feature is disabled
//! enable broadcast
//! maja may campaigns/send
//! refused: unassign sender from ivo because no user
//! ```

use rolecall::{
    Account, Assignee, Authorizer, Catalog, CatalogRecord, EditError, FeatureRecord, KindRecord,
    PermissionRecord, PredefinedRoleRecord, Reach, RoleId, RoleRef, SectionRecord,
};

use crate::world::oracle;

struct Play {
    record: CatalogRecord,
    auth: Option<Authorizer>,
    decisions: usize,
}

/// Splits `a, b` into its parts.
fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

impl Play {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(rest) = line.strip_prefix("feature ") {
            let (key, name, description) = (rest.to_owned(), rest.to_owned(), String::new());
            self.record.features.push(FeatureRecord { key, name, description });
        } else if let Some(rest) = line.strip_prefix("kind ") {
            let (key, name, description) = (rest.to_owned(), rest.to_owned(), String::new());
            self.record.kinds.push(KindRecord { key, name, description });
        } else if let Some(rest) = line.strip_prefix("permission ") {
            let (rest, features) = rest.split_once(" needs ").unwrap_or((rest, ""));
            let (key, kind) = rest.split_once(" on ").map_or((rest, None), |(key, kind)| (key, Some(kind)));
            self.record.permissions.push(PermissionRecord {
                key: key.to_owned(),
                name: key.to_owned(),
                description: String::new(),
                section: key.split('/').next().unwrap().to_owned(),
                features: list(features),
                scopes: Vec::new(),
                kind: kind.map(str::to_owned),
                seat: None,
            });
        } else if let Some(rest) = line.strip_prefix("role ") {
            let (key, grants) = rest.split_once(" grants ").unwrap_or((rest, ""));
            let (key, name, description) = (key.to_owned(), key.to_owned(), String::new());
            let permissions = list(grants);
            self.record.roles.push(PredefinedRoleRecord { key, name, description, group: None, permissions });
        } else if let Some(rest) = line.strip_prefix("refused: ") {
            let (edit, because) = rest.split_once(" because ").ok_or("say why it is refused")?;
            let before = self.auth().account().record();
            let refusal = self.edit(edit)?.err().ok_or("was not refused")?.to_string();
            if !refusal.contains(because) {
                return Err(format!("refused for another reason: {refusal}"));
            }
            assert_eq!(self.auth().account().record(), before);
        } else if let Some(rest) = line.strip_prefix("where ") {
            self.reached(rest)?;
        } else if let Some(rest) = line.strip_prefix("deleting ") {
            self.announcement(rest)?;
        } else if line.contains(" may ") {
            self.question(line)?;
        } else {
            self.edit(line)?.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn auth(&mut self) -> &Authorizer {
        self.auth.get_or_insert_with(|| {
            let mut sections: Vec<String> =
                self.record.permissions.iter().map(|permission| permission.section.clone()).collect();
            sections.dedup();
            let section = |key: String| SectionRecord { name: key.clone(), key, description: String::new() };
            self.record.sections = sections.into_iter().map(section).collect();
            let catalog = Catalog::from_record(&self.record).unwrap();
            Authorizer::new(Account::new(&catalog, "scenario").unwrap())
        })
    }

    fn question(&mut self, line: &str) -> Result<(), String> {
        let (user, rest) = line.split_once(" may ").unwrap();
        let (expected, rest) = match rest.strip_prefix("not ") {
            None => ("allow".to_owned(), rest),
            Some(rest) => {
                let (rest, reason) = rest.split_once(" because ").ok_or("say why not")?;
                (format!("deny: {reason}"), rest)
            }
        };
        let (permission, on) = match rest.split_once(" on ") {
            Some((permission, on)) => {
                (permission, Some(on.split_once(':').ok_or("name a resource as kind:id")?))
            }
            None => (rest, None),
        };
        let auth = self.auth();
        let id = auth.catalog().permission(permission).map_err(|error| error.to_string())?;
        let explanation = match on {
            None => auth.subject(user).explain(id),
            Some((kind, of)) => {
                let resource = auth.catalog().resource(kind, of).map_err(|error| error.to_string())?;
                auth.subject(user).explain_on(id, &resource)
            }
        };
        let answer = explanation.decision.to_string();
        let other = oracle(auth.account()).decide(user, permission, on);
        if answer != expected || other != expected {
            return Err(format!("the authorizer says `{answer}`, the oracle `{other}`: {explanation}"));
        }
        self.decisions += 1;
        Ok(())
    }

    /// `USER PERMISSION: everything`, `... nothing`, or `... only a, b` (L4).
    fn reached(&mut self, rest: &str) -> Result<(), String> {
        let (who, expected) = rest.split_once(": ").ok_or("say where")?;
        let (user, permission) = who.split_once(' ').ok_or("name a user and a permission")?;
        let auth = self.auth();
        let id = auth.catalog().permission(permission).map_err(|error| error.to_string())?;
        let reached = auth.subject(user).reach_of(id).to_string();
        if reached == expected { Ok(()) } else { Err(format!("it reaches {reached}")) }
    }

    /// `ROLE costs USER PERMISSION, PERMISSION`, or `ROLE costs nobody anything` (R6).
    fn announcement(&mut self, rest: &str) -> Result<(), String> {
        let (role, costs) = rest.split_once(" costs ").ok_or("say what it costs")?;
        let auth = self.auth();
        let announced =
            auth.announce_deletion(RoleId::new(role).unwrap()).map_err(|error| error.to_string())?;
        let mut said = String::new();
        for (user, losses) in announced.users.iter().filter(|(_, losses)| !losses.permissions.is_empty()) {
            let lost: Vec<String> = losses.permissions.iter().map(ToString::to_string).collect();
            said += &format!("{user} {}", lost.join(", "));
        }
        if said.is_empty() {
            said += "nobody anything";
        }
        if said == costs { Ok(()) } else { Err(format!("announced: {said}")) }
    }

    /// Makes an edit, if the line is one. A refusal is an answer.
    fn edit(&mut self, line: &str) -> Result<Result<(), EditError>, String> {
        let before = self.auth().clone();
        let mut edit = before.account().edit();
        let words: Vec<&str> = line.split_whitespace().collect();
        let role = |text: &str| {
            let custom = RoleId::new(text).unwrap();
            match before.account().role(&custom) {
                Some(_) => RoleRef::Custom(custom),
                None => RoleRef::predefined(text).unwrap(),
            }
        };
        let user = |id: &str| Assignee::user(id).unwrap();
        let team = |id: &str| Assignee::team(id).unwrap();
        let made = match words.as_slice() {
            ["enable", feature] => edit.enable_feature(*feature).map(drop),
            ["disable", feature] => edit.disable_feature(*feature).map(drop),
            ["create", "role", id] => edit.create_role(&RoleId::new(id).unwrap(), id).map(drop),
            ["create", "role", id, "named", name] => {
                edit.create_role(&RoleId::new(id).unwrap(), name).map(drop)
            }
            ["rename", "role", id, "to", name] => edit.rename_role(role(id), name).map(drop),
            ["delete", "role", id] => edit.delete_role(role(id)).map(drop),
            ["grant", permission, "to", id] => edit.grant(role(id), *permission).map(drop),
            ["revoke", permission, "from", id] => edit.revoke(role(id), *permission).map(drop),
            ["select", section, "in", id] => edit.select_section(role(id), *section).map(drop),
            ["clear", section, "in", id] => edit.clear_section(role(id), *section).map(drop),
            ["import", source, "into", id] => edit.import(role(id), [role(source)]).map(drop),
            ["catch", "up", id, "with", source, "in", permission] => {
                edit.catch_up(role(id), role(source), [*permission]).map(drop)
            }
            ["duplicate", source, "as", id] => {
                edit.duplicate_role(role(source), &RoleId::new(id).unwrap(), id).map(drop)
            }
            ["create", "team", id] => edit.create_team(*id, id).map(drop),
            ["delete", "team", id] => edit.delete_team(*id).map(drop),
            ["add", member, "to", id] => edit.add_member(*id, *member).map(drop),
            ["remove", member, "from", id] => edit.remove_member(*id, *member).map(drop),
            ["assign", id, "to", "team", to, "on", on] => {
                edit.assign_within(role(id), team(to), reach(on)?).map(drop)
            }
            ["assign", id, "to", to, "on", on] => {
                edit.assign_within(role(id), user(to), reach(on)?).map(drop)
            }
            ["limit", id, "of", "team", of, "to", on] => {
                let (kind, ids) = resources(on)?;
                edit.limit(role(id), team(of), kind, ids).map(drop)
            }
            ["limit", id, "of", of, "to", on] => {
                let (kind, ids) = resources(on)?;
                edit.limit(role(id), user(of), kind, ids).map(drop)
            }
            ["extend", id, "of", "team", of, "to", on] => {
                let (kind, ids) = resources(on)?;
                edit.extend(role(id), team(of), kind, ids).map(drop)
            }
            ["extend", id, "of", of, "to", on] => {
                let (kind, ids) = resources(on)?;
                edit.extend(role(id), user(of), kind, ids).map(drop)
            }
            ["lift", kind, "of", id, "of", of] => edit.lift(role(id), user(of), *kind).map(drop),
            ["assign", id, "to", "team", to] => edit.assign(role(id), team(to)).map(drop),
            ["assign", id, "to", to] => edit.assign(role(id), user(to)).map(drop),
            ["unassign", id, "from", "team", from] => edit.unassign(role(id), team(from)).map(drop),
            ["unassign", id, "from", from] => edit.unassign(role(id), user(from)).map(drop),
            ["suspend", id] => edit.suspend(*id).map(drop),
            ["reinstate", id] => edit.reinstate(*id).map(drop),
            ["remove", id] => edit.remove_user(*id).map(drop),
            _ => return Err("neither an edit nor a question".to_owned()),
        };
        if made.is_ok() {
            let done = edit.finish().ok_or("the edit changed nothing")?;
            let replayed = before.account().replay(done.change()).map_err(|error| error.to_string())?;
            assert_eq!(replayed.record(), done.account().record());
            self.auth = Some(before.refresh(done.into_account()));
        }
        Ok(made)
    }
}

/// `queue:vip,gold`, or `queue:` for none of them.
fn resources(text: &str) -> Result<(&str, Vec<String>), String> {
    let (kind, ids) = text.split_once(':').ok_or("name resources as kind:id,id")?;
    Ok((kind, list(ids)))
}

/// Limits of several kinds, with `+` between them.
fn reach(text: &str) -> Result<Reach, String> {
    text.split('+').try_fold(Reach::everything(), |reach, part| {
        let (kind, ids) = resources(part)?;
        reach.and_only(kind, ids).map_err(|error| error.to_string())
    })
}

#[test]
fn every_scenario_holds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let mut play = Play {
            record: Catalog::builder("scenario", 1).build().unwrap().record(),
            auth: None,
            decisions: 0,
        };
        for (n, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
            let line = line.split('#').next().unwrap().trim();
            if line.is_empty() {
                continue;
            }
            if let Err(problem) = play.line(line) {
                panic!("{}:{}: {line}\n  {problem}", file.display(), n + 1);
            }
        }
        assert!(play.decisions > 0, "{} asks nothing", file.display());
    }
}
