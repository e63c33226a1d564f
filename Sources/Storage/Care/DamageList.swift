/// The damages found so far: all are counted, the first ones kept.
struct DamageList {
    /// A damage whose objects are known by number or id, and get their names at the end.
    struct Entry {
        let part: StoreDamage.Part
        var classNumber: UInt32?
        /// The numbers that are concerned, where they are known.
        var numbers: ClosedRange<UInt64>?
        /// The id that is concerned, where the number is not known.
        var id: ObjectID?
        var message: String
        /// What was found of the objects.
        var objects: [StoreDamage.Object] = []
        var objectCount = 0
    }

    private let limit: Int
    private(set) var count = 0
    var entries: [Entry] = []

    init(limit: Int) {
        self.limit = limit
    }

    mutating func add(_ entry: Entry) {
        count += 1
        if entries.count < limit { entries.append(entry) }
    }
}
