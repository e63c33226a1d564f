import CChecksum
import Testing

/// The vectors are those of RFC 3720, appendix B.4.
struct ChecksumTests {
    private func both(_ bytes: [UInt8], from start: UInt32 = 0) -> (hardware: UInt32, portable: UInt32) {
        bytes.withUnsafeBytes { buffer in
            (
                roost_crc32c(start, buffer.baseAddress, buffer.count),
                roost_crc32c_portable(start, buffer.baseAddress, buffer.count)
            )
        }
    }

    @Test func `known vectors give known checksums`() {
        let vectors: [([UInt8], UInt32)] = [
            (Array("123456789".utf8), 0xE306_9283),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0...31), 0x46DD_794E),
            ([], 0),
        ]
        for (bytes, expected) in vectors {
            let (hardware, portable) = both(bytes)
            #expect(hardware == expected)
            #expect(portable == expected)
        }
    }

    @Test func `the processor's instruction and plain C agree on every length`() {
        var random = SplitMix64(seed: 2)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let (hardware, portable) = both(bytes, from: UInt32(length))
            #expect(hardware == portable)
        }
    }

    @Test func `a checksum can be continued piece by piece`() {
        let bytes = Array("a text that is checked in two pieces".utf8)
        for split in 0...bytes.count {
            let first = both(Array(bytes[..<split])).hardware
            #expect(both(Array(bytes[split...]), from: first).hardware == both(bytes).hardware)
        }
    }
}
