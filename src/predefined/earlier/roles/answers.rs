//! Answers roles. The AI Hub is for those who build bots.

use crate::catalog::table::{Role, role};

const GROUP: &str = "Answers";

pub(super) const ANSWERS_DESIGNER: Role<'static> = role("answers-designer", "Answers Designer")
    .group(GROUP)
    .about("Builds chatbots, and sees of all of them whether they are active and how they do.")
    .grants(&[
        "answers/view-dashboard",
        "answers/view-detailed",
        "answers/analytics",
        "answers/create-and-edit",
        "answers/test",
        "ai-hub/use",
    ]);

// Everything of a designer, and the decision when customers get to talk to a chatbot.
pub(super) const ANSWERS_MANAGER: Role<'static> = role("answers-manager", "Answers Manager")
    .group(GROUP)
    .about("Answers for chatbots as a whole: how they are built, what they reach, and when they start.")
    .grants(&[
        "answers/view-dashboard",
        "answers/view-detailed",
        "answers/analytics",
        "answers/create-and-edit",
        "answers/test",
        "answers/activate-and-deactivate",
        "answers/audit-log",
        "ai-hub/use",
    ]);

pub(super) const ANSWERS_SUPERVISOR: Role<'static> = role("answers-supervisor", "Answers Supervisor")
    .group(GROUP)
    .about("Watches chatbots and their analytics, and changes nothing.")
    .grants(&["answers/view-dashboard", "answers/view-detailed", "answers/analytics"]);
