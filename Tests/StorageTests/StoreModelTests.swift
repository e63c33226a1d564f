import RoostStorage
import Testing

/// Random operations on every backend against a dictionary.
struct StoreModelTests {
    private struct Place: Hashable {
        let object: UInt8
        let space: Space
        let key: [UInt8]
    }

    private struct Model {
        var durable: [Place: [UInt8]] = [:]

        mutating func apply(_ changes: [Change], to object: UInt8) {
            for change in changes {
                switch change {
                case .put(let space, let key, _, let payload):
                    durable[Place(object: object, space: space, key: key)] = payload
                case .delete(let space, let key):
                    durable[Place(object: object, space: space, key: key)] = nil
                case .deleteAll(let space):
                    durable = durable.filter { $0.key.object != object || $0.key.space != space }
                }
            }
        }

        func entries(of object: UInt8, in space: Space) -> [(key: [UInt8], value: [UInt8])] {
            durable.filter { $0.key.object == object && $0.key.space == space }
                .map { (key: $0.key.key, value: $0.value) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        }
    }

    private static let objects: ClosedRange<UInt8> = 0...5
    private static let spaces: [Space] = [.entries, .pages]

    private static func key(_ random: inout SplitMix64) -> [UInt8] {
        let length = [0, 1, 2, 3, 501, 502, 503, 600].randomElement(using: &random) ?? 0
        var key = [UInt8](repeating: 1, count: length)
        if length > 0 {
            key[length - 1] = UInt8.random(in: 0...4, using: &random)
        }
        return key
    }

    private static func changes(_ random: inout SplitMix64) -> [Change] {
        (0..<Int.random(in: 1...8, using: &random)).map { _ in
            let space = spaces.randomElement(using: &random) ?? .entries
            switch Int.random(in: 0..<20, using: &random) {
            case 0: return .deleteAll(space)
            case 1...6: return .delete(space, key: key(&random))
            default:
                let length = [0, 1, 10, 100, 5_000].randomElement(using: &random) ?? 0
                let value = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
                return .put(space, key: key(&random), tag: .bytes, payload: value)
            }
        }
    }

    private func compare(_ test: TestStore, _ model: Model, _ step: Int) throws {
        for number in Self.objects {
            for space in Self.spaces {
                let expected = model.entries(of: number, in: space)
                let forward = try test.entries(TestStore.reference(number), in: space)
                #expect(forward.map(\.key) == expected.map(\.key), "step \(step)")
                #expect(forward.map(\.payload) == expected.map(\.value), "step \(step)")
                let backward = try test.entries(TestStore.reference(number), in: space, reverse: true)
                #expect(backward == forward.reversed(), "step \(step)")
            }
        }
    }

    @Test(arguments: Backend.allCases, [11, 12, 13] as [UInt64])
    func `the store holds what the model holds, also after reopening`(backend: Backend, seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let test = try TestStore(backend)
        let objects = Self.objects.map { test.object($0) }
        var model = Model()
        for step in 0..<300 {
            let number = UInt8.random(in: Self.objects, using: &random)
            let changes = Self.changes(&random)
            try await objects[Int(number)].commit(changes)
            model.apply(changes, to: number)
            if step.isMultiple(of: 50) {
                try compare(test, model, step)
                try test.reopen()
            }
        }
        try compare(test, model, 300)
    }

    @Test(arguments: [21, 22, 23, 24] as [UInt64])
    func `with crashes and full disks, exactly the acknowledged batches are there`(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let test = try TestStore(.memory)
        let objects = Self.objects.map { test.object($0) }
        var model = Model()
        for step in 0..<300 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                test.disk.crash()
                try test.reopen()
                for object in objects { try object.restart() }
                try compare(test, model, step)
            case 1:
                test.disk.failCommits(1)
            case 2:
                test.disk.crash(atCommit: test.disk.lastCommit + 1, .beforeDurable)
            default:
                let number = UInt8.random(in: Self.objects, using: &random)
                let changes = Self.changes(&random)
                switch await objects[Int(number)].enqueue(changes).value {
                case .success: model.apply(changes, to: number)
                case .failure(let error) where error.code == .closed:
                    test.disk.crash()
                    try test.reopen()
                    for object in objects { try object.restart() }
                case .failure: try objects[Int(number)].restart()
                }
            }
        }
        test.disk.crash()
        try test.reopen()
        try compare(test, model, 300)
    }
}
