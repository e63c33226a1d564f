public import RoostRuntime
import Synchronization

/// Writes down what happens to objects, for assertions.
public final class EventRecorder: RuntimeObserver {
    /// Something that happened to an object.
    public enum Event: Sendable, Hashable {
        /// It was woken.
        case started(String)
        /// It went to sleep.
        case stopped(String)
        /// It was reset.
        case reset(String)
        /// A run of its alarm failed.
        case alarmFailed(String)
        /// Its alarm was given up.
        case alarmAbandoned(String)
        /// A part of the list of all alarms could not be read.
        case alarmsDamaged
        /// Its background work failed.
        case backgroundTaskFailed(String)
        /// It has accepted a WebSocket.
        case webSocketAccepted(String)
        /// One of its WebSockets has ended.
        case webSocketEnded(String)
        /// Its handler of a WebSocket event has thrown.
        case webSocketHandlerFailed(String)
    }

    /// Events beyond this many are dropped.
    public static let eventsMax = 100_000

    private let recorded = Mutex<[Event]>([])

    /// Creates an empty recorder.
    public init() {}

    /// What has happened so far, in order.
    ///
    /// Objects are named by their names, or by their ids if they have none.
    public var events: [Event] { recorded.withLock { $0 } }

    /// Notes a start.
    public func instanceStarted(_ object: ObjectAddress) { record(.started(Self.name(object))) }
    /// Notes an eviction.
    public func instanceStopped(_ object: ObjectAddress) { record(.stopped(Self.name(object))) }
    /// Notes a reset.
    public func objectReset(_ object: ObjectAddress, _ error: any Error) { record(.reset(Self.name(object))) }

    /// Notes a failed run of an alarm.
    public func alarmFailed(_ object: ObjectAddress, _ failure: AlarmFailure) {
        record(.alarmFailed(Self.name(object)))
    }
    /// Notes that an alarm was given up.
    public func alarmAbandoned(_ object: ObjectAddress, _ failure: AlarmFailure) {
        record(.alarmAbandoned(Self.name(object)))
    }

    /// Notes that alarms could not be read.
    public func alarmsDamaged(_ error: RoostError) { record(.alarmsDamaged) }

    /// Notes that background work failed.
    public func backgroundTaskFailed(_ object: ObjectAddress, _ error: any Error) {
        record(.backgroundTaskFailed(Self.name(object)))
    }

    /// Notes a new WebSocket.
    public func webSocketAccepted(_ object: ObjectAddress) { record(.webSocketAccepted(Self.name(object))) }
    /// Notes the end of a WebSocket.
    public func webSocketEnded(_ object: ObjectAddress) { record(.webSocketEnded(Self.name(object))) }

    /// Notes that a handler has thrown.
    public func webSocketHandlerFailed(_ object: ObjectAddress, _ error: any Error) {
        record(.webSocketHandlerFailed(Self.name(object)))
    }

    private func record(_ event: Event) {
        recorded.withLock { events in
            if events.count < Self.eventsMax { events.append(event) }
        }
    }

    private static func name(_ object: ObjectAddress) -> String { object.id.name ?? object.id.description }
}
