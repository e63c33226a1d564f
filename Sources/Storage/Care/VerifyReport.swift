/// Something in a store that is not what was written.
package struct StoreDamage: Sendable, Hashable, Codable {
    /// What kind of thing is damaged.
    package enum Part: String, Sendable, Codable {
        /// The file itself, or its list of free pages.
        case file
        /// A page of a table; the rows in it are lost.
        case page
        /// A table.
        case table
        /// The record of a class.
        case `class`
        /// An entry of the directory of objects.
        case object
        /// An entry of the index of names.
        case name
        /// An entry of the list of alarms, or an alarm that is not in it.
        case alarm
        /// A value of an object.
        case value
        /// The number of an object's last batch.
        case sequence
        /// An object's SQLite database.
        case database
    }

    /// An object that is concerned.
    package struct Object: Sendable, Hashable, Codable {
        /// The id within the class.
        package let id: String
        /// The name it was addressed by, if it is known.
        package let name: String?
    }

    /// What kind of thing is damaged.
    package let part: Part

    /// The class that is concerned, if one is.
    package let className: String?

    /// The objects that are concerned, at most ``StoreVerifier/namedObjects`` of them.
    package let objects: [Object]

    /// How many objects are concerned; more than are named, or fewer when their entries are lost.
    package let objectCount: Int

    /// What is wrong, in a sentence.
    package let message: String
}

/// What a look at every byte of a store found.
package struct VerifyReport: Sendable, Codable {
    /// The version of the store's format.
    package internal(set) var format = 0
    /// The transaction that was looked at.
    package internal(set) var transaction: UInt64 = 0
    /// The pages of the file.
    package internal(set) var pages: UInt64 = 0
    /// The pages that are free.
    package internal(set) var freePages: UInt64 = 0
    /// The pages that are neither used nor free: lost space, but no lost data.
    package internal(set) var unusedPages: UInt64 = 0
    /// The classes.
    package internal(set) var classes = 0
    /// The objects.
    package internal(set) var objects = 0
    /// The rows of all tables.
    package internal(set) var rows: UInt64 = 0
    /// The SQLite databases that were checked.
    package internal(set) var databases = 0
    /// How much is damaged.
    package internal(set) var damageCount = 0
    /// What is damaged, at most as much as was asked for.
    package internal(set) var damages: [StoreDamage] = []

    /// Whether nothing is damaged.
    package var isSound: Bool { damageCount == 0 }
}
