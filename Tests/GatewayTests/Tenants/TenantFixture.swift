import HTTPTypes
import RoostGateway
import Testing

extension ConfigurationSource {
    /// Files and variables that exist only in the test.
    static func fixture(files: [String: String], environment: [String: String] = [:]) -> ConfigurationSource {
        ConfigurationSource(
            environment: { environment[$0] },
            files: { directory in
                let prefix = directory + "/"
                let names = files.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
                return names.isEmpty && directory != "empty" ? nil : names
            },
            contents: { files[$0].map { Array($0.utf8) } }
        )
    }
}

extension TenantDirectory {
    /// Loads tenants from texts; each becomes a file named by its key.
    static func fixture(
        _ files: [String: String],
        profile: EdgeProfile = .development,
        environment: [String: String] = [:]
    ) async throws(TenantConfigurationError) -> TenantDirectory {
        let paths = Dictionary(uniqueKeysWithValues: files.map { ("t/\($0.key)", $0.value) })
        return try await load(
            directory: "t",
            profile: profile,
            source: .fixture(files: paths, environment: environment)
        )
    }
}

/// What is wrong with these files, one line each without the folder, or nothing.
func mistakes(
    in files: [String: String],
    profile: EdgeProfile = .development,
    environment: [String: String] = [:]
) async -> [String] {
    do {
        _ = try await TenantDirectory.fixture(files, profile: profile, environment: environment)
        return []
    } catch {
        return error.problems.map { String($0.description.dropFirst(2)) }
    }
}

extension HTTPFields {
    /// Headers written as a dictionary.
    static func fixture(_ headers: [String: String]) throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in headers { fields[try #require(HTTPField.Name(name))] = value }
        return fields
    }
}
