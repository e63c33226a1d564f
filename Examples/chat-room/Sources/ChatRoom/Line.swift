import FoundationEssentials

/// What the people in a room see.
struct Line: Codable, Hashable, Sendable {
    enum Kind: String, Codable {
        /// Somebody has said something; only this is kept.
        case said
        case came
        case left
        /// What somebody has said was not taken; only they see it.
        case refused
    }

    let kind: Kind
    let name: String
    var text = ""

    /// As it goes over a socket.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
