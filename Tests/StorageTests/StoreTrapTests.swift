import RoostStorage
import Testing

/// Programming errors that would otherwise wait for ever.
struct StoreTrapTests {
    @Test func `closing a store within its own read traps instead of waiting for itself`() async {
        await #expect(processExitsWith: .failure) {
            let test = try TestStore(.lmdb)
            let store = test.store
            try store.read { _ throws(StorageError) in store.close() }
        }
    }
}
