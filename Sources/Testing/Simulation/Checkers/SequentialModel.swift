/// What an object would do if it were called one call at a time.
public protocol SequentialModel: Sendable {
    /// A call.
    associatedtype Operation: Sendable
    /// What a call comes back with.
    associatedtype Answer: Sendable, Equatable
    /// What the object remembers.
    associatedtype State: Sendable, Hashable

    /// What it remembers at first.
    var initial: State { get }

    /// Does a call.
    func apply(_ operation: Operation, to state: inout State) -> Answer

    /// Whether a call changes nothing, so that one that failed can be forgotten.
    func isReadOnly(_ operation: Operation) -> Bool
}

/// A place for one number: written and read.
public struct RegisterModel: SequentialModel {
    /// What can be done.
    public enum Operation: Sendable, CustomStringConvertible {
        /// Writes a number; the answer is that number.
        case write(Int)
        /// Reads the number.
        case read

        /// As it stands in traces.
        public var description: String {
            switch self {
            case .write(let value): "write(\(value))"
            case .read: "read"
            }
        }
    }

    /// Zero.
    public let initial = 0

    /// Makes the model.
    public init() {}

    /// Writes or reads.
    public func apply(_ operation: Operation, to state: inout Int) -> Int {
        if case .write(let value) = operation { state = value }
        return state
    }

    /// Reading.
    public func isReadOnly(_ operation: Operation) -> Bool {
        if case .read = operation { true } else { false }
    }
}

/// A counter.
public struct CounterModel: SequentialModel {
    /// What can be done.
    public enum Operation: Sendable, CustomStringConvertible {
        /// Adds; the answer is the sum.
        case add(Int)
        /// Reads the sum.
        case read

        /// As it stands in traces.
        public var description: String {
            switch self {
            case .add(let amount): "add(\(amount))"
            case .read: "read"
            }
        }
    }

    /// Zero.
    public let initial = 0

    /// Makes the model.
    public init() {}

    /// Adds or reads.
    public func apply(_ operation: Operation, to state: inout Int) -> Int {
        if case .add(let amount) = operation { state += amount }
        return state
    }

    /// Reading.
    public func isReadOnly(_ operation: Operation) -> Bool {
        if case .read = operation { true } else { false }
    }
}
