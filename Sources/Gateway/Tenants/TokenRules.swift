/// Whom a token names, after everything about it was checked.
package struct TokenSubject: Sendable, Hashable {
    /// The user, as the issuer names them.
    package let subject: String
    /// What the user may do.
    package let role: TenantRole
}

/// Why a token is not accepted; for logs, never for the answer to the request.
package enum TokenError: Error, Sendable, Hashable {
    /// It is not a token of the kind accepted, or its signature is wrong.
    case invalid
    /// It comes from another issuer.
    case wrongIssuer
    /// It is meant for another audience.
    case wrongAudience
    /// It has expired, or never does.
    case expired
    /// It is not valid yet.
    case notYetValid
    /// It names nobody, or somebody who cannot be named to an object.
    case noSubject
    /// Nobody can say, because the issuer's keys cannot be had now.
    case keysUnavailable(KeySetError)
}

/// Checks the claims of a token whose signature is valid; pure.
struct TokenRules: Sendable {
    /// The longest subject, in bytes; it becomes part of objects' names.
    static let longestSubject = 256

    let issuer: String
    let audience: String
    let roleClaim: String
    let leewaySeconds: Int

    init(_ configuration: TenantJWT) {
        issuer = configuration.issuer
        audience = configuration.audience
        roleClaim = configuration.roleClaim
        leewaySeconds = configuration.leewaySeconds
    }

    /// Checks issuer, audience and times, then reads whom the token names.
    ///
    /// - Parameters:
    ///   - claims: What the token says.
    ///   - now: The time, in seconds since 1970.
    func check(_ claims: TokenClaims, now: Int64) throws(TokenError) -> TokenSubject {
        guard claims.text("iss") == issuer else { throw .wrongIssuer }
        guard claims.texts("aud").contains(audience) else { throw .wrongAudience }
        let leeway = Double(leewaySeconds)
        // A token that never expires cannot be withdrawn, so it is treated as expired.
        guard let end = claims.seconds("exp"), Double(now) < end + leeway else { throw .expired }
        if claims.has("nbf") {
            guard let start = claims.seconds("nbf"), Double(now) >= start - leeway else { throw .notYetValid }
        }
        guard let subject = claims.text("sub"), Self.mayStand(subject) else { throw .noSubject }
        let isAdmin = claims.texts(roleClaim).contains(TenantRole.admin.rawValue)
        return TokenSubject(subject: subject, role: isAdmin ? .admin : .user)
    }

    /// Whether a subject can be told to an object in a header as it is: without control characters, which may not stand
    /// there, and without spaces at its ends, which would be lost.
    private static func mayStand(_ subject: String) -> Bool {
        let bytes = subject.utf8
        let space = UInt8(ascii: " ")
        return bytes.count <= longestSubject && bytes.allSatisfy { $0 >= space && $0 != 0x7F }
            && bytes.first != space && bytes.last != space
    }
}
