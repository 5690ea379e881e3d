//! Calls, recordings, and what else speaks.

use crate::catalog::table::{Section, permission, section};

pub(crate) const VOICE: Section<'static> =
    section("voice", "Voice calls").about("Calls placed and received, and their recordings.").permissions(&[
        permission("calls/place", "Place calls")
            .about("Call people, alone, in conferences, or in bulk.")
            .requires(&["voice"])
            .on("channel")
            .provides(&["calls:traffic:send"]),
        permission("calls/receive", "Receive calls")
            .about("Answer, forward, and reject incoming calls.")
            .requires(&["voice"])
            .on("channel")
            .provides(&["calls:traffic:receive"]),
        permission("calls/record", "Record calls")
            .about("Start and stop the recording of a call.")
            .requires(&["voice", "call-recording"])
            .on("channel")
            .provides(&["calls:traffic:record"]),
        permission("calls/view", "View calls")
            .about("See current and recent calls and conferences.")
            .requires(&["voice"])
            .on("channel")
            .provides(&["calls:read"]),
        permission("calls/bulk", "Manage bulk calls")
            .about("Reschedule, pause, and cancel bulk calls.")
            .requires(&["voice"])
            .on("channel")
            .provides(&["calls:bulk:manage"]),
        permission("calls/configure", "Configure calls")
            .about("Set up call configurations, SIP trunks, and audio files.")
            .requires(&["voice"])
            .provides(&["calls:configuration:manage", "calls:media:manage"]),
        permission("recordings/listen", "Listen to recordings")
            .about("Find, play, and download call recordings.")
            .requires(&["voice", "call-recording"])
            .provides(&["calls:recording:read", "voice:recording:read"]),
        permission("recordings/delete", "Delete recordings")
            .about("Delete call recordings for good.")
            .requires(&["voice", "call-recording"])
            .provides(&["calls:recording:delete", "voice:recording:delete"]),
        permission("recordings/storage", "Manage recording storage")
            .about("Choose which numbers record, and where recordings are kept.")
            .requires(&["voice", "call-recording"])
            .provides(&["numbers:recording:manage"]),
        permission("voice/full-api", "Use the full voice APIs")
            .about("Do from programs all that the APIs for calls, recordings, scenarios, and links offer.")
            .requires(&["voice"])
            .on("channel")
            .provides(&[
                "calls:manage",
                "markuplanguage:manage",
                "voice:recording:manage",
                "voice-message:manage",
                "ivr:manage",
                "calllink:manage",
            ]),
    ]);

pub(crate) const VOICE_TOOLS: Section<'static> =
    section("voice-tools", "Voice messages, scenarios, and call links")
        .about("What calls, answers, or connects people by itself.")
        .permissions(&[
            permission("voice-messages/send", "Send voice messages")
                .about("Have texts or audio files spoken to people by phone.")
                .requires(&["voice"])
                .on("channel")
                .provides(&["voice-message:message:send"]),
            permission("ivr/configure", "Design call scenarios")
                .about("Create, change, and delete the menus and steps of automated calls.")
                .requires(&["voice"])
                .provides(&["ivr:configuration:manage"]),
            permission("ivr/launch", "Start call scenarios")
                .about("Call people with a scenario.")
                .requires(&["voice"])
                .on("channel")
                .provides(&["ivr:message:send"]),
            permission("call-links/create", "Create call links")
                .about("Create and delete links that start a call.")
                .requires(&["voice"])
                .provides(&["calllink:link:manage"]),
            permission("call-links/configure", "Configure call links")
                .about("Set how the pages of call links look and behave.")
                .requires(&["voice"])
                .provides(&["calllink:configuration:manage"]),
            permission("click-to-call/use", "Use click-to-call")
                .about("Connect two people by phone from a click on a page.")
                .requires(&["voice"])
                .on("channel")
                .provides(&["clicktocall:manage"]),
            permission("call-routing/configure", "Manage call routing")
                .about("Set which way incoming calls take.")
                .requires(&["voice"])
                .provides(&["callrouting:manage"]),
            permission("number-masking/configure", "Manage number masking")
                .about("Set up calls and messages that hide the numbers of both sides.")
                .requires(&["voice"])
                .provides(&["numbermasking:manage"]),
            permission("webrtc/configure", "Configure web and in-app calls")
                .about("Set up calling from browsers and apps, its push settings, and its files.")
                .requires(&["webrtc"])
                .provides(&["webrtc:configuration:manage", "webrtc:media:manage"]),
            permission("webrtc/identities", "Issue web call tokens")
                .about("Issue the tokens by which callers in a browser or app are known.")
                .requires(&["webrtc"])
                .provides(&["webrtc:identity:manage"]),
            permission("webrtc/full-api", "Use the full WebRTC API")
                .about("Do with web and in-app calls from programs all that the API offers.")
                .requires(&["webrtc"])
                .provides(&["webrtc:manage"]),
        ]);
