import Glibc

/// The adapter to the system's wall clock; everything else gets its time injected.
enum SystemTime {
    @Sendable static func millisecondsSince1970() -> Int64 {
        var time = timespec()
        // The call cannot fail: the clock exists and the pointer is valid.
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
