package import Logging
package import RoostRuntime

/// Writes log events as lines: JSON for machines, or a readable form for a terminal.
///
/// Values are redacted by the name of their field, at every depth; see ``Redaction``. Logging never fails and never
/// waits for anything but the sink.
package struct EdgeLogHandler: LogHandler {
    /// How a line is written.
    package enum Format: Sendable {
        /// One JSON object a line.
        case json
        /// Time, level, message, then `name=value`.
        case readable
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: Format
    private let sink: any LogSink
    private let clock: any RuntimeClock

    /// Creates a handler.
    package init(
        label: String,
        level: Logger.Level = .info,
        format: Format,
        sink: any LogSink,
        clock: any RuntimeClock
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.sink = sink
        self.clock = clock
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = event.metadata ?? [:]
        if let provided = metadataProvider?.get() { fields.merge(provided) { own, _ in own } }
        if !metadata.isEmpty { fields.merge(metadata) { own, _ in own } }
        // The type only: the text of an error may quote what a client sent.
        if let error = event.error { fields["error.type"] = "\(type(of: error))" }
        let line = LogLine(
            time: clock.now,
            level: event.level,
            label: label,
            message: event.message.description,
            fields: fields
        )
        sink.write(format == .json ? line.json : line.readable)
    }
}
