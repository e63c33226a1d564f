public import RoostRuntime
public import RoostStorage

/// What checkers are told, in the order in which it happens.
///
/// Objects are named by class and name, as in `Counter hits`. More cases may be added.
public enum SimulationEvent: Sendable {
    /// A client begins a call.
    case callBegan(SimulationCall)
    /// A call has reached the runtime; `nil` when no client made it.
    case callArrived(object: String, SimulationCall?)
    /// A method has begun to run, and has said so with ``Simulation/started(in:)``.
    case callStarted(object: String, SimulationCall)
    /// A call has come back from the runtime; its answer may still be delayed on its way to the client.
    case callReturned(SimulationCall)
    /// A client has got its answer, or an error.
    case callEnded(SimulationCall, error: (any Error)?)
    /// An object was woken.
    case instanceStarted(object: String)
    /// An object was put to sleep.
    case instanceStopped(object: String)
    /// An object lost its instance.
    case objectReset(object: String, error: any Error)
    /// A run of an object's alarm failed, and will be repeated.
    case alarmFailed(object: String, AlarmFailure)
    /// A run of an object's alarm failed for the last time.
    case alarmAbandoned(object: String, AlarmFailure)
    /// A store transaction became durable.
    case committed(UInt64, [Batch])
    /// A fault was injected.
    case fault(String)
    /// The machine stopped and started again on what was durable.
    case crashed
}

/// One call of a client.
public struct SimulationCall: Sendable {
    /// The world it is made in.
    public let world: Simulation
    /// Who makes it.
    public let client: String
    /// Its number: calls are numbered as they begin.
    public let number: Int
    /// What it is, for the trace.
    public let label: String
}

extension SimulationEvent {
    /// How objects are named in events.
    public static func name(_ object: ObjectAddress) -> String {
        "\(object.classKey.name) \(object.id.name ?? object.id.description)"
    }

    /// How objects are named in events.
    public static func name(_ batch: Batch) -> String {
        "\(batch.object.classKey.name) \(batch.name ?? batch.object.id.description)"
    }
}
