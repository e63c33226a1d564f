extension StorageError {
    /// The kinds of storage errors.
    ///
    /// More may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// Another store, here or in another process, uses the directory.
        public static let inUse = Code(description: "inUse")
        /// The directory holds something that is not a store.
        public static let foreignDirectory = Code(description: "foreignDirectory")
        /// The store was written by a newer program.
        public static let newerFormat = Code(description: "newerFormat")
        /// What was read is not what was written.
        public static let corruption = Code(description: "corruption")
        /// The file system is full.
        ///
        /// Earlier data is safe and reading goes on.
        public static let diskFull = Code(description: "diskFull")
        /// The map is full and cannot grow.
        ///
        /// Earlier data is safe and reading goes on.
        public static let mapFull = Code(description: "mapFull")
        /// The system reported an error.
        public static let io = Code(description: "io")
        /// The store accepts no more writes because it cannot know what reached the disk.
        public static let halted = Code(description: "halted")
        /// The store was closed, or its simulated machine crashed.
        public static let closed = Code(description: "closed")
        /// An earlier batch of the same lane failed.
        public static let laneFailed = Code(description: "laneFailed")
        /// A key, value or batch is larger than the store takes.
        public static let tooLarge = Code(description: "tooLarge")
        /// The directory or the files cannot be written.
        public static let readOnly = Code(description: "readOnly")
        /// What was named does not exist.
        public static let notFound = Code(description: "notFound")
        /// The request contradicts what the store holds, or cannot be expressed in it.
        public static let invalid = Code(description: "invalid")
        /// A limit on what may wait or run at once is reached; try later.
        public static let overloaded = Code(description: "overloaded")
    }
}
