/// Collects what is found while configuration is read.
struct ConfigurationReport {
    typealias Problem = TenantConfigurationError.Problem

    /// The most problems kept; beyond that a person starts with the first ones anyway.
    static let mostProblems = 1000

    private(set) var mistakes: [Problem] = []
    private(set) var warnings: [Problem] = []
    /// The file being read.
    var file: String

    init(file: String = "") {
        self.file = file
    }

    mutating func mistake(_ field: String, _ reason: String) {
        guard mistakes.count < Self.mostProblems else { return }
        mistakes.append(Problem(file: file, field: field, reason: reason))
    }

    mutating func warning(_ field: String, _ reason: String) {
        guard warnings.count < Self.mostProblems else { return }
        warnings.append(Problem(file: file, field: field, reason: reason))
    }

    func throwIfWrong() throws(TenantConfigurationError) {
        guard mistakes.isEmpty else { throw TenantConfigurationError(problems: mistakes) }
    }
}
