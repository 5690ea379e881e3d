//! regorus: a Rego policy over a data document that maps users to roles and teams, teams to roles, and roles to
//! what they grant; every step of it is a look-up by key.
//!
//! - The first row is the README's way: an engine made once, given an input, asked for one rule by
//!   `eval_rule`, which its documentation prefers to `eval_query`. The second runs the same policy compiled for its
//!   virtual machine, which is set up once as in its own benchmarks.
//! - The document is made of values, not parsed from JSON; the permission of an input is prepared.
//! - Cargo features that only add builtin functions are off.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine as Rego, Value};

use crate::engine::Engine;
use crate::world::World;

const RULE: &str = "data.product.allow";

const POLICY: &str = "
package product

default allow := false

allow if {
    some role in data.users[input.user].roles
    data.grants[role][input.permission]
}

allow if {
    some team in data.users[input.user].teams
    some role in data.teams[team]
    data.grants[role][input.permission]
}
";

/// An engine that knows the policy and the data, and what an input is made of.
fn rego(world: &World) -> (Rego, Input) {
    let mut engine = Rego::new();
    engine.add_policy("product.rego".into(), POLICY.into()).expect("a policy");
    engine.add_data(document(world)).expect("an object");
    (engine, Input::new(world))
}

fn document(world: &World) -> Value {
    let keys: Vec<_> = world.permissions.iter().map(|p| Value::from(p.key.as_str())).collect();
    let roles: Vec<_> = world.roles.iter().map(|role| Value::from(role.name.as_str())).collect();
    let teams: Vec<_> = world.teams.iter().map(|team| Value::from(team.name.as_str())).collect();
    let pick = |from: &[Value], held: &[usize]| -> Value {
        let picked: Vec<_> = held.iter().map(|n| from[*n].clone()).collect();
        Value::from(picked)
    };

    let grants = world.roles.iter().zip(&roles).map(|(role, name)| {
        let granted = role.permissions.iter().map(|n| (keys[*n].clone(), Value::from(true)));
        (name.clone(), object(granted))
    });
    let of_teams =
        world.teams.iter().zip(&teams).map(|(team, name)| (name.clone(), pick(&roles, &team.roles)));
    let (roles_field, teams_field) = (Value::from("roles"), Value::from("teams"));
    let of_users = world.users.iter().map(|user| {
        let fields = [
            (roles_field.clone(), pick(&roles, &user.roles)),
            (teams_field.clone(), pick(&teams, &user.teams)),
        ];
        (Value::from(user.name.as_str()), object(fields))
    });
    object([
        (Value::from("grants"), object(grants)),
        (Value::from("teams"), object(of_teams)),
        (Value::from("users"), object(of_users)),
    ])
}

fn object(fields: impl IntoIterator<Item = (Value, Value)>) -> Value {
    Value::from(fields.into_iter().collect::<BTreeMap<_, _>>())
}

/// The parts of an input that are the same in every question.
struct Input {
    user: Value,
    permission: Value,
    permissions: Vec<Value>,
}

impl Input {
    fn new(world: &World) -> Self {
        let permissions = world.permissions.iter().map(|p| Value::from(p.key.as_str())).collect();
        Self { user: Value::from("user"), permission: Value::from("permission"), permissions }
    }

    fn of(&self, user: &str, permission: usize) -> Value {
        let permission = self.permissions[permission].clone();
        object([(self.user.clone(), Value::from(user)), (self.permission.clone(), permission)])
    }
}

/// The policy interpreted, as the README does it.
pub struct Interpreted {
    engine: Rego,
    input: Input,
}

impl Engine for Interpreted {
    const NAME: &'static str = "regorus";
    const PACKAGE: &'static str = "regorus";

    fn build(world: &World) -> Self {
        let (engine, input) = rego(world);
        Self { engine, input }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        self.engine.set_input(self.input.of(user, permission));
        self.engine.eval_rule(RULE.into()).expect("a decision") == Value::Bool(true)
    }
}

/// The policy compiled for the virtual machine.
pub struct Compiled {
    machine: RegoVM,
    input: Input,
}

impl Engine for Compiled {
    const NAME: &'static str = "regorus, virtual machine";
    const PACKAGE: &'static str = "regorus";

    fn build(world: &World) -> Self {
        let (mut engine, input) = rego(world);
        let policy = engine.compile_with_entrypoint(&Arc::from(RULE)).expect("the rule exists");
        let program = Compiler::compile_from_policy(&policy, &[RULE]).expect("a program");
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_data(engine.get_data()).expect("data beside the rules");
        Self { machine, input }
    }

    fn allows(&mut self, user: &str, permission: usize) -> bool {
        self.machine.set_input(self.input.of(user, permission));
        self.machine.execute().expect("a decision") == Value::Bool(true)
    }
}
