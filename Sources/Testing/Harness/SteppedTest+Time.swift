/// Time in a runtime that does only what the test lets it do.
extension SteppedTest {
    /// Lets time pass: whatever becomes due on the way fires in its order, and everything that it makes possible has
    /// run before time goes on.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "Time does not go backwards.")
        let clock = test.clock
        let end = clock.elapsed + duration
        settle()
        while let wait = clock.timeToNextEvent, clock.elapsed + wait <= end {
            clock.advance(by: wait)
            settle()
        }
        clock.advance(by: max(end - clock.elapsed, .zero))
        settle()
    }
}
