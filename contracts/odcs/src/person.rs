//! People: the owners of the data, the roles that may use it, and the channels for support.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    AuthoritativeDefinition, CustomProperty,
    place::At,
    record::{Field, See, records},
};

records! {
    /// Somebody in the team.
    pub struct TeamMember {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The name in the directory, or an address.
        pub username: String,
        /// The name that people use.
        pub name: Option<String>,
        /// A description of the person or role.
        pub description: Option<String>,
        /// `owner`, `data steward`, or other.
        pub role: Option<String>,
        /// The first day: `2024-09-17`.
        pub date_in: Option<String>,
        /// The last day of the membership.
        pub date_out: Option<String>,
        /// The username of the successor.
        pub replaced_by_username: Option<String>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    }

    /// A team with a name.
    pub struct TeamDocument {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The name that people use.
        pub name: Option<String>,
        /// What the role may do.
        pub description: Option<String>,
        /// Who is in it.
        pub members: Vec<TeamMember>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
    }

    /// A role by which the data may be used.
    pub struct Role {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// Its name in the system that grants it.
        pub role: String,
        /// What it is for.
        pub description: Option<String>,
        /// The kind of access: `read`, `write`.
        pub access: Option<String>,
        /// The username of the first approver.
        pub first_level_approvers: Option<String>,
        /// The username of the second approver.
        pub second_level_approvers: Option<String>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }

    /// A channel for questions and incidents.
    pub struct SupportItem {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// The name of the channel.
        pub channel: String,
        /// The address of the channel.
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

/// The owners of the data: a list in 3.0, deprecated since; a team with a name since 3.1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Team {
    /// A list of members without a team, as in 3.0.
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
