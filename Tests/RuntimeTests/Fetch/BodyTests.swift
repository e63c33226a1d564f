import HTTPTypes
import RoostRuntime
import RoostTesting
import Synchronization
import Testing

/// Streamed bodies, both ways.
struct BodyTests {
    let test: SteppedTest

    init() throws { test = try SteppedTest { try $0.register(Fetched.self) } }

    private func object(_ name: String, _ handler: @escaping Fetched.Handler) throws -> Fetched {
        Fetched.handlers.withLock { $0[name] = handler }
        return try test.objects(of: Fetched.self).get(name)
    }

    @Test func `a streamed response arrives chunk by chunk`() throws {
        let stub = try object("chunks") { object, _ in
            ObjectResponse(
                body: .stream { writer in
                    for number in 1...3 { try await writer.write("\(number)") }
                    try await writer.write([])
                }
            )
        }
        let chunks = try test.run {
            let response = try await stub.fetch("/")
            #expect(response.body.length == nil)
            var chunks: [[UInt8]] = []
            for try await chunk in response.body { chunks.append(chunk) }
            return chunks.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(chunks == ["1", "2", "3"])
    }

    @Test func `the writer waits until its chunk is taken`() throws {
        let written = Kept(0)
        let stub = try object("back-pressure") { _, _ in
            ObjectResponse(
                body: .stream { writer in
                    for _ in 1...3 {
                        try await writer.write("x")
                        written.withLock { $0 += 1 }
                    }
                }
            )
        }
        let body = try test.run { try await stub.fetch("/").body }
        test.settle()
        #expect(written.withLock { $0 } == 0)
        try test.run {
            var chunks = body.makeAsyncIterator()
            _ = try await chunks.next()
            _ = try await chunks.next()
        }
        #expect(written.withLock { $0 } == 2)
    }

    @Test func `each chunk waits until what was changed before is durable`() throws {
        let stub = try object("gated chunks") { object, _ in
            ObjectResponse(
                body: .stream { writer in
                    for _ in 1...3 { try await writer.write("\(try object.count())") }
                    _ = try object.count()
                }
            )
        }
        let body = try test.run { try await stub.fetch("/").body }
        let seen = Kept<[String]>([])
        let bells = AsyncStream.makeStream(of: Void.self)
        let reading = test.start {
            var chunks = body.makeAsyncIterator()
            for await _ in bells.stream {
                guard let chunk = try await chunks.next() else { return }
                seen.withLock { $0.append(String(decoding: chunk, as: UTF8.self)) }
            }
        }
        // While one chunk is taken, the change for the next cannot become durable.
        for number in [1, 3] {
            test.disk.holdCommits()
            bells.continuation.yield()
            test.settle()
            #expect(seen.withLock { $0.count } == number)
            bells.continuation.yield()
            test.settle()
            #expect(seen.withLock { $0.count } == number)
            #expect(!reading.isDone)
            test.disk.releaseCommits()
            test.settle()
            if number == 3 { break }
            #expect(seen.withLock { $0 } == ["1", "2"])
        }
        #expect(reading.isDone)
    }

    @Test func `the closure's error is the reader's`() throws {
        let stub = try object("fails") { _, _ in
            ObjectResponse(
                body: .stream { writer in
                    try await writer.write("x")
                    throw TestError.refused
                }
            )
        }
        let seen = Kept(0)
        #expect(throws: TestError.refused) {
            try test.run { for try await _ in try await stub.fetch("/").body { seen.withLock { $0 += 1 } } }
        }
        #expect(seen.withLock { $0 } == 1)
    }

    @Test func `a reset is the reader's error, even while the closure hangs`() throws {
        let stub = try object("reset") { object, request in
            guard request.path == "/stream" else { try object.context.abort("test broken") }
            return ObjectResponse(body: .stream { writer in try await object.hang() })
        }
        let reading = test.start { for try await _ in try await stub.fetch("/stream").body {} }
        test.settle()
        #expect(!reading.isDone)
        #expect(throws: RoostError.self) { try test.run { _ = try await stub.fetch("/") } }
        let error = #expect(throws: RoostError.self) { try reading.value() }
        #expect(error?.message == "test broken")
        #expect(error?.reset == true)
        #expect(error?.remote == true)
    }

    @Test func `a sequence that an object answers with ends with the object`() throws {
        let (chunks, feed) = AsyncStream.makeStream(of: [UInt8].self)
        let stub = try object("sequence reset") { object, request in
            guard request.path == "/stream" else { try object.context.abort("test broken") }
            return ObjectResponse(body: ObjectBody(chunks))
        }
        feed.yield([1])
        let reading = test.start { for try await _ in try await stub.fetch("/stream").body {} }
        test.settle()
        #expect(!reading.isDone)
        test.advance(by: .seconds(60))
        #expect(test.test.roost.health.liveInstances == 1)
        #expect(throws: RoostError.self) { try test.run { _ = try await stub.fetch("/") } }
        let error = #expect(throws: RoostError.self) { try reading.value() }
        #expect(error?.message == "test broken")
        #expect(error?.reset == true)
    }

    @Test func `a stream holds its object awake, and its end lets go`() throws {
        let name = "awake"
        let stub = try object(name) { object, _ in
            ObjectResponse(body: .stream { writer in try await writer.write("x") })
        }
        let body = try test.run { try await stub.fetch("/").body }
        test.advance(by: .seconds(60))
        #expect(test.test.roost.health.liveInstances == 1)
        _ = try test.run { try await body.collect(upTo: 10) }
        test.advance(by: .seconds(60))
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `who lets go of a body stops its writer`() throws {
        let failure = Kept<(any Error)?>(nil)
        let stub = try object("left") { _, _ in
            ObjectResponse(
                body: .stream { writer in
                    do { while true { try await writer.write("x") } } catch {
                        failure.withLock { $0 = error }
                        throw error
                    }
                }
            )
        }
        try test.run { for try await _ in try await stub.fetch("/").body { break } }
        test.settle()
        #expect((failure.withLock { $0 } as? RoostError)?.code == .readerGone)
        test.advance(by: .seconds(60))
        #expect(test.test.roost.health.liveInstances == 0)
    }

    @Test func `a reader that is cancelled cancels the writer's task`() throws {
        let wasCancelled = Kept(false)
        let stub = try object("cancelled") { object, _ in
            ObjectResponse(
                body: .stream { writer in
                    try? await object.hang()
                    wasCancelled.withLock { $0 = Task.isCancelled }
                }
            )
        }
        let reading = test.start { for try await _ in try await stub.fetch("/").body {} }
        test.settle()
        reading.cancel()
        test.settle()
        #expect(throws: CancellationError.self) { try reading.value() }
        #expect(wasCancelled.withLock { $0 })
    }

    @Test func `a request streams in`() throws {
        let stub = try object("streams in") { object, request in
            var sum = 0
            for try await chunk in request.body {
                sum += chunk.count
                try object.storage.put("number", sum)
            }
            return .text("\(sum)")
        }
        let feed = Feed([.success([1, 2]), .success([]), .success([3])])
        let text = try test.run {
            let response = try await stub.fetch("/", method: .post, body: ObjectBody(feed))
            return String(decoding: try await response.body.collect(upTo: 10), as: UTF8.self)
        }
        #expect(text == "3")
    }

    @Test func `when the caller vanishes, reading throws, and the object goes on`() throws {
        let stub = try object("caller vanishes") { object, request in
            do { for try await _ in request.body { _ = try object.count() } } catch { _ = try object.count() }
            return .text("")
        }
        let feed = Feed([.success([1]), .failure(TestError.refused)])
        _ = try test.run { try await stub.fetch("/", method: .post, body: ObjectBody(feed)) }
        #expect(try test.run { try await stub.number() } == 2)
    }

    @Test func `a request that nobody reads stops its writer`() throws {
        let stub = try object("unread") { _, _ in .text("no") }
        let failure = Kept<(any Error)?>(nil)
        _ = try test.run {
            try await stub.fetch(
                "/",
                method: .post,
                body: .stream { writer in
                    do { try await writer.write("x") } catch { failure.withLock { $0 = error } }
                }
            )
        }
        test.settle()
        #expect((failure.withLock { $0 } as? RoostError)?.code == .readerGone)
    }

    @Test func `an object's request body waits at its own gate`() throws {
        let seen = Kept<[String]>([])
        let inner = try object("inner body") { _, request in
            for try await chunk in request.body { seen.withLock { $0.append(String(decoding: chunk, as: UTF8.self)) } }
            return .text("read")
        }
        let outer = try object("outer body") { object, _ in
            try await inner.fetch(
                "/",
                method: .post,
                body: .stream { writer in
                    // The other object is asked and reads before anything is changed.
                    try await writer.write("unchanged")
                    try await writer.write("\(try object.count())")
                }
            )
        }
        test.disk.holdCommits()
        let text = test.start {
            String(decoding: try await outer.fetch("/").body.collect(upTo: 10), as: UTF8.self)
        }
        test.settle()
        #expect(seen.withLock { $0 } == ["unchanged"])
        #expect(!text.isDone)
        test.disk.releaseCommits()
        test.settle()
        #expect(seen.withLock { $0 } == ["unchanged", "1"])
        #expect(try text.value() == "read")
    }

    @Test func `a body is read once`() throws {
        let body = ObjectBody(Feed([.success([1])]))
        let error = #expect(throws: RoostError.self) {
            try test.run {
                _ = try await body.collect(upTo: 1)
                _ = try await body.collect(upTo: 1)
            }
        }
        #expect(error?.code == .bodyUsed)
        let again = try test.run { () -> Int in
            let bytes = ObjectBody.bytes([1])
            return try await bytes.collect(upTo: 1).count + bytes.collect(upTo: 1).count
        }
        #expect(again == 2)
    }

    @Test func `a body that is too long is not read to its end`() throws {
        let feed = Feed([.success([1, 2]), .success([3]), .success([4])])
        let error = #expect(throws: RoostError.self) {
            try test.run { _ = try await ObjectBody(feed).collect(upTo: 2) }
        }
        #expect(error?.code == .bodyTooLarge)
        #expect(feed.asked.withLock { $0 } == 2)
        #expect(throws: RoostError.self) { try test.run { _ = try await ObjectBody.text("abc").collect(upTo: 2) } }
        #expect(try test.run { try await ObjectBody.text("abc").collect(upTo: 3).count } == 3)
    }

    @Test func `a chunk from outside waits while a critical section runs`() throws {
        #expect(try order(whenSectionRuns: [[1]]) == ["section", "chunk", "end"])
    }

    @Test func `the end of a stream from outside waits while a critical section runs`() throws {
        #expect(try order(whenSectionRuns: []) == ["section", "end"])
    }

    /// What an object sees, in order, of a stream whose chunks and end come while a section of it runs.
    private func order(whenSectionRuns chunks: [[UInt8]]) throws -> [String] {
        let order = Kept<[String]>([])
        let bell = Kept<CheckedContinuation<Void, Never>?>(nil)
        let stub = try object("section and \(chunks.count)") { object, request in
            guard request.path == "/read" else {
                try await object.context.blockConcurrencyWhile {
                    await withCheckedContinuation { continuation in bell.withLock { $0 = continuation } }
                    order.withLock { $0.append("section") }
                }
                return .text("")
            }
            for try await _ in request.body { order.withLock { $0.append("chunk") } }
            order.withLock { $0.append("end") }
            return .text("")
        }
        let (body, feed) = AsyncStream.makeStream(of: [UInt8].self)
        let reading = test.start { _ = try await stub.fetch("/read", method: .post, body: ObjectBody(body)) }
        test.settle()
        let blocking = test.start { _ = try await stub.fetch("/block") }
        test.settle()
        for chunk in chunks { feed.yield(chunk) }
        feed.finish()
        test.settle()
        #expect(order.withLock { $0 } == [])
        bell.withLock { $0.take() }?.resume()
        test.settle()
        #expect(reading.isDone && blocking.isDone)
        return order.withLock { $0 }
    }
}

extension Fetched {
    /// Waits until its task is cancelled.
    func hang() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        _ = continuation
        for await _ in stream {}
        try Task.checkCancellation()
    }
}
