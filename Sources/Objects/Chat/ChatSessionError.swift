/// What a session refuses, and why.
///
/// The cases say nothing that the caller may not know: a session of somebody else is ``notFound``, exactly like one
/// that never existed.
public enum ChatSessionError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// There is no such session, or it belongs to somebody else, or it has expired.
    case notFound
    /// The session exists and belongs to somebody else.
    case conflict
    /// A value is out of range.
    case invalid(field: String, reason: String)
    /// What is stored is not what this program writes.
    case unreadable

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .notFound: "There is no such session."
        case .conflict: "A session with this id exists already; choose another id."
        case .invalid(let field, let reason): "\(field) \(reason)."
        case .unreadable: "The session was written by another program and cannot be read by this one."
        }
    }
}
