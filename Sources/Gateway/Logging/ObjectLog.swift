package import Logging
package import RoostRuntime

/// Writes a line when something happens to an object that an operator should know of.
///
/// Objects are named by class and id, never by name: names hold what clients have sent.
package struct ObjectLog: RuntimeObserver {
    private let logger: Logger

    /// Writes to a logger.
    package init(_ logger: Logger) { self.logger = logger }

    package func objectReset(_ object: ObjectAddress, _ error: any Error) {
        write(.warning, "object reset", object, error)
    }

    package func alarmFailed(_ object: ObjectAddress, _ failure: AlarmFailure) {
        write(.warning, "alarm failed, it will be run again", object, failure.error)
    }

    package func alarmAbandoned(_ object: ObjectAddress, _ failure: AlarmFailure) {
        write(.error, "alarm failed for the last time and was removed", object, failure.error)
    }

    package func alarmsDamaged(_ error: RoostError) {
        logger.error(
            "alarms cannot be read, and do not fire; run `roost store verify`",
            metadata: ["cause": .string(LogLine.describe(error))]
        )
    }

    package func backgroundTaskFailed(_ object: ObjectAddress, _ error: any Error) {
        write(.warning, "background work failed", object, error)
    }

    package func webSocketHandlerFailed(_ object: ObjectAddress, _ error: any Error) {
        write(.warning, "a handler of a WebSocket failed", object, error)
    }

    private func write(_ level: Logger.Level, _ text: Logger.Message, _ object: ObjectAddress, _ error: any Error) {
        logger.log(
            level: level,
            text,
            metadata: ["object": .string(object.description), "cause": .string(LogLine.describe(error))]
        )
    }
}
