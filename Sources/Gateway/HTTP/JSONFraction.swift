import FoundationEssentials
import RoostObjects

/// Finds the number with a fraction in a body that was to hold integers.
///
/// The decoder calls such a body corrupted and does not say where. It is valid JSON all the same, so the answer must be
/// that a field is wrong, and which.
enum JSONFraction {
    /// The path of the first such number, fields in the order of their names; nil when there is none, or no JSON.
    static func path(in body: Data) -> String? {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: body) else { return nil }
        return path(in: value, at: "")
    }

    private static func path(in value: JSONValue, at place: String) -> String? {
        switch value {
        case .number: place.isEmpty ? "body" : place
        case .null, .bool, .integer, .string: nil
        case .array(let values):
            values.enumerated().lazy.compactMap { path(in: $1, at: "\(place)[\($0)]") }.first
        case .object(let fields):
            fields.sorted { $0.key < $1.key }.lazy
                .compactMap { path(in: $1, at: place.isEmpty ? $0 : "\(place).\($0)") }.first
        }
    }
}
