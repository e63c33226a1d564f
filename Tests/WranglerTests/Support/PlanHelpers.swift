import RoostRuntime
import RoostStorage
import Testing

/// A script that declares its classes by migrations.
func script(
    _ name: String,
    bindings: [ObjectBinding] = [],
    _ migrations: ClassMigration...
) -> DeployedScript {
    DeployedScript(name: name, bindings: bindings, lifecycle: .migrations(migrations))
}

/// The script `app`, that declares its classes by migrations.
func script(_ migrations: ClassMigration...) -> DeployedScript {
    DeployedScript(name: "app", lifecycle: .migrations(migrations))
}

/// A script that declares its classes by an `exports` map.
func exporting(_ name: String, bindings: [ObjectBinding] = [], _ entries: ClassExport...) -> DeployedScript {
    DeployedScript(name: name, bindings: bindings, lifecycle: .exports(entries))
}

/// The script `app`, that declares its classes by an `exports` map.
func exporting(_ entries: ClassExport...) -> DeployedScript {
    DeployedScript(name: "app", lifecycle: .exports(entries))
}

/// A binding to a class.
func binding(_ className: String, of script: String = "app", as name: String = "B") -> ObjectBinding {
    ObjectBinding(name: name, className: className, script: script)
}

/// The plan from a history to scripts.
func makePlan(
    _ history: ClassHistory = ClassHistory(),
    _ scripts: DeployedScript...,
    program: MigrationPlanner.Program? = nil
) -> MigrationPlan {
    MigrationPlanner(history: history, deployment: Deployment(scripts: scripts), program: program).makePlan()
}

/// The history after scripts were deployed to a new store, one deployment after the other.
func history(after scripts: DeployedScript...) -> ClassHistory {
    var history = ClassHistory()
    for script in scripts {
        let plan = makePlan(history, script)
        #expect(plan.problems.isEmpty)
        history = plan.history
    }
    return history
}

extension MigrationPlan {
    /// The steps in words.
    var words: [String] { steps.map(\.description) }

    /// The kinds of problems.
    var codes: [DeploymentProblem.Code] { problems.map(\.code) }

    /// What was noticed, by kind.
    var scenarios: [String] { notices.map(\.scenario) }
}
