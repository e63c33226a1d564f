/// The names that applications may not give to tables and other objects: those that begin with `_cf_`, in any case.
enum SQLReservedNames {
    private static let prefix = Array("_cf_".utf8)

    /// Tells whether a name is reserved.
    static func contain(_ name: some StringProtocol) -> Bool {
        var bytes = name.utf8.makeIterator()
        return prefix.allSatisfy { expected in
            guard let byte = bytes.next() else { return false }
            let isUppercase = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            return (isUppercase ? byte | 0x20 : byte) == expected
        }
    }
}
