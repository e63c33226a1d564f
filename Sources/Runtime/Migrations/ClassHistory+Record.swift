import FoundationEssentials
import RoostStorage

/// The history in the form in which a store keeps it: JSON, beside the table of classes.
extension ClassHistory {
    private struct Form: Decodable { let format: Int }

    /// Reads what a store remembers.
    ///
    /// Which classes there are, and with which storage, the table of classes decides; the record knows their past. So
    /// classes that were registered without any migration are known as well.
    ///
    /// - Throws: `.corruption` when the record cannot be read. A record of a newer program gives an empty history with
    ///   that program's ``format``, which nothing can be planned on.
    package init(record: [UInt8]?, classes: [ClassRecord]) throws(StorageError) {
        var history = ClassHistory()
        if let record {
            do {
                let decoder = JSONDecoder()
                let format = try decoder.decode(Form.self, from: Data(record)).format
                guard format <= Self.newestFormat else {
                    self.init(format: format)
                    return
                }
                history = try decoder.decode(ClassHistory.self, from: Data(record))
            } catch {
                throw StorageError(
                    .corruption,
                    "The record of the class migrations is damaged; restore it from a backup."
                )
            }
        }
        for name in history.scripts.keys { history.scripts[name]?.classes = [:] }
        for record in classes {
            history.scripts[record.key.script, default: ScriptHistory()].classes[record.key.name] = record.storage
        }
        self = history
    }

    /// The history as a store keeps it.
    package func record() throws(StorageError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self))
        } catch {
            throw StorageError(.invalid, "The class migrations cannot be written down: \(error)")
        }
    }
}
