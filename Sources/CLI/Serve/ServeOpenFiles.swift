import Glibc

/// The system's limit on open files, each connection being one.
enum ServeOpenFiles {
    /// Files that are no connections: the store, the log, connections to providers.
    private static let others = 1_280

    /// Raises this process's limit as far as needed and allowed.
    ///
    /// The usual soft limit of 1,024 exists for programs that use `select`, which this one does not.
    ///
    /// - Returns: How many connections there may be.
    static func raise(to connections: Int) -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return connections }
        let wanted = rlim_t(connections + others)
        if limit.rlim_cur < wanted {
            var raised = limit
            raised.rlim_cur = min(wanted, limit.rlim_max)
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return limit.rlim_cur >= wanted ? connections : max(1, Int(limit.rlim_cur) - others)
    }
}
