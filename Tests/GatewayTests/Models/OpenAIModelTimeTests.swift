import RoostGateway
import Testing

@Suite(.timeLimit(.minutes(10)))
struct OpenAIModelTimeTests {
    private typealias Reply = StandInProvider.Reply

    @Test func `a provider that never answers is given up at the limit of the first token`() async throws {
        try await OpenAIFixture.run([Reply()]) { fixture in
            async let error = fixture.ask()
            await fixture.provider.requests.reaches(1)
            fixture.time.firstTokenLimit.release()
            #expect(await error?.code == .timedOut)
            await fixture.provider.closures.reaches(1)
            #expect(fixture.provider.received.count == 1)
        }
    }

    @Test func `the limit of the first token does not end an answer that has begun`() async throws {
        try await OpenAIFixture.run([.raw([Reply.streamHead, Reply.piece("Hi")])]) { fixture in
            async let error = fixture.ask()
            await fixture.recorder.tally.reaches(1)
            fixture.time.firstTokenLimit.release()
            fixture.time.totalLimit.release()
            #expect(await error?.code == .interrupted)
            #expect(fixture.recorder.pieces == ["Hi"])
            await fixture.provider.closures.reaches(1)
        }
    }

    @Test func `the limit of the whole answer covers attempts without an answer`() async throws {
        try await OpenAIFixture.run([Reply()]) { fixture in
            async let error = fixture.ask()
            await fixture.provider.requests.reaches(1)
            fixture.time.totalLimit.release()
            #expect(await error?.code == .timedOut)
        }
    }

    @Test func `a reader who leaves closes the connection to the provider`() async throws {
        try await OpenAIFixture.run([.raw([Reply.streamHead, Reply.piece("Hi")])]) { fixture in
            let asking = Task { await fixture.ask() }
            await fixture.recorder.tally.reaches(1)
            asking.cancel()
            #expect(await asking.value?.code == .cancelled)
            await fixture.provider.closures.reaches(1)
        }
    }

    @Test func `a reader who leaves before the first token closes it as well`() async throws {
        try await OpenAIFixture.run([Reply()]) { fixture in
            let asking = Task { await fixture.ask() }
            await fixture.provider.requests.reaches(1)
            asking.cancel()
            #expect(await asking.value?.code == .cancelled)
            await fixture.provider.closures.reaches(1)
            #expect(fixture.provider.received.count == 1)
        }
    }

    @Test func `a reader who fails stops the answer`() async throws {
        struct ReaderGone: Error {}
        try await OpenAIFixture.run([.raw([Reply.streamHead, Reply.piece("Hi")])]) { fixture in
            let error = await failure { () async throws(ModelError) in
                try await fixture.model.answer(.asking("?")) { _ in throw ReaderGone() }
            }
            #expect(error?.code == .cancelled)
            #expect(error?.underlyingError is ReaderGone)
            await fixture.provider.closures.reaches(1)
        }
    }

    @Test func `the next piece is taken only after the one before was dealt with`() async throws {
        try await OpenAIFixture.run([.answer(["one ", "two ", "three"])]) { fixture in
            let turnstile = Turnstile()
            async let error = failure { () async throws(ModelError) in
                try await fixture.model.answer(.asking("?")) { event in
                    guard await turnstile.pass() else { throw CancellationError() }
                    try await fixture.recorder.sink(event)
                }
            }
            for count in 1...4 {
                await turnstile.waitForArrivals(count)
                #expect(fixture.recorder.events.count == count - 1)
                #expect(turnstile.arrivals == count)
                turnstile.release()
            }
            #expect(await error == nil)
        }
    }

    @Test func `a provider that keeps failing is left alone, then tried once`() async throws {
        try await OpenAIFixture.run([]) {
            $0.retry = RetryPolicy(attempts: 1)
            $0.breaker = .init(threshold: 2, pause: .seconds(15))
        } body: { fixture in
            for _ in 1...4 { #expect(await fixture.ask()?.code == .unavailable) }
            #expect(fixture.provider.received.count == 2)
            #expect(!fixture.model.isAvailable)
            fixture.time.advance(by: .seconds(15))
            for _ in 1...2 { #expect(await fixture.ask()?.code == .unavailable) }
            #expect(fixture.provider.received.count == 3)
        }
    }

    @Test func `a provider that has recovered is asked as usual`() async throws {
        try await OpenAIFixture.run([.status("500 Oops"), .answer(["ok"])]) {
            $0.retry = RetryPolicy(attempts: 1)
            $0.breaker = .init(threshold: 1, pause: .seconds(15))
        } body: { fixture in
            #expect(await fixture.ask()?.code == .unavailable)
            fixture.time.advance(by: .seconds(15))
            #expect(await fixture.ask() == nil)
            #expect(fixture.model.isAvailable)
        }
    }
}
