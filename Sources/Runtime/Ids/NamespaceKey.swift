import Crypto
import RoostStorage
import Synchronization

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
///
/// Ids of names that were asked for lately are remembered: a name's id never changes.
final class NamespaceKey: Sendable {
    private static let halfBytes = 16
    /// How many names are remembered, and how long they may be: at most about 3 MiB for a class.
    static let rememberedNamesMax = 16_384
    static let rememberedNameBytesMax = 128

    /// The HMAC with the key taken in and no message yet; every use begins with a copy.
    private let keyed: HMAC<SHA256>
    private let remembered = Mutex(GenerationCache<String, ObjectID>(capacity: rememberedNamesMax))

    init(uniqueKey: String) {
        keyed = HMAC(key: SymmetricKey(data: SHA256.hash(data: Array(uniqueKey.utf8))))
    }

    func id(fromName name: String) -> DurableObjectID {
        if let raw = remembered.withLock({ $0.value(for: name) }) { return DurableObjectID(raw: raw, name: name) }
        let raw = seal(base: mac(Array(name.utf8)))
        if name.utf8.count <= Self.rememberedNameBytesMax { remembered.withLock { $0.insert(raw, for: name) } }
        return DurableObjectID(raw: raw, name: name)
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
        var mac = keyed
        mac.update(data: message)
        return unsafe mac.finalize().withUnsafeBytes { unsafe Array($0.prefix(Self.halfBytes)) }
    }
}
