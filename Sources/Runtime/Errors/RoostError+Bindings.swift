// What a server refuses to make public.
extension RoostError {
    /// A public binding names a class that is not there, or must not be reached by clients.
    package static func cannotBePublic(binding: String, className: String) -> RoostError {
        RoostError(
            .unknownClass,
            "The binding \(binding) is to make the class \(className) public, which is not registered or is the "
                + "service's own. Register it before the service is created, or take the binding out."
        )
    }
}
