/// Reads TOML 1.0, and keeps where everything stands.
///
/// Guarantee: any bytes give either a table or one ``SyntaxProblem``; nothing traps, and the work grows with the
/// length of the text alone. Keys keep the order of the file.
///
/// The document is built as a list of nodes that know their parents' keys, because a table may be added to from many
/// places of a file. What may still be added to is a question of how a node came to be (``Node/Origin``); at the end
/// the nodes are folded into one ``LocatedValue``.
///
/// Limits: ``WranglerLimits/depth``, ``WranglerLimits/values``, ``WranglerLimits/numberBytes``.
struct TOMLParser {
    /// One table, array or value.
    struct Node {
        /// How a node came to be, which decides what may be added to it.
        enum Origin {
            /// A table that a longer header implies; a header of its own may follow.
            case implied
            /// A table with a header of its own.
            case header
            /// A table that a dotted key implies; only dotted keys of the same section may add to it.
            case dotted
            /// An array of tables; each `[[…]]` adds one.
            case tables
            /// An inline table or array, or a plain value: complete.
            case closed
        }

        var origin: Origin
        let offset: Int
        let keyOffset: Int
        let depth: Int
        var keys: [String] = []
        var elements: [Int] = []
        var isArray = false
        var plain: LocatedValue.Kind?
    }

    /// A key and where it stands.
    struct Key {
        let text: String
        let offset: Int
    }

    private struct Edge: Hashable {
        let parent: Int
        let key: String
    }

    static let root = 0

    let bytes: [UInt8]
    var position = 0
    private var nodes = [Node(origin: .header, offset: 0, keyOffset: 0, depth: 0)]
    private var children: [Edge: Int] = [:]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Reads the whole document.
    mutating func parse() throws(SyntaxProblem) -> LocatedValue {
        var table = Self.root
        while true {
            try skipBlank()
            guard let byte = peek() else { return fold(Self.root) }
            if byte == UInt8(ascii: "[") {
                table = try readHeader()
            } else {
                try readPair(in: table)
            }
            try endLine()
        }
    }

    /// Puts the nodes together; they are never deeper than the limit.
    private func fold(_ number: Int) -> LocatedValue {
        let node = nodes[number]
        if let plain = node.plain { return LocatedValue(plain, at: node.offset) }
        if node.isArray { return LocatedValue(.array(node.elements.map(fold)), at: node.offset) }
        let members = node.keys.compactMap { key in
            children[Edge(parent: number, key: key)].map { child in
                LocatedValue.Member(key: key, keyOffset: nodes[child].keyOffset, value: fold(child))
            }
        }
        return LocatedValue(.object(members), at: node.offset)
    }

    // MARK: Headers

    private mutating func readHeader() throws(SyntaxProblem) -> Int {
        let start = position
        position += 1
        let isArray = take(UInt8(ascii: "["))
        let keys = try readKeys()
        guard take(UInt8(ascii: "]")), !isArray || take(UInt8(ascii: "]")) else {
            throw unexpected(isArray ? "]]" : "]")
        }
        var table = Self.root
        for key in keys.dropLast() { table = try enter(key, in: table, at: start) }
        guard let last = keys.last else { throw unexpected("a key") }
        return isArray ? try openElement(last, in: table, at: start) : try openTable(last, in: table, at: start)
    }

    /// Steps into a table on the way to another one.
    private mutating func enter(_ key: Key, in parent: Int, at start: Int) throws(SyntaxProblem) -> Int {
        guard let existing = children[Edge(parent: parent, key: key.text)] else {
            return try add(key, to: parent, .implied, at: start)
        }
        switch nodes[existing].origin {
        case .implied, .header, .dotted: return existing
        case .tables: return nodes[existing].elements.last ?? existing
        case .closed: throw SyntaxProblem("\(key.text) has a value already and cannot have members.", at: key.offset)
        }
    }

    private mutating func openTable(_ key: Key, in parent: Int, at start: Int) throws(SyntaxProblem) -> Int {
        guard let existing = children[Edge(parent: parent, key: key.text)] else {
            return try add(key, to: parent, .header, at: start)
        }
        guard case .implied = nodes[existing].origin else {
            throw SyntaxProblem("\(key.text) is defined already.", at: key.offset)
        }
        nodes[existing].origin = .header
        return existing
    }

    private mutating func openElement(_ key: Key, in parent: Int, at start: Int) throws(SyntaxProblem) -> Int {
        let array: Int
        if let existing = children[Edge(parent: parent, key: key.text)] {
            guard case .tables = nodes[existing].origin else {
                throw SyntaxProblem("\(key.text) is defined already, and not by [[…]].", at: key.offset)
            }
            array = existing
        } else {
            array = try add(key, to: parent, .tables, at: start)
            nodes[array].isArray = true
        }
        return try append(to: array, .header, at: start)
    }

    // MARK: Pairs

    private mutating func readPair(in table: Int) throws(SyntaxProblem) {
        let keys = try readKeys()
        guard take(UInt8(ascii: "=")) else { throw unexpected("=") }
        skipSpaces()
        var table = table
        for key in keys.dropLast() {
            if let existing = children[Edge(parent: table, key: key.text)] {
                guard case .dotted = nodes[existing].origin else {
                    throw SyntaxProblem(
                        "\(key.text) is defined already; a dotted key cannot add to it.",
                        at: key.offset
                    )
                }
                table = existing
            } else {
                table = try add(key, to: table, .dotted, at: key.offset)
            }
        }
        guard let last = keys.last else { throw unexpected("a key") }
        guard children[Edge(parent: table, key: last.text)] == nil else {
            throw SyntaxProblem("\(last.text) is defined already.", at: last.offset)
        }
        let node = try add(last, to: table, .closed, at: position)
        try readValue(into: node)
    }

    private mutating func readKeys() throws(SyntaxProblem) -> [Key] {
        var keys: [Key] = []
        while true {
            skipSpaces()
            keys.append(try readKey())
            skipSpaces()
            guard take(UInt8(ascii: ".")) else { return keys }
        }
    }

    private mutating func readKey() throws(SyntaxProblem) -> Key {
        let start = position
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let text = try readString(isKey: true)
            return Key(text: text, offset: start)
        default:
            while let byte = peek(), Self.isBare(byte) { position += 1 }
            guard position > start else { throw unexpected("a key") }
            return Key(text: text(start..<position), offset: start)
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    // MARK: Values

    private mutating func readValue(into node: Int) throws(SyntaxProblem) {
        switch peek() {
        case UInt8(ascii: "["): try readArray(into: node)
        case UInt8(ascii: "{"): try readInlineTable(into: node)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): nodes[node].plain = .string(try readString(isKey: false))
        default: nodes[node].plain = try readPlain()
        }
    }

    private mutating func readArray(into node: Int) throws(SyntaxProblem) {
        nodes[node].isArray = true
        position += 1
        while true {
            try skipBlank()
            if take(UInt8(ascii: "]")) { return }
            try readValue(into: append(to: node, .closed, at: position))
            try skipBlank()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw unexpected("a comma or ]") }
            return
        }
    }

    private mutating func readInlineTable(into node: Int) throws(SyntaxProblem) {
        position += 1
        skipSpaces()
        if take(UInt8(ascii: "}")) { return }
        while true {
            try readPair(in: node)
            skipSpaces()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw unexpected("a comma or }") }
            return
        }
    }

    // MARK: Nodes

    private mutating func add(
        _ key: Key,
        to parent: Int,
        _ origin: Node.Origin,
        at offset: Int
    ) throws(SyntaxProblem) -> Int {
        let node = try make(origin, at: offset, keyOffset: key.offset, in: parent)
        children[Edge(parent: parent, key: key.text)] = node
        nodes[parent].keys.append(key.text)
        return node
    }

    private mutating func append(to parent: Int, _ origin: Node.Origin, at offset: Int) throws(SyntaxProblem) -> Int {
        let node = try make(origin, at: offset, keyOffset: offset, in: parent)
        nodes[parent].elements.append(node)
        return node
    }

    private mutating func make(
        _ origin: Node.Origin,
        at offset: Int,
        keyOffset: Int,
        in parent: Int
    ) throws(SyntaxProblem) -> Int {
        guard nodes.count <= WranglerLimits.values else {
            throw SyntaxProblem("The file has more than \(WranglerLimits.values) values.", at: offset)
        }
        let depth = nodes[parent].depth + 1
        guard depth <= WranglerLimits.depth else {
            throw SyntaxProblem("Values lie more than \(WranglerLimits.depth) deep inside each other.", at: offset)
        }
        nodes.append(Node(origin: origin, offset: offset, keyOffset: keyOffset, depth: depth))
        return nodes.count - 1
    }
}
