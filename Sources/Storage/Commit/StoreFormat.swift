/// The version of what is in the tables, and what happens when a store is opened.
enum StoreFormat {
    private static let product = "roost "
    static let version = 1

    /// Makes or checks the tables, and reads the classes.
    static func prepare<T: TableWriter>(_ tables: inout T) throws(StorageError) -> [ClassRecord] {
        for table in Table.fixed {
            try tables.createTable(table)
        }
        let stored = try Records.withValue(.meta, key: MetaKey.format, in: tables) { $1.text() }
        if let stored {
            _ = try check(stored)
        } else {
            var records = RecordWriter()
            let text = Array("\(product)\(version)".utf8)
            try records.put(.meta, key: MetaKey.format, payload: text, in: &tables)
        }
        let classes = try ObjectDirectory(reader: tables).classes()
        for record in classes {
            try tables.createTable(.data(record.number))
        }
        return classes
    }

    /// The version of what is in the tables, which must be one that this program reads.
    static func read(from tables: some TableReader) throws(StorageError) -> Int {
        try check(Records.withValue(.meta, key: MetaKey.format, in: tables) { $1.text() } ?? "")
    }

    private static func check(_ stored: String) throws(StorageError) -> Int {
        guard stored.hasPrefix(product), let found = Int(stored.dropFirst(product.count)) else {
            throw StorageError(.corruption, "The store does not say which format it has; restore it from a backup.")
        }
        guard found <= version else {
            throw StorageError(
                .newerFormat,
                "The store has format \(found) and this program reads format \(version); use the program that wrote it."
            )
        }
        return found
    }
}
