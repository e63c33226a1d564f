public import RoostStorage

/// Brings the classes of an open store to what a deployment asks for.
///
/// ```swift
/// let migrator = ClassMigrator(store: store)
/// let plan = try migrator.plan(for: deployment)
/// for step in plan.steps { print(step) }
/// try migrator.apply(plan)
/// ```
///
/// Guarantees
/// 1. A plan is applied as a whole, in one transaction of the store, together with the record that it was. Whenever
///    the process ends, none of it was done or all of it.
/// 2. What would lose objects is refused unless it is allowed by name.
/// 3. A renamed or transferred class keeps every object, id, name and alarm: nothing of its data is touched.
/// 4. A plan for classes that have changed since is refused.
///
/// Isolation: any thread. Nobody may use objects of the classes concerned while a plan is applied; ``Roost`` applies
/// plans before it has any (``Roost/deploy(_:classes:pending:allowingDeletionOf:)``).
public struct ClassMigrator: Sendable {
    let store: Store
    let mutations: ProtocolMutations

    /// Makes a migrator for an open store.
    public init(store: Store) { self.init(store: store, mutations: []) }

    init(store: Store, mutations: ProtocolMutations) {
        self.store = store
        self.mutations = mutations
    }

    /// What the store knows about its classes and their past.
    public func history() throws(MigrationError) -> ClassHistory { try read().history }

    /// What lies between the store and a deployment; nothing is changed.
    ///
    /// - Parameters:
    ///   - deployment: What is wanted.
    ///   - program: The classes compiled in; nil when that is not known, and then it is not checked.
    public func plan(
        for deployment: Deployment,
        program: MigrationPlanner.Program? = nil
    ) throws(MigrationError) -> MigrationPlan {
        MigrationPlanner(history: try history(), deployment: deployment, program: program).makePlan()
    }

    /// The deletions of a plan that would lose objects and are not allowed.
    ///
    /// - Parameter allowed: Names of classes that may be deleted with their objects, with their script
    ///   (`chat/Room`), or without where the plan deletes one class of that name only.
    public func losses(
        of plan: MigrationPlan,
        allowing allowed: Set<String> = []
    ) throws(MigrationError) -> [MigrationStep] {
        var losses: [MigrationStep] = []
        for (step, origin) in zip(plan.steps, plan.origins) where step.losesData {
            guard let origin else { continue }
            if plan.allowsDeletion(of: step.subject, by: allowed) { continue }
            do throws(StorageError) {
                if try !store.objects(of: origin, after: nil, limit: 1).isEmpty { losses.append(step) }
            } catch {
                throw MigrationError(error)
            }
        }
        return losses
    }

    /// Applies a plan.
    ///
    /// What deleted classes have left is not removed yet; see ``Store/reclaimDeletedClasses(_:)``.
    ///
    /// - Parameters:
    ///   - plan: The plan; one that is empty does nothing.
    ///   - allowed: Names of classes that may be deleted with their objects.
    /// - Throws: ``MigrationError/Code/impossible``, ``MigrationError/Code/losesObjects``,
    ///   ``MigrationError/Code/outdated``, ``MigrationError/Code/storeFailed``.
    public func apply(
        _ plan: MigrationPlan,
        allowingDeletionOf allowed: Set<String> = []
    ) throws(MigrationError) {
        guard plan.problems.isEmpty else { throw .impossible(plan.problems) }
        guard !plan.isEmpty else { return }
        let now = try read()
        guard now.history == plan.before else {
            throw MigrationError(
                .outdated,
                "The classes of the store have changed since the plan was made; make a new one."
            )
        }
        let losses = try losses(of: plan, allowing: allowed)
        guard losses.isEmpty else { throw .losesObjects(losses, of: plan) }
        do throws(StorageError) {
            try commit(
                Self.changes(of: plan, classes: now.classes),
                plan.history.record(),
                replacing: now.record
            )
        } catch {
            throw MigrationError(error)
        }
    }

    private func read() throws(MigrationError) -> (history: ClassHistory, record: [UInt8]?, classes: [ClassRecord]) {
        do throws(StorageError) {
            let record = try store.classHistory()
            let classes = try store.classes()
            return (try ClassHistory(record: record, classes: classes), record, classes)
        } catch {
            throw MigrationError(error)
        }
    }

    // MARK: Steps of a plan as changes of a store

    private static func changes(of plan: MigrationPlan, classes: [ClassRecord]) -> [ClassDirectoryChange] {
        var taken = Set(classes.map(\.uniqueKey))
        // By the names that the classes have at this point of the plan.
        var keys = Dictionary(classes.map { ($0.key, $0.uniqueKey) }) { first, _ in first }
        return plan.steps.compactMap { step in
            switch step.action {
            case .create(let key, let storage):
                let seed = uniqueKey(of: key, &taken)
                keys[key] = seed
                return .create(key, storage, uniqueKey: seed)
            case .rename(let key, let target), .transfer(let key, let target):
                keys[target] = keys.removeValue(forKey: key)
                return .move(key, to: target)
            case .delete(let key):
                // A class that gets the name later has the same ids, however many versions are applied at once.
                if let seed = keys.removeValue(forKey: key) { taken.remove(seed) }
                return .delete(key)
            case .enableSQL(let key): return .enableSQL(key)
            case .expectTransfer: return nil
            }
        }
    }

    /// The seed of a new class's ids: script and name, as the origin's local tools have it.
    ///
    /// A class that had the name before and was renamed has that seed still, and an id must be valid in one class
    /// only. Then a number follows.
    static func uniqueKey(of key: ClassKey, _ taken: inout Set<String>) -> String {
        let plain = "\(key.script)-\(key.name)"
        var candidate = plain
        var number = 1
        while !taken.insert(candidate).inserted {
            number += 1
            candidate = "\(plain)-\(number)"
        }
        return candidate
    }
}
