package import RoostRuntime

/// The classes of the edge service, as they are compiled in and as they came to be.
package enum EdgeClasses {
    /// All of them.
    package static let all = [
        CompiledClass(ChatSession.self), CompiledClass(SessionIndex.self), CompiledClass(RateLimiter.self),
    ]

    /// Their class migrations, `migrations/classes.toml`: the text of a `wrangler.toml`, for whoever can read those.
    package static var history: String { String(decoding: PackageResources.classes_toml, as: UTF8.self) }
}
