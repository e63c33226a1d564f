package import HTTPTypes

// Beside those of the tenants' credentials, which stand with the code that reads them.
extension HTTPField.Name {
    package static let xTraceID = HTTPField.Name(literal: "x-trace-id")
    package static let xRequestID = HTTPField.Name(literal: "x-request-id")
    package static let cfRay = HTTPField.Name(literal: "cf-ray")
    package static let xUserID = HTTPField.Name(literal: "x-user-id")
    package static let xForwardedFor = HTTPField.Name(literal: "x-forwarded-for")
    package static let cfConnectingIP = HTTPField.Name(literal: "cf-connecting-ip")
    package static let xAccelBuffering = HTTPField.Name(literal: "x-accel-buffering")
    package static let xRateLimitLimit = HTTPField.Name(literal: "x-ratelimit-limit")
    package static let xRateLimitRemaining = HTTPField.Name(literal: "x-ratelimit-remaining")
    package static let xRateLimitReset = HTTPField.Name(literal: "x-ratelimit-reset")
    package static let rateLimit = HTTPField.Name(literal: "ratelimit")
    package static let rateLimitPolicy = HTTPField.Name(literal: "ratelimit-policy")
}
