//! The tables of `wasi:filesystem`.

use falkirk_component::Handle;

use super::descriptor::*;
use super::paths::*;
use super::values::*;
use crate::context::WasiCtx;
use crate::preview2::Result;
use crate::preview2::io::{Failure, Origin};
use crate::preview2::table::interface;

interface! {
    /// Files and directories.
    Types = "wasi:filesystem/types" {
        resource "descriptor" = Descriptor;
        resource "directory-entry-stream" = Entries;
        /// Gives a stream that reads from an offset on.
        "[method]descriptor.read-via-stream" = read_via_stream(this: Handle, offset: u64) -> Result<Handle, FileError>;
        /// Gives a stream that writes from an offset on.
        "[method]descriptor.write-via-stream"
            = write_via_stream(this: Handle, offset: u64) -> Result<Handle, FileError>;
        /// Gives a stream that writes at the end.
        "[method]descriptor.append-via-stream" = append_via_stream(this: Handle) -> Result<Handle, FileError>;
        /// Tells how a file will be used.
        "[method]descriptor.advise"
            = advise(this: Handle, offset: u64, length: u64, advice: Advice) -> Result<(), FileError>;
        /// Waits until a file's bytes are on its device.
        "[method]descriptor.sync-data" = sync_data(this: Handle) -> Result<(), FileError>;
        /// Gives how it was opened.
        "[method]descriptor.get-flags" = get_flags(this: Handle) -> Result<DescriptorFlags, FileError>;
        /// Gives what it stands for.
        "[method]descriptor.get-type" = get_type(this: Handle) -> Result<DescriptorType, FileError>;
        /// Cuts a file off, or makes it longer.
        "[method]descriptor.set-size" = set_size(this: Handle, size: u64) -> Result<(), FileError>;
        /// Sets the times.
        "[method]descriptor.set-times"
            = set_times(this: Handle, accessed: NewTimestamp, modified: NewTimestamp) -> Result<(), FileError>;
        /// Reads at an offset; says whether the end was reached.
        "[method]descriptor.read" = read(this: Handle, length: u64, offset: u64) -> Result<(Vec<u8>, bool), FileError>;
        /// Writes at an offset.
        "[method]descriptor.write" = write(this: Handle, buffer: Vec<u8>, offset: u64) -> Result<u64, FileError>;
        /// Gives a stream of a directory's entries.
        "[method]descriptor.read-directory" = read_directory(this: Handle) -> Result<Handle, FileError>;
        /// Waits until bytes and metadata are on their device.
        "[method]descriptor.sync" = sync(this: Handle) -> Result<(), FileError>;
        /// Makes a directory.
        "[method]descriptor.create-directory-at"
            = create_directory_at(this: Handle, path: String) -> Result<(), FileError>;
        /// Gives what is known of it.
        "[method]descriptor.stat" = stat(this: Handle) -> Result<DescriptorStat, FileError>;
        /// Gives what is known of a file.
        "[method]descriptor.stat-at"
            = stat_at(this: Handle, path_flags: PathFlags, path: String) -> Result<DescriptorStat, FileError>;
        /// Sets the times of a file.
        "[method]descriptor.set-times-at" = set_times_at(
            this: Handle, path_flags: PathFlags, path: String, accessed: NewTimestamp, modified: NewTimestamp
        ) -> Result<(), FileError>;
        /// Gives a file a further name.
        "[method]descriptor.link-at" = link_at(
            this: Handle, path_flags: PathFlags, path: String, new_descriptor: Handle, new_path: String
        ) -> Result<(), FileError>;
        /// Opens a file or a directory.
        "[method]descriptor.open-at" = open_at(
            this: Handle, path_flags: PathFlags, path: String, open_flags: OpenFlags, flags: DescriptorFlags
        ) -> Result<Handle, FileError>;
        /// Gives where a symbolic link points to.
        "[method]descriptor.readlink-at" = readlink_at(this: Handle, path: String) -> Result<String, FileError>;
        /// Removes an empty directory.
        "[method]descriptor.remove-directory-at"
            = remove_directory_at(this: Handle, path: String) -> Result<(), FileError>;
        /// Gives a file or directory another name.
        "[method]descriptor.rename-at"
            = rename_at(this: Handle, path: String, new_descriptor: Handle, new_path: String) -> Result<(), FileError>;
        /// Makes a symbolic link.
        "[method]descriptor.symlink-at"
            = symlink_at(this: Handle, target: String, path: String) -> Result<(), FileError>;
        /// Removes a file's name.
        "[method]descriptor.unlink-file-at" = unlink_file_at(this: Handle, path: String) -> Result<(), FileError>;
        /// Says whether two stand for the same thing.
        "[method]descriptor.is-same-object" = is_same_object(this: Handle, other: Handle) -> bool;
        /// Gives a number that changes when it does.
        "[method]descriptor.metadata-hash" = metadata_hash(this: Handle) -> Result<MetadataHashValue, FileError>;
        /// Gives a number that changes when a file does.
        "[method]descriptor.metadata-hash-at"
            = metadata_hash_at(
                this: Handle, path_flags: PathFlags, path: String
            ) -> Result<MetadataHashValue, FileError>;
        /// Gives the next entry.
        "[method]directory-entry-stream.read-directory-entry"
            = read_directory_entry(this: Handle) -> Result<Option<DirectoryEntry>, FileError>;
        /// Gives the code of a stream's error, if that was one of files.
        "filesystem-error-code" = filesystem_error_code(err: Handle) -> Option<FileError>;
    }
}

interface! {
    /// The directories that were granted.
    Preopens = "wasi:filesystem/preopens" {
        /// Gives them, with their names.
        "get-directories" = get_directories() -> Vec<(Handle, String)>;
    }
}

fn filesystem_error_code(cx: &mut WasiCtx, err: Handle) -> Result<Option<FileError>> {
    let failure = cx.resources.get::<Failure>(err)?;
    Ok((failure.origin == Origin::File).then(|| failure.code.into()))
}

fn get_directories(cx: &mut WasiCtx) -> Result<Vec<(Handle, String)>> {
    let mut directories = Vec::with_capacity(cx.preopens.len());
    for preopen in &cx.preopens {
        let handle = cx.resources.add(Descriptor::granted(&preopen.dir))?;
        directories.push((handle, preopen.name.to_string()));
    }
    Ok(directories)
}
