/// A set of pages of one file, a bit for each page that the file has.
struct PageSet {
    private var words: [UInt64]
    let pageCount: UInt64
    private(set) var count: UInt64 = 0

    init(pageCount: UInt64) {
        self.pageCount = pageCount
        words = Array(repeating: 0, count: Int((pageCount + 63) / 64))
    }

    func contains(_ page: UInt64) -> Bool {
        page < pageCount && words[Int(page / 64)] & (1 << (page % 64)) != 0
    }

    /// Adds a page of the file; answers `false` when it was there.
    mutating func insert(_ page: UInt64) -> Bool {
        let bit: UInt64 = 1 << (page % 64)
        guard words[Int(page / 64)] & bit == 0 else { return false }
        words[Int(page / 64)] |= bit
        count += 1
        return true
    }
}

/// A set of object numbers.
///
/// Numbers are given in order, so that most of them have neighbours: 65,536 share a chunk of 8 KiB.
struct NumberSet {
    private static let chunkWords = 1_024
    private var chunks: [UInt64: [UInt64]] = [:]
    private(set) var count = 0

    func contains(_ number: ObjectNumber) -> Bool {
        let (chunk, word, bit) = Self.place(number.value)
        return chunks[chunk].map { $0[word] & bit != 0 } ?? false
    }

    /// Adds a number; answers `false` when it was there.
    mutating func insert(_ number: ObjectNumber) -> Bool {
        let (chunk, word, bit) = Self.place(number.value)
        guard !contains(number) else { return false }
        chunks[chunk, default: Array(repeating: 0, count: Self.chunkWords)][word] |= bit
        count += 1
        return true
    }

    /// Shows in order those that the other set does not have, until `body` answers `false`.
    func forEach(missingIn other: NumberSet, _ body: (ObjectNumber) -> Bool) {
        for chunk in chunks.keys.sorted() {
            let own = chunks[chunk] ?? []
            let others = other.chunks[chunk]
            for word in own.indices {
                var rest = own[word] & ~(others?[word] ?? 0)
                while rest != 0 {
                    let bit = UInt64(rest.trailingZeroBitCount)
                    rest &= rest - 1
                    let number = (chunk * UInt64(Self.chunkWords) + UInt64(word)) * 64 + bit
                    guard body(ObjectNumber(value: number)) else { return }
                }
            }
        }
    }

    private static func place(_ value: UInt64) -> (chunk: UInt64, word: Int, bit: UInt64) {
        let word = value / 64
        return (word / UInt64(chunkWords), Int(word % UInt64(chunkWords)), 1 << (value % 64))
    }
}
