//! The endpoints. Their work is small talk; what each accepts is modelled on the API of a real product.
//!
//! Lists there have this shape: of 925 operations, 478 accept one scope, 321 two, 123 three and 3 four. They
//! repeat the broader scopes, which are not needed here: one that includes an accepted scope opens the endpoint,
//! too, unless it says `exactly`.

use std::future::{Ready, ready};
use std::sync::Arc;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use rolecall::Endpoint;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::gateway::{Call, Gateway, Guard, Refusal};
use crate::{Failure, Service};

/// Every endpoint of the service. Fails, before anything is served, if one of them names a scope or a permission
/// that the catalog does not have; the error names the nearest that it has.
pub fn gateway(service: &Arc<Service>) -> Result<Gateway, Failure> {
    let authorizer = service.company.current();
    let catalog = authorizer.catalog();
    let any = |scopes: &[&'static str]| Endpoint::any_of(catalog, scopes.iter().copied()).map(Guard::from);
    let exactly =
        |scopes: &[&'static str]| Endpoint::exactly(catalog, scopes.iter().copied()).map(Guard::from);
    let conversations = || any(&["conversations:read", "conversations:manage"]);
    let send = catalog.permission("messages/send")?;
    let keys = Arc::clone(service);

    Gateway::new(Arc::clone(service))
        // `message:send` and `sms:manage` include it.
        .post("/sms/3/messages", any(&["sms:message:send"])?.on("channel", "sms"), done("SMS on its way"))?
        .get("/sms/3/logs", any(&["sms:logs:read"])?.on("channel", "sms"), done("logs of SMS"))?
        // Scheduled batches of one channel: the general `message:send` does not do.
        .get(
            "/sms/1/bulks",
            exactly(&["sms:message:send", "sms:manage"])?.on("channel", "sms"),
            done("batches of SMS"),
        )?
        .get(
            "/email/1/bulks",
            exactly(&["email:message:send"])?.on("channel", "email"),
            done("batches of email"),
        )?
        .post(
            "/whatsapp/1/message/text",
            any(&["whatsapp:message:send"])?.on("channel", "whatsapp"),
            done("WhatsApp on its way"),
        )?
        // Included by nothing: `whatsapp:manage` does not do.
        .post(
            "/whatsapp/1/conversions",
            any(&["whatsapp:conversions"])?.on("channel", "whatsapp"),
            done("conversion reported"),
        )?
        .post(
            "/messages-api/1/messages",
            any(&["messages-api:message:send", "messages-api:manage", "message:send"])?,
            // The body names the channel, so the handler asks.
            async move |call: Call, Json(message): Json<Message>| {
                call.require_on(send, "channel", &message.channel)?;
                Ok::<_, Refusal>(Json(json!({ "done": format!("on its way by {}", message.channel) })))
            },
        )?
        // Not `2fa:manage`, of which both are part.
        .post(
            "/2fa/2/pin/{pin}/resend",
            exactly(&["2fa:pin:manage", "2fa:pin:send"])?,
            done("PIN sent again"),
        )?
        .get("/people/2/persons", any(&["people:read"])?, done("persons"))?
        .post(
            "/forms/1/forms/{form}/data",
            any(&["forms:use", "forms:manage", "web:sdk"])?,
            done("answers kept"),
        )?
        .get(
            "/calls/1/recordings",
            any(&["calls:recording:read", "calls:manage", "voice:recording:read", "voice:recording:manage"])?,
            done("recordings of calls"),
        )?
        .get(
            "/audit-logs/1/logs",
            any(&["audit-logs:read", "account-management:manage"])?,
            done("who did what"),
        )?
        // All that the caller may see, in whichever queue it waits.
        .get("/ccaas/1/conversations", conversations()?, async |call: Call| {
            let visible = CONVERSATIONS.iter().filter(|(queue, _)| call.require_here("queue", queue).is_ok());
            Json(json!({ "conversations": visible.map(|(_, subject)| subject).collect::<Vec<_>>() }))
        })?
        // One queue, which must be within reach: asked before the handler runs.
        .get(
            "/ccaas/1/queues/{queue}/conversations",
            conversations()?.on_each("queue"),
            async |Path(queue): Path<String>| {
                let waiting = CONVERSATIONS.iter().filter(|(of, _)| *of == queue);
                Json(json!({ "conversations": waiting.map(|(_, subject)| subject).collect::<Vec<_>>() }))
            },
        )?
        // A key that makes a key: never one that can do more than itself (S3).
        .post(
            "/settings/1/api-keys",
            any(&["account-management:manage"])?,
            async move |call: Call, Json(wish): Json<NewKey>| {
                let made = call.caller().credential().mint(&wish.scopes).map_err(Failure::from);
                match made.and_then(|credential| keys.keys.issue(&wish.name, credential)) {
                    Ok(secret) => (StatusCode::CREATED, Json(json!({ "secret": secret }))),
                    Err(error) => {
                        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": error.to_string() })))
                    }
                }
            },
        )
}

/// The conversations that wait, each with its queue.
const CONVERSATIONS: &[(&str, &str)] =
    &[("vip", "Lost luggage"), ("sales", "A quote"), ("billing", "Invoice twice"), ("vip", "Thank you")];

#[derive(Deserialize)]
struct Message {
    channel: String,
}

#[derive(Deserialize)]
struct NewKey {
    name: String,
    scopes: Vec<String>,
}

/// A handler that has nothing to do but say so, and for whom.
fn done(what: &'static str) -> impl Fn(Call) -> Ready<Json<Value>> + Clone + Send + Sync + 'static {
    move |call| {
        let owner = call.caller().owner().id().map(ToString::to_string);
        ready(Json(json!({ "done": what, "for": owner })))
    }
}
