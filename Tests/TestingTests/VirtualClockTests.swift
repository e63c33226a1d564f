import RoostRuntime
import RoostTesting
import Synchronization
import Testing

struct VirtualClockTests {
    private final class Log: Sendable {
        let entries = Mutex<[String]>([])
        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    @Test func `timers fire in due order, each at its own time`() {
        let clock = VirtualClock()
        let log = Log()
        for seconds in [3, 1, 2] {
            clock.schedule(after: .seconds(seconds)) { log.note("\(seconds) at \(clock.elapsed)") }
        }
        clock.advance(by: .milliseconds(2_500))
        #expect(log.all == ["1 at 1.0 seconds", "2 at 2.0 seconds"])
        #expect(clock.elapsed == .milliseconds(2_500))
        #expect(clock.timerCount == 1)
    }

    @Test func `timers set by timers fire in the same advance when they are due`() {
        let clock = VirtualClock()
        let log = Log()
        clock.schedule(after: .seconds(1)) {
            clock.schedule(after: .seconds(1)) { log.note("second") }
            clock.schedule(after: .seconds(9)) { log.note("never") }
        }
        clock.advance(by: .seconds(2))
        #expect(log.all == ["second"])
    }

    @Test func `a cancelled timer does not fire`() {
        let clock = VirtualClock()
        let log = Log()
        let token = clock.schedule(after: .seconds(1)) { log.note("cancelled") }
        clock.cancel(token)
        clock.advance(by: .seconds(5))
        #expect(log.all.isEmpty)
        #expect(!clock.advanceToNextEvent())
    }

    @Test func `the civil clock can step back while elapsed time goes on`() {
        let clock = VirtualClock()
        clock.advance(by: .seconds(10))
        clock.stepCivilTime(by: .seconds(-60))
        #expect(clock.now == VirtualClock.start - .seconds(50))
        #expect(clock.elapsed == .seconds(10))
    }
}
