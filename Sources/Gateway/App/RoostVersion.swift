/// The version of this program.
public enum RoostVersion {
    /// The version as text.
    public static let text = "0.1.0"
}
