import CChecksum

/// CRC-32C over several pieces of memory.
struct Checksum {
    private(set) var value: UInt32 = 0

    mutating func add(_ bytes: RawSpan) {
        value = unsafe bytes.withUnsafeBytes { unsafe roost_crc32c(value, $0.baseAddress, $0.count) }
    }

    mutating func add(_ byte: UInt8) {
        value = unsafe withUnsafeBytes(of: byte) { unsafe roost_crc32c(value, $0.baseAddress, $0.count) }
    }
}
