/// One level of a configuration: the top, or one environment with the top behind it.
struct ConfigurationScope {
    /// The environment; nil at the top.
    let environment: String?

    /// What is written at this level.
    let raw: LocatedValue

    /// What is written at the top; nil at the top itself.
    let top: LocatedValue?

    /// A field's path as messages show it.
    func path(_ field: String) -> String {
        environment.map { "env.\($0).\(field)" } ?? field
    }

    /// A field that an environment takes from the top when it does not have it itself.
    func inherited(_ field: String) -> LocatedValue? {
        if let own = raw[field], !own.isNull { return own }
        if let top = top?[field], !top.isNull { return top }
        return nil
    }

    /// Warns when a field that is not inherited exists at the top only.
    func warnNotInherited(_ field: String, _ list: inout FindingList) {
        guard let environment, raw[field] == nil, top?[field] != nil else { return }
        list.warning(
            """
            "\(field)" exists at the top level, but not on "env.\(environment)".
            This is not what you probably want, since "\(field)" is not inherited by environments.
            Please add "\(field)" to "env.\(environment)".
            """,
            at: raw.offset
        )
    }

    /// Warns when names that are not inherited exist at the top only.
    func warnNotInherited(_ field: String, names: [String], top: [String], at offset: Int, _ list: inout FindingList) {
        guard let environment else { return }
        for name in top where !names.contains(name) {
            list.warning(
                """
                "\(field)" has \(name) at the top level, but not on "env.\(environment)".
                This is not what you probably want, since "\(field)" is not inherited by environments.
                Please add \(name) to "env.\(environment).\(field)".
                """,
                at: offset
            )
        }
    }
}
