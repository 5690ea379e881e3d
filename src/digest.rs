//! The byte form that digests and checksums are computed over. No serializer decides it.
//!
//! | what | bytes |
//! |---|---|
//! | number | eight, the most significant first |
//! | text | its length in bytes as a number, then its UTF-8 bytes |
//! | list | the number of its entries, then each entry |
//! | optional | a list of none or one |
//! | hash | its 32 bytes |
//!
//! Every part says how long it is, so two different values never give the same bytes.

use sha2::{Digest as _, Sha256};

/// Where the bytes go.
pub(crate) trait Sink {
    fn take(&mut self, bytes: &[u8]);
}

impl Sink for Sha256 {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

impl Sink for crc32fast::Hasher {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// Bytes that are handed on at once: both sinks are many times faster on long input than on short.
const CHUNK: usize = 4096;

/// Writes values in the byte form.
pub(crate) struct Feed<S> {
    sink: S,
    waiting: Vec<u8>,
}

impl<S: Sink> Feed<S> {
    fn new(sink: S) -> Self {
        Self { sink, waiting: Vec::new() }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= CHUNK {
            self.flush();
        }
    }

    pub(crate) fn number(&mut self, number: u64) {
        self.bytes(&number.to_be_bytes());
    }

    pub(crate) fn text(&mut self, text: impl AsRef<str>) {
        let text = text.as_ref();
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        let items = items.into_iter();
        self.number(items.len() as u64);
        items.for_each(|item| each(self, item));
    }

    pub(crate) fn texts<T: AsRef<str>>(
        &mut self,
        texts: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
    ) {
        self.list(texts, Self::text);
    }

    fn flush(&mut self) {
        self.sink.take(&self.waiting);
        self.waiting.clear();
    }
}

/// The SHA-256 of what is fed.
pub(crate) fn sha256(write: impl FnOnce(&mut Feed<Sha256>)) -> [u8; 32] {
    let mut feed = Feed::new(Sha256::new());
    write(&mut feed);
    feed.flush();
    feed.sink.finalize().into()
}

/// The CRC-32 (IEEE) of what is fed. It changes whenever one bit does, or up to 32 that lie side by side.
pub(crate) fn crc32(write: impl FnOnce(&mut Feed<crc32fast::Hasher>)) -> u32 {
    let mut feed = Feed::new(crc32fast::Hasher::new());
    write(&mut feed);
    feed.flush();
    feed.sink.finalize()
}
