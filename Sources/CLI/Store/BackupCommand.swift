import ArgumentParser
import RoostStorage

/// `roost store backup`.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the data into another directory, while a server has them or not.",
        discussion: """
            The copy is the store as it was at one moment, without free pages, synced to the disk and read back. It is \
            a store: `roost serve --data DIRECTORY` serves it, and copying it back restores it. Nothing is ever \
            overwritten.
            """
    )

    @OptionGroup var location: StoreLocation

    @Argument(help: ArgumentHelp("An empty or missing directory for the copy.", valueName: "directory"))
    var directory: String

    func run() throws {
        let report = try StoreFailure.reporting { () throws(StorageError) in
            try StoreCare.backUp(directory: location.data, to: directory)
        }
        print("Copied \(report.rows) rows, \(report.bytesAfter) bytes, from \(location.data) to \(directory).")
    }
}
