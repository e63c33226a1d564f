/// The keys of a session's storage.
///
/// Messages sort by number, so that a page of the history is one scan between two keys.
enum SessionKeys {
    static let record = "session"
    static let messagePrefix = "message:"

    static func message(_ sequence: Int64) -> String {
        messagePrefix + ChatMessageID.padded(String(sequence), to: ChatMessageID.sequenceDigits)
    }
}
