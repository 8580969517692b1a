//! Server-sent events, as their bytes arrive.

use weft_api::Event;

/// The longest message, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;

/// The bytes of a message that is not whole yet.
#[derive(Debug, Default)]
pub(super) struct Messages {
    unread: Vec<u8>,
}

impl Messages {
    /// Adds bytes, and takes the events out that are whole now. Comments and messages without data are passed by.
    ///
    /// # Errors
    /// Why the bytes are not a stream of events.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<Event>, String> {
        self.unread.extend(bytes.iter().filter(|byte| **byte != b'\r'));
        let mut events = Vec::new();
        while let Some(end) = self.unread.windows(2).position(|pair| pair == b"\n\n") {
            let message: Vec<u8> = self.unread.drain(..end + 2).collect();
            let message = std::str::from_utf8(&message).map_err(|error| error.to_string())?;
            let data = message.lines().filter_map(|line| line.strip_prefix("data:"));
            let data: Vec<&str> = data.map(|data| data.strip_prefix(' ').unwrap_or(data)).collect();
            if !data.is_empty() {
                events.push(serde_json::from_str(&data.join("\n")).map_err(|error| error.to_string())?);
            }
        }
        if self.unread.len() > LONGEST {
            return Err(format!("a message has more than {} MiB", LONGEST >> 20));
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_however_their_bytes_arrive() {
        let event = r#"{"id":7,"kind":"deployed","occurred_at":"2026-11-28T13:40:00Z","package_name":"shop"}"#;
        let text =
            format!(": alive\n\nretry: 2000\n\nid: 7\nevent: deployed\ndata: {event}\n\nid: 8\r\ndata:{event}\r\n\r\n");
        for size in [1, 3, 64, text.len()] {
            let mut messages = Messages::default();
            let events: Vec<Event> = text.as_bytes().chunks(size).flat_map(|it| messages.take(it).unwrap()).collect();
            assert_eq!(events.iter().map(|event| event.id).collect::<Vec<_>>(), [7, 7], "{size}");
        }
        assert!(Messages::default().take(b"data: <html>\n\n").is_err());
        assert!(Messages::default().take(b"data: \xff\n\n").is_err());
        assert!(Messages::default().take(&vec![b'x'; LONGEST + 1]).is_err());
    }
}
