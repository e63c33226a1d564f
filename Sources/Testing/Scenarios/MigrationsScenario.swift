import RoostRuntime
import RoostStorage
package import RoostTesting

extension Scenarios {
    /// Each start of the program is that of its next version.
    package static let migrations = SimulationScenario(
        "migrations",
        "Each start renames, transfers or changes the classes of the start before, and crashes in the middle at times; "
            + "nothing acknowledged is lost, every alarm rings, and what was deleted stays away."
    ) {
        try MigrationsProgram.start($0)
    } build: { world in
        let writes = world.check(AcknowledgedWrites(world))
        world.client("operator") { client in
            for _ in 1...MigrationsProgram.versionsMax {
                await client.pause(client.random.delay(upTo: 12))
                client.world.later(.milliseconds(1)) { [weak world = client.world] in world?.crash() }
                await client.pause(.milliseconds(2))
            }
        }
        for number in 1...2 {
            world.client("client \(number)") { client in
                for round in 1...6 {
                    let list = "a\(client.random.draw(1...2))"
                    let item = "\(number)-\(round)"
                    let delay = 1 << client.random.draw(0...14)
                    writes.began(item, in: list)
                    let result = try await client.attempt("do \(item) of \(list) after \(delay) ms") {
                        try await client.object(SimulatedAlarms.self, list).later(item, delay)
                    }
                    writes.ended(item, in: list, result)
                    _ = try await client.attempt("count what will be deleted") {
                        try await client.object(SimulatedCounter.self, "c").add(1)
                    }
                    if client.random.oneIn(2) { await client.pause(client.random.delay(upTo: 12)) }
                }
            }
        }
        world.atEnd { client in
            // The last start may have been cut short as well; the next one comes when nothing else can be done.
            while client.world.test.store.status != .ok { await client.pause(.seconds(1)) }
            for list in ["a1", "a2"] {
                for _ in 0..<quartersMax {
                    let todo = try await client.call("what is left of \(list)") {
                        try await client.object(SimulatedAlarms.self, list).todo()
                    }
                    if todo.isEmpty { break }
                    await client.pause(.seconds(900))
                }
                let (todo, done) = try await client.call("what is in \(list)") {
                    let object = try client.object(SimulatedAlarms.self, list)
                    return (try await object.todo(), try await object.done())
                }
                if !todo.isEmpty { client.world.violate("\(list) has forgotten \(todo.joined(separator: ", ")).") }
                writes.found(done, in: list)
            }
        }
    }

    private static let quartersMax = 40
}

/// The versions of a program, each with the classes of the one before under other names, in other scripts.
private enum MigrationsProgram {
    static let versionsMax = 8

    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    /// What a version has: where the lists are, and the class that the next version deletes.
    private struct Version {
        var deployment = Deployment(scripts: [DeployedScript(name: "s0"), DeployedScript(name: "s1")])
        var list = ClassKey(script: "s0", name: "List1")
        var hasSQL = false
        var doomed = ClassKey(script: "s0", name: "Doomed1")
        var keys: Set<ClassKey> { [list, doomed] }

        init(_ number: Int) {
            var migrations: [[ClassMigration]] = [[], []]
            migrations[0].append(
                ClassMigration(tag: "1", .create(list.name, .keyValue), .create(doomed.name, .keyValue))
            )
            for next in 2..<max(number + 1, 2) {
                let name = "List\(next)"
                var changes: [[ClassChange]] = [[], []]
                changes[0] = [.delete(doomed.name), .create("Doomed\(next)", .keyValue)]
                doomed = ClassKey(script: "s0", name: "Doomed\(next)")
                let place = list.script == "s0" ? 0 : 1
                switch next % 3 {
                case 1:
                    let target = "s\(1 - place)"
                    changes[1 - place].append(.transfer(from: list.name, script: list.script, to: name))
                    list = ClassKey(script: target, name: name)
                case 2 where !hasSQL && next > 2:
                    changes[place].append(.enableSQL(list.name))
                    hasSQL = true
                default:
                    changes[place].append(.rename(from: list.name, to: name))
                    list = ClassKey(script: list.script, name: name)
                }
                for script in 0...1 where !changes[script].isEmpty {
                    migrations[script].append(
                        ClassMigration(tag: "\(next)", entries: changes[script].map { ClassMigration.Entry($0) })
                    )
                }
            }
            for script in 0...1 { deployment.scripts[script].lifecycle = .migrations(migrations[script]) }
        }

        var classes: [CompiledClass] {
            [
                CompiledClass(SimulatedAlarms.self, name: list.name),
                CompiledClass(SimulatedCounter.self, name: doomed.name),
            ]
        }
    }

    /// Starts the version after the one that the store has had, and looks at what became of the data.
    static func start(_ roost: Roost) throws {
        let store = roost.store
        let number = try number(of: store)
        let now = Version(number)
        if number > 0 {
            // Not begun, or complete: whatever the last start came to, classes and record agree.
            let keys = Set(try store.classes().map(\.key))
            guard keys == now.keys else {
                throw Broken(
                    description: "Version \(number) has the classes \(keys.sorted()), not \(now.keys.sorted())."
                )
            }
        }
        let next = number < versionsMax ? Version(number + 1) : now
        let before = number > 0 ? try contents(of: now.list, in: store) : []
        if number > 0 { plan(store, roost.random) }
        do {
            try deploy(next, to: roost)
        } catch {
            // The machine has stopped; the world notices and starts it again.
            if error.underlying?.code == .closed { return }
            guard error.underlying?.code == .diskFull else { throw error }
            // Nothing has changed, so the version before can go on.
            store.disk?.clearFaults()
            try deploy(now, to: roost)
        }
        store.disk?.clearFaults()
        let version = try Version(self.number(of: store))
        guard try number == 0 || contents(of: version.list, in: store) == before else {
            throw Broken(description: "\(now.list) and \(version.list) do not hold the same.")
        }
        guard try number == self.number(of: store) || store.objects(of: version.doomed, after: nil, limit: 1).isEmpty
        else {
            throw Broken(description: "\(version.doomed) is new and holds objects of another class.")
        }
        // A start goes on when there was no room to remove it; then there must be a way to do it later.
        if try store.hasDeletedClasses() { try store.reclaimDeletedClasses() }
        guard try !store.hasDeletedClasses() else { throw Broken(description: "Something of a deleted class is left.") }
    }

    private static func deploy(_ version: Version, to roost: Roost) throws(MigrationError) {
        try roost.deploy(version.deployment, classes: version.classes, allowingDeletionOf: doomedNames)
    }

    private static let doomedNames = Set((1...versionsMax).map { "Doomed\($0)" })

    /// Draws what goes wrong while the migrations are applied.
    private static func plan(_ store: Store, _ random: any RandomSource) {
        guard let disk = store.disk else { return }
        let moment: CrashMoment = random.oneIn(2) ? .beforeDurable : .afterDurable
        switch random.draw(0...5) {
        case 0...2: disk.crash(atCommit: disk.lastCommit + UInt64(random.draw(1...3)), moment)
        case 3: disk.failCommits(1)
        default: break
        }
    }

    /// The version that a store has had last.
    private static func number(of store: Store) throws -> Int {
        let history = try ClassMigrator(store: store).history()
        return history.scripts.values.flatMap(\.tags).compactMap { Int($0.tag) }.max() ?? 0
    }

    /// What must not change: the class's number and seed, its objects with their ids and names, their alarms.
    private static func contents(of key: ClassKey, in store: Store) throws -> [String] {
        guard let record = try store.classes().first(where: { $0.key == key }) else { return ["no class"] }
        let objects = try store.objects(of: key, after: nil, limit: 1_000)
        let alarms = try store.alarms(through: .max, limit: 1_000).filter { $0.object.classKey == key }
        return ["\(record.number) \(record.uniqueKey)"]
            + objects.map { "\($0.id) \($0.info.name ?? "") \($0.info.number)" }
            + alarms.map { "\($0.dueMilliseconds) \($0.object.id)" }
    }
}
