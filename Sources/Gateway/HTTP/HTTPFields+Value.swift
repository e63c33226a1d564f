import HTTPTypes

extension HTTPFields {
    /// How many headers an answer has, mostly: room for all of them is made at once.
    static var customaryCount: Int { 12 }

    /// The value of a field: what the subscript gives, without the index that it makes and goes through.
    ///
    /// For a request's few fields, each asked for once, going through them all costs less.
    func value(of name: HTTPField.Name) -> String? {
        var found: Int?
        // By index, because going through the fields themselves would copy each.
        for index in indices where self[index].name == name {
            // Several of one name are one value, by the rules of the subscript.
            guard found == nil else { return self[name] }
            found = index
        }
        return found.map { self[$0].value }
    }
}
