import ArgumentParser
import RoostStorage

/// `roost store compact`.
struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Give free pages back to the file system; no server may have the data.",
        discussion: """
            The file is written anew beside the old one, compared with it row by row, and takes its name in one step. \
            Whenever the process ends, the directory holds one of the two, whole. It needs room for both. A server \
            does not need this: it uses free pages again.
            """
    )

    @OptionGroup var location: StoreLocation

    func run() throws {
        let report = try StoreFailure.reporting { () throws(StorageError) in
            try StoreCare.compact(directory: location.data)
        }
        print("\(report.bytesBefore) bytes before, \(report.bytesAfter) bytes after, \(report.rows) rows.")
    }
}
