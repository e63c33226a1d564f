/// A text that is not what it should be: what is wrong, and at which byte.
struct SyntaxProblem: Error {
    let message: String
    let offset: Int

    init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }
}
