public import RoostStorage

/// Why a store was not brought to a deployment.
///
/// Whatever the reason, nothing was changed, except where ``Code/registrationFailed`` and ``Code/storeFailed`` say
/// otherwise.
public struct MigrationError: Error, Sendable {
    /// What went wrong, for code to decide on.
    public let code: Code

    /// What was wrong and what to do about it, in one or more lines.
    public let message: String

    /// Everything that stands in the way, where that is the reason.
    public let problems: [DeploymentProblem]

    /// The store's error behind this one, if there is one.
    public let underlying: StorageError?

    init(
        _ code: Code,
        _ message: String,
        problems: [DeploymentProblem] = [],
        underlying: StorageError? = nil
    ) {
        self.code = code
        self.message = message
        self.problems = problems
        self.underlying = underlying
    }
}

extension MigrationError {
    /// The kinds of errors.
    ///
    /// New ones may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's stable name.
        public let description: String

        /// The plan has problems.
        public static let impossible = Code(description: "impossible")
        /// There is something to apply, and it was not to be applied.
        public static let pending = Code(description: "pending")
        /// Objects would be lost, and nobody has allowed it.
        public static let losesObjects = Code(description: "loses_objects")
        /// The store's classes are no longer those that the plan was made for.
        public static let outdated = Code(description: "outdated")
        /// The migrations are applied, but a class cannot be used by the program.
        public static let registrationFailed = Code(description: "registration_failed")
        /// The store could not be read or written; a transaction that failed has changed nothing.
        public static let storeFailed = Code(description: "store_failed")
    }
}

extension MigrationError: Equatable {
    /// Tells whether two errors have the same code.
    public static func == (left: MigrationError, right: MigrationError) -> Bool { left.code == right.code }
}

extension MigrationError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}

extension MigrationError {
    init(_ error: StorageError) { self.init(.storeFailed, error.message, underlying: error) }

    /// A plan that must not be applied.
    static func impossible(_ problems: [DeploymentProblem]) -> MigrationError {
        let title =
            problems.count == 1
            ? "The class migrations cannot be applied:"
            : "The class migrations cannot be applied, for \(problems.count) reasons:"
        let lines = problems.map { "\($0)".split(separator: "\n").map { "  \($0)" }.joined(separator: "\n") }
        return MigrationError(.impossible, ([title] + lines).joined(separator: "\n"), problems: problems)
    }

    /// Something to be applied where nothing may be.
    static func pending(_ plan: MigrationPlan) -> MigrationError {
        let lines = ["Class migrations are pending:"] + plan.steps.map { "  \($0)" }
        return MigrationError(
            .pending,
            lines.joined(separator: "\n") + "\nApply them first, or allow the start to apply them."
        )
    }

    /// Classes that would be deleted with their objects.
    static func losesObjects(_ steps: [MigrationStep], of plan: MigrationPlan) -> MigrationError {
        let lines = steps.map { step in
            let place = step.location.map { "\($0): " } ?? ""
            return "\(place)Deleting the class \(step.subject) would lose all its objects.\n"
                + "  Fix: allow it by name (`--allow-delete \(plan.deletionName(of: step.subject))`), or do not delete the class."
        }
        return MigrationError(.losesObjects, lines.joined(separator: "\n"))
    }
}
