/// Which entries a listing returns, and in which order.
///
/// The rules are the origin's (`api/actor-state.c++`): `start` is inclusive and `end` exclusive whatever the direction,
/// `prefix` narrows both, keys are ordered by their UTF-8 bytes, `limit` counts from the end when `reverse` is set.
public struct ListOptions: Sendable, Hashable {
    /// The first key that may be returned.
    public var start: String?
    /// The key after which entries are returned.
    ///
    /// Not together with `start`.
    public var startAfter: String?
    /// The first key that is not returned any more.
    public var end: String?
    /// What every returned key begins with.
    public var prefix: String?
    /// Descending order instead of ascending.
    public var reverse: Bool
    /// The most entries to return, at least 1; nil for all.
    public var limit: Int?

    /// Creates options; without arguments, every entry in ascending order.
    public init(
        start: String? = nil,
        startAfter: String? = nil,
        end: String? = nil,
        prefix: String? = nil,
        reverse: Bool = false,
        limit: Int? = nil
    ) {
        self.start = start
        self.startAfter = startAfter
        self.end = end
        self.prefix = prefix
        self.reverse = reverse
        self.limit = limit
    }
}

/// The half-open range of keys that list options describe.
struct ListRange {
    /// Inclusive.
    var lower: [UInt8]
    /// Exclusive; nil for no bound.
    var upper: [UInt8]?

    var isEmpty: Bool { upper.map { !lower.lexicographicallyPrecedes($0) } ?? false }

    /// Leaves out everything up to and including `key`, in the direction of a listing.
    mutating func skip(past key: [UInt8], reverse: Bool) {
        if reverse { upper = key } else { lower = key + [0] }
    }

    init(_ options: ListOptions) throws(RoostError) {
        guard options.start == nil || options.startAfter == nil else {
            throw RoostError(.invalidArgument, "list() cannot be called with both start and startAfter values.")
        }
        if let limit = options.limit, limit <= 0 {
            throw RoostError(.invalidArgument, "List limit must be positive.")
        }
        lower = options.start.map { Array($0.utf8) } ?? []
        if let after = options.startAfter { lower = Array(after.utf8) + [0] }
        upper = options.end.map { Array($0.utf8) }
        guard let prefix = options.prefix.map({ Array($0.utf8) }) else { return }
        if lower.lexicographicallyPrecedes(prefix) { lower = prefix }
        if let afterPrefix = Self.successor(ofPrefix: prefix) {
            upper = upper.map { $0.lexicographicallyPrecedes(afterPrefix) ? $0 : afterPrefix } ?? afterPrefix
        }
    }

    /// The smallest key that is larger than every key with this prefix; nil when there is none.
    private static func successor(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        var bytes = prefix
        while let last = bytes.last {
            if last < 0xff {
                bytes[bytes.count - 1] = last + 1
                return bytes
            }
            bytes.removeLast()
        }
        return nil
    }
}
