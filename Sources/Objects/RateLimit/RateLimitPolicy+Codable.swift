// Decoding goes through the checking initializers: a policy that came from a configuration or from another machine is
// held to the same ranges as one made in code.

extension SlidingWindowPolicy: Codable {
    private enum CodingKeys: String, CodingKey {
        case limit, windowSeconds, burst, burstWindowSeconds
    }

    /// Decodes a policy and checks its numbers.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            limit: values.decode(Int.self, forKey: .limit),
            windowSeconds: values.decode(Int.self, forKey: .windowSeconds),
            burst: values.decode(Int.self, forKey: .burst),
            burstWindowSeconds: values.decode(Int.self, forKey: .burstWindowSeconds)
        )
    }

    /// Encodes the four numbers under their names.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(limit, forKey: .limit)
        try values.encode(windowSeconds, forKey: .windowSeconds)
        try values.encode(burst, forKey: .burst)
        try values.encode(burstWindowSeconds, forKey: .burstWindowSeconds)
    }
}

extension TokenBucketPolicy: Codable {
    private enum CodingKeys: String, CodingKey {
        case capacity, refillPerSecond
    }

    /// Decodes a policy and checks its numbers.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            capacity: values.decode(Int.self, forKey: .capacity),
            refillPerSecond: values.decode(Double.self, forKey: .refillPerSecond)
        )
    }

    /// Encodes the two numbers under their names.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(capacity, forKey: .capacity)
        try values.encode(refillPerSecond, forKey: .refillPerSecond)
    }
}
