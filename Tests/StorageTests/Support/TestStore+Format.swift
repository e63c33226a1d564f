@testable import RoostStorage

extension TestStore {
    /// Makes the closed store say that it has another format.
    func rewriteFormat(to text: String) throws {
        let engine = try LMDBEngine(directory: directory.path, options: StoreOptions())
        defer { engine.close() }
        let outcome = engine.write { tables throws(StorageError) in
            try tables.createTable(.meta)
            var records = RecordWriter()
            try records.put(.meta, key: MetaKey.format, payload: Array(text.utf8), in: &tables)
            return .commit
        }
        guard case .committed = outcome else {
            throw StorageError(.io, "The format could not be rewritten.")
        }
    }
}
