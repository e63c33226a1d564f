/// How a runtime behaves.
///
/// Every property has a default.
public struct RoostConfiguration: Sendable {
    /// The script that the classes belong to; part of every class's identity.
    ///
    /// Default `roost`.
    public var script = "roost"

    /// How long an object stays awake without anything to do.
    ///
    /// Default 10 s, as at the origin.
    public var idleTime = Duration.seconds(10)

    /// How many events may be in one object or wait for it; past it callers get ``RoostError/Code/overloaded``.
    ///
    /// Default 10,000.
    public var queuedEventsMax = 10_000

    /// How many bytes of arguments may be in one object or wait for it.
    ///
    /// Default 64 MiB.
    public var queuedBytesMax = 64 << 20

    /// How many objects may be awake at the same time.
    ///
    /// Past it idle ones are put to sleep early, oldest first; when none is idle, callers get
    /// ``RoostError/Code/overloaded``. Default 200,000.
    public var liveInstancesMax = 200_000

    /// How much memory the process may take before idle objects are put to sleep early, oldest first, in bytes.
    ///
    /// Nobody is refused because of it. Default nil: no limit.
    public var residentBytesMax: Int?

    /// Who tells what the process takes.
    ///
    /// Default the system.
    public var memoryGauge: any MemoryGauge = SystemMemory()

    /// How many alarms are kept in memory until they are due; the others stay in the store until these have fired.
    ///
    /// Default 4,096.
    public var alarmsWaitingMax = 4_096

    /// How many alarms may run at the same time, those included that wait because the store failed them.
    ///
    /// Past it due alarms wait. Default 1,024.
    public var alarmsRunningMax = 1_024

    /// How long one run of an alarm may take; after that it has failed and its object is reset.
    ///
    /// Default 15 minutes, as at the origin.
    public var alarmTimeMax = Duration.seconds(900)

    /// How many bytes may wait for the other side of one WebSocket, in the runtime and in what carries it.
    ///
    /// Past it the socket is closed with code 1013, and its object hears that it has failed; others go on. A single
    /// message may be larger, and what a slow disk has held back may come on top. Default 4 MiB.
    public var webSocketPendingBytesMax = 4 << 20

    /// How many bytes one object may have sent over its WebSockets that cannot leave yet, because what it has changed
    /// before is on its way to the disk.
    ///
    /// Past it ``WebSocket/send(_:)-(WebSocketMessage)`` throws ``RoostError/Code/overloaded``, and no socket is
    /// closed. A single message may be larger. Default 64 MiB.
    public var webSocketHeldBytesMax = 64 << 20

    /// How many databases of objects may be open at the same time, at least 1.
    ///
    /// An object may be awake while its database is closed. Past the limit the one that was not used for longest is
    /// closed, unless it has something to lose: changes of a turn that is not over, a cursor, a setting made with
    /// `PRAGMA`. When all are such, callers get ``RoostError/Code/overloaded``. Opening costs about
    /// 100 µs, an open one that is small about 40 KiB. Default 10,000.
    public var openDatabasesMax = 10_000

    /// How much memory the open databases may take together before some are closed, in bytes.
    ///
    /// It is looked at after each use, and what has something to lose stays. Default 512 MiB.
    public var openDatabaseBytesMax = 512 << 20

    /// How long an initializer or the body of ``ObjectContext/blockConcurrencyWhile(_:)`` may take; after that its
    /// object is reset.
    ///
    /// Default 30 s, as at the origin.
    public var blockingTimeMax = Duration.seconds(30)

    /// The limits of one object's storage.
    ///
    /// Default ``ObjectLimits/roost``.
    public var limits = ObjectLimits.roost

    /// Who is told what happens to objects.
    ///
    /// Default nobody.
    public var observer: any RuntimeObserver = SilentObserver()

    /// Creates a configuration with the defaults.
    public init() {}
}
