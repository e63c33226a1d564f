import Glibc
import RoostRuntime
import RoostStorage
import RoostTesting

/// A runtime on a directory of its own, with virtual time, that can be ended and started again.
final class DiskRuntime {
    let clock = VirtualClock()
    let directory: String
    private(set) var roost: Roost
    private var store: Store
    private let configuration: RoostConfiguration
    private let register: @Sendable (Roost) throws -> Void

    init(
        configuration: RoostConfiguration = RoostConfiguration(),
        register: @escaping @Sendable (Roost) throws -> Void
    ) throws {
        var template = Array("/tmp/roost-runtime-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw StorageError(.io, "No temporary directory could be made.")
        }
        directory = String(cString: made)
        self.configuration = configuration
        self.register = register
        (roost, store) = try Self.open(directory, clock, configuration, register)
    }

    deinit {
        roost.release()
        store.close()
        for name in ["roost.mdb", "roost.mdb-lock", "roost.lock"] { unlink(directory + "/" + name) }
        rmdir(directory)
    }

    /// Ends the runtime and starts another on the same directory, `later` by its clocks.
    func restart(later: Duration = .zero) async throws {
        await roost.shutdown(limit: .zero)
        store.close()
        clock.advance(by: later)
        (roost, store) = try Self.open(directory, clock, configuration, register)
    }

    /// Lets time pass until then, each alarm running to its end before time goes on.
    func advance(by duration: Duration) async {
        let end = clock.elapsed + duration
        await roost.alarmsRest()
        while let wait = clock.timeToNextEvent, clock.elapsed + wait <= end {
            clock.advance(by: wait)
            await roost.alarmsRest()
        }
        clock.advance(by: max(end - clock.elapsed, .zero))
        await roost.alarmsRest()
    }

    private static func open(
        _ directory: String,
        _ clock: VirtualClock,
        _ configuration: RoostConfiguration,
        _ register: @Sendable (Roost) throws -> Void
    ) throws -> (Roost, Store) {
        var options = StoreOptions()
        options.now = { clock.now.milliseconds }
        let store = try Store.open(directory: directory, options: options)
        let seams = RuntimeSeams(clock: clock, random: SeededRandomSource(seed: 1))
        let roost = Roost(store: store, configuration: configuration, seams: seams)
        try register(roost)
        roost.start()
        return (roost, store)
    }
}
