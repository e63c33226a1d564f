public import Logging
public import RoostRuntime

/// Makes the logger of the edge service.
public enum EdgeLogging {
    /// A logger that writes to standard error: readable lines to a terminal, JSON lines to anything else.
    public static func makeLogger(level: Logger.Level = .info, clock: any RuntimeClock) -> Logger {
        let format: EdgeLogHandler.Format = StandardErrorSink.isTerminal ? .readable : .json
        return makeLogger(level: level, format: format, sink: StandardErrorSink(), clock: clock)
    }

    /// A logger that writes wherever it is told.
    package static func makeLogger(
        level: Logger.Level,
        format: EdgeLogHandler.Format,
        sink: any LogSink,
        clock: any RuntimeClock
    ) -> Logger {
        Logger(label: "roost") { label in
            EdgeLogHandler(label: label, level: level, format: format, sink: sink, clock: clock)
        }
    }
}
