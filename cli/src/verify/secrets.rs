//! What no message may contain.

/// Passwords, and the texts that hold them.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

/// A password of one or two characters hides nothing, and would tear every message to pieces.
const SHORTEST: usize = 3;

impl Secrets {
    /// Keeps a text from messages.
    pub(crate) fn add(&mut self, secret: &str) {
        if secret.len() >= SHORTEST {
            self.0.push(secret.to_owned());
        }
        // The longest first, for one may hold another.
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// A message without them.
    pub(crate) fn scrubbed(&self, message: &str) -> String {
        self.0.iter().fold(message.to_owned(), |message, secret| message.replace(secret.as_str(), "***"))
    }
}

/// Never shows what it holds.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_tells_a_password() {
        let mut secrets = Secrets::default();
        secrets.add("hunter2");
        secrets.add("postgres://weft:hunter2@db/weft");
        secrets.add("a");
        let told = secrets.scrubbed("cannot open postgres://weft:hunter2@db/weft as hunter2");
        assert_eq!(told, "cannot open *** as ***");
        assert!(!format!("{secrets:?}").contains("hunter2"));
    }
}
