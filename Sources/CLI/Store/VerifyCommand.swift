import ArgumentParser
import RoostStorage

/// `roost store verify`.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Look at every byte, and say what is damaged.",
        discussion: """
            Every page, every row and its checksum, the indexes against the data, and every SQLite database \
            (`PRAGMA quick_check`). It goes on after a damage, counts all of them, and names the objects concerned.

            It exits with 0 when nothing is damaged and with 1 when something is; see `roost help store` for the rest.
            """
    )

    @OptionGroup var location: StoreLocation

    @Option(help: ArgumentHelp("Describe at most so many damages; the others are only counted.", valueName: "count"))
    var limit = 1_000

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (0...1_000_000).contains(limit) else { throw ValidationError("--limit is 0 to 1,000,000.") }
    }

    func run() throws {
        let report = try StoreFailure.reporting { () throws(StorageError) in
            try StoreCare.verify(directory: location.data, limit: limit)
        }
        if json {
            StoreOutput.print(report)
        } else {
            for damage in report.damages { print(Self.describe(damage)) }
            let rest = report.damageCount - report.damages.count
            if rest > 0 { print("… and \(rest) more; --limit describes more of them.") }
            print(Self.summary(report))
        }
        if !report.isSound { throw ExitCode(1) }
    }

    private static func describe(_ damage: StoreDamage) -> String {
        var place = damage.part.rawValue
        if let name = damage.className { place += ", class \(name)" }
        for object in damage.objects {
            place += ", object \(object.id)"
            if let name = object.name { place += " “\(name)”" }
        }
        let rest = damage.objectCount - damage.objects.count
        if rest > 0 { place += " and \(rest) more" }
        return "damaged \(place): \(damage.message)"
    }

    private static func summary(_ report: VerifyReport) -> String {
        var text = """
            \(report.objects) objects of \(report.classes) classes, \(report.rows) rows, \
            \(report.databases) databases, \(report.pages) pages (\(report.freePages) free), format \(report.format): \
            \(report.isSound ? "nothing is damaged" : "\(report.damageCount) damaged").
            """
        if report.unusedPages > 0 {
            text += "\n\(report.unusedPages) pages are neither used nor free: lost space, but no lost data."
        }
        return text
    }
}
