import Glibc

/// The time that this process has had a processor: what a busy machine takes away does not count.
enum ProcessorTime {
    /// In seconds, of all threads together.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
