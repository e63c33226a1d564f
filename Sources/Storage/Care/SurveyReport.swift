/// What is in a store, and how much room it takes.
package struct SurveyReport: Sendable, Codable {
    /// Rows, and the bytes of their keys and values.
    package struct Amount: Sendable, Codable {
        /// The rows.
        package internal(set) var rows: UInt64 = 0
        /// The bytes of their keys and values, without those of the pages they lie on.
        package internal(set) var bytes: UInt64 = 0

        mutating func add(_ count: Int) {
            rows += 1
            bytes += UInt64(count)
        }
    }

    /// What belongs to one class.
    package struct ClassAmount: Sendable, Codable {
        /// The class.
        package let name: String
        /// Its number, which is also that of its table.
        package let number: UInt32
        /// Whether its objects have databases.
        package let hasSQL: Bool
        /// The objects.
        package internal(set) var objects: UInt64 = 0
        /// Entries of the key-value API.
        package internal(set) var keys = Amount()
        /// Pages of SQLite databases.
        package internal(set) var pages = Amount()
        /// Alarms.
        package internal(set) var alarms = Amount()
        /// What the runtime notes of the objects.
        package internal(set) var metadata = Amount()

        /// The bytes of all of it.
        package var bytes: UInt64 { keys.bytes + pages.bytes + alarms.bytes + metadata.bytes }
    }

    /// The version of the store's format.
    package internal(set) var format = 0
    /// The transaction that was looked at.
    package internal(set) var transaction: UInt64 = 0
    /// The size of the file, in bytes.
    package internal(set) var fileBytes = 0
    /// The address space that the store was last opened with, in bytes.
    package internal(set) var mapBytes: UInt64 = 0
    /// The size of a page, in bytes.
    package internal(set) var pageBytes = 0
    /// The pages of the file.
    package internal(set) var pageCount: UInt64 = 0
    /// The pages that are free and will be used again.
    package internal(set) var freePages: UInt64 = 0
    /// The processes that look into the store now, each with the transaction it sees; not this one.
    package internal(set) var readers: [StoreReader] = []
    /// The classes, by number.
    package internal(set) var classes: [ClassAmount] = []
    /// The directory of objects, the index of names, the list of alarms, classes and counters.
    package internal(set) var directory = Amount()

    /// The objects of all classes.
    package var objects: UInt64 { classes.reduce(0) { $0 + $1.objects } }
}
