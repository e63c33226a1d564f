import HTTPTypes

extension HTTPFields {
    /// The value of a field: what the subscript gives, without the index that it makes and goes through.
    ///
    /// For a request's few fields, each asked for once, going through them all costs less.
    func value(of name: HTTPField.Name) -> String? {
        var value: String?
        for field in self where field.name == name {
            // Several of one name are one value, by the rules of the subscript.
            guard value == nil else { return self[name] }
            value = field.value
        }
        return value
    }
}
