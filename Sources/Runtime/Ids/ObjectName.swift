/// The rules for object names.
enum ObjectName {
    /// Longer names still make ids; but the object itself does not see them (the origin's rule).
    static let bytesMax = 1_024
}
