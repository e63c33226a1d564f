/// What a model costs, in micro-dollars (1 USD is 1,000,000) per million tokens.
public struct ModelPrice: Sendable, Hashable {
    /// For tokens that are sent.
    public var inputMicrosPerMillion: Int
    /// For tokens that are received.
    public var outputMicrosPerMillion: Int

    /// Creates a price.
    public init(inputMicrosPerMillion: Int, outputMicrosPerMillion: Int) {
        self.inputMicrosPerMillion = inputMicrosPerMillion
        self.outputMicrosPerMillion = outputMicrosPerMillion
    }

    /// The cost of one call, rounded up to a whole micro-dollar.
    func cost(tokensIn: Int, tokensOut: Int) -> Int {
        let million = tokensIn * inputMicrosPerMillion + tokensOut * outputMicrosPerMillion
        return (million + 999_999) / 1_000_000
    }
}
