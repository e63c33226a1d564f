import RoostStorage
import Testing

/// Programming errors that would otherwise wait for ever.
struct StoreTrapTests {
    @Test func `closing a store within its own read traps instead of waiting for itself`() async {
        // The directory belongs to this process: the one that traps cannot clean up.
        let directory = TemporaryDirectory()
        await #expect(processExitsWith: .failure) { [path = directory.path as String] in
            let store = try Store.open(directory: path)
            try store.read { _ throws(StorageError) in store.close() }
        }
        withExtendedLifetime(directory) {}
    }
}
