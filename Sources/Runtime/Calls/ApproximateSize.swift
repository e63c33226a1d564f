/// Estimates what a value takes in memory, without walking through it.
///
/// Exact for the types that make queues large (texts and bytes); for others the size of the outermost value.
enum ApproximateSize {
    static func of<Value>(_ value: Value) -> Int {
        if let text = value as? String { return text.utf8.count }
        if let bytes = value as? [UInt8] { return bytes.count }
        if let texts = value as? [String] { return texts.reduce(0) { $0 + $1.utf8.count } }
        return MemoryLayout<Value>.size
    }
}
