import RoostGateway
import Testing

struct CircuitBreakerTests {
    private static let pause = Duration.seconds(10)
    private var breaker = CircuitBreaker(.init(threshold: 2, pause: pause))

    private mutating func ticket(at seconds: Int) throws -> CircuitBreaker.Ticket {
        guard case .proceed(let ticket) = breaker.admit(now: .seconds(seconds)) else {
            throw ModelError(.unavailable, "refused at \(seconds) s")
        }
        return ticket
    }

    private mutating func open(at seconds: Int) throws {
        for _ in 1...2 { breaker.failed(try ticket(at: seconds), now: .seconds(seconds)) }
    }

    @Test mutating func `failures in a row open it`() throws {
        breaker.failed(try ticket(at: 0), now: .zero)
        #expect(breaker.isClosed)
        breaker.failed(try ticket(at: 0), now: .zero)
        #expect(!breaker.isClosed)
        #expect(breaker.admit(now: .seconds(4)) == .refuse(retryAfter: .seconds(6)))
    }

    @Test mutating func `a success between failures starts the count again`() throws {
        breaker.failed(try ticket(at: 0), now: .zero)
        breaker.succeeded(try ticket(at: 0))
        breaker.failed(try ticket(at: 0), now: .zero)
        #expect(breaker.isClosed)
    }

    @Test mutating func `after the pause one trial passes and no second`() throws {
        try open(at: 0)
        _ = try ticket(at: 10)
        #expect(breaker.admit(now: .seconds(10)) == .refuse(retryAfter: Self.pause))
    }

    @Test mutating func `a good trial closes it`() throws {
        try open(at: 0)
        breaker.succeeded(try ticket(at: 10))
        #expect(breaker.isClosed)
        breaker.failed(try ticket(at: 10), now: .seconds(10))
        #expect(breaker.isClosed)
    }

    @Test mutating func `a bad trial opens it for another pause`() throws {
        try open(at: 0)
        breaker.failed(try ticket(at: 10), now: .seconds(11))
        #expect(breaker.admit(now: .seconds(20)) == .refuse(retryAfter: .seconds(1)))
        _ = try ticket(at: 21)
    }

    @Test mutating func `an abandoned trial lets the next call try`() throws {
        try open(at: 0)
        breaker.abandoned(try ticket(at: 10), now: .seconds(11))
        #expect(!breaker.isClosed)
        _ = try ticket(at: 11)
    }

    @Test mutating func `an abandoned call says nothing while it is closed`() throws {
        breaker.failed(try ticket(at: 0), now: .zero)
        breaker.abandoned(try ticket(at: 0), now: .zero)
        breaker.failed(try ticket(at: 0), now: .zero)
        #expect(!breaker.isClosed)
    }

    @Test mutating func `a slow call from before the break changes nothing`() throws {
        let slow = try ticket(at: 0)
        let slower = try ticket(at: 0)
        try open(at: 0)
        breaker.succeeded(slow)
        #expect(!breaker.isClosed)
        let trial = try ticket(at: 10)
        breaker.failed(slower, now: .seconds(10))
        breaker.abandoned(slower, now: .seconds(10))
        breaker.succeeded(trial)
        #expect(breaker.isClosed)
        breaker.failed(slower, now: .seconds(10))
        breaker.failed(try ticket(at: 10), now: .seconds(10))
        #expect(breaker.isClosed)
    }

    @Test mutating func `a result reported twice counts once`() throws {
        try open(at: 0)
        let trial = try ticket(at: 10)
        breaker.succeeded(trial)
        breaker.failed(trial, now: .seconds(10))
        breaker.failed(try ticket(at: 10), now: .seconds(10))
        #expect(breaker.isClosed)
    }
}
