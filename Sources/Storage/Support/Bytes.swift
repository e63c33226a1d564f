import Glibc

extension [UInt8] {
    /// Copies what a span shows, to keep it beyond the span's life.
    package init(copying span: RawSpan) {
        self = unsafe span.withUnsafeBytes { unsafe Array($0) }
    }

    mutating func append(_ span: RawSpan) {
        unsafe span.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }

    package mutating func append(bigEndian number: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: number.bigEndian) { unsafe append(contentsOf: $0) }
    }

    package mutating func append(littleEndian number: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: number.littleEndian) { unsafe append(contentsOf: $0) }
    }
}

extension RawSpan {
    /// Reads a number, most significant byte first.
    ///
    /// The range is checked by the span.
    package func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type = Number.self,
        at offset: Int
    ) -> Number {
        unsafe Number(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// Reads a number, least significant byte first.
    ///
    /// The range is checked by the span.
    package func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type = Number.self,
        at offset: Int
    ) -> Number {
        unsafe Number(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// The bytes as text; what is not UTF-8 is repaired.
    func text() -> String {
        unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

/// Byte order: the order of every key in the store.
///
/// `Span.bytes` counts as unsafe because elements may have padding that was never written. Bytes have none, so every
/// use of it in this module, always on `[UInt8]`, is safe.
@usableFromInline
package enum ByteOrder {
    /// Compares like `memcmp`, and a prefix comes before what continues it.
    package static func compare(_ left: RawSpan, _ right: RawSpan) -> Int {
        let common = min(left.byteCount, right.byteCount)
        let order = unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right -> Int32 in
                // An empty buffer has no base address, and nothing to compare.
                guard common > 0, let first = left.baseAddress, let second = right.baseAddress else { return 0 }
                return unsafe memcmp(first, second, common)
            }
        }
        return order == 0 ? left.byteCount - right.byteCount : Int(order)
    }

    /// Tells whether one key comes before another.
    @usableFromInline
    package static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        unsafe compare(left.span.bytes, right.span.bytes) < 0
    }

    /// The first key after every key that begins with `prefix`; `nil` when there is none.
    package static func successor(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        var result = prefix
        while let last = result.popLast() {
            if last < .max {
                result.append(last + 1)
                return result
            }
        }
        return nil
    }
}
