//! What `weft` does as a program, beside others and among servers.

#[cfg(test)]
mod stories {
    mod builds;
    mod changes;
    mod database;
    mod foreign_servers;
    mod gates;
    mod grants;
    mod growth;
    mod hidden;
    mod names;
    mod one_model;
    mod producers;
    mod promises;
    mod provenance;
    mod races;
    mod seeds;
    mod tables;
    mod transports;
    mod verify;
    mod world;
}
