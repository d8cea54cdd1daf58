//! How a file is opened.

/// What a granted directory may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading: nothing in it changes.
    ReadOnly,
    /// Everything.
    ReadWrite,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// To be read.
    pub read: bool,
    /// To be written.
    pub write: bool,
    /// Every write goes to the end.
    pub append: bool,
    /// Made if it does not exist.
    pub create: bool,
    /// With `create`: an error if it exists.
    pub exclusive: bool,
    /// Emptied.
    pub truncate: bool,
    /// An error if it is not a directory.
    pub directory: bool,
    /// If the path names a symbolic link, what that points to is opened; else that is an error.
    pub follow: bool,
    /// No operation waits.
    pub nonblock: bool,
    /// A write is done when the bytes are on the device.
    pub data_sync: bool,
    /// A write is done when bytes and metadata are on the device.
    pub sync: bool,
}

impl OpenOptions {
    /// Whether this changes something.
    pub(crate) fn changes(&self) -> bool {
        self.write || self.append || self.create || self.truncate
    }
}
