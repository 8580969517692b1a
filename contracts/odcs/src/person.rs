//! Who answers for the data, who may use it, and where to ask.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    AuthoritativeDefinition, CustomProperty,
    place::At,
    record::{Field, See, records},
};

records! {
    /// Somebody in the team.
    pub struct TeamMember {
        /// Stable, for references.
        pub id: Option<String>,
        /// The name in the directory, or an address.
        pub username: String,
        /// For people.
        pub name: Option<String>,
        /// Who it is.
        pub description: Option<String>,
        /// `owner`, `data steward`, or other.
        pub role: Option<String>,
        /// The first day: `2024-09-17`.
        pub date_in: Option<String>,
        /// The last day.
        pub date_out: Option<String>,
        /// Who came after.
        pub replaced_by_username: Option<String>,
        /// Free words.
        pub tags: Vec<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
        /// Where more is said.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    }

    /// A team with a name.
    pub struct TeamDocument {
        /// Stable, for references.
        pub id: Option<String>,
        /// For people.
        pub name: Option<String>,
        /// What it does.
        pub description: Option<String>,
        /// Who is in it.
        pub members: Vec<TeamMember>,
        /// Free words.
        pub tags: Vec<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
        /// Where more is said.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    }

    /// A role by which the data may be used.
    pub struct Role {
        /// Stable, for references.
        pub id: Option<String>,
        /// Its name in the system that grants it.
        pub role: String,
        /// What it is for.
        pub description: Option<String>,
        /// `read`, `write`.
        pub access: Option<String>,
        /// Who approves first.
        pub first_level_approvers: Option<String>,
        /// Who approves then.
        pub second_level_approvers: Option<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }

    /// Where to ask.
    pub struct SupportItem {
        /// Stable, for references.
        pub id: Option<String>,
        /// Its name.
        pub channel: String,
        /// Where it is.
        pub url: Option<String>,
        /// What it is for.
        pub description: Option<String>,
        /// `email`, `slack`, `teams`, `discord`, `ticket`, `googlechat`, or other.
        pub tool: Option<String>,
        /// `interactive`, `announcements`, `issues`, `notifications`, or other.
        pub scope: Option<String>,
        /// How to get in.
        pub invitation_url: Option<String>,
        /// Properties of one's own. Since 3.1.
        pub custom_properties: Vec<CustomProperty>,
    }
}

/// Who answers for the data: a list in 3.0, deprecated since; a team with a name since 3.1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Team {
    /// The members alone.
    Members(Vec<TeamMember>),
    /// A team with a name.
    Document(Box<TeamDocument>),
}

impl Team {
    /// Who is in it.
    pub fn members(&self) -> &[TeamMember] {
        match self {
            Self::Members(members) => members,
            Self::Document(team) => &team.members,
        }
    }

    /// Its name, where it has one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Members(_) => None,
            Self::Document(team) => team.name.as_deref(),
        }
    }
}

impl Field for Team {
    fn is_absent(&self) -> bool {
        false
    }

    fn walk(&self, at: &At<'_>, see: &mut See<'_>) {
        match self {
            Self::Members(members) => members.walk(at, see),
            Self::Document(team) => team.walk(at, see),
        }
    }
}

impl<'de> Deserialize<'de> for Team {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Team;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of members or a mapping")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Team, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(list)).map(Team::Members)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Team, A::Error> {
                TeamDocument::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|team| Team::Document(Box::new(team)))
            }
        }

        from.deserialize_any(Visitor)
    }
}
