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
