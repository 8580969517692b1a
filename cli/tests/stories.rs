//! What `weft` does as a program, beside others and among servers.

#[cfg(test)]
mod stories {
    mod foreign_servers;
    mod provenance;
    mod races;
    mod transports;
    mod world;
}
