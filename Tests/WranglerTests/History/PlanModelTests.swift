import RoostRuntime
import RoostStorage
import Testing

/// Deployments drawn by a seed, one after the other on one store: what a plan says is what the store has then, and every
/// object is where the steps have brought its class.
struct PlanModelTests {
    private static let rounds = 60
    private static let names = ["A", "B", "C", "D"]
    private static let scripts = ["s", "t"]

    fileprivate struct Draw {
        let source: SeededRandomSource

        func below(_ limit: Int) -> Int { Int(source.next() % UInt64(max(1, limit))) }
        func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

        func change(for script: String) -> ClassChange {
            let name = pick(names)
            switch below(8) {
            case 0...1: return .create(name, .keyValue)
            case 2: return .create(name, .sql)
            case 3...4: return .rename(from: name, to: pick(names))
            case 5: return .delete(name)
            case 6: return .enableSQL(name)
            default: return .transfer(from: name, script: pick(scripts), to: pick(names))
            }
        }

        func state() -> ClassExport.State {
            switch below(8) {
            case 0: .deleted
            case 1...2: .renamed(to: pick(names))
            case 3: .transferred(to: pick(scripts))
            case 4: .expectingTransfer(.sql, from: pick(scripts))
            default: .live(below(2) == 0 ? .sql : .keyValue)
            }
        }
    }

    /// What the store should hold, told by the steps alone.
    private struct Model {
        var objects: [ClassKey: Set<String>] = [:]
        var count: Int { objects.values.reduce(0) { $0 + $1.count } }

        mutating func apply(_ steps: [MigrationStep]) {
            for step in steps {
                switch step.action {
                case .create(let key, _): objects[key] = []
                case .delete(let key): objects[key] = nil
                case .rename(let key, let target), .transfer(let key, let target):
                    objects[target] = objects.removeValue(forKey: key)
                case .enableSQL, .expectTransfer: continue
                }
            }
        }
    }

    private let store: Store
    private let migrator: ClassMigrator

    init() throws {
        store = try Store.inMemory()
        migrator = ClassMigrator(store: store)
    }

    /// The next deployment: the scripts as they were applied last, with a migration more, other entries or a mistake.
    private static func next(after applied: [DeployedScript], _ round: Int, _ draw: Draw) -> [DeployedScript] {
        var scripts = applied
        for place in scripts.indices where draw.below(3) > 0 {
            switch scripts[place].lifecycle {
            case .migrations(var list):
                if draw.below(40) == 0 {
                    scripts[place].lifecycle = .exports(names.map { ClassExport($0, draw.state()) })
                    continue
                }
                switch draw.below(12) {
                case 0 where !list.isEmpty: list.removeLast()
                case 1 where list.count > 1: list.swapAt(0, list.count - 1)
                case 2 where !list.isEmpty:
                    list[0] = ClassMigration(tag: list[0].tag, draw.change(for: scripts[place].name))
                default: break
                }
                let entries = (0...draw.below(3)).map { _ in
                    ClassMigration.Entry(draw.change(for: scripts[place].name))
                }
                list.append(ClassMigration(tag: "\(round)", entries: entries))
                scripts[place].lifecycle = .migrations(list)
            case .exports(var entries):
                for index in entries.indices where draw.below(3) == 0 {
                    entries[index] = ClassExport(entries[index].name, draw.state())
                }
                scripts[place].lifecycle = .exports(entries)
            case .undeclared: break
            }
        }
        return scripts
    }

    private func put(_ key: ClassKey, _ number: Int) async throws -> String {
        var bytes = [UInt8](repeating: 7, count: 32)
        bytes[0] = UInt8(truncatingIfNeeded: number)
        bytes[1] = UInt8(truncatingIfNeeded: number >> 8)
        let id = try #require(ObjectID(bytes: bytes))
        let batch = Batch(
            object: ObjectReference(classKey: key, id: id),
            name: "object \(number)",
            sequence: 1,
            changes: [.put(.entries, key: [1], tag: .bytes, payload: [1])]
        )
        let store = store
        let result = await withCheckedContinuation { continuation in
            store.commit(batch, lane: CommitLane()) { continuation.resume(returning: $0) }
        }
        _ = try result.get()
        return "\(id) object \(number)"
    }

    private func contents() throws -> [ClassKey: Set<String>] {
        var contents: [ClassKey: Set<String>] = [:]
        for record in try store.classes() {
            let objects = try store.objects(of: record.key, after: nil, limit: 1_000)
            contents[record.key] = Set(objects.map { "\($0.id) \($0.info.name ?? "")" })
        }
        return contents
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `whatever is deployed, the store has what the plan says, and objects stay with their classes`(
        seed: UInt64
    ) async throws {
        let draw = Draw(source: SeededRandomSource(seed: seed))
        var applied = Self.scripts.map { DeployedScript(name: $0, lifecycle: .migrations([])) }
        var model = Model()
        var done = 0
        for round in 1...Self.rounds {
            let place: Comment = "seed \(seed), round \(round)"
            let scripts = Self.next(after: applied, round, draw)
            let plan = try migrator.plan(for: Deployment(scripts: scripts))
            let before = try store.classHistory()
            guard plan.problems.isEmpty else {
                #expect(plan.problems.allSatisfy { !$0.fix.isEmpty && !$0.message.isEmpty }, place)
                #expect(throws: MigrationError.self, place) { try migrator.apply(plan) }
                #expect(try store.classHistory() == before, place)
                continue
            }
            let objects = model.count
            model.apply(plan.steps)
            let losses = try migrator.losses(of: plan)
            #expect(losses.isEmpty == (model.count == objects), place)
            try migrator.apply(plan, allowingDeletionOf: Set(plan.deletedClasses.map { "\($0)" }))
            #expect(try contents() == model.objects, place)
            let classes = try store.classes()
            let kinds = Dictionary(uniqueKeysWithValues: classes.map { ($0.key, $0.storage) })
            let planned = plan.history.scripts.flatMap { script, history in
                history.classes.map { (ClassKey(script: script, name: $0.key), $0.value) }
            }
            #expect(kinds == Dictionary(uniqueKeysWithValues: planned), place)
            #expect(Set(classes.map(\.uniqueKey)).count == classes.count, place)
            #expect(try migrator.plan(for: Deployment(scripts: scripts)).isEmpty, place)
            try store.reclaimDeletedClasses()
            applied = scripts
            done += plan.steps.isEmpty ? 0 : 1
            if let key = classes.map(\.key).randomElement(using: draw) {
                model.objects[key, default: []].insert(try await put(key, round))
            }
        }
        store.close()
        #expect(done > 2, "Nearly everything was refused, so nothing was shown.")
    }
}

extension [ClassKey] {
    fileprivate func randomElement(using draw: PlanModelTests.Draw) -> ClassKey? {
        isEmpty ? nil : sorted()[draw.below(count)]
    }
}
