//! Data products of the Open Data Product Standard, v0.9 and v1: their input ports say what they read.
//! <https://bitol-io.github.io/open-data-product-standard/>

use serde::Deserialize;
use weft_api::consumer::ConsumerKind;
use weft_model::name::{Author, PackageName};

use crate::{
    command::consumers::draft::{ConsumerFlags, Draft, DraftRead, NodeReference},
    escape::escape,
};

/// A data product, as far as it describes a consumer.
#[derive(Debug, Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct DataProduct {
    api_version: Option<String>,
    name: Option<String>,
    team: Option<OdpsTeam>,
    support: Option<Vec<Support>>,
    input_ports: Option<Vec<InputPort>>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct InputPort {
    name: Option<String>,
    contract_id: Option<String>,
}

/// Up to v1.0 a list of people, later a team of a name.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OdpsTeam {
    Members(Vec<OdpsMember>),
    Named { name: Option<String>, members: Option<Vec<OdpsMember>> },
}

#[derive(Debug, Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct OdpsMember {
    username: Option<String>,
    name: Option<String>,
    role: Option<String>,
    date_out: Option<String>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Support {
    channel: Option<String>,
    url: Option<String>,
}

/// The product as a consumer. Its ports are matched to nodes later.
pub(super) fn draft(product: &DataProduct, said: &ConsumerFlags) -> Result<Draft, String> {
    let version = product.api_version.as_deref().unwrap_or_default();
    if !version.starts_with("v1.") && !version.starts_with("v0.9.") {
        return Err(format!("its apiVersion is `{}`; weft reads v0.9 and v1 of the standard", escape(version)));
    }
    let ports = product.input_ports.as_deref().unwrap_or_default();
    if ports.is_empty() {
        return Err("the data product has no input ports, so it reads nothing".to_owned());
    }
    let name = said.name.clone().map_or_else(|| name(product), Ok)?;
    let owner = said.owner.clone().or_else(|| product.team.as_ref()?.owner());
    let support = product.support.iter().flatten();
    let mut contacts = support.filter_map(|support| support.url.as_ref().or(support.channel.as_ref())?.parse().ok());
    Ok(Draft {
        name,
        environment: said.environment.clone(),
        kind: said.kind.unwrap_or(ConsumerKind::Application),
        owner: owner.ok_or("the data product has no owner: name one with --owner")?,
        contact: said.contact.clone().or_else(|| contacts.next()),
        roles: said.roles.clone(),
        reads: ports.iter().enumerate().map(|(index, port)| read(index, port)).collect(),
    })
}

fn name(product: &DataProduct) -> Result<PackageName, String> {
    let name = product.name.as_deref().unwrap_or_default();
    name.parse().map_err(|error| format!("{error}; name it with `weft consumers add NAME --file ...`"))
}

fn read(index: usize, port: &InputPort) -> DraftRead {
    let InputPort { name, contract_id } = port;
    let called = name.as_deref().map_or_else(|| format!("{index}"), |name| format!("`{}`", escape(name)));
    let contract = contract_id.as_deref().map_or_else(String::new, |id| format!(" (contract `{}`)", escape(id)));
    let names = contract_id.iter().chain(name).cloned().collect();
    DraftRead {
        place: format!("/inputPorts/{index}"),
        project: None,
        what: NodeReference::Port { port: format!("the input port {called}{contract}"), names },
    }
}

impl OdpsTeam {
    /// The first owner who is still a member, else the team, else any other member.
    fn owner(&self) -> Option<Author> {
        let (team, members) = match self {
            Self::Members(members) => (None, Some(members)),
            Self::Named { name, members } => (name.as_ref(), members.as_ref()),
        };
        let present = || members.into_iter().flatten().filter(|member| member.date_out.is_none());
        let is_owner =
            |member: &&OdpsMember| member.role.as_deref().is_some_and(|role| role.to_lowercase().contains("owner"));
        let owner = present().filter(is_owner).find_map(OdpsMember::author);
        owner.or_else(|| team?.parse().ok()).or_else(|| present().find_map(OdpsMember::author))
    }
}

impl OdpsMember {
    fn author(&self) -> Option<Author> {
        [&self.name, &self.username].into_iter().flatten().find_map(|name| name.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::command::consumers::file::parsed;

    fn said() -> ConsumerFlags {
        ConsumerFlags {
            name: None,
            kind: None,
            owner: None,
            contact: None,
            roles: BTreeSet::new(),
            environment: "prod".parse().unwrap(),
        }
    }

    fn product(more: &str) -> Result<Draft, String> {
        let text =
            format!("apiVersion: v1.0.0\nkind: DataProduct\nname: till\ninputPorts: [{{name: products}}]\n{more}");
        draft(&parsed(&text).unwrap(), &said())
    }

    #[test]
    fn whoever_owns_the_product_and_is_still_there_answers_for_it() {
        let owner = |team: &str| product(&format!("team: {team}")).map(|draft| draft.owner.to_string()).ok();
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(owner("[{name: Ben, role: steward}, {username: ana, role: Owner}]"), some("ana"));
        assert_eq!(owner("[{name: Ben, role: owner, dateOut: 2020-01-01}, {username: ana}]"), some("ana"));
        assert_eq!(owner("{name: Tills, members: [{name: Ben, role: owner}]}"), some("Ben"));
        assert_eq!(owner("{name: Tills, members: [{name: Ben, role: steward}]}"), some("Tills"));
        assert_eq!(owner("{name: Tills}"), some("Tills"));
        for nobody in ["[]", "{}", "[{name: ''}]", "{members: [{role: owner}]}"] {
            assert_eq!(owner(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn a_port_is_looked_for_by_its_contract_and_then_by_its_name() {
        let draft = product("team: {name: Tills}\nsupport: [{channel: '#tills'}, {url: x}]").unwrap();
        assert_eq!(draft.contact.unwrap().as_str(), "#tills");
        let port = InputPort { name: Some("a".into()), contract_id: Some("b".into()) };
        assert!(matches!(read(0, &port).what, NodeReference::Port { names, .. } if names == ["b", "a"]));
    }

    #[test]
    fn a_product_of_another_standard_or_without_ports_is_refused() {
        for (more, reason) in [
            ("apiVersion: v3.1.0", "apiVersion is `v3.1.0`"),
            ("inputPorts: []", "no input ports"),
            ("inputPorts: ", "no input ports"),
        ] {
            let text = format!("kind: DataProduct\nname: till\nteam: {{name: a}}\n{more}\n");
            let text = if more.starts_with("apiVersion") { text } else { format!("apiVersion: v1.1.0\n{text}") };
            let refused = draft(&parsed(&text).unwrap(), &said()).unwrap_err();
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
