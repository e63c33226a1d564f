import ArgumentParser
import RoostStorage

/// `roost store stats`.
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count objects and bytes by class, pages, and readers.",
        discussion: "Bytes are those of keys and values; the pages they lie on are not full, so the file is larger."
    )

    @OptionGroup var location: StoreLocation

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let report = try StoreFailure.reporting { () throws(StorageError) in
            try StoreCare.survey(directory: location.data)
        }
        if json {
            StoreOutput.print(report)
        } else {
            Self.describe(report)
        }
    }

    private static func describe(_ report: SurveyReport) {
        let used = report.pageCount - min(report.pageCount, report.freePages)
        print("format         \(report.format)")
        print("transaction    \(report.transaction)")
        print("file           \(report.fileBytes) bytes")
        print("map            \(report.mapBytes) bytes")
        print("pages          \(report.pageCount) of \(report.pageBytes) bytes: \(used) used, \(report.freePages) free")
        print("directory      \(report.directory.rows) rows, \(report.directory.bytes) bytes")
        let readers = report.readers.map { reader in
            reader.transaction.map { "process \(reader.process) at transaction \($0)" }
                ?? "process \(reader.process) idle"
        }
        print("readers        \(readers.isEmpty ? "none" : readers.joined(separator: ", "))")
        print("objects        \(report.objects)")
        for amount in report.classes {
            print(
                """

                \(amount.name) (\(amount.hasSQL ? "SQL" : "key-value"), table data.\(amount.number))
                  objects      \(amount.objects)
                  keys         \(amount.keys.rows) rows, \(amount.keys.bytes) bytes
                  SQL pages    \(amount.pages.rows) rows, \(amount.pages.bytes) bytes
                  alarms       \(amount.alarms.rows) rows, \(amount.alarms.bytes) bytes
                  metadata     \(amount.metadata.rows) rows, \(amount.metadata.bytes) bytes
                """
            )
        }
    }
}
