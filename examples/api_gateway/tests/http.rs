//! Over real HTTP: what each rule means for somebody who calls with a key.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "what is not there fails the test")]

use std::sync::Arc;

use api_gateway::company::Company;
use api_gateway::gateway::{Gateway, Guard};
use api_gateway::keys::{KeyRecord, Keys};
use api_gateway::{Failure, Service, api, sample};
use axum::http::Method;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::rt::TokioIo;
use rolecall::{
    Account, Assignee, Authorizer, Catalog, Credential, Edit, Endpoint, MintError, Reach, RoleId, predefined,
};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

const SEND_SMS: &str = "/sms/3/messages";
const SMS_BULKS: &str = "/sms/1/bulks";
const EMAIL_BULKS: &str = "/email/1/bulks";
const SEND_WHATSAPP: &str = "/whatsapp/1/message/text";
const CONVERSIONS: &str = "/whatsapp/1/conversions";
const MESSAGES: &str = "/messages-api/1/messages";
const RESEND_PIN: &str = "/2fa/2/pin/1234/resend";
const CONVERSATIONS: &str = "/ccaas/1/conversations";
const API_KEYS: &str = "/settings/1/api-keys";

const NOT_HELD: &str = "deny: no scope of the user is accepted";
const NOT_IN_CREDENTIAL: &str = "deny: no scope of the credential is accepted";

/// The sample company behind a listener of its own, and one connection to it.
struct World {
    service: Arc<Service>,
    connection: SendRequest<Full<Bytes>>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl World {
    async fn new() -> Self {
        let company = sample::company(&predefined::current()).unwrap();
        Self::serving(Service { company, keys: Keys::default() }).await
    }

    async fn serving(service: Service) -> Self {
        let service = Arc::new(service);
        let router = api::gateway(&service).unwrap().into_router();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (connection, driver) = hyper::client::conn::http1::handshake(stream).await.unwrap();
        tokio::spawn(driver);
        Self { service, connection }
    }

    fn auth(&self) -> Arc<Authorizer> {
        self.service.company.current()
    }

    /// A key of this owner with these scopes.
    fn key(&self, owner: &str, scopes: &[&'static str]) -> String {
        let auth = self.auth();
        let credential = auth.subject(owner).mint(scopes.iter().copied()).unwrap();
        self.service.keys.issue(&format!("{owner}: {}", scopes.join(" ")), credential).unwrap()
    }

    fn edit(&self, wishes: impl FnOnce(&mut Edit) -> Result<(), Failure>) {
        let before = self.auth().account().revision();
        assert_eq!(
            self.service.company.edit("test", wishes).unwrap(),
            before + 1,
            "an edit that changed something"
        );
    }

    /// Every request of a test goes over the one connection: it fails if the service closed it.
    async fn call(&mut self, method: Method, path: &str, key: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        if let Some(key) = key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
        self.connection.ready().await.unwrap();
        let response = self.connection.send_request(request.body(Full::new(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&mut self, path: &str, key: &str) -> Answer {
        self.call(Method::GET, path, Some(key), None).await
    }

    async fn post(&mut self, path: &str, key: &str) -> Answer {
        self.call(Method::POST, path, Some(key), None).await
    }

    async fn post_json(&mut self, path: &str, key: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(key), Some(body)).await
    }

    /// What an administrator is told about a call.
    fn explain(&self, credential: &Credential, method: Method, path: &str) -> String {
        let gateway = api::gateway(&self.service).unwrap();
        let auth = self.auth();
        auth.caller(credential).explain_call(gateway.route(&method, path).unwrap().endpoint()).to_string()
    }
}

impl Answer {
    #[track_caller]
    fn ok(self) -> Value {
        assert_eq!((self.status, self.body.get("error")), (StatusCode::OK, None));
        self.body
    }

    #[track_caller]
    fn denied(self, why: &str) -> Value {
        assert_eq!((self.status, &self.body["error"]), (StatusCode::FORBIDDEN, &json!(why)));
        self.body
    }
}

#[tokio::test]
async fn s2_a_key_with_the_right_scope_calls() {
    let mut world = World::new().await;
    let key = world.key("ivo", &["sms:message:send"]);
    let body = world.post(SEND_SMS, &key).await.ok();
    assert_eq!(body, json!({ "done": "SMS on its way", "for": "ivo" }));
}

#[tokio::test]
async fn s2_any_one_of_several_accepted_scopes_will_do() {
    let mut world = World::new().await;
    for scope in ["calls:recording:read", "voice:recording:read", "voice:recording:manage"] {
        let key = world.key("maja", &[scope]);
        world.get("/calls/1/recordings", &key).await.ok();
    }
    let key = world.key("maja", &["people:read"]);
    let body = world.get("/calls/1/recordings", &key).await.denied(NOT_IN_CREDENTIAL);
    let four = "`calls:recording:read`, `calls:manage`, `voice:recording:read`, `voice:recording:manage`";
    assert_eq!(body["wanted"], format!("one of the scopes {four}"));
}

#[tokio::test]
async fn s2_a_broader_scope_opens_unless_exactly_the_narrow_one_is_accepted() {
    let mut world = World::new().await;
    let general = world.key("maja", &["message:send"]);
    world.post(SEND_SMS, &general).await.ok();
    world.post(SEND_WHATSAPP, &general).await.ok();
    world.get(SMS_BULKS, &general).await.denied(NOT_IN_CREDENTIAL);
    let body = world.get(EMAIL_BULKS, &general).await.denied(NOT_IN_CREDENTIAL);
    assert_eq!(body["wanted"], "exactly one of the scopes `email:message:send`");
    let narrow = world.key("maja", &["email:message:send"]);
    world.get(EMAIL_BULKS, &narrow).await.ok();
    let whole = world.key("maja", &["sms:manage"]);
    world.get(SMS_BULKS, &whole).await.ok();
    let pins = world.key("maja", &["2fa:manage"]);
    world.post(RESEND_PIN, &pins).await.denied(NOT_IN_CREDENTIAL);
    let pins = world.key("maja", &["2fa:pin:send"]);
    world.post(RESEND_PIN, &pins).await.ok();
}

#[tokio::test]
async fn s2_what_no_broader_scope_includes_is_opened_by_itself_alone() {
    let mut world = World::new().await;
    let manage = world.key("maja", &["whatsapp:manage"]);
    world.post(SEND_WHATSAPP, &manage).await.ok();
    world.post(CONVERSIONS, &manage).await.denied(NOT_IN_CREDENTIAL);
    let conversions = world.key("maja", &["whatsapp:conversions"]);
    world.post(CONVERSIONS, &conversions).await.ok();
}

#[tokio::test]
async fn s2_the_wrong_scope_is_denied_and_told_what_is_accepted() {
    let mut world = World::new().await;
    let sms = world.key("maja", &["sms:message:send"]);
    let body = world.post(SEND_WHATSAPP, &sms).await.denied(NOT_IN_CREDENTIAL);
    assert_eq!(body["wanted"], "one of the scopes `whatsapp:message:send`");
    // Her key is too narrow; his rights are.
    let all = world.auth().subject("ivo").mint_all().unwrap();
    let all = world.service.keys.issue("all of ivo", all).unwrap();
    world.post(SEND_WHATSAPP, &all).await.denied(NOT_HELD);
}

#[tokio::test]
async fn s3_a_general_key_does_what_is_left_of_its_owners_scopes() {
    let mut world = World::new().await;
    let key = world.key("maja", &["message:send"]);
    world.edit(|edit| {
        let _ = edit.unassign("campaign-manager", Assignee::user("maja")?)?;
        edit.assign(&RoleId::new("texting")?, Assignee::user("maja")?)?;
        Ok(())
    });
    // Key: `message:send`; owner: `sms:message:send`; in both, after inclusion: `sms:message:send`.
    world.post(SEND_SMS, &key).await.ok();
    world.post(SEND_WHATSAPP, &key).await.denied(NOT_HELD);
}

#[tokio::test]
async fn s3_an_emptied_key_can_do_nothing() {
    let mut world = World::new().await;
    let key = world.key("ivo", &["sms:message:send"]);
    world.post(SEND_SMS, &key).await.ok();
    let emptied = world.service.keys.find(&key).unwrap().mint::<&str>([]).unwrap();
    world.service.keys.replace("ivo: sms:message:send", emptied).unwrap();
    world.post(SEND_SMS, &key).await.denied(NOT_IN_CREDENTIAL);
    world.get(CONVERSATIONS, &key).await.denied(NOT_HELD);
}

#[tokio::test]
async fn s3_a_role_revoked_between_two_requests_of_a_connection_counts_at_once() {
    let mut world = World::new().await;
    let keys = [world.key("maja", &["sms:message:send"]), world.key("maja", &["message:send"])];
    for key in &keys {
        world.post(SEND_SMS, key).await.ok();
    }
    world.edit(|edit| Ok(edit.unassign("campaign-manager", Assignee::user("maja")?).map(drop)?));
    for key in &keys {
        world.post(SEND_SMS, key).await.denied(NOT_HELD);
    }
    world.edit(|edit| Ok(edit.assign("campaign-manager", Assignee::user("maja")?).map(drop)?));
    for key in &keys {
        world.post(SEND_SMS, key).await.ok();
    }
}

#[tokio::test]
async fn s3_a_key_made_by_a_key_never_exceeds_it() {
    let mut world = World::new().await;
    let key = world.key("maja", &["account-management:manage", "message:send"]);

    let beyond = json!({ "name": "beyond", "scopes": ["sms:message:send", "people:read"] });
    let answer = world.post_json(API_KEYS, &key, beyond).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.body["error"], "beyond what it is minted from: `people:read`");
    let typo = json!({ "name": "typo", "scopes": ["sms:message:sned"] });
    let answer = world.post_json(API_KEYS, &key, typo).await;
    assert!(
        answer.body["error"].as_str().unwrap().contains("sms:message:send"),
        "the nearest scope is named"
    );

    let part = json!({ "name": "part", "scopes": ["sms:message:send"] });
    let answer = world.post_json(API_KEYS, &key, part).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let made = answer.body["secret"].as_str().unwrap().to_owned();
    world.post(SEND_SMS, &made).await.ok();
    world.post(SEND_WHATSAPP, &made).await.denied(NOT_IN_CREDENTIAL);
    // Its maker has `sms:message:send` as a part of `message:send`, and can't call this: nor can it.
    world.get(SMS_BULKS, &key).await.denied(NOT_IN_CREDENTIAL);
    world.get(SMS_BULKS, &made).await.denied(NOT_IN_CREDENTIAL);
    let more = json!({ "name": "more", "scopes": ["message:send"] });
    world.post_json(API_KEYS, &made, more).await.denied(NOT_IN_CREDENTIAL);
}

#[tokio::test]
async fn s3_a_key_never_exceeds_its_owner_when_it_is_minted() {
    let world = World::new().await;
    let beyond = world.auth().subject("ivo").mint(["message:send"]).unwrap_err();
    assert!(matches!(beyond, MintError::Beyond { scopes } if scopes.len() == 1));
}

#[tokio::test]
async fn l3_a_resource_outside_the_callers_reach_is_denied() {
    let mut world = World::new().await;
    let key = world.key("sara", &["conversations:read"]);
    let vip = world.get("/ccaas/1/queues/vip/conversations", &key).await.ok();
    assert_eq!(vip, json!({ "conversations": ["Lost luggage", "Thank you"] }));
    let body =
        world.get("/ccaas/1/queues/sales/conversations", &key).await.denied("deny: not on this resource");
    let wanted = "one of the scopes `conversations:read`, `conversations:manage` on queue `sales`";
    assert_eq!(body["wanted"], wanted);
    // Ids are compared as they are meant, not as they are written in the path.
    world.get("/ccaas/1/queues/%76ip/conversations", &key).await.ok();
    world.get("/ccaas/1/queues/VIP/conversations", &key).await.denied("deny: not on this resource");
    let list = world.get(CONVERSATIONS, &key).await.ok();
    assert_eq!(list, json!({ "conversations": ["Lost luggage", "Invoice twice", "Thank you"] }));

    world.edit(|edit| {
        edit.extend("supervisor-for-conversations", Assignee::user("sara")?, "queue", ["sales"])?;
        Ok(())
    });
    world.get("/ccaas/1/queues/sales/conversations", &key).await.ok();
}

#[tokio::test]
async fn l3_l6_a_role_limited_to_one_channel_gives_scopes_for_all_but_reaches_that_one() {
    let mut world = World::new().await;
    let key = world.key("filip", &["message:send", "sms:manage"]);
    assert!(
        world
            .explain(&world.service.keys.find(&key).unwrap(), Method::POST, SEND_WHATSAPP)
            .starts_with("allow")
    );
    world.post(SEND_SMS, &key).await.ok();
    world.get(SMS_BULKS, &key).await.ok();
    let body = world.post(SEND_WHATSAPP, &key).await.denied("deny: not on this resource");
    assert_eq!(body["wanted"], "one of the scopes `whatsapp:message:send` on channel `whatsapp`");

    // A second role reaches WhatsApp, but the key must cover what that one gives.
    world.edit(|edit| {
        let reports = RoleId::new("reports")?;
        edit.create_role(&reports, "Conversion reports")?;
        let _scopes = edit.grant(&reports, "whatsapp/conversions")?;
        edit.assign(&reports, Assignee::user("filip")?)?;
        Ok(())
    });
    world.post(CONVERSIONS, &key).await.denied(NOT_IN_CREDENTIAL);
    let conversions = world.key("filip", &["whatsapp:conversions"]);
    world.post(CONVERSIONS, &conversions).await.ok();
    world.post(SEND_WHATSAPP, &key).await.denied("deny: not on this resource");

    // A key for SMS alone, of an owner who may send on every channel and has no role for SMS.
    world.edit(|edit| {
        let general = RoleId::new("general")?;
        edit.create_role(&general, "Every channel")?;
        let _scopes = edit.grant(&general, "messages/send")?;
        edit.assign(&general, Assignee::user("eva")?)?;
        Ok(())
    });
    let sms = world.key("eva", &["sms:message:send"]);
    world.post(SEND_SMS, &sms).await.ok();
}

#[tokio::test]
async fn s3_l3_reach_counts_by_the_scope_that_the_key_has_of_several_accepted() {
    let mut world = World::new().await;
    world.edit(|edit| {
        let full = RoleId::new("full")?;
        edit.create_role(&full, "The whole SMS API")?;
        let _scopes = edit.grant(&full, "sms/full-api")?;
        edit.assign(&full, Assignee::user("dora")?)?;
        edit.assign_within(
            &RoleId::new("texting")?,
            Assignee::user("dora")?,
            Reach::only("channel", ["mms"])?,
        )?;
        Ok(())
    });
    // Exactly `sms:message:send` or `sms:manage`: of these, one reaches MMS only, the other everything.
    let narrow = world.key("dora", &["sms:message:send"]);
    world.get(SMS_BULKS, &narrow).await.denied("deny: not on this resource");
    let broad = world.key("dora", &["sms:manage"]);
    world.get(SMS_BULKS, &broad).await.ok();
}

#[tokio::test]
async fn s4_l3_a_resource_that_the_body_names_is_asked_about_too() {
    let mut world = World::new().await;
    let key = world.key("filip", &["message:send"]);
    let body = world.post_json(MESSAGES, &key, json!({ "channel": "sms" })).await.ok();
    assert_eq!(body["done"], "on its way by sms");
    let whatsapp = json!({ "channel": "whatsapp" });
    let body = world.post_json(MESSAGES, &key, whatsapp).await.denied("deny: not on this resource");
    assert_eq!(body["wanted"], "permission `messages/send` on channel `whatsapp`");
    let unlimited = world.key("maja", &["message:send"]);
    world.post_json(MESSAGES, &unlimited, json!({ "channel": "whatsapp" })).await.ok();
}

#[tokio::test]
async fn l1_text_that_names_no_resource_is_a_bad_request() {
    let mut world = World::new().await;
    let key = world.key("sara", &["conversations:read"]);
    let answer = world.get("/ccaas/1/queues/%00/conversations", &key).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn u5_keys_of_a_suspended_owner_are_denied_until_they_are_reinstated() {
    let mut world = World::new().await;
    let key = world.key("ivo", &["sms:message:send"]);
    world.edit(|edit| Ok(edit.suspend("ivo").map(drop)?));
    world.post(SEND_SMS, &key).await.denied("deny: user is suspended");
    world.edit(|edit| Ok(edit.reinstate("ivo").map(drop)?));
    world.post(SEND_SMS, &key).await.ok();
    world.edit(|edit| Ok(edit.remove_user("ivo").map(drop)?));
    world.post(SEND_SMS, &key).await.denied("deny: unknown user");
}

#[tokio::test]
async fn u7_the_keys_of_a_removed_owner_are_not_those_of_the_next_one_with_the_id() {
    let mut world = World::new().await;
    let old = world.key("ivo", &["sms:message:send"]);
    world.edit(|edit| Ok(edit.remove_user("ivo").map(drop)?));
    world.edit(|edit| {
        edit.assign(&RoleId::new("texting")?, Assignee::user("ivo")?)?;
        Ok(())
    });
    world.post(SEND_SMS, &old).await.denied("deny: unknown user");
    // The next owner has keys of their own, also after a restart.
    let credential = world.auth().subject("ivo").mint(["sms:message:send"]).unwrap();
    let new = world.service.keys.issue("of the second ivo", credential).unwrap();
    let keys = Keys::restore(&world.service.keys.records(), world.auth().catalog()).unwrap();
    let start = Account::new(&predefined::current(), "initech").unwrap();
    let company = Company::replay(start, world.service.company.journal()).unwrap();
    let mut after = World::serving(Service { company, keys }).await;
    for world in [&mut world, &mut after] {
        world.post(SEND_SMS, &new).await.ok();
        world.post(SEND_SMS, &old).await.denied("deny: unknown user");
    }
}

#[tokio::test]
async fn d5_a_disabled_feature_closes_what_requires_it_and_opens_it_again() {
    let mut world = World::new().await;
    let key = world.key("ivo", &["sms:message:send"]);
    world.edit(|edit| Ok(edit.disable_feature("sms").map(drop)?));
    world.post(SEND_SMS, &key).await.denied(NOT_HELD);
    let credential = world.service.keys.find(&key).unwrap();
    let why = world.explain(&credential, Method::POST, SEND_SMS);
    assert!(why.contains("custom role `texting`") && why.ends_with("disabled: `sms`"), "{why}");
    world.edit(|edit| Ok(edit.enable_feature("sms").map(drop)?));
    world.post(SEND_SMS, &key).await.ok();
}

#[tokio::test]
async fn d2_an_unknown_or_revoked_key_is_nobody() {
    let mut world = World::new().await;
    let key = world.key("ivo", &["sms:message:send"]);
    world.post(SEND_SMS, &key).await.ok();
    world.service.keys.revoke("ivo: sms:message:send").unwrap();
    for key in [Some(key.as_str()), Some("0000"), Some(""), None] {
        let answer = world.call(Method::POST, SEND_SMS, key, None).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.body, json!({ "error": "no such key" }));
        assert_eq!(answer.headers[WWW_AUTHENTICATE], "Bearer");
    }
}

#[tokio::test]
async fn d2_a_key_of_another_account_is_of_nobody_here() {
    let mut world = World::new().await;
    let elsewhere = Account::new(&predefined::current(), "umbrella").unwrap();
    let mut edit = elsewhere.edit();
    edit.assign("campaign-manager", Assignee::user("maja").unwrap()).unwrap();
    let elsewhere = Authorizer::new(edit.finish().unwrap().into_account());
    let credential = elsewhere.subject("maja").mint(["message:send"]).unwrap();
    let key = world.service.keys.issue("umbrella's", credential).unwrap();
    world.post(SEND_SMS, &key).await.denied("deny: unknown user");
}

#[tokio::test]
async fn d2_every_route_is_closed_without_a_key_and_to_an_empty_one() {
    let mut world = World::new().await;
    let nothing = world.key("maja", &[]);
    let gateway = api::gateway(&world.service).unwrap();
    assert_eq!(gateway.routes().len(), 15);
    for route in gateway.routes() {
        let path = route.path.replace(['{', '}'], "");
        let answer = world.call(route.method.clone(), &path, None, None).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        let answer = world.call(route.method.clone(), &path, Some(&nothing), None).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn p7_an_edit_that_fails_changes_nothing() {
    let mut world = World::new().await;
    let key = world.key("ivo", &["sms:message:send"]);
    let (revision, journal) = (world.auth().account().revision(), world.service.company.journal());
    let failed = world.service.company.edit("test", |edit| {
        edit.suspend("ivo")?;
        edit.suspend("nobody")?;
        Ok(())
    });
    assert!(failed.is_err());
    assert_eq!((world.auth().account().revision(), world.service.company.journal()), (revision, journal));
    world.post(SEND_SMS, &key).await.ok();
}

#[tokio::test]
async fn p4_account_and_keys_survive_a_restart() {
    let catalog = predefined::current();
    let mut world = World::new().await;
    let ivo = world.key("ivo", &["sms:message:send"]);
    let sara = world.key("sara", &["conversations:read"]);
    let nothing = world.key("maja", &[]);
    let maker = world.key("maja", &["account-management:manage", "message:send"]);
    let part = json!({ "name": "part", "scopes": ["sms:message:send"] });
    let made = world.post_json(API_KEYS, &maker, part).await.body["secret"].as_str().unwrap().to_owned();
    world.edit(|edit| Ok(edit.suspend("filip").map(drop)?));

    let stored = serde_json::to_string(&world.service.keys.records()).unwrap();
    for secret in [&ivo, &sara, &nothing, &maker, &made] {
        assert!(!stored.contains(secret.as_str()), "no secret is stored");
    }
    let records: Vec<KeyRecord> = serde_json::from_str(&stored).unwrap();
    assert_eq!(records.len(), 5);
    let keys = Keys::restore(&records, &catalog).unwrap();
    let account = Account::new(&catalog, "initech").unwrap();
    let company = Company::replay(account, world.service.company.journal()).unwrap();
    assert_eq!(company.current().account().record(), world.auth().account().record());
    assert_eq!(keys.records(), records);

    let mut after = World::serving(Service { company, keys }).await;
    for world in [&mut world, &mut after] {
        world.post(SEND_SMS, &ivo).await.ok();
        world.post(SEND_WHATSAPP, &ivo).await.denied(NOT_HELD);
        world.get("/ccaas/1/queues/vip/conversations", &sara).await.ok();
        world.get("/ccaas/1/queues/sales/conversations", &sara).await.denied("deny: not on this resource");
        world.post(SEND_SMS, &nothing).await.denied(NOT_IN_CREDENTIAL);
        world.post(SEND_SMS, &made).await.ok();
        world.get(SMS_BULKS, &made).await.denied(NOT_IN_CREDENTIAL);
    }
}

#[tokio::test]
async fn d2_what_no_route_was_added_for_does_not_exist() {
    let mut world = World::new().await;
    let key = world.key("ivo", &["sms:message:send"]);
    assert_eq!(world.post("/sms/3/message", &key).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(SEND_SMS, &key).await.status, StatusCode::METHOD_NOT_ALLOWED);
    // HEAD comes with GET, and with its guard.
    assert_eq!(world.call(Method::HEAD, SMS_BULKS, None, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.call(Method::HEAD, SMS_BULKS, Some(&key), None).await.status, StatusCode::OK);
}

#[test]
fn l1_a_route_that_names_no_resource_to_ask_about_stops_the_start() {
    let catalog = predefined::current();
    let company = Company::new(Account::new(&catalog, "initech").unwrap());
    let service = Arc::new(Service { company, keys: Keys::default() });
    let gateway = || Gateway::new(Arc::clone(&service));
    let guard = || Guard::from(Endpoint::any_of(&catalog, ["conversations:read"]).unwrap());
    let add = |path, guard: Guard| {
        gateway().get(path, guard, async || ()).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(add("/queues/{queue}", guard().on_each("queue")), Ok(()));
    let missing = "GET /queues/{id} has no parameter `{queue}`".to_owned();
    assert_eq!(add("/queues/{id}", guard().on_each("queue")), Err(missing));
    assert!(add("/queues/{qeue}", guard().on_each("qeue")).unwrap_err().contains("`queue`"));
    assert!(add("/queues/vip", guard().on("qeue", "vip")).unwrap_err().contains("`queue`"));
}

#[test]
fn d2_a_route_that_names_no_scope_of_the_catalog_stops_the_start() {
    // The same catalog, but that a scope got another name.
    let record = serde_json::to_string(&predefined::current().record()).unwrap();
    let record = serde_json::from_str(&record.replace("\"sms:logs:read\"", "\"sms:log:read\"")).unwrap();
    let catalog = Catalog::from_record(&record).unwrap();
    let company = Company::new(Account::new(&catalog, "initech").unwrap());
    let service = Arc::new(Service { company, keys: Keys::default() });
    let error = api::gateway(&service).unwrap_err().to_string();
    assert!(error.contains("sms:logs:read") && error.contains("sms:log:read"), "{error}");
}
