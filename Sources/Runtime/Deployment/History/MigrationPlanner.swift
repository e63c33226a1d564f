public import RoostStorage

/// Finds out what has to be done to a store so that it has the classes a deployment asks for.
///
/// Guarantee: the same history, deployment and program give the same plan. Nothing is read, written or remembered.
///
/// Invariants
/// 1. A step only ever concerns classes that exist when all steps before it are done.
/// 2. A migration that was applied is never applied again; one that changed since is a problem, not a new step.
/// 3. Every problem is found, not only the first: after one, planning goes on as if it had been solved.
///
/// The work is done in this order: classes that were there before their migrations are adopted, tags are compared, new
/// migrations of all scripts are applied, `exports` maps are reconciled, and at last bindings and the program are held
/// against the result.
///
/// Failure: problems are part of the plan (``MigrationPlan/problems``); nothing is thrown.
public struct MigrationPlanner {
    /// The classes a program has, and whether it uses SQL in them.
    public typealias Program = [String: StorageKind]

    let deployment: Deployment
    let program: Program?
    let assumesTransfers: Bool
    let before: ClassHistory
    var plan: MigrationPlan
    /// Classes whose storage is not known because they come from a script that is not here.
    var assumed: Set<ClassKey> = []

    /// Prepares a plan.
    ///
    /// - Parameters:
    ///   - history: What the store knows.
    ///   - deployment: What is wanted.
    ///   - program: The classes compiled in; nil when that is not known, and then it is not checked.
    public init(history: ClassHistory, deployment: Deployment, program: Program? = nil) {
        self.init(history: history, deployment: deployment, program: program, assumesTransfers: false)
    }

    /// Prepares a plan that may take transfers from scripts that are not here for granted.
    package init(history: ClassHistory, deployment: Deployment, program: Program?, assumesTransfers: Bool) {
        self.deployment = deployment
        self.program = program
        self.assumesTransfers = assumesTransfers
        before = history
        plan = MigrationPlan(history: history)
    }

    /// Makes the plan.
    public func makePlan() -> MigrationPlan {
        var planner = self
        planner.run()
        return planner.plan
    }

    /// The classes that come from a script that is not here, so that nobody knows their storage.
    package func assumedClasses() -> Set<ClassKey> {
        var planner = self
        planner.run()
        return planner.assumed
    }

    private mutating func run() {
        guard before.format <= ClassHistory.newestFormat else {
            return problem(
                .storeIsNewer,
                "The store was migrated by a newer program: its class history has format \(before.format), "
                    + "this program knows formats up to \(ClassHistory.newestFormat).",
                fix: "Run the newer program, or restore a backup made before it was first started.",
                script: deployment.scripts.first?.name ?? ""
            )
        }
        checkScriptNames()
        adoptClasses()
        applyMigrations()
        reconcileExports()
        checkBindings()
        checkProgram()
        plan.changesHistory = plan.history != before
    }

    // MARK: Reporting

    /// How many problems are kept; a person begins with the first ones anyway.
    package static let problemsMax = 500

    mutating func problem(
        _ code: DeploymentProblem.Code,
        _ message: String,
        fix: String,
        script: String,
        className: String? = nil,
        at location: DeploymentLocation? = nil,
        referencingScripts: [String] = []
    ) {
        guard plan.problems.count < Self.problemsMax else { return }
        plan.problems.append(
            DeploymentProblem(
                code,
                message,
                fix: fix,
                script: script,
                className: className,
                location: location,
                referencingScripts: referencingScripts
            )
        )
    }

    mutating func step(_ action: MigrationStep.Action, tag: String? = nil, at location: DeploymentLocation?) {
        plan.steps.append(MigrationStep(action, tag: tag, location: location))
    }

    // MARK: State

    /// What is known about a script at this point of the plan.
    subscript(script: String) -> ScriptHistory {
        get { plan.history.scripts[script] ?? ScriptHistory() }
        // In place: a setter would copy all classes for every change.
        _modify { yield &plan.history.scripts[script, default: ScriptHistory()] }
    }

    func isKnown(script: String) -> Bool {
        plan.history.scripts[script] != nil || deployment.script(named: script) != nil
    }

    private mutating func checkScriptNames() {
        var seen: Set<String> = []
        for script in deployment.scripts where !seen.insert(script.name).inserted {
            problem(
                .scriptDuplicated,
                "Two configurations are deployed as \"\(script.name)\".",
                fix: "Give each script a name of its own; an environment may set `name` itself.",
                script: script.name
            )
        }
    }
}
