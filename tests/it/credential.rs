//! Scopes and credentials: every answer against the oracle, and the laws of narrowing (S1-S4).

use proptest::prelude::*;
use rolecall::{
    Account, Authorizer, Catalog, Credential, CredentialRecord, Decision, Endpoint, MintError, RestoreFault,
    ScopeGapReason, ScopeKey, predefined,
};

use crate::oracle::{Oracle, Set, role};
use crate::world::{
    RESOURCES, SCOPES, USERS, Wish, accounts, ask, build, calls_agree, catalog, interned, oracle, user,
    wishes,
};

fn texts<T: ToString>(items: impl Iterator<Item = T>) -> Set {
    items.map(|item| item.to_string()).collect()
}

/// Every endpoint of at most two scopes, and whether it wants exactly them.
fn endpoints(catalog: &Catalog) -> Vec<(Vec<&'static str>, bool, Endpoint)> {
    let scopes: Vec<_> = catalog.scopes().map(|scope| interned(scope.key().as_str())).collect();
    let pairs = scopes.iter().flat_map(|a| scopes.iter().filter(move |b| a < *b).map(move |b| vec![*a, *b]));
    let lists = std::iter::once(Vec::new()).chain(scopes.iter().map(|scope| vec![*scope])).chain(pairs);
    let both = lists.flat_map(|accepted| [(accepted.clone(), false), (accepted, true)]);
    both.map(|(accepted, exactly)| {
        let endpoint = match exactly {
            true => Endpoint::exactly(catalog, accepted.iter().copied()),
            false => Endpoint::any_of(catalog, accepted.iter().copied()),
        };
        (accepted, exactly, endpoint.unwrap())
    })
    .collect()
}

fn some_scopes() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(SCOPES.to_vec(), 0..=3)
}

/// A credential as a host may have stored it: what it holds has nothing to do with its owner.
fn stored(account: &Account, owner: &str, scopes: &[&str], included: &[&str]) -> Credential {
    let keys = |keys: &[&str]| keys.iter().map(|key| ScopeKey::new(key).unwrap()).collect();
    let held: Vec<_> = included.iter().copied().filter(|scope| !scopes.contains(scope)).collect();
    let mark = serde_json::from_str("\"00112233445566ff\"").unwrap();
    let record = CredentialRecord {
        scopes: keys(scopes),
        included: keys(&held),
        owner: user(owner),
        // U7: of the user who has the id now.
        incarnation: account.user(owner).map_or(mark, |user| user.incarnation()),
        account: account.id().clone(),
        ..Authorizer::new(with_user(account, "nothing")).subject("maja").mint_all().unwrap().record()
    };
    let credential = Credential::restore(&record, account.catalog()).unwrap();
    assert_eq!(credential.record(), record);
    credential
}

fn with_user(account: &Account, role: &str) -> Account {
    let mut edit = account.edit();
    edit.assign(role, rolecall::Assignee::user("maja").unwrap()).unwrap();
    edit.finish().map_or_else(|| account.clone(), rolecall::Edited::into_account)
}

/// Every question that can be asked under a credential, or without one, gets the oracle's answer.
#[track_caller]
pub fn agrees(auth: &Authorizer, oracle: &Oracle, name: &str, credential: Option<&Credential>) {
    let record = credential.map(Credential::record);
    let known = |scopes: &[ScopeKey]| -> Set {
        texts(scopes.iter().filter(|scope| oracle.includes.contains_key(scope.as_str())))
    };
    let own = record.as_ref().map(|r| (known(&r.scopes), known(&r.included)));
    let own = own.as_ref().map(|(scopes, included)| (scopes, included));
    for (accepted, exactly, endpoint) in endpoints(auth.catalog()) {
        let expected = oracle.call(name, own, &accepted, exactly);
        let subject = auth.subject(name);
        let (decision, can, explained) = match credential {
            None => {
                (subject.check_call(&endpoint), subject.can_call(&endpoint), subject.explain_call(&endpoint))
            }
            Some(credential) => {
                let caller = auth.caller(credential);
                (caller.check_call(&endpoint), caller.can_call(&endpoint), caller.explain_call(&endpoint))
            }
        };
        assert_eq!(decision.to_string(), expected, "{name} {credential:?} {accepted:?} {exactly}");
        assert_eq!(can, decision.is_allowed());
        assert_eq!(explained.decision, decision);
        assert_eq!(explained.accepted.len(), accepted.len());
        // Allowed exactly if the lines say so.
        let opens = |line: &rolecall::AcceptedScope<'_>| {
            !line.scope.sources.is_empty() && line.in_credential.unwrap_or(true)
        };
        assert_eq!(explained.accepted.iter().any(opens), decision.is_allowed(), "{explained}");
    }
}

/// What a caller has is what owner and credential both cover, and decisions on permissions follow (S3, S4).
#[track_caller]
pub fn caller_agrees(auth: &Authorizer, oracle: &Oracle, name: &str, credential: &Credential) {
    let record = credential.record();
    let known = |scope: &String| oracle.includes.contains_key(scope);
    let kinds = texts(auth.catalog().kinds().map(|kind| kind.key().clone()));
    let caller = auth.caller(credential);
    let active = oracle.users.get(name).is_some_and(|user| !user.suspended);
    let held = if active { oracle.covered(&oracle.scopes(name)) } else { Set::new() };
    let own = oracle.covered(
        &record.scopes.iter().chain(&record.included).map(ToString::to_string).filter(known).collect(),
    );
    assert_eq!(texts(caller.scopes().keys()), &held & &own);
    for permission in auth.catalog().permissions() {
        let (key, id) = (permission.key().as_str(), permission.id());
        let expected = |on: Option<(&str, &str)>| match oracle.decide(name, key, on) {
            "allow" if oracle.provides[key].is_empty() => "deny: no scope opens it",
            "allow" => match oracle.scopes_with(name, key, on) {
                with if with.is_empty() => "deny: no scope of the user is accepted",
                with if with.is_disjoint(&own) => "deny: no scope of the credential is accepted",
                _ => "allow",
            },
            owner => owner,
        };
        assert_eq!(caller.check(id).to_string(), expected(None), "{name} {key}");
        assert_eq!(caller.can(id), caller.check(id).is_allowed());
        for (kind, of) in kinds.iter().flat_map(|kind| RESOURCES.map(|of| (kind.as_str(), of))) {
            let resource = auth.catalog().resource(kind, of).unwrap();
            assert_eq!(caller.check_on(id, &resource).to_string(), expected(Some((kind, of))), "{name} {key}");
            assert_eq!(caller.can_on(id, &resource), caller.check_on(id, &resource).is_allowed());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn s1_scopes_of_a_user_are_those_of_usable_permissions_less_what_each_role_withholds(account in accounts()) {
        let (oracle, auth) = (oracle(&account), Authorizer::new(account));
        for name in USERS {
            let subject = auth.subject(name);
            prop_assert_eq!(texts(subject.scopes().keys()), oracle.scopes(name));
            let sources = subject.scope_sources();
            prop_assert_eq!(texts(sources.iter().map(|source| source.scope.key())), oracle.scopes(name));
            for source in sources {
                prop_assert!(source.permission.scopes().contains(source.scope.id()));
                prop_assert!(oracle.usable(name, source.permission.key().as_str()).is_some());
                prop_assert!(source.role.permissions().contains(source.permission.id()));
                prop_assert!(source.role.scopes().contains(source.scope.id()));
                prop_assert!(oracle.held(name).contains(&role(&source.role.to_ref())));
            }
        }
    }

    /// Why a scope is missing: mending one gap, and nothing else, gives a scope that covers it.
    #[test]
    fn s1_a_scope_is_explained_by_its_sources_or_its_gaps(account in accounts()) {
        let (oracle, auth) = (oracle(&account), Authorizer::new(account));
        for (name, key) in USERS.into_iter().flat_map(|name| SCOPES.map(|key| (name, key))) {
            let subject = auth.subject(name);
            let why = subject.explain_scope(auth.catalog().scope(key).unwrap()).unwrap();
            let held = oracle.covered(&oracle.scopes(name)).contains(key);
            prop_assert_eq!(!why.sources.is_empty(), held && why.is_active, "{}", why);
            prop_assert_eq!(why.is_active, oracle.users.get(name).is_some_and(|user| !user.suspended));
            let granted = oracle.held(name).iter().any(|role| oracle.roles[role].iter().any(|permission| {
                oracle.covered(&oracle.provides[permission]).contains(key)
            }));
            prop_assert_eq!(granted, !(why.sources.is_empty() && why.gaps.is_empty()), "{} {}: {}", name, key, why);
            for gap in &why.gaps {
                let (permission, of) = (gap.permission.key().as_str(), role(&gap.role.to_ref()));
                prop_assert!(oracle.held(name).contains(&of) && oracle.roles[&of].contains(permission));
                prop_assert!(oracle.provides[permission].contains(gap.scope.key().as_str()));
                let usable = oracle.usable(name, permission).is_some();
                match &gap.reason {
                    ScopeGapReason::Withheld => prop_assert!(usable && !gap.role.scopes().contains(gap.scope.id())),
                    ScopeGapReason::Suspended => prop_assert!(!why.is_active),
                    ScopeGapReason::FeatureDisabled(features) => {
                        let missing = &oracle.permissions[permission] - &oracle.enabled;
                        prop_assert_eq!(texts(features.iter().map(rolecall::Feature::key)), missing);
                    }
                    ScopeGapReason::ReachesNothing => {
                        prop_assert_eq!(oracle.decide(name, permission, None), "deny: limited to no resource");
                    }
                    other => prop_assert!(false, "{:?}", other),
                }
            }
        }
    }

    #[test]
    fn s2_s3_every_call_is_answered_as_the_oracle_does(
        account in accounts(),
        scopes in some_scopes(),
        included in some_scopes(),
    ) {
        let (oracle, auth) = (oracle(&account), Authorizer::new(account));
        for name in USERS.into_iter().chain(["nobody"]) {
            agrees(&auth, &oracle, name, None);
            agrees(&auth, &oracle, name, Some(&stored(auth.account(), name, &scopes, &included)));
        }
    }

    /// S3: the intersection after inclusion, and S4: a permission under a credential.
    #[test]
    fn s3_s4_a_caller_has_what_owner_and_credential_both_cover(
        account in accounts(),
        scopes in some_scopes(),
        included in some_scopes(),
    ) {
        let (oracle, auth) = (oracle(&account), Authorizer::new(account));
        for name in USERS {
            let credential = stored(auth.account(), name, &scopes, &included);
            caller_agrees(&auth, &oracle, name, &credential);
        }
    }

    /// S3: whatever is minted, from whomever, however often: it opens nothing that its origin does not, by no
    /// later edit either.
    #[test]
    fn s3_minting_never_exceeds(
        account in accounts(),
        chosen in some_scopes(),
        parts in some_scopes(),
        later in prop::collection::vec(wishes(), 0..12),
    ) {
        let oracle = oracle(&account);
        let before = Authorizer::new(account);
        let mut edit = before.account().edit();
        later.iter().for_each(|wish| drop(ask(&mut edit, wish)));
        let after = edit.finish().map_or_else(|| before.clone(), |done| before.refresh(done.into_account()));
        for name in USERS {
            let subject = before.subject(name);
            let Ok(all) = subject.mint_all() else {
                prop_assert!(!oracle.users.contains_key(name));
                prop_assert_eq!(subject.mint(chosen.clone()), Err(MintError::UnknownUser));
                continue;
            };
            prop_assert_eq!(texts(all.scopes().keys()), oracle.scopes(name));
            let mut lines = vec![vec![all.clone()]];
            for (origin, wanted) in [(None, &chosen), (Some(&all), &chosen), (Some(&all), &parts)] {
                let minted = origin.map_or_else(|| subject.mint(wanted.clone()), |all| all.mint(wanted.clone()));
                let wanted: Set = wanted.iter().map(ToString::to_string).collect();
                let covered = oracle.covered(&oracle.scopes(name));
                match minted {
                    Ok(minted) => {
                        prop_assert_eq!(texts(minted.scopes().keys()), wanted);
                        let child = minted.mint(parts.clone());
                        lines.push(vec![all.clone(), minted.clone()]);
                        lines.extend(child.map(|child| vec![all.clone(), minted, child]));
                    }
                    Err(MintError::Beyond { scopes }) => {
                        prop_assert_eq!(texts(scopes.iter()), &wanted - &covered);
                    }
                    Err(other) => prop_assert!(false, "{}", other),
                }
            }
            for auth in [&before, &after] {
                for (.., endpoint) in endpoints(auth.catalog()) {
                    for line in &lines {
                        let mut may = auth.subject(name).can_call(&endpoint);
                        for credential in line {
                            let can = auth.caller(credential).can_call(&endpoint);
                            prop_assert!(may || !can, "{credential:?} exceeds its origin at {endpoint:?}");
                            may = can;
                        }
                    }
                }
            }
        }
    }
}

fn company() -> Authorizer {
    let catalog = predefined::current();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    for feature in catalog.features() {
        edit.enable_feature(feature.key()).unwrap();
    }
    edit.assign("campaign-manager", rolecall::Assignee::user("maja").unwrap()).unwrap();
    Authorizer::new(edit.finish().unwrap().into_account())
}

#[test]
fn s2_an_endpoint_says_what_it_takes() {
    let says = |exactly: bool, scopes: &[&str]| {
        let scopes = scopes.iter().copied();
        let endpoint = match exactly {
            true => Endpoint::exactly(&catalog(), scopes),
            false => Endpoint::any_of(&catalog(), scopes),
        };
        endpoint.unwrap().to_string()
    };
    assert_eq!(says(false, &["sms:send"]), "the scope `sms:send`");
    assert_eq!(says(true, &["sms:send"]), "exactly the scope `sms:send`");
    assert_eq!(says(false, &["sms:send", "all:read"]), "one of the scopes `sms:send`, `all:read`");
    assert_eq!(says(true, &["sms:send", "all:read"]), "exactly one of the scopes `sms:send`, `all:read`");
    assert_eq!(says(false, &[]), "nothing: it accepts no scope");
    let auth = company();
    let send = Endpoint::any_of(auth.catalog(), ["sms:message:send"]).unwrap();
    let told = auth.subject("maja").explain_call(&send).to_string();
    assert!(told.starts_with("allow\n  `sms:message:send`: from `"), "{told}");
    assert_eq!(auth.subject("nobody").explain_call(&send).to_string(), "deny: unknown user");
}

#[test]
fn s3_an_emptied_credential_can_do_nothing() {
    let auth = company();
    let emptied = auth.subject("maja").mint_all().unwrap().mint([] as [&str; 0]).unwrap();
    assert!(emptied.scopes().is_empty() && auth.caller(&emptied).scopes().is_empty());
    for scope in auth.catalog().scopes() {
        for endpoint in [
            Endpoint::any_of(auth.catalog(), [scope.key()]),
            Endpoint::exactly(auth.catalog(), [scope.key()]),
        ] {
            assert!(!auth.caller(&emptied).can_call(&endpoint.unwrap()));
        }
    }
    assert!(auth.catalog().permissions().all(|permission| !auth.caller(&emptied).can(permission.id())));
}

/// S3's own example: a key with the broad scope of an owner with the narrow one.
#[test]
fn s3_inclusion_comes_before_intersection() {
    let catalog = predefined::current();
    let [narrow, broad] = ["sms:message:send", "message:send"];
    let sms =
        catalog.permissions().find(|p| texts(p.scopes().keys()) == Set::from([narrow.to_owned()])).unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    for feature in sms.features().keys() {
        edit.enable_feature(feature).unwrap();
    }
    let texter = rolecall::RoleId::new("texter").unwrap();
    edit.create_role(&texter, "Texter").unwrap();
    edit.grant(&texter, sms.key()).unwrap();
    edit.assign(&texter, rolecall::Assignee::user("ivo").unwrap()).unwrap();
    let auth = Authorizer::new(edit.finish().unwrap().into_account());

    let refused = auth.subject("ivo").mint([broad]).unwrap_err();
    assert_eq!(refused.to_string(), "beyond what it is minted from: `message:send`");
    let record = CredentialRecord {
        scopes: vec![ScopeKey::new(broad).unwrap()],
        ..auth.subject("ivo").mint_all().unwrap().record()
    };
    let key = Credential::restore(&record, &catalog).unwrap();
    let open = |scope: &str| auth.caller(&key).check_call(&Endpoint::any_of(&catalog, [scope]).unwrap());
    assert_eq!(open(narrow), Decision::Allow);
    assert_eq!(open("email:message:send").to_string(), "deny: no scope of the user is accepted");
    assert_eq!(texts(auth.caller(&key).scopes().keys()), Set::from([narrow.to_owned()]));
}

#[test]
fn s3_nothing_has_to_be_invalidated() {
    let auth = company();
    let send = Endpoint::any_of(auth.catalog(), ["sms:message:send"]).unwrap();
    let key = auth.subject("maja").mint_all().unwrap();
    let after = |edit: &dyn Fn(&mut rolecall::Edit)| {
        let mut session = auth.account().edit();
        edit(&mut session);
        auth.refresh(session.finish().unwrap().into_account()).caller(&key).check_call(&send).to_string()
    };
    assert_eq!(auth.caller(&key).check_call(&send), Decision::Allow);
    assert_eq!(after(&|edit| drop(edit.suspend("maja"))), "deny: user is suspended");
    assert_eq!(after(&|edit| drop(edit.remove_user("maja"))), "deny: unknown user");
    let maja = || rolecall::Assignee::user("maja").unwrap();
    assert_eq!(
        after(&|edit| drop(edit.unassign("campaign-manager", maja()))),
        "deny: no scope of the user is accepted"
    );
    let mut session = auth.account().edit();
    auth.catalog().features().for_each(|feature| drop(session.disable_feature(feature.key())));
    let without = auth.refresh(session.finish().unwrap().into_account());
    assert!(without.caller(&key).scopes().len() < auth.caller(&key).scopes().len());
    assert_eq!(without.caller(&key).scopes().minus(&auth.caller(&key).scopes()).len(), 0);
}

/// C4: what was resolved by another catalog denies; a credential of another account is nobody's.
#[test]
fn c4_credentials_and_endpoints_of_elsewhere_are_denied() {
    let auth = company();
    let key = auth.subject("maja").mint_all().unwrap();
    let foreign = Endpoint::any_of(&catalog(), ["sms:send"]).unwrap();
    assert_eq!(
        auth.caller(&key).check_call(&foreign).to_string(),
        "deny: endpoint or credential of another catalog"
    );
    assert!(auth.subject("maja").explain_call(&foreign).accepted.is_empty());
    let caller = auth.caller(&key);
    assert_eq!(caller.owner().id(), auth.subject("maja").id());
    assert_eq!(caller.credential(), &key);

    let small = Authorizer::new(with_user(&Account::new(&catalog(), "initech").unwrap(), "nothing"));
    assert_eq!(small.caller(&key).check_call(&foreign), auth.caller(&key).check_call(&foreign));
    assert!(small.caller(&key).scopes().is_empty());
    for permission in small.catalog().permissions() {
        let denied = small.caller(&key).check(permission.id()).to_string();
        assert_eq!(denied, "deny: endpoint or credential of another catalog");
    }

    let elsewhere =
        Authorizer::new(with_user(&Account::new(auth.catalog(), "umbrella").unwrap(), "campaign-manager"));
    let send = Endpoint::any_of(auth.catalog(), ["sms:message:send"]).unwrap();
    assert_eq!(elsewhere.caller(&key).check_call(&send).to_string(), "deny: unknown user");
}

#[test]
fn p4_a_stored_credential_comes_back_or_says_what_is_wrong() {
    let auth = company();
    let key = auth.subject("maja").mint_all().unwrap();
    let json = serde_json::to_string(&key.record()).unwrap();
    let back: CredentialRecord = serde_json::from_str(&json).unwrap();
    assert_eq!(Credential::restore(&back, auth.catalog()).unwrap(), key);
    assert!(
        serde_json::from_str::<CredentialRecord>(&json.replacen("\"included\":[]", "\"x\":1", 1)).is_err()
    );

    let twice = CredentialRecord { included: vec![back.scopes[0].clone()], ..back.clone() };
    let error = Credential::restore(&twice, auth.catalog()).unwrap_err();
    assert!(matches!(error.fault(), RestoreFault::Duplicate { what: "scope", .. }), "{error}");
    let unknown =
        CredentialRecord { scopes: vec![ScopeKey::new("sms:message:sned").unwrap()], ..back.clone() };
    let kept = Credential::restore(&unknown, auth.catalog()).unwrap();
    assert_eq!(kept.missing().map(ScopeKey::as_str).collect::<Vec<_>>(), ["sms:message:sned"]);
    assert!(kept.scopes().is_empty(), "P5: it counts for nothing");
    assert_eq!(kept.record(), unknown, "and is kept");
    let older = CredentialRecord { format: 1, ..back.clone() };
    assert_eq!(
        Credential::restore(&older, auth.catalog()).unwrap_err().to_string(),
        "format: format 1 is unknown: this version reads format 2"
    );
    assert!(matches!(
        Credential::restore(&back, &catalog()).unwrap_err().fault(),
        RestoreFault::OtherProduct { .. }
    ));
}

#[test]
fn p4_credentials_are_equal_if_catalog_account_owner_and_scopes_are() {
    let account = Account::new(&catalog(), "initech").unwrap();
    let key = stored(&account, "maja", &["sms:send"], &["all:read"]);
    assert_eq!(key, stored(&account, "maja", &["sms:send"], &["all:read"]));
    let umbrella = Account::new(&catalog(), "umbrella").unwrap();
    for other in [
        stored(&umbrella, "maja", &["sms:send"], &["all:read"]),
        stored(&account, "ivo", &["sms:send"], &["all:read"]),
        stored(&account, "maja", &["all:send"], &["all:read"]),
        stored(&account, "maja", &["sms:send"], &[]),
        stored(&account, "maja", &["all:read", "sms:send"], &[]),
    ] {
        assert_ne!(key, other);
    }
    let elsewhere = company().subject("maja").mint([] as [&str; 0]).unwrap();
    assert_ne!(stored(&account, "maja", &[], &[]), elsewhere, "of another catalog");
}

#[test]
fn s2_an_endpoint_tells_what_it_accepts() {
    let accepted = ["sms:send", "all:read", "sms:send"];
    let endpoint = Endpoint::any_of(&catalog(), accepted).unwrap();
    let keys: Vec<_> = endpoint.scopes().map(|scope| scope.key().to_string()).collect();
    assert_eq!(keys, ["sms:send", "all:read"], "in the order given, each once");
    assert!(!endpoint.is_exact());
    assert_eq!(format!("{endpoint:?}"), r#"Endpoint { scopes: ["sms:send", "all:read"], exactly: false }"#);
    assert!(Endpoint::exactly(&catalog(), accepted).unwrap().is_exact());
}

#[test]
fn s3_a_credential_shown_for_debugging_says_whose_it_is_and_what_it_holds() {
    let account = Account::new(&catalog(), "initech").unwrap();
    let shown = format!("{:?}", stored(&account, "maja", &["sms:send"], &["all:read"]));
    for part in ["initech", "maja", "sms:send", "all:read"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
}

/// What stands in the way of a call, line by line.
#[test]
fn s1_s3_an_explained_call_says_where_each_scope_comes_from_or_what_is_in_the_way() {
    let night = rolecall::RoleId::new("night").unwrap();
    let maja = || rolecall::Assignee::user("maja").unwrap();
    let explained = |edits: &dyn Fn(&mut rolecall::Edit), key: Option<&[&str]>, endpoint: &Endpoint| {
        let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
        edits(&mut edit);
        let auth = Authorizer::new(edit.finish().unwrap().into_account());
        let key = key.map(|scopes| stored(auth.account(), "maja", scopes, &[]));
        match &key {
            None => auth.subject("maja").explain_call(endpoint).to_string(),
            Some(key) => auth.caller(key).explain_call(endpoint).to_string(),
        }
    };
    let any_of = |scopes: &[&str]| Endpoint::any_of(&catalog(), scopes.iter().copied()).unwrap();
    let exactly = |scopes: &[&str]| Endpoint::exactly(&catalog(), scopes.iter().copied()).unwrap();
    let editor = |edit: &mut rolecall::Edit| {
        edit.assign("editor", maja()).unwrap();
    };
    let enabled = |edit: &mut rolecall::Edit| {
        editor(edit);
        edit.enable_feature("alpha").unwrap();
    };
    let suspended = |edit: &mut rolecall::Edit| {
        editor(edit);
        edit.suspend("maja").unwrap();
    };
    let withheld = |edit: &mut rolecall::Edit| {
        edit.create_role(&night, "Night").unwrap();
        edit.grant(&night, "plain/edit").unwrap();
        edit.withhold(&night, "all:read").unwrap();
        edit.assign(&night, maja()).unwrap();
    };
    let limited = |edit: &mut rolecall::Edit| {
        let nothing = rolecall::Reach::only("channel", [] as [&str; 0]).unwrap();
        edit.assign_within("editor", maja(), nothing).unwrap();
    };
    let viewer = |edit: &mut rolecall::Edit| {
        edit.assign("viewer", maja()).unwrap();
    };

    let both = any_of(&["all:read", "sms:send"]);
    let read = "`all:read`: from `all:read` of permission `plain/edit` in predefined role `editor`";
    assert_eq!(
        explained(&enabled, None, &both),
        format!(
            "allow\n  {read}\n  \
             `sms:send`: from `all:send` of permission `gated/a` in predefined role `editor` and 1 more"
        )
    );
    assert_eq!(
        explained(&editor, Some(&["all:read"]), &both),
        format!(
            "allow\n  {read}\n  `sms:send`: missing: `all:send` of permission `gated/a` in predefined role \
             `editor`, but disabled: `alpha`; not in the credential"
        )
    );
    assert_eq!(
        explained(&editor, None, &exactly(&["sms:send"])),
        "deny: no scope of the user is accepted\n  `sms:send`: missing: `sms:send` of permission `gated/a` in \
         predefined role `editor`, but disabled: `alpha`"
    );
    assert_eq!(
        explained(&suspended, None, &any_of(&["all:read"])),
        "deny: user is suspended\n  `all:read`: missing: the user is suspended, who has it from `all:read` of \
         permission `plain/edit` in predefined role `editor`"
    );
    type Edits<'a> = &'a dyn Fn(&mut rolecall::Edit);
    let missing: [(Edits<'_>, &str, &str); 4] = [
        (&withheld, "all:read", "withheld from `all:read` of permission `plain/edit` in custom role `night`"),
        (
            &limited,
            "all:read",
            "limited to no resource in `all:read` of permission `plain/edit` in predefined role `editor`",
        ),
        (&viewer, "all:read", "no role of the user grants a permission that provides it (`plain/edit`)"),
        (&viewer, "all:manage", "no role of the user grants a permission that provides it"),
    ];
    for (edits, scope, line) in missing {
        assert_eq!(
            explained(edits, None, &any_of(&[scope])),
            format!("deny: no scope of the user is accepted\n  `{scope}`: missing: {line}")
        );
    }
}

/// Each assignment stands for itself: one that reaches nothing provides nothing, though another one, whose role withholds
/// the scope, makes the permission usable.
#[test]
fn s1_each_assignment_stands_for_itself() {
    let [night, day] = ["night", "day"].map(|id| rolecall::RoleId::new(id).unwrap());
    let maja = || rolecall::Assignee::user("maja").unwrap();
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    for role in [&night, &day] {
        edit.create_role(role, role.as_str()).unwrap();
        edit.grant(role, "plain/edit").unwrap();
    }
    edit.withhold(&day, "all:read").unwrap();
    let nothing = rolecall::Reach::only("channel", [] as [&str; 0]).unwrap();
    edit.assign_within(&night, maja(), nothing).unwrap();
    let read = Endpoint::any_of(&catalog(), ["all:read"]).unwrap();
    let call = |account: &Account| {
        let (oracle, auth) = (oracle(account), Authorizer::new(account.clone()));
        agrees(&auth, &oracle, "maja", None);
        auth.subject("maja").check_call(&read).to_string()
    };
    assert_eq!(call(edit.account()), "deny: no scope of the user is accepted");
    edit.assign(&day, maja()).unwrap();
    assert!(oracle(edit.account()).usable("maja", "plain/edit").is_some());
    assert_eq!(call(edit.account()), "deny: no scope of the user is accepted");
    edit.extend(&night, maja(), "channel", ["sms"]).unwrap();
    assert_eq!(call(edit.account()), "allow");
}

/// A catalog of more permissions than a word has bits: role by role, where something is withheld or limited, too.
#[test]
fn s1_s2_every_scope_of_a_large_catalog_is_answered_as_the_oracle_does() {
    let catalog = predefined::current();
    let user = |id: &str| rolecall::Assignee::user(id).unwrap();
    let mut edit = Account::new(&catalog, "initech").unwrap().edit();
    for feature in catalog.features().step_by(2) {
        edit.enable_feature(feature.key()).unwrap();
    }
    let most = rolecall::RoleId::new("most").unwrap();
    edit.create_role(&most, "Most").unwrap();
    for permission in catalog.permissions() {
        edit.grant(&most, permission.key()).unwrap();
    }
    edit.withhold(&most, "sms:message:send").unwrap();
    edit.assign(&most, user("maja")).unwrap();
    let sms = rolecall::Reach::only("channel", ["sms"]).unwrap();
    for (n, role) in catalog.roles().enumerate() {
        edit.assign(role.key(), user(&format!("whole{n}"))).unwrap();
        edit.assign_within(role.key(), user(&format!("within{n}")), sms.clone()).unwrap();
    }
    let account = edit.finish().unwrap().into_account();
    let (oracle, auth) = (oracle(&account), Authorizer::new(account));
    assert!(catalog.permissions().count() > 64);
    let endpoints = crate::world::endpoints(&catalog);
    for user in auth.account().users() {
        calls_agree(&auth.subject(user.id()), user.id().as_str(), &endpoints, &oracle);
    }
}

/// What the owner's roles withhold is not the credential's fault, whatever it holds.
#[test]
fn s4_what_the_owner_does_not_have_is_not_said_to_be_missing_in_the_credential() {
    let night = rolecall::RoleId::new("night").unwrap();
    let maja = || rolecall::Assignee::user("maja").unwrap();
    let mut edit = Account::new(&catalog(), "initech").unwrap().edit();
    edit.create_role(&night, "Night").unwrap();
    edit.grant(&night, "plain/edit").unwrap();
    edit.withhold(&night, "all:read").unwrap();
    edit.assign(&night, maja()).unwrap();
    let check = |account: &Account, scopes: &[&str]| {
        let auth = Authorizer::new(account.clone());
        let key = stored(account, "maja", scopes, &[]);
        auth.caller(&key).check(auth.catalog().permission("plain/edit").unwrap()).to_string()
    };
    for scopes in [&["all:read"][..], &["sms:send"], &[]] {
        assert_eq!(check(edit.account(), scopes), "deny: no scope of the user is accepted", "{scopes:?}");
    }
    edit.assign("editor", maja()).unwrap();
    assert_eq!(check(edit.account(), &["all:read"]), "allow");
    assert_eq!(check(edit.account(), &["sms:send"]), "deny: no scope of the credential is accepted");
}

/// S4, R5: a role that withholds a scope, assigned in part only and to nobody else, closes what a credential from before
/// would open; the authorizer is refreshed, and nothing changed but the assignment.
#[test]
fn s4_a_limited_assignment_of_a_role_that_withholds_narrows_at_once() {
    let night = rolecall::RoleRef::custom("night").unwrap();
    let maja = || rolecall::Assignee::user("maja").unwrap();
    let within =
        || Wish::AssignWithin(night.clone(), maja(), rolecall::Reach::only("queue", ["vip"]).unwrap());
    let edited = |auth: &Authorizer, wish: Wish| {
        let mut edit = auth.account().edit();
        ask(&mut edit, &wish);
        auth.refresh(edit.finish().unwrap().into_account())
    };
    let start = build(
        &catalog(),
        &[
            Wish::CreateRole("night", "Night"),
            Wish::Grant("night", "gated/a"),
            Wish::Enable("alpha"),
            Wish::Assign(rolecall::RoleRef::predefined("nothing").unwrap(), maja()),
            within(),
        ],
    );
    let auth = Authorizer::new(start);
    let key = auth.subject("maja").mint(["sms:send"]).unwrap();
    let opens = catalog().permission("gated/a").unwrap();
    assert!(auth.caller(&key).can(opens));
    let auth = edited(&auth, Wish::Unassign(night.clone(), maja()));
    let auth = edited(&auth, Wish::Withhold("night", "sms:send"));
    let auth = edited(&auth, within());
    assert!(auth.subject("maja").can(opens));
    assert_eq!(auth.caller(&key).check(opens).to_string(), "deny: no scope of the user is accepted");
}
