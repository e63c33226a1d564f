import RoostStorage
import Testing

/// The store's list of alarms follows the alarm entries of the objects.
struct AlarmListTests {
    private func payload(_ due: Int64, _ rest: [UInt8] = []) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: due)
        return bytes + rest
    }

    private func alarm(_ due: Int64, key: [UInt8] = []) -> Change {
        .put(.alarm, key: key, tag: .bytes, payload: payload(due, [1, 2, 3]))
    }

    @Test(arguments: Backend.allCases)
    func `alarms come in order of their due time, page by page`(backend: Backend) async throws {
        let test = try TestStore(backend)
        for (number, due) in [(1, 300), (2, -5), (3, 100), (4, 100)] as [(UInt8, Int64)] {
            try await test.object(number).commit([alarm(due)])
        }
        let all = try test.store.alarms(through: .max, limit: 10)
        #expect(all.map(\.dueMilliseconds) == [-5, 100, 100, 300])
        #expect(all.map(\.object) == [2, 3, 4, 1].map(TestStore.reference))
        #expect(try test.store.alarms(through: 100, limit: 10) == Array(all[..<3]))
        #expect(try test.store.alarms(through: 99, limit: 10) == Array(all[..<1]))
        #expect(try test.store.alarms(through: .max, after: all[1], limit: 1) == [all[2]])
        try test.reopen()
        #expect(try test.store.alarms(through: .max, limit: 10) == all)
    }

    @Test(arguments: Backend.allCases)
    func `setting again moves an alarm, deleting removes it`(backend: Backend) async throws {
        let test = try TestStore(backend)
        let object = test.object(1)
        let due = { try test.store.alarms(through: .max, limit: 10).map(\.dueMilliseconds) }
        try await object.commit([alarm(10)])
        try await object.commit([alarm(20), alarm(30)])
        #expect(try due() == [30])
        try await object.commit([.delete(.alarm, key: [])])
        #expect(try due().isEmpty)
        try await object.commit([alarm(1, key: [1]), alarm(2, key: [2])])
        #expect(try due() == [1, 2])
        try await object.commit([.deleteAll(.alarm), alarm(3)])
        #expect(try due() == [3])
        try await object.commit([.put(.alarm, key: [], tag: .json, payload: Array("{}".utf8))])
        #expect(try due().isEmpty)
    }
}
