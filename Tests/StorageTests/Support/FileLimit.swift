import Glibc

/// The limit on the size of the files that this process writes; for tests in a process of their own.
enum FileLimit {
    /// Lets writing beyond so many bytes fail, as a full disk would.
    static func set(bytes: Int) {
        signal(SIGXFSZ, SIG_IGN)
        let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        var limit = rlimit()
        getrlimit(resource, &limit)
        limit.rlim_cur = rlim_t(bytes)
        setrlimit(resource, &limit)
    }
}
