import RoostStorage

/// What whoever reads configurations needs to say, without knowing the store's types.
extension DeployedScript {
    /// What a script's own lifecycle makes of an empty store: its classes, and what is wrong with it by itself.
    ///
    /// Classes that come from scripts that are not here are taken for granted; their storage is not known.
    package var declared: (classes: [DeployedClass], problems: [DeploymentProblem]) {
        switch lifecycle {
        case .undeclared: return ([], [])
        case .exports(let entries):
            let classes = entries.compactMap { entry in
                entry.storage.map { storage in
                    DeployedClass(
                        key: ClassKey(script: name, name: entry.name),
                        storage: storage,
                        location: entry.location
                    )
                }
            }
            return (classes.sorted { $0.key < $1.key }, [])
        case .migrations:
            var alone = self
            alone.bindings = []
            let planner = MigrationPlanner(
                history: ClassHistory(),
                deployment: Deployment(scripts: [alone]),
                program: nil,
                assumesTransfers: true
            )
            let plan = planner.makePlan()
            let assumed = planner.assumedClasses()
            let places = planner.places(in: alone)
            let classes = (plan.history.scripts[name]?.classes ?? [:]).map { className, storage in
                let key = ClassKey(script: name, name: className)
                return DeployedClass(
                    key: key,
                    storage: assumed.contains(key) ? nil : storage,
                    location: places[className]
                )
            }
            return (classes.sorted { $0.key < $1.key }, plan.problems)
        }
    }
}

extension ClassChange {
    /// A class with keys and values only begins.
    package static func newClass(_ name: String) -> ClassChange { .create(name, .keyValue) }

    /// A class with SQL storage begins.
    package static func newSQLiteClass(_ name: String) -> ClassChange { .create(name, .sql) }
}

extension ClassExport.State {
    /// A class exists, with a storage by its name in configuration files.
    package static func live(storageNamed name: String) -> Self? {
        StorageKind(configurationName: name).map { .live($0) }
    }

    /// A class will come, with a storage by its name in configuration files.
    package static func expectingTransfer(storageNamed name: String, from script: String) -> Self? {
        StorageKind(configurationName: name).map { .expectingTransfer($0, from: script) }
    }
}
