//! The pages, and the address (after the `#`) that each has. Addresses make links, Back and Forward work by themselves.

use api::Id;

/// A tab of a chapter's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tab {
    /// What is new, actions, the next meeting.
    #[default]
    Front,
    /// Posts by kind.
    Posts,
    /// Open and closed votes.
    Votes,
    /// What the chapter is asked to do, and did.
    Motions,
    /// Minutes.
    Minutes,
    /// Who is in, and who asks to be.
    Members,
    /// What the chapter holds to.
    Rules,
}

impl Tab {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 7] =
        [Self::Front, Self::Posts, Self::Votes, Self::Motions, Self::Minutes, Self::Members, Self::Rules];

    /// In an address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Posts => "posts",
            Self::Votes => "votes",
            Self::Motions => "motions",
            Self::Minutes => "minutes",
            Self::Members => "members",
            Self::Rules => "rules",
        }
    }

    /// On the screen.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Front => "Front page",
            Self::Posts => "Posts",
            Self::Votes => "Votes",
            Self::Motions => "Motions",
            Self::Minutes => "Minutes",
            Self::Members => "Members",
            Self::Rules => "Rules",
        }
    }
}

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Writing {
    /// News, blog or discussion.
    #[default]
    Post,
    /// Minutes of a meeting.
    Minutes,
    /// A vote to open.
    Vote,
}

impl Writing {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 3] = [Self::Post, Self::Minutes, Self::Vote];

    /// In an address.
    pub(crate) fn slug(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Minutes => "minutes",
            Self::Vote => "vote",
        }
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Route {
    /// What is new in all chapters.
    #[default]
    Home,
    /// All votes.
    Votes,
    /// Who is connected.
    Network,
    /// Settings.
    Settings,
    /// This member's devices.
    Devices,
    /// This computer is becoming a further device.
    Pairing,
    /// Join or start a chapter.
    Start,
    /// Found a chapter.
    Found,
    /// Join by an invitation.
    Join,
    /// One chapter.
    Chapter(Id, Tab),
    /// One member of a chapter.
    Member(Id, Id),
    /// What this member says of themself in a chapter.
    Profile(Id),
    /// Somebody asks a chapter to let them in.
    Request(Id, Id),
    /// A motion to change a chapter's rules, being written.
    ChangeRules(Id),
    /// A motion to adopt a new text of what newcomers agree to, being written.
    AdoptText(Id),
    /// A change of a proposed vote, being written.
    Amend(Id),
    /// One motion.
    Motion(Id),
    /// Write something; in which chapter may still be open.
    Write(Option<Id>, Writing),
    /// One entry: post, minutes, vote or comment.
    Entry(Id),
}

impl Route {
    /// A chapter's front page.
    pub(crate) fn front(chapter: Id) -> Self {
        Self::Chapter(chapter, Tab::Front)
    }

    /// The chapter that the page is about, when its address says so.
    pub(crate) fn chapter(&self) -> Option<&Id> {
        match self {
            Self::Chapter(id, _)
            | Self::Write(Some(id), _)
            | Self::Member(id, _)
            | Self::Profile(id)
            | Self::Request(id, _)
            | Self::ChangeRules(id)
            | Self::AdoptText(id) => Some(id),
            _ => None,
        }
    }

    /// The page of an address. What is not understood leads home.
    pub(crate) fn parse(hash: &str) -> Self {
        let mut parts = hash.trim_start_matches('#').split('/').filter(|p| !p.is_empty());
        let (first, second, third) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        match (first, second) {
            ("votes", None) => Self::Votes,
            ("network", None) => Self::Network,
            ("settings", None) => Self::Settings,
            ("devices", None) => Self::Devices,
            ("pairing", None) => Self::Pairing,
            ("start", None) => Self::Start,
            ("found", None) => Self::Found,
            ("join", None) => Self::Join,
            ("chapter", Some(id)) => {
                let tab = Tab::ALL.into_iter().find(|t| Some(t.slug()) == third).unwrap_or_default();
                Self::Chapter(id.to_owned(), tab)
            }
            ("member", Some(id)) => match third {
                Some(member) => Self::Member(id.to_owned(), member.to_owned()),
                None => Self::Chapter(id.to_owned(), Tab::Members),
            },
            ("request", Some(id)) => match third {
                Some(request) => Self::Request(id.to_owned(), request.to_owned()),
                None => Self::Chapter(id.to_owned(), Tab::Members),
            },
            ("profile", Some(id)) => Self::Profile(id.to_owned()),
            ("change-rules", Some(id)) => Self::ChangeRules(id.to_owned()),
            ("adopt-text", Some(id)) => Self::AdoptText(id.to_owned()),
            ("amend", Some(id)) => Self::Amend(id.to_owned()),
            ("motion", Some(id)) => Self::Motion(id.to_owned()),
            ("write", Some(what)) => {
                let what = Writing::ALL.into_iter().find(|w| w.slug() == what).unwrap_or_default();
                Self::Write(third.map(str::to_owned), what)
            }
            ("entry", Some(id)) => Self::Entry(id.to_owned()),
            _ => Self::Home,
        }
    }

    /// The address of a page, with its `#`.
    pub(crate) fn href(&self) -> String {
        match self {
            Self::Home => "#/".to_owned(),
            Self::Votes => "#/votes".to_owned(),
            Self::Network => "#/network".to_owned(),
            Self::Settings => "#/settings".to_owned(),
            Self::Devices => "#/devices".to_owned(),
            Self::Pairing => "#/pairing".to_owned(),
            Self::Member(id, member) => format!("#/member/{id}/{member}"),
            Self::Profile(id) => format!("#/profile/{id}"),
            Self::Request(id, request) => format!("#/request/{id}/{request}"),
            Self::ChangeRules(id) => format!("#/change-rules/{id}"),
            Self::AdoptText(id) => format!("#/adopt-text/{id}"),
            Self::Amend(id) => format!("#/amend/{id}"),
            Self::Motion(id) => format!("#/motion/{id}"),
            Self::Start => "#/start".to_owned(),
            Self::Found => "#/found".to_owned(),
            Self::Join => "#/join".to_owned(),
            Self::Chapter(id, Tab::Front) => format!("#/chapter/{id}"),
            Self::Chapter(id, tab) => format!("#/chapter/{id}/{}", tab.slug()),
            Self::Write(None, what) => format!("#/write/{}", what.slug()),
            Self::Write(Some(id), what) => format!("#/write/{}/{id}", what.slug()),
            Self::Entry(id) => format!("#/entry/{id}"),
        }
    }
}
