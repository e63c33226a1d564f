import RoostStorage
import Testing

struct OrderedMapTests {
    private typealias Map = OrderedMap<Int>

    private func key(_ number: Int) -> [UInt8] {
        [UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }

    @Test func `an empty map has nothing in any range`() {
        let map = Map()
        #expect(map.isEmpty)
        #expect(map[[1]] == nil)
        #expect(Array(map.range()).isEmpty)
        #expect(Array(map.range(from: [1], to: [9], reverse: true)).isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `it behaves like a sorted dictionary`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var map = Map()
        var model: [[UInt8]: Int] = [:]
        for step in 0..<20_000 {
            let key = key(Int.random(in: 0..<2_000, using: &random))
            // Phases of growth and of shrinking, so that nodes split and join.
            let deletes = (step / 4_000).isMultiple(of: 2) ? 3 : 7
            if Int.random(in: 0..<10, using: &random) < deletes {
                #expect(map.removeValue(forKey: key) == model.removeValue(forKey: key))
            } else {
                #expect(map.updateValue(step, forKey: key) == model.updateValue(step, forKey: key))
            }
        }
        #expect(map.count == model.count)
        let sorted = model.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        #expect(map.range().map(\.key) == sorted.map(\.key))
        #expect(map.range().map(\.value) == sorted.map(\.value))
        #expect(map.range(reverse: true).map(\.key) == sorted.reversed().map(\.key))
        for _ in 0..<200 {
            let lower = key(Int.random(in: 0..<2_000, using: &random))
            let upper = key(Int.random(in: 0..<2_000, using: &random))
            let expected = sorted.map(\.key).filter {
                !$0.lexicographicallyPrecedes(lower) && $0.lexicographicallyPrecedes(upper)
            }
            #expect(map.range(from: lower, to: upper).map(\.key) == expected)
            #expect(map.range(from: lower, to: upper, reverse: true).map(\.key) == expected.reversed())
        }
    }

    @Test func `removing everything leaves a map that can be filled again`() {
        var map = Map()
        for round in 0..<3 {
            for number in 0..<5_000 { map[key(number)] = round }
            #expect(map.count == 5_000)
            for number in (0..<5_000).reversed() { map[key(number)] = nil }
            #expect(map.isEmpty)
            #expect(Array(map.range()).isEmpty)
        }
    }

    @Test func `a copy does not see later changes, nor the original those of the copy`() {
        var original = Map()
        for number in 0..<3_000 { original[key(number)] = 1 }
        var copy = original
        for number in stride(from: 0, to: 3_000, by: 2) { copy[key(number)] = nil }
        for number in 0..<3_000 { original[key(number)] = 2 }
        #expect(original.count == 3_000)
        #expect(original.range().allSatisfy { $0.value == 2 })
        #expect(copy.count == 1_500)
        #expect(copy.range().allSatisfy { $0.value == 1 })
    }

    @Test func `a range shows the map as it was when the range was made`() {
        var map = Map()
        for number in 0..<1_000 { map[key(number)] = number }
        let range = map.range()
        for number in 0..<1_000 { map[key(number)] = nil }
        #expect(range.map(\.value) == Array(0..<1_000))
    }
}
