/// A reader of a store, in whichever process.
package struct StoreReader: Sendable, Hashable, Codable {
    /// The process.
    package let process: Int32

    /// The transaction it sees; `nil` while it sees none.
    package let transaction: UInt64?

    /// Reads a line of LMDB's list: process, thread, transaction.
    init?(line: String) {
        let words = line.split { $0 == " " || $0 == "\n" }
        guard words.count == 3, let process = Int32(words[0]) else { return nil }
        self.process = process
        transaction = UInt64(words[2])
    }
}
