//! The door: who calls, by which key, and whether the route is open to them.
//!
//! A route can be added only together with what it accepts, and a handler runs only after that was asked.
//! So a handler that forgets to ask does not exist, and neither does a route that is open by mistake.

use std::fmt;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::handler::Handler;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use rolecall::{
    Authorizer, Caller, Catalog, Credential, Decision, Endpoint, PermissionId, Quoted, ResourceError, Scope,
};
use serde_json::json;

use crate::{Failure, Service};

/// What a route asks of its callers: an [`Endpoint`], and the resource that it works on, if any.
#[derive(Clone, Debug)]
pub struct Guard {
    endpoint: Endpoint,
    on: Option<On>,
}

/// The resource that a route works on.
#[derive(Clone, Debug)]
enum On {
    /// One of this kind: the path names it, in a parameter called like the kind.
    InPath { kind: &'static str },
    /// Always this one.
    This { kind: &'static str, id: &'static str },
}

impl From<Endpoint> for Guard {
    fn from(endpoint: Endpoint) -> Self {
        Self { endpoint, on: None }
    }
}

impl Guard {
    /// Open only to who reaches the resource that the path names, in a parameter called like its kind.
    #[must_use]
    pub fn on_each(self, kind: &'static str) -> Self {
        Self { on: Some(On::InPath { kind }), ..self }
    }

    /// Open only to who reaches this resource. Without it, somebody whose role is limited to one channel could
    /// send on all: a limited role still provides its scopes (L6).
    #[must_use]
    pub fn on(self, kind: &'static str, id: &'static str) -> Self {
        Self { on: Some(On::This { kind, id }), ..self }
    }
}

/// A route, as it was declared.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub guard: Guard,
}

impl Route {
    /// What it accepts.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.guard.endpoint
    }
}

/// The routes of the service.
#[derive(Debug)]
pub struct Gateway {
    service: Arc<Service>,
    routes: Vec<Route>,
    router: Router,
}

impl Gateway {
    #[must_use]
    pub fn new(service: Arc<Service>) -> Self {
        Self { service, routes: Vec::new(), router: Router::new() }
    }

    /// Adds a route that is read.
    pub fn get<H: Handler<T, ()>, T: 'static>(
        self,
        path: &'static str,
        guard: impl Into<Guard>,
        handler: H,
    ) -> Result<Self, Failure> {
        self.add(Method::GET, path, guard.into(), get(handler))
    }

    /// Adds a route that is posted to.
    pub fn post<H: Handler<T, ()>, T: 'static>(
        self,
        path: &'static str,
        guard: impl Into<Guard>,
        handler: H,
    ) -> Result<Self, Failure> {
        self.add(Method::POST, path, guard.into(), post(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        guard: Guard,
        handler: MethodRouter,
    ) -> Result<Self, Failure> {
        let current = self.service.company.current();
        let catalog = current.catalog();
        match guard.on {
            Some(On::InPath { kind }) if !path.contains(&format!("{{{kind}}}")) => {
                return Err(format!("{method} {path} has no parameter `{{{kind}}}`").into());
            }
            Some(On::InPath { kind }) => drop(catalog.kind(kind)?),
            Some(On::This { kind, id }) => drop(catalog.resource(kind, id)?),
            None => {}
        }
        let ways = ways(catalog, &guard.endpoint)?;
        let door = Arc::new(Door { service: Arc::clone(&self.service), guard: guard.clone(), ways });
        self.router = self.router.route(path, handler.route_layer(from_fn_with_state(door, admit)));
        self.routes.push(Route { method, path, guard });
        Ok(self)
    }

    /// Every route with what it accepts, in the order in which they were added.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The route that was added for this method and path.
    #[must_use]
    pub fn route(&self, method: &Method, path: &str) -> Option<&Route> {
        self.routes.iter().find(|route| route.method == method && route.path == path)
    }

    /// What to serve.
    pub fn into_router(self) -> Router {
        self.router
    }
}

/// A route's guard, and what it asks.
#[derive(Debug)]
struct Door {
    service: Arc<Service>,
    guard: Guard,
    ways: Vec<Way>,
}

/// A way into an endpoint: one scope that it accepts, and the permissions by which a user has it.
#[derive(Debug)]
struct Way {
    alone: Endpoint,
    permissions: Vec<PermissionId>,
}

fn ways(catalog: &Catalog, endpoint: &Endpoint) -> Result<Vec<Way>, Failure> {
    let way = |accepted: Scope<'_>| {
        let alone = match endpoint.is_exact() {
            true => Endpoint::exactly(catalog, [accepted.key()])?,
            false => Endpoint::any_of(catalog, [accepted.key()])?,
        };
        let opens = |scope: Scope<'_>| {
            scope.id() == accepted.id() || !endpoint.is_exact() && scope.covers().contains(accepted.id())
        };
        let permissions = catalog.permissions().filter(|permission| permission.scopes().iter().any(opens));
        let permissions = permissions.map(|permission| permission.id()).collect();
        Ok(Way { alone, permissions })
    };
    endpoint.scopes().map(way).collect()
}

/// Runs before the handler, and before the body of the request is read.
async fn admit(
    State(door): State<Arc<Door>>,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    match judge(&door, request.headers(), &params) {
        Ok(call) => {
            request.extensions_mut().insert(call);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn judge(door: &Arc<Door>, headers: &HeaderMap, params: &RawPathParams) -> Result<Call, Refusal> {
    let credential = secret(headers).and_then(|secret| door.service.keys.find(secret));
    let credential = credential.ok_or(Refusal::UnknownKey)?;
    // The only load of this request: the handler goes on with the same revision.
    let call = Call { authorizer: door.service.company.current(), credential, door: Arc::clone(door) };

    let Guard { endpoint, on } = &door.guard;
    let decision = call.caller().check_call(endpoint);
    if decision.is_denied() {
        return Err(Refusal::Denied { decision, wanted: accepted(endpoint) });
    }
    match on {
        None => {}
        Some(On::This { kind, id }) => call.require_here(kind, id)?,
        Some(On::InPath { kind }) => {
            // Never missing, as the path was looked at when the route was added: closed all the same.
            let (_, id) = params.iter().find(|(name, _)| name == kind).ok_or(Refusal::Unguarded)?;
            call.require_here(kind, id)?;
        }
    }
    Ok(call)
}

fn secret(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret)
}

fn accepted(endpoint: &Endpoint) -> String {
    let scopes: Vec<_> = endpoint.scopes().map(|scope| format!("{:#}", scope.key())).collect();
    let how = if endpoint.is_exact() { "exactly one of the scopes" } else { "one of the scopes" };
    format!("{how} {}", scopes.join(", "))
}

/// Who is calling, and the revision at which they were let in. An argument of a handler that has more to ask.
#[derive(Clone, Debug)]
pub struct Call {
    authorizer: Arc<Authorizer>,
    credential: Arc<Credential>,
    door: Arc<Door>,
}

impl Call {
    /// The owner of the key, as far as the key reaches: ask this, never the owner alone.
    #[must_use]
    pub fn caller(&self) -> Caller<'_> {
        self.authorizer.caller(&self.credential)
    }

    /// The catalog that the answers follow from.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.authorizer.catalog()
    }

    /// Whether what the caller came in by reaches this resource, too.
    ///
    /// The key was asked for scopes, which know no resources. These are asked of its owner: by one of the
    /// permissions that give an accepted scope of the key. One that is exercised on another kind, or on none, is
    /// asked without the resource. Which role gives the scope and which reaches the resource is not compared: that
    /// differs only for owners of custom roles that withhold scopes (R5).
    pub fn require_here(&self, kind: &str, id: &str) -> Result<(), Refusal> {
        let resource = self.catalog().resource(kind, id).map_err(Refusal::Resource)?;
        let caller = self.caller();
        let check = |permission: &PermissionId| {
            let exercised = self.catalog().permission_by_id(*permission).and_then(|view| view.kind());
            match exercised.is_some_and(|exercised| exercised.key().as_str() == kind) {
                true => caller.owner().check_on(*permission, &resource),
                false => caller.owner().check(*permission),
            }
        };
        let open = self.door.ways.iter().filter(|way| caller.can_call(&way.alone));
        match open.flat_map(|way| &way.permissions).map(check).max() {
            Some(Decision::Allow) => Ok(()),
            Some(decision) => {
                let wanted = format!("{} on {kind} {}", accepted(&self.door.guard.endpoint), Quoted(id));
                Err(Refusal::Denied { decision, wanted })
            }
            // No way was open, and yet the request came in.
            None => Err(Refusal::Unguarded),
        }
    }

    /// Asks for one permission on a resource, of a caller who was let in (S4).
    pub fn require_on(&self, permission: PermissionId, kind: &str, id: &str) -> Result<(), Refusal> {
        let resource = self.catalog().resource(kind, id).map_err(Refusal::Resource)?;
        let decision = self.caller().check_on(permission, &resource);
        if decision.is_allowed() {
            return Ok(());
        }
        let permission = self.catalog().permission_by_id(permission);
        let permission = permission.map_or_else(String::new, |permission| permission.key().to_string());
        Err(Refusal::Denied {
            decision,
            wanted: format!("permission {} on {kind} {}", Quoted(&permission), Quoted(id)),
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Call {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get().cloned().ok_or(Refusal::Unguarded)
    }
}

/// Why a request goes no further.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// It came without a key, or with one that the service does not know.
    UnknownKey,
    /// The answer was no.
    Denied {
        decision: Decision,
        /// What the caller would need.
        wanted: String,
    },
    /// What it names can't be a resource.
    Resource(ResourceError),
    /// It reached a handler without having been let in: a mistake of this host.
    Unguarded,
}

/// In words, for the caller. Who else could, and by which roles, is in the explanations of the library; these
/// name roles of the account, so they are for its administrators.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey => f.write_str("no such key"),
            Self::Denied { decision, .. } => decision.fmt(f),
            Self::Resource(error) => error.fmt(f),
            Self::Unguarded => f.write_str("this route is not guarded"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::UnknownKey => StatusCode::UNAUTHORIZED,
            Self::Denied { .. } => StatusCode::FORBIDDEN,
            Self::Resource(_) => StatusCode::BAD_REQUEST,
            Self::Unguarded => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut body = json!({ "error": self.to_string() });
        if let (Self::Denied { wanted, .. }, Some(body)) = (&self, body.as_object_mut()) {
            body.insert("wanted".to_owned(), json!(wanted));
        }
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
