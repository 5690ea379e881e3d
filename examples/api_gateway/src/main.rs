//! Serves the sample company on 127.0.0.1:8080, and says what to try.

use std::sync::Arc;

use api_gateway::keys::Keys;
use api_gateway::{Failure, Service, api, sample};
use axum::http::Method;
use rolecall::predefined;

const ADDRESS: &str = "127.0.0.1:8080";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let service = Service { company: sample::company(&predefined::current())?, keys: Keys::default() };
    let service = Arc::new(service);
    let gateway = api::gateway(&service)?;

    let auth = service.company.current();
    let ivo = auth.subject("ivo").mint_all()?;
    let sara = auth.subject("sara").mint(["conversations:read"])?;
    let texting = service.keys.issue("texting", ivo.clone())?;
    let dashboard = service.keys.issue("dashboard", sara)?;

    println!("ivo sends SMS:\n  {}", curl(&texting, "-X POST", "/sms/3/messages"));
    println!("and nothing else, 403:\n  {}", curl(&texting, "-X POST", "/whatsapp/1/message/text"));
    let elsewhere = "/ccaas/1/queues/sales/conversations";
    println!("sara's queues are vip and billing, 403:\n  {}", curl(&dashboard, "-X GET", elsewhere));

    // What support staff would read out to ivo, who asks why.
    let whatsapp = "/whatsapp/1/message/text";
    if let Some(route) = gateway.route(&Method::POST, whatsapp) {
        println!("\nPOST {whatsapp} by ivo's key: {}", auth.caller(&ivo).explain_call(route.endpoint()));
    }

    let listener = tokio::net::TcpListener::bind(ADDRESS).await?;
    println!("\n{} routes on {ADDRESS}", gateway.routes().len());
    axum::serve(listener, gateway.into_router()).await?;
    Ok(())
}

fn curl(secret: &str, method: &str, path: &str) -> String {
    format!("curl -i {method} -H 'Authorization: Bearer {secret}' http://{ADDRESS}{path}")
}
