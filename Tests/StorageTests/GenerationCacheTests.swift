import Testing

@testable import RoostStorage

struct GenerationCacheTests {
    @Test func `it never holds more than its bound`() {
        var cache = GenerationCache<Int, Int>(capacity: 100)
        for number in 0..<10_000 {
            cache.insert(number, for: number)
            #expect(cache.count <= 100)
        }
    }

    @Test func `what is asked for again and again stays`() {
        var cache = GenerationCache<Int, String>(capacity: 100)
        cache.insert("kept", for: -1)
        for number in 0..<10_000 {
            cache.insert("other", for: number)
            if number.isMultiple(of: 20) {
                #expect(cache.value(for: -1) == "kept")
            }
        }
        #expect(cache.value(for: 0) == nil)
    }

    @Test func `the newest value of a key wins`() {
        var cache = GenerationCache<Int, Int>(capacity: 4)
        for value in 0..<50 {
            cache.insert(value, for: 1)
            cache.insert(0, for: 100 + value)
            #expect(cache.value(for: 1) == value)
        }
    }
}
