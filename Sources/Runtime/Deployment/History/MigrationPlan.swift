public import RoostStorage

/// What lies between a store and a deployment.
///
/// A plan with problems must not be applied. One without is applied as a whole, in one transaction: the steps in
/// their order, and ``history`` in place of the old one.
public struct MigrationPlan: Sendable, Hashable {
    /// What the store knew when the plan was made.
    public let before: ClassHistory

    /// What is to be done, in this order.
    public internal(set) var steps: [MigrationStep] = []

    /// What the store knows afterwards.
    public internal(set) var history: ClassHistory

    /// Everything that stands in the way.
    public internal(set) var problems: [DeploymentProblem] = []

    /// What is worth knowing and stands in nobody's way.
    public internal(set) var notices: [MigrationNotice] = []

    /// Entries of `exports` maps that have done their work and may be deleted.
    public internal(set) var removable: [ClassKey] = []

    /// Whether the history says anything else afterwards.
    public internal(set) var changesHistory = false

    init(history: ClassHistory) {
        before = history
        self.history = history
    }

    /// For each step the class as the store has it before the plan; nil for one that the plan makes itself.
    public var origins: [ClassKey?] {
        // What the classes that were touched so far were called in the beginning.
        var origins: [ClassKey: ClassKey?] = [:]
        func origin(_ key: ClassKey) -> ClassKey? {
            if let known = origins[key] { return known }
            return before.storage(of: key) == nil ? nil : key
        }
        return steps.map { step in
            let subject = origin(step.subject)
            switch step.action {
            case .create(let key, _): origins[key] = .some(nil)
            case .delete(let key): origins[key] = .some(nil)
            case .rename(let key, let target), .transfer(let key, let target):
                origins[key] = .some(nil)
                origins[target] = .some(subject)
            case .enableSQL, .expectTransfer: break
            }
            return subject
        }
    }

    /// Whether there is nothing to do.
    public var isEmpty: Bool { steps.isEmpty && !changesHistory }

    /// Whether it does anything to scripts that the store knows; the first classes of another one concern nobody,
    /// whatever becomes of them within the plan.
    public var touchesData: Bool {
        zip(steps, origins).contains { step, origin in
            if origin != nil { return true }
            return switch step.action {
            case .create(let key, _): before.scripts[key.script, default: ScriptHistory()] != ScriptHistory()
            case .expectTransfer: true
            case .rename, .transfer, .delete, .enableSQL: false
            }
        }
    }

    /// What to call a class whose deletion is allowed: its name, with its script where two classes of that name go.
    public func deletionName(of key: ClassKey) -> String {
        Set(deletedClasses.filter { $0.name == key.name }).count > 1 ? "\(key)" : key.name
    }

    /// Whether one of `names` allows the deletion of a class.
    public func allowsDeletion(of key: ClassKey, by names: Set<String>) -> Bool {
        names.contains("\(key)") || names.contains(deletionName(of: key))
    }

    /// The classes that are deleted, in order; one that is deleted more than once stands there more than once.
    public var deletedClasses: [ClassKey] { steps.filter(\.losesData).map(\.subject) }

    /// The one problem to throw when a plan is asked for that can be applied.
    public func requireApplicable() throws(DeploymentProblem) {
        if let first = problems.first { throw first }
    }
}

/// Something a plan noticed that stands in nobody's way.
public struct MigrationNotice: Sendable, Hashable, CustomStringConvertible {
    /// What kind of notice it is, in the origin's words where it has some.
    public let scenario: String

    /// The class it concerns.
    public let key: ClassKey

    /// What was noticed.
    public let message: String

    /// Where its cause is written.
    public let location: DeploymentLocation?

    init(_ scenario: String, _ key: ClassKey, _ message: String, at location: DeploymentLocation? = nil) {
        self.scenario = scenario
        self.key = key
        self.message = message
        self.location = location
    }

    /// The notice as the origin's tools print it.
    public var description: String { "[\(scenario)] \(key.name): \(message)" }
}
