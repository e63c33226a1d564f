public import RoostRuntime
import Synchronization

/// The end of a test: nothing may be left that nobody has looked at.
extension RoostTest {
    /// Says that the test ends with something left, which would else fail it.
    ///
    /// That nothing of the kind is there then is a failure as well.
    ///
    /// - Parameters:
    ///   - kind: What will be left.
    ///   - object: Of which object, by class and name, as in `Counter acme:hits`; nil for any.
    public func expect(_ kind: Leftover.Kind, of object: String? = nil) {
        leftoverCheck.withLock { $0.expect(kind, of: object) }
    }

    /// Says that an object ends with something left, which would else fail the test.
    public func expect(_ kind: Leftover.Kind, of stub: some DurableObject) {
        expect(kind, of: SimulationEvent.name(stub.id))
    }

    /// Fails when something is left: calls that wait, tasks that run, resets of which no call was told.
    ///
    /// `withRoostTest` calls it. What is about to end is waited for; what belongs to a runtime that was crashed does
    /// not count.
    ///
    /// - Parameter patience: How long to wait, in real time. A test that leaves nothing does not wait.
    /// - Throws: ``LeftoverError``.
    public func finish(patience: Duration = .seconds(5)) async throws {
        try await finish(patience: patience, and: [])
    }

    /// The same, with what others have found.
    package func finish(patience: Duration, and others: [Leftover]) async throws {
        await roost.comeToRest(within: patience, by: SystemClock.shared)
        try verify(others)
    }

    /// Compares what is left at this moment with what is expected.
    package func verify(_ others: [Leftover]) throws(LeftoverError) {
        let resets = resets.untold.map { Leftover.reset($0.object, $0.error) }
        let found = roost.residues().flatMap { Leftover.of($0) } + resets + others
        try leftoverCheck.withLock { $0 }.verify(found)
    }
}

extension SteppedTest {
    /// Says that the test ends with something left; see ``RoostTest/expect(_:of:)-(Leftover.Kind,String?)``.
    public func expect(_ kind: Leftover.Kind, of object: String? = nil) { test.expect(kind, of: object) }

    /// Runs everything that can run, and fails when something is left; see ``RoostTest/finish(patience:)``.
    ///
    /// `withSteppedTest` calls it. It waits for nothing: what has not ended by now never will.
    ///
    /// - Throws: ``LeftoverError``.
    public func finish() throws {
        settle()
        try test.verify(Leftover.tasks(unfinishedTasks))
    }
}
