import Testing

@testable import RoostRuntime

/// The machine's clocks, where they are more than the machine's.
struct SystemClockTests {
    @Test func `a timer for centuries arms the source for a day`() {
        let day = 86_400 * 1_000_000_000
        #expect(SystemClock.nanoseconds(toWait: .seconds(Int64.max)) == day)
        #expect(SystemClock.nanoseconds(toWait: .milliseconds(8_640_000_000_000_000)) == day)
        #expect(SystemClock.nanoseconds(toWait: .seconds(86_401)) == day)
        #expect(SystemClock.nanoseconds(toWait: .milliseconds(1_500)) == 1_500_000_000)
        #expect(SystemClock.nanoseconds(toWait: .seconds(-1)) == 0)
        #expect(SystemClock.nanoseconds(toWait: .zero) == 0)
    }

    @Test func `a far timer does not stand in the way of a near one`() async {
        let far = SystemClock.shared.schedule(after: .seconds(Int64.max / 2)) { Issue.record("Centuries have passed.") }
        await withCheckedContinuation { continuation in
            _ = SystemClock.shared.schedule(after: .zero) { continuation.resume() }
        }
        SystemClock.shared.cancel(far)
    }
}
