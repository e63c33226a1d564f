/// The body of `POST /chat/completions`.
struct OpenAICompletionRequest: Encodable {
    struct StreamOptions: Encodable {
        let includeUsage = true

        enum CodingKeys: String, CodingKey { case includeUsage = "include_usage" }
    }

    let model: String
    let messages: [ChatTurn]
    let maxTokens: Int?
    let stream = true
    let streamOptions = StreamOptions()

    enum CodingKeys: String, CodingKey {
        case model, messages, stream
        case maxTokens = "max_tokens"
        case streamOptions = "stream_options"
    }
}

/// One `data:` of the streamed answer; every field may be missing, as compatible providers differ.
struct OpenAICompletionChunk: Decodable {
    struct Choice: Decodable {
        struct Delta: Decodable { let content: String? }

        let delta: Delta?
        let finishReason: String?

        enum CodingKeys: String, CodingKey {
            case delta
            case finishReason = "finish_reason"
        }
    }

    struct Usage: Decodable {
        let promptTokens: Int?
        let completionTokens: Int?

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
        }
    }

    /// An error in the middle of the stream.
    ///
    /// Its text is not read: it may quote the prompt.
    struct Failure: Decodable {}

    let choices: [Choice]?
    let usage: Usage?
    let error: Failure?
}
