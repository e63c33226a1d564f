import RoostRuntime
import RoostStorage

/// Looks at the classes of a store without opening it, so that a running server is no hindrance.
final class StoreSurveyor {
    let directory: String
    /// Whether there is a store.
    let exists: Bool
    let history: ClassHistory
    private let records: [ClassKey: ClassRecord]
    /// Counted when it is asked for, because that takes reading everything.
    private var amounts: [UInt32: SurveyReport.ClassAmount]?

    /// Looks into a directory.
    ///
    /// - Parameter isOptional: Whether a store may be missing; then it is a new one.
    init(directory: String, isOptional: Bool) throws(StorageError) {
        self.directory = directory
        var found: (records: [ClassRecord], history: [UInt8]?)?
        do throws(StorageError) {
            found = try StoreCare.classes(directory: directory)
        } catch {
            guard isOptional, error.code == .notFound else { throw error }
        }
        exists = found != nil
        records = Dictionary((found?.records ?? []).map { ($0.key, $0) }) { first, _ in first }
        history = try ClassHistory(record: found?.history, classes: found?.records ?? [])
    }

    /// What belongs to a class; nil when there is no such class.
    func amount(of key: ClassKey) throws(StorageError) -> SurveyReport.ClassAmount? {
        guard let number = records[key]?.number else { return nil }
        if amounts == nil {
            let report = try StoreCare.survey(directory: directory)
            amounts = Dictionary(report.classes.map { ($0.number, $0) }) { first, _ in first }
        }
        return amounts?[number]
    }
}
