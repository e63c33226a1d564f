import Crypto
import RoostStorage

/// Makes and checks the ids of one class.
///
/// Guarantee: bit for bit the ids of the origin's local runtime (workerd, `server/actor-id-impl.c++`):
///
///     key          = SHA-256(uniqueKey)
///     base(name)   = HMAC-SHA-256(key, name)[0 ..< 16]     or 16 random bytes
///     id           = base ‖ HMAC-SHA-256(key, base)[0 ..< 16]
///
/// The second half proves that the first was made under the same key. It follows that ids survive a rename of the class
/// for as long as its unique key stays, and that no id of one class is valid in another.
struct NamespaceKey: Sendable {
    private static let halfBytes = 16

    private let key: SymmetricKey

    init(uniqueKey: String) {
        key = SymmetricKey(data: SHA256.hash(data: Array(uniqueKey.utf8)))
    }

    func id(fromName name: String) -> DurableObjectID {
        DurableObjectID(raw: seal(base: mac(Array(name.utf8))), name: name)
    }

    func uniqueID(random: any RandomSource) -> DurableObjectID {
        DurableObjectID(raw: seal(base: random.bytes(Self.halfBytes)), name: nil)
    }

    /// Reads 64 hexadecimal digits of either case.
    func id(fromString text: String) throws(RoostError) -> DurableObjectID {
        guard let raw = ObjectID(hex: text) else {
            throw RoostError(.invalidID, "Invalid Durable Object ID: must be 64 hex digits")
        }
        guard owns(raw) else {
            throw RoostError(.invalidID, "Durable Object ID is not valid for this namespace.")
        }
        return DurableObjectID(raw: raw, name: nil)
    }

    func owns(_ id: ObjectID) -> Bool {
        let bytes = id.bytes
        return seal(base: Array(bytes.prefix(Self.halfBytes))) == id
    }

    private func seal(base: [UInt8]) -> ObjectID {
        guard let id = ObjectID(bytes: base + mac(base)) else {
            preconditionFailure("An id's halves are \(Self.halfBytes) bytes each.")
        }
        return id
    }

    private func mac(_ message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: key).prefix(Self.halfBytes))
    }
}
