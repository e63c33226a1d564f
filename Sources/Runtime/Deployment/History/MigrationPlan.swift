public import RoostStorage

/// What lies between a store and a deployment.
///
/// A plan with problems must not be applied. One without is applied as a whole, in one transaction: the steps in
/// their order, and ``history`` in place of the old one.
public struct MigrationPlan: Sendable, Hashable {
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

    /// Whether there is nothing to do.
    public var isEmpty: Bool { steps.isEmpty && !changesHistory }

    /// The classes whose objects would be lost.
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
