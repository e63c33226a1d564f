import ArgumentParser

/// `roost store`: what an operator does with the data, beside serving them.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Look over, copy, shrink and count the data.",
        discussion: """
            All but `compact` work while a server has the data: it goes on serving, and what is seen is the store as \
            it was at one moment. Meanwhile the file grows more than usual, because old pages are kept until the look \
            ends.

            EXIT STATUS
              0    done, and nothing was found to be damaged
              1    `verify` found damage, and described it
              64   a flag or an argument is wrong
              65   the data are damaged so that the command could not do its work, or were written by a newer version
              66   there is no store in the directory
              73   the directory holds something else, or may not be written
              74   the disk failed or is full
              75   the data are in use in a way that excludes the command
            """,
        subcommands: [VerifyCommand.self, BackupCommand.self, CompactCommand.self, StatsCommand.self]
    )
}

/// Where the data are, as `roost serve` has it.
struct StoreLocation: ParsableArguments {
    @Option(help: ArgumentHelp("The data are in this directory.", valueName: "directory"))
    var data = ".roost"
}
