/// Looks at every byte of a store that means something, and says what is not as it was written.
///
/// What is looked at, in this order: the list of free pages; every page of every table, and that none is used twice;
/// every row, its checksum and its form; the counters; classes and their numbers; objects and their numbers; the index
/// of names against the objects, both ways; the data against the objects; the number of each object's last batch; each
/// SQLite database with `PRAGMA quick_check`; the list of alarms against the alarms, both ways.
///
/// 1. It goes on after a damage and counts all of them. What follows from a damage is found as well: of an object whose
///    entry is lost, the data belong to nobody.
/// 2. Nothing is read through the memory map, and nothing is believed before it was checked, so no damage ends the
///    process.
/// 3. Its memory does not grow with the data, but for a bit for each page and two for each object.
///
/// `foreign_key_check` is left out: an application may switch foreign keys off, so what it finds need not be damage.
///
/// Isolation: one thread.
final class StoreVerifier {
    /// The objects that one damage names at most.
    static let namedObjects = 8

    let snapshot: StoreSnapshot
    let pages: FilePages
    var tables: FileTables
    var report = VerifyReport()
    var damages: DamageList
    /// The pages that a tree reached, and those that are free.
    var reached: PageSet
    var free: PageSet

    var counters = Counters()
    var classes: [UInt32: ClassRecord] = [:]
    /// The deleted classes of which something is left, rightly.
    var deletedClasses: Set<UInt32> = []
    /// The objects of each class, and those whose last batch is known.
    var objects: [UInt32: NumberSet] = [:]
    var sequenced: [UInt32: NumberSet] = [:]
    /// The numbers that belong to nobody and were reported.
    var unowned = NumberSet()

    /// The counters of the store, where they can be read.
    struct Counters {
        var nextObject: UInt64 = .max
        var nextClass: UInt64 = .max
    }

    private init(_ snapshot: StoreSnapshot, limit: Int) throws(StorageError) {
        self.snapshot = snapshot
        pages = snapshot.pages
        damages = DamageList(limit: limit)
        reached = PageSet(pageCount: pages.meta.lastPage + 1)
        free = PageSet(pageCount: pages.meta.lastPage + 1)
        var events: [TreeDamage] = []
        var numbers: [(UInt64, Int)] = []
        tables = try FileTables(snapshot.pages) { event in
            if case .damage(let damage) = event { events.append(damage) }
            if case .pages(let first, let count) = event { numbers.append((first, count)) }
            return true
        }
        for damage in events { add(.page, damage.message) }
        for (first, count) in numbers { _ = reach(first, count) }
    }

    /// Looks at the store of a directory, whether or not a server has it.
    ///
    /// - Parameters:
    ///   - directory: The directory of the store.
    ///   - limit: How many damages are described; the others are counted.
    /// - Throws: When the store cannot be looked at: `.notFound`, `.foreignDirectory`, `.newerFormat`, `.inUse`,
    ///   `.readOnly`, `.io`, and `.corruption` when there is no way into it.
    static func verify(directory: String, limit: Int) throws(StorageError) -> VerifyReport {
        let verifier = try StoreVerifier(StoreSnapshot(directory: directory), limit: limit)
        return try verifier.run()
    }

    private func run() throws(StorageError) -> VerifyReport {
        report.transaction = pages.meta.transaction
        report.pages = pages.meta.lastPage + 1
        try verifyMeta()
        try verifyFreePages()
        try verifyTables()
        try verifyClasses()
        try verifyObjects()
        try verifyNames()
        for record in classes.values.sorted(by: { $0.number < $1.number }) { try verifyData(of: record) }
        for number in deletedClasses.sorted() { try rows(of: .data(number)) { _ in } }
        try verifyAlarms()
        verifySequences()
        verifyPages()
        try nameObjects()
        report.classes = classes.count
        report.objects = objects.values.reduce(0) { $0 + $1.count }
        report.damageCount = damages.count
        report.damages = damages.entries.map { entry in
            StoreDamage(
                part: entry.part,
                className: entry.classNumber.map { classes[$0]?.key.description ?? "number \($0)" },
                objects: entry.objects,
                objectCount: entry.objectCount,
                message: entry.message
            )
        }
        return report
    }

    // MARK: Reporting

    func add(_ part: StoreDamage.Part, _ message: String, at place: RowPlace? = nil) {
        damages.add(
            DamageList.Entry(
                part: part,
                classNumber: place?.classNumber,
                numbers: place?.number.map { $0...$0 },
                id: place?.id,
                message: message
            )
        )
    }

    /// Notes that a tree has these pages; answers `false` when another place has them already.
    func reach(_ first: UInt64, _ count: Int) -> Bool {
        guard first >= 2, first <= pages.meta.lastPage, UInt64(count) <= pages.meta.lastPage - first + 1 else {
            // Reading the page says what is wrong.
            return true
        }
        var isNew = true
        for page in first..<(first + UInt64(count)) where !reached.insert(page) { isNew = false }
        if !isNew { add(.file, "Page \(first) of the file is used in two places; restore the store from a backup.") }
        return isNew
    }
}
